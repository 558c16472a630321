// The editor's schema, made from the list the sanitiser reads (allowed.json, written by the server's code).
import { Extension, Mark, Node, getSchema } from "@tiptap/core";
import Blockquote from "@tiptap/extension-blockquote";
import Bold from "@tiptap/extension-bold";
import Code from "@tiptap/extension-code";
import CodeBlock from "@tiptap/extension-code-block";
import Document from "@tiptap/extension-document";
import HardBreak from "@tiptap/extension-hard-break";
import Heading from "@tiptap/extension-heading";
import HorizontalRule from "@tiptap/extension-horizontal-rule";
import Italic from "@tiptap/extension-italic";
import Link from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import Paragraph from "@tiptap/extension-paragraph";
import Strike from "@tiptap/extension-strike";
import Subscript from "@tiptap/extension-subscript";
import Superscript from "@tiptap/extension-superscript";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import Text from "@tiptap/extension-text";
import Underline from "@tiptap/extension-underline";
import { Dropcursor, Gapcursor, UndoRedo } from "@tiptap/extensions";
import { DOMSerializer } from "@tiptap/pm/model";

import allowed from "./allowed.json";

const has = (tag) => tag in allowed.elements;
const matches = (tag, name, value) => new RegExp(`^(?:${pattern(tag, name)})$`, "s").test(value);
// Python writes a flag inside the pattern where JavaScript takes it beside.
const pattern = (tag, name) => allowed.elements[tag].attributes[name].replaceAll("(?s:", "(?:");

export function address(url) {
  const bare = url.trim();
  if (!bare || bare.length > allowed.longestAddress) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare.replace(/[\u0000-\u0020\u007f-\u00a0\u200b-\u200f]/g, ""));
  if (scheme) return allowed.schemes.includes(scheme[1].toLowerCase()) ? bare : null;
  if (/^\/(?![/\\])/.test(bare)) return bare;
  if (/^[^\s@/]+@[^\s@/]+\.[a-z]{2,}$/i.test(bare)) return `mailto:${bare}`;
  return /^[^\s/]+\.[a-z]{2,}(\/\S*)?$/i.test(bare) ? `https://${bare}` : null;
}

const named = (element, prefix, names) =>
  [...element.classList].find((name) => name.startsWith(prefix) && names.includes(name.slice(prefix.length)))?.slice(prefix.length) ?? null;

const Alignment = Extension.create({
  name: "alignment",
  addGlobalAttributes: () => [
    {
      types: ["paragraph", "heading"],
      attributes: {
        align: {
          default: null,
          parseHTML: (element) =>
            named(element, "align-", allowed.alignments) ??
            { center: "center", right: "end", end: "end" }[element.style.textAlign] ?? null,
          renderHTML: ({ align }) => (align ? { class: `align-${align}` } : {}),
        },
      },
    },
  ],
});

const coloured = (name, tag, prefix, names, fallback) =>
  Mark.create({
    name,
    addAttributes: () => ({
      name: {
        default: names[0],
        parseHTML: (element) => named(element, prefix, names) ?? fallback,
        renderHTML: (attributes) => ({ class: `${prefix}${attributes.name}` }),
      },
    }),
    parseHTML: () => [
      { tag, getAttrs: (element) => (fallback || named(element, prefix, names) ? null : false) },
    ],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

const drawn = new Map();

async function draw(dom, tex, display, url) {
  const key = `${display ? 1 : ""}|${tex}`;
  dom.textContent = tex;
  if (!drawn.has(key)) {
    const query = new URLSearchParams({ tex, ...(display ? { display: "1" } : {}) });
    drawn.set(key, fetch(`${url}?${query}`).then((answer) => (answer.ok ? answer.text() : "")).catch(() => ""));
  }
  const made = await drawn.get(key);
  // Made by the server from a list of MathML elements.
  if (made) dom.replaceChildren(...new DOMParser().parseFromString(made, "text/html").body.childNodes);
}

const formula = (name, tag, display, options) =>
  Node.create({
    name,
    group: display ? "block" : "inline",
    inline: !display,
    atom: true,
    addAttributes: () => ({
      tex: {
        default: "",
        parseHTML: (element) => element.dataset.tex.slice(0, allowed.longestFormula),
        renderHTML: ({ tex }) => ({ "data-tex": tex }),
      },
    }),
    parseHTML: () => [{ tag: `${tag}[data-tex]`, priority: 70 }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes],
    addNodeView: () => ({ node }) => {
      const dom = document.createElement(tag);
      dom.className = display ? "editor__formula rich__formula" : "editor__formula";
      draw(dom, node.attrs.tex, display, options.formula);
      return { dom };
    },
  });

// A picture, and the words for who does not see it: asked for, never required. Of another file, its name.
function figureView({ node, editor, getPos }, files) {
  const about = files[node.attrs.file] ?? {};
  const dom = document.createElement("figure");
  dom.className = "editor__file";
  const label = document.createElement("label");
  const input = document.createElement("input");
  label.className = "editor__label";
  input.className = "field__control editor__alt";
  input.type = "text";
  input.maxLength = allowed.longestCaption;
  if (about.preview) {
    const picture = document.createElement("img");
    picture.src = about.preview;
    picture.alt = "";
    picture.draggable = false;
    dom.append(picture);
    label.textContent = "Décrire l’image, pour ceux qui ne la voient pas";
  } else {
    label.textContent = about.name ? `Nom affiché de ${about.name}` : "Nom affiché du fichier";
  }
  label.append(input);
  dom.append(label);
  const show = (alt) => {
    if (input.value !== (alt ?? "")) input.value = alt ?? "";
    dom.classList.toggle("editor__file--silent", Boolean(about.preview) && !alt);
  };
  show(node.attrs.alt);
  input.addEventListener("input", () => {
    const { state, dispatch } = editor.view;
    dispatch(state.tr.setNodeAttribute(getPos(), "alt", input.value.trim() ? input.value : null));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // neither sends the form: both lead back to the text
    editor.chain().focus(getPos() + 1).run();
  });
  return {
    dom,
    update: (next) => {
      if (next.type !== node.type || next.attrs.file !== node.attrs.file) return false;
      show(next.attrs.alt);
      return true;
    },
    stopEvent: (event) => event.target === input,
    ignoreMutation: () => true,
  };
}

const figure = (files) => Node.create({
  name: "figure",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    file: {
      default: null,
      parseHTML: (element) => element.dataset.file,
      renderHTML: ({ file }) => ({ "data-file": file }),
    },
    alt: {
      default: null,
      parseHTML: (element) => element.dataset.alt?.slice(0, allowed.longestCaption) || null,
      renderHTML: ({ alt }) => (alt ? { "data-alt": alt } : {}),
    },
  }),
  parseHTML: () => [
    { tag: "figure[data-file]", getAttrs: (element) => (matches("figure", "data-file", element.dataset.file) ? null : false) },
  ],
  renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes],
  addNodeView: () => (view) => figureView(view, files),
});

const spans = {
  colspan: { default: 1, renderHTML: ({ colspan }) => (colspan > 1 ? { colspan } : {}) },
  rowspan: { default: 1, renderHTML: ({ rowspan }) => (rowspan > 1 ? { rowspan } : {}) },
  colwidth: { default: null, rendered: false, parseHTML: () => null },
};
const plain = (tag) => ({ addAttributes: () => spans, content: "block+", renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0] });

export function extensions(options = { formula: "", files: {} }) {
  const all = [
    [true, Document.extend({ content: "(block|top)+" })],
    [true, Text],
    ["p", Paragraph],
    ["h2", Heading.configure({ levels: allowed.headings })],
    [allowed.alignments.length, Alignment],
    ["ul", BulletList],
    ["ol", OrderedList.extend({ addAttributes: () => ({ start: { default: 1, parseHTML: (el) => Number(el.getAttribute("start")) || 1 } }) })],
    ["li", ListItem],
    ["li", ListKeymap],
    ["blockquote", Blockquote],
    ["pre", CodeBlock.extend({ addAttributes: () => ({}) })],
    ["hr", HorizontalRule.extend({ group: "top" })],
    // The package's own table writes style attributes, which the site's policy refuses.
    ["table", Table.extend({ group: "top", addNodeView: () => null, renderHTML: () => ["table", ["tbody", 0]] })],
    ["tr", TableRow],
    ["th", TableHeader.extend(plain("th"))],
    ["td", TableCell.extend(plain("td"))],
    ["figure", figure(options.files)],
    ["div", formula("formulaBlock", "div", true, options)],
    ["span", formula("formula", "span", false, options)],
    ["br", HardBreak],
    [
      "a",
      Link.extend({ addOptions() { return { ...this.parent?.(), HTMLAttributes: {} }; }, addAttributes: () => ({ href: { default: null, parseHTML: (el) => address(el.getAttribute("href") ?? "") } }) }).configure({
        autolink: true,
        openOnClick: false,
        defaultProtocol: "https",
        isAllowedUri: (url) => address(url) !== null,
      }),
    ],
    ["span", coloured("ink", "span", "ink-", allowed.inks, null)],
    ["mark", coloured("tint", "mark", "tint-", allowed.tints, allowed.tints[0])],
    ["strong", Bold],
    ["em", Italic],
    ["u", Underline],
    ["s", Strike],
    ["sub", Subscript],
    ["sup", Superscript],
    ["code", Code],
  ];
  return [
    ...all.filter(([tag]) => tag === true || typeof tag === "number" || has(tag)).map(([, extension]) => extension),
    UndoRedo,
    Dropcursor.configure({ color: false, class: "editor__drop" }),
    Gapcursor,
  ];
}

// What the schema can write: tag -> attribute -> example values. The tests compare it with the list.
export function describe() {
  const schema = getSchema(extensions());
  const serializer = DOMSerializer.fromSchema(schema);
  const examples = {
    align: [null, ...allowed.alignments],
    level: allowed.headings,
    start: [1, 4],
    colspan: [1, 2],
    rowspan: [1, 3],
    tex: ["x^2"],
    file: ["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"],
    alt: [null, "Plan"],
    href: ["https://exemple.fr/"],
  };
  const found = {};
  const note = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const tag = (found[element.localName] ??= {});
      for (const { name, value } of element.attributes) (tag[name] ??= []).push(value);
    }
  };
  const all = (type, names) =>
    Object.keys(type.spec.attrs ?? {}).reduce(
      (sets, name) => sets.flatMap((set) => (examples[name] ?? names(name)).map((value) => ({ ...set, [name]: value }))),
      [{}],
    );
  const write = (node) => {
    const holder = document.createElement("div");
    holder.append(serializer.serializeNode(node));
    note(holder);
  };
  for (const type of Object.values(schema.nodes)) {
    if (type.isText || type === schema.topNodeType) continue;
    for (const attrs of all(type, () => [null])) write(type.createAndFill(attrs));
  }
  for (const type of Object.values(schema.marks)) {
    for (const attrs of all(type, () => (type.name === "ink" ? allowed.inks : allowed.tints))) {
      write(schema.nodes.paragraph.create(null, schema.text("x", [type.create(attrs)])));
    }
  }
  return found;
}
