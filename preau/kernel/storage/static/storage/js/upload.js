// A form with data-behavior="upload" and one file: sent in pieces, taken up again after a cut or a reload.
import { Refused, Upload } from "./tus.js";

const size = (bytes) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: "megabyte", maximumFractionDigits: 1,
  }).format(bytes / 1e6);

for (const form of document.querySelectorAll("[data-behavior=upload]")) {
  const input = form.querySelector("input[type=file]");
  const box = form.querySelector("[data-upload]");
  const [bar, words, cancel] = [".upload__bar", ".upload__words", ".upload__cancel"].map((of) => box.querySelector(of));
  const send = form.querySelector("button[type=submit]");
  const value = (name) => form.querySelector(`[name=${name}]`).value;
  const say = (text) => { words.textContent = text; };
  let upload = null;
  box.hidden = false;

  const busy = (is) => {
    bar.hidden = cancel.hidden = !is;
    send.disabled = input.disabled = is;
    form.setAttribute("aria-busy", is);
  };

  const start = async (file) => {
    if (upload) return;
    if (file.size > Number(form.dataset.largest)) return say(words.dataset.large);
    const progress = (done) => {
      bar.value = file.size ? (100 * done) / file.size : 100;
      say(words.dataset.sending.replace("{done}", size(done)).replace("{all}", size(file.size)));
    };
    upload = new Upload({
      create: form.dataset.uploads,
      file,
      headers: () => ({ "X-CSRFToken": value("csrfmiddlewaretoken"), "X-Preau-Scope": value("_scope") }),
      metadata: { filename: file.name, kind: form.dataset.kind, owner: form.dataset.owner },
      remember: ["upload", form.dataset.kind, form.dataset.owner, file.name, file.size, file.lastModified].join(":"),
      onProgress: progress,
      onResume: () => say(words.dataset.resumed),
      onWait: () => say(words.dataset.waiting),
    });
    busy(true);
    progress(0);
    try {
      await upload.send();
      say(words.dataset.done);
      location.reload();
    } catch (error) {
      if (!upload.stopped.signal.aborted)
        say((error instanceof Refused && error.message) || words.dataset.failed);
      busy(false);
    }
    upload = null;
  };

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    start(input.files[0]);
  });
  cancel.addEventListener("click", async () => {
    await upload?.cancel();
    say(words.dataset.cancelled);
    input.focus();
  });
  for (const name of ["dragover", "dragleave", "drop"])
    form.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.toggle("upload--over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) start(event.dataTransfer.files[0]);
    });
}
