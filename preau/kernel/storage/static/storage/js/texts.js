// data-behavior="text-files": what is dropped into a rich text is put where the cursor is, what is chosen
// beside it stands below the text. See docs/storage.md.
import { panelOf } from "./panel.js";
import { Refused, Upload } from "./tus.js";

const told = (name) => name.replace(/\.[^.]*$/, "").replace(/[_-]+/g, " ").trim();

for (const box of document.querySelectorAll("[data-behavior=text-files]")) {
  const text = document.getElementById(box.dataset.text);
  const input = box.querySelector("input[type=file]");
  const panel = panelOf(box);
  const { csrfmiddlewaretoken: token, _scope: scope } = text.elements;
  const headers = () => ({ "X-CSRFToken": token.value, "X-Preau-Scope": scope.value });
  let line = Promise.resolve();
  let upload = null;

  // Files hang on a row: before the first one the text is kept as a draft.
  const begin = async () => {
    if (!box.dataset.draft) return;
    const body = new FormData(text);
    body.delete("_key"); // the form itself is still to be sent
    const answer = await fetch(box.dataset.draft, { method: "POST", body });
    if (!answer.ok || !answer.url.endsWith(box.dataset.list)) throw new Refused("", false);
    delete box.dataset.draft;
  };

  const send = async (file, insert) => {
    const { kind, owner, uploads } = box.dataset;
    if (file.size > Number(box.dataset.largest)) return panel.tell("large");
    panel.busy(true);
    panel.progress(0, file.size);
    try {
      await begin();
      upload = new Upload({
        create: uploads,
        file,
        headers,
        metadata: { filename: file.name, kind, owner },
        remember: ["upload", kind, owner, file.name, file.size, file.lastModified].join(":"),
        onProgress: (done) => panel.progress(done, file.size),
        onResume: () => panel.tell("resumed"),
        onWait: () => panel.tell("waiting"),
      });
      const sent = await upload.send();
      // The name a camera gives says nothing of a picture: the editor asks for words.
      const preview = sent.get("X-Preau-Preview") ?? "";
      insert?.(sent.get("X-Preau-Attachment"), preview ? null : told(file.name), { name: file.name, preview });
      panel.tell("done");
      await list().catch(() => {});
    } catch (error) {
      if (error instanceof Refused && error.message) panel.say(error.message);
      else if (!upload?.stopped.signal.aborted) panel.tell("failed");
    }
    upload = null;
    panel.busy(false);
  };

  const list = async () => {
    const page = await (await fetch(box.dataset.list)).text();
    const drawn = new DOMParser().parseFromString(page, "text/html").querySelector("[data-files]");
    if (drawn) document.querySelector("[data-files]").replaceWith(drawn);
  };

  const all = (files, insert) => {
    for (const file of files) line = line.then(() => send(file, insert));
    return line;
  };

  text.addEventListener("richtext:files", (event) => {
    event.preventDefault();
    all(event.detail.files, event.detail.insert);
  });
  panel.cancel.onclick = () => upload?.cancel().then(() => panel.tell("cancelled"));
  if (input) {
    input.multiple = true;
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      all([...input.files]).then(() => box.reset());
    });
  }
}
