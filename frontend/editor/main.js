// The editor that takes over a plain text field. It writes no style and asks only this site.
import { Editor, Extension } from "@tiptap/core";

import { describe, extensions } from "./schema.js";
import { make, makePanels, toolbar } from "./toolbar.js";

export { describe };

// What carries its dress with it. The site's policy keeps a browser from reading inline styles, even
// to tell bold from not: the server does.
const DRESSED = /\sstyle=|\bmso-|class="?Mso|<font|urn:schemas-microsoft/i;

async function cleaned(field, values) {
  const form = field.form;
  const body = new URLSearchParams({ ...values, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken?.value ?? "" });
  const answer = await fetch(field.dataset.clean, { method: "POST", body });
  if (!answer.ok) throw new Error(answer.status === 422 ? await answer.text() : "");
  return answer.text();
}

const paragraphs = (text) =>
  text.split(/\n{2,}/).filter((line) => line.trim()).map((line) => ({ type: "paragraph", content: [{ type: "text", text: line.trim() }] }));

/** Replaces `field` (a textarea) by the editor. `html`: its text, where it is not the field's own. */
export async function mount(field, { html = null, focus = true, onChange = () => {} } = {}) {
  const kept = field.form.elements[`${field.name}_html`];
  let text = html ?? kept.value;
  if (html === null && field.value !== field.defaultValue) text = await cleaned(field, { light: field.value, html: kept.value });

  const { id } = field;
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
  const said = make("p", { class: "visually-hidden", role: "status" });
  const shown = JSON.parse(field.dataset.shown || "{}"); // file id -> its name, and the address of a picture
  const options = { id, icons: field.dataset.icons, formula: field.dataset.formula, files: shown };
  const tools = toolbar({ ...options, panels: makePanels(options) });
  const surface = make("div", { class: "editor__surface" });
  const box = make("div", { class: "editor" }, tools.bar, tools.panel, surface, said);
  if (label) {
    label.id ||= `${id}-label`;
    label.addEventListener("click", () => editor.commands.focus());
  }

  const Keys = Extension.create({
    name: "preauKeys",
    addKeyboardShortcuts: () => ({
      "Mod-k": () => (tools.openLink(), true),
      "Alt-F10": () => (tools.focus(), true),
      "Mod-,": ({ editor: on }) => on.commands.toggleSubscript(),
      "Mod-.": ({ editor: on }) => on.commands.toggleSuperscript(),
    }),
  });

  const editor = new Editor({
    element: surface,
    extensions: [...extensions(options), Keys],
    content: text,
    injectCSS: false,
    editorProps: {
      attributes: {
        id,
        class: "rich editor__text",
        role: "textbox",
        "aria-multiline": "true",
        ...(label ? { "aria-labelledby": label.id } : { "aria-label": "Texte" }),
        ...(field.getAttribute("aria-describedby") ? { "aria-describedby": field.getAttribute("aria-describedby") } : {}),
        ...(field.required ? { "aria-required": "true" } : {}),
        ...(field.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
      },
      // Before ProseMirror parses it: parsing alone would apply the styles.
      handleDOMEvents: { paste: (view, event) => paste(event) },
      handleDrop: (view, event) => (event.dataTransfer?.files.length ? files(event, event.dataTransfer.files) : false),
      handleDoubleClickOn: (view, pos, node) => (node.attrs.tex !== undefined ? (editor.commands.setNodeSelection(pos), tools.openFormula(), true) : false),
    },
    onTransaction: () => tools.update(),
    onUpdate: () => {
      write();
      onChange(kept.value);
    },
  });

  // Whoever keeps files listens: `insert(uuid, alt, {name, preview})` puts one where the cursor is.
  function files(event, list) {
    const insert = (file, alt, about = {}) => {
      shown[file] = about;
      editor.chain().focus().insertContent({ type: "figure", attrs: { file, alt } }).run();
    };
    const taken = !field.dispatchEvent(new CustomEvent("richtext:files", { bubbles: true, cancelable: true, detail: { files: [...list], insert } }));
    if (!taken) said.textContent = "Les fichiers ne se déposent pas encore ici.";
    event.preventDefault();
    return true;
  }
  function paste(event) {
    const data = event.clipboardData;
    const html = data?.getData("text/html") ?? "";
    if (data?.files.length && !html) return files(event, data.files);
    if (!DRESSED.test(html)) return false;
    event.preventDefault();
    const words = data.getData("text/plain"); // gone once the event is over
    // As it would be kept; where the server does not answer, its words alone.
    cleaned(field, { html })
      .then((clean) => editor.chain().focus().insertContent(clean).run())
      .catch((error) => {
        said.textContent = error.message || "Le texte est collé sans sa mise en forme.";
        if (!error.message) editor.chain().focus().insertContent(paragraphs(words)).run();
      });
    return true;
  }
  function write() {
    kept.value = editor.isEmpty ? "" : editor.getHTML();
  }

  tools.attach(editor);
  tools.update();
  field.after(box);
  field.removeAttribute("id");
  field.disabled = true; // what is disabled is not sent: the server reads the editor's text instead
  field.hidden = true;
  write();
  if (focus) editor.commands.focus("end");
  return editor;
}
