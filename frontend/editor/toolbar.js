// The toolbar: one stop for the Tab key, arrows inside, and a panel below for what asks a question.
import allowed from "./allowed.json";
import { address } from "./schema.js";

const chain = (editor) => editor.chain().focus();
const mark = (name, icon, label, keys) => ({
  icon, label, keys,
  run: (editor) => chain(editor).toggleMark(name).run(),
  pressed: (editor) => editor.isActive(name),
});
const heading = (level, label) => ({
  icon: `heading-${level}`, label, keys: `Ctrl Alt ${level}`,
  run: (editor) => chain(editor).toggleHeading({ level }).run(),
  pressed: (editor) => editor.isActive("heading", { level }),
});
const align = (value, icon, label) => ({
  icon, label, rest: true,
  run: (editor) => {
    const align = editor.isActive({ align: value }) ? null : value;
    chain(editor).updateAttributes("paragraph", { align }).updateAttributes("heading", { align }).run();
  },
  pressed: (editor) => editor.isActive({ align: value }),
});

export const TOOLS = [
  [heading(2, "Titre"), heading(3, "Sous-titre"), { ...heading(4, "Petit titre"), rest: true }],
  [
    mark("bold", "bold", "Gras", "Ctrl B"),
    mark("italic", "italic", "Italique", "Ctrl I"),
    { ...mark("underline", "underline", "Souligné", "Ctrl U"), rest: true },
    { ...mark("strike", "strikethrough", "Barré", "Ctrl Maj S"), rest: true },
    { ...mark("subscript", "subscript", "Indice", "Ctrl ,"), rest: true },
    { ...mark("superscript", "superscript", "Exposant", "Ctrl ."), rest: true },
    { icon: "palette", label: "Couleurs", panel: "colours", rest: true, pressed: (editor) => editor.isActive("ink") || editor.isActive("tint") },
  ],
  [
    { icon: "list", label: "Liste à puces", keys: "Ctrl Maj 8", run: (editor) => chain(editor).toggleBulletList().run(), pressed: (editor) => editor.isActive("bulletList") },
    { icon: "list-ordered", label: "Liste numérotée", keys: "Ctrl Maj 7", run: (editor) => chain(editor).toggleOrderedList().run(), pressed: (editor) => editor.isActive("orderedList") },
    { icon: "text-quote", label: "Citation", keys: "Ctrl Maj B", rest: true, run: (editor) => chain(editor).toggleBlockquote().run(), pressed: (editor) => editor.isActive("blockquote") },
  ],
  [align("center", "text-align-center", "Centrer"), align("end", "text-align-end", "Aligner à la fin")],
  [
    { icon: "link", label: "Lien", keys: "Ctrl K", panel: "link", pressed: (editor) => editor.isActive("link") },
    { icon: "sigma", label: "Formule", panel: "formula", pressed: (editor) => editor.isActive("formula") || editor.isActive("formulaBlock") },
    { icon: "table", label: "Tableau", panel: "table", rest: true, pressed: (editor) => editor.isActive("table") },
    { icon: "code", label: "Code", keys: "Ctrl E", rest: true, run: (editor) => chain(editor).toggleCode().run(), pressed: (editor) => editor.isActive("code") },
    { icon: "square-code", label: "Bloc de code", keys: "Ctrl Alt C", rest: true, run: (editor) => chain(editor).toggleCodeBlock().run(), pressed: (editor) => editor.isActive("codeBlock") },
    { icon: "minus", label: "Séparation", rest: true, run: (editor) => chain(editor).setHorizontalRule().run() },
  ],
  [
    { icon: "undo-2", label: "Annuler", keys: "Ctrl Z", run: (editor) => chain(editor).undo().run(), usable: (editor) => editor.can().undo() },
    { icon: "redo-2", label: "Rétablir", keys: "Ctrl Y", rest: true, run: (editor) => chain(editor).redo().run(), usable: (editor) => editor.can().redo() },
  ],
];

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function picture(icons, name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

export function toolbar(options) {
  const { icons, panels, id } = options;
  let editor;
  const bar = make("div", { class: "editor__tools", role: "toolbar", "aria-label": "Mise en forme", "aria-controls": id });
  const panel = make("div", { class: "editor__panel", role: "group", hidden: true });
  const buttons = [];
  let opened = null;

  const close = (refocus = true) => {
    if (!opened) return;
    opened.button.setAttribute("aria-expanded", "false");
    panel.hidden = true;
    panel.replaceChildren();
    opened = null;
    if (refocus) editor.commands.focus();
  };
  const open = (button, name) => {
    if (opened?.name === name) return close();
    close(false);
    opened = { button, name };
    button.setAttribute("aria-expanded", "true");
    panel.setAttribute("aria-label", button.getAttribute("aria-label"));
    panel.replaceChildren(...panels[name](editor, close));
    panel.hidden = false;
    panel.querySelector("input, textarea, button")?.focus();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });

  const add = (parent, tool) => {
    const title = tool.keys ? `${tool.label} (${tool.keys.replaceAll(" ", "+")})` : tool.label;
    const button = make(
      "button",
      {
        type: "button", class: tool.rest ? "editor__tool editor__tool--rest" : "editor__tool", "aria-label": tool.label, title, tabindex: "-1",
        "aria-pressed": tool.pressed && !tool.panel ? "false" : null,
        "aria-expanded": tool.panel ? "false" : null,
        // The selection stays in the text while a button is pressed.
        onmousedown: (event) => event.preventDefault(),
        onclick: () => (button.getAttribute("aria-disabled") ? null : tool.panel ? open(button, tool.panel) : tool.run(editor)),
      },
      picture(icons, tool.icon),
    );
    parent.append(button);
    buttons.push({ button, tool });
    return button;
  };
  for (const group of TOOLS) {
    const box = make("div", { class: "editor__group" });
    for (const tool of group) add(box, tool);
    bar.append(box);
  }
  const more = add(bar, {
    icon: "ellipsis", label: "Plus d’outils",
    run: () => more.setAttribute("aria-expanded", String(bar.classList.toggle("editor__tools--all"))),
  });
  more.classList.add("editor__tool--more");
  more.setAttribute("aria-expanded", "false");

  const shown = () => buttons.map(({ button }) => button).filter((button) => button.offsetParent);
  const stop = (button) => {
    for (const each of buttons) each.button.tabIndex = each.button === button ? 0 : -1;
  };
  stop(buttons[0].button);
  bar.addEventListener("focusin", (event) => stop(event.target.closest("button")));
  bar.addEventListener("keydown", (event) => {
    const list = shown();
    const at = list.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      list[(to + list.length) % list.length].focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      editor.commands.focus();
    }
  });

  return {
    bar, panel,
    attach: (to) => (editor = to),
    focus: () => (shown().find((button) => button.tabIndex === 0) ?? shown()[0]).focus(),
    openLink: () => open(buttons.find(({ tool }) => tool.panel === "link").button, "link"),
    openFormula: () => open(buttons.find(({ tool }) => tool.panel === "formula").button, "formula"),
    update: () => {
      for (const { button, tool } of buttons) {
        if (tool.pressed) {
          const on = tool.pressed(editor);
          button.classList.toggle("editor__tool--on", on);
          if (!tool.panel) button.setAttribute("aria-pressed", String(on));
        }
        if (tool.usable) {
          if (tool.usable(editor)) button.removeAttribute("aria-disabled");
          else button.setAttribute("aria-disabled", "true");
        }
      }
    },
  };
}

const press = (label, run, extra = "") => make("button", { type: "button", class: `button button--quiet editor__press ${extra}`, onclick: run }, label);
const words = { red: "Rouge", orange: "Orange", green: "Vert", blue: "Bleu", purple: "Violet", yellow: "Jaune", pink: "Rose" };

export function makePanels(options) {
  return {
    link(editor, close) {
      const current = editor.getAttributes("link").href ?? "";
      const input = make("input", { class: "field__control", type: "text", inputmode: "url", autocomplete: "off", id: `${options.id}-href`, value: current });
      const wrong = make("p", { class: "field__error", role: "alert", hidden: true }, "Cette adresse n’est pas celle d’une page, d’un courriel ou d’un téléphone.");
      const save = () => {
        const href = address(input.value);
        wrong.hidden = Boolean(href);
        if (!href) return input.focus();
        close(false);
        const { empty } = editor.state.selection;
        if (empty && !current) chain(editor).insertContent({ type: "text", text: input.value.trim(), marks: [{ type: "link", attrs: { href } }] }).run();
        else chain(editor).extendMarkRange("link").setLink({ href }).run();
      };
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          save();
        }
      });
      return [
        make("label", { class: "editor__label", for: input.id }, "Adresse du lien"),
        input, wrong,
        make("div", { class: "editor__row" }, press("Poser le lien", save), ...(current ? [press("Enlever le lien", () => { close(false); chain(editor).extendMarkRange("link").unsetLink().run(); })] : []), press("Fermer", () => close())),
      ];
    },
    formula(editor, close) {
      const { selection } = editor.state;
      const chosen = selection.node?.attrs.tex !== undefined ? selection.node : null;
      const input = make("textarea", { class: "field__control editor__tex", rows: "2", maxlength: allowed.longestFormula, spellcheck: "false", autocapitalize: "off", id: `${options.id}-tex`, "aria-describedby": `${options.id}-seen` });
      input.value = chosen?.attrs.tex ?? "";
      const seen = make("div", { class: "editor__seen", id: `${options.id}-seen`, "aria-live": "polite" });
      let waiting, asked = 0;
      const look = () => {
        clearTimeout(waiting);
        waiting = setTimeout(async () => {
          const turn = ++asked;
          const tex = input.value.trim();
          const answer = tex ? await fetch(`${options.formula}?${new URLSearchParams({ tex, display: "1" })}`).catch(() => null) : null;
          if (turn !== asked) return;
          const text = answer?.ok ? await answer.text() : "";
          seen.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
        }, 250);
      };
      input.addEventListener("input", look);
      look();
      const put = (type) => () => {
        const tex = input.value.trim();
        close(false);
        if (tex) chain(editor).insertContent({ type, attrs: { tex } }).run();
        else editor.commands.focus();
      };
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey) {
          event.preventDefault();
          put(chosen?.type.name ?? "formula")();
        }
      });
      return [
        make("label", { class: "editor__label", for: input.id }, "Formule, en TeX : \\frac{1}{2}, x^2, \\sqrt{3}"),
        input, seen,
        make("div", { class: "editor__row" }, press("Dans la ligne", put("formula")), press("Sur sa ligne", put("formulaBlock")), press("Fermer", () => close())),
      ];
    },
    colours(editor, close) {
      const swatch = (kind, prefix, name) =>
        make("button", { type: "button", class: "button button--quiet editor__press", "aria-pressed": String(editor.isActive(kind, { name })), onclick: () => { close(false); chain(editor).setMark(kind, { name }).run(); } },
          make("span", { class: `${prefix}${name}` }, words[name]));
      const none = (kind) => press("Aucune", () => { close(false); chain(editor).unsetMark(kind).run(); });
      return [
        make("p", { class: "editor__label" }, "Couleur du texte"),
        make("div", { class: "editor__row" }, ...allowed.inks.map((name) => swatch("ink", "ink-", name)), none("ink")),
        make("p", { class: "editor__label" }, "Surlignage"),
        make("div", { class: "editor__row" }, ...allowed.tints.map((name) => swatch("tint", "tint-", name)), none("tint")),
      ];
    },
    table(editor, close) {
      const act = (label, run) => press(label, () => { close(false); run(chain(editor)).run(); });
      const inside = editor.isActive("table")
        ? [
            act("Ajouter une ligne", (to) => to.addRowAfter()), act("Ajouter une colonne", (to) => to.addColumnAfter()),
            act("Supprimer la ligne", (to) => to.deleteRow()), act("Supprimer la colonne", (to) => to.deleteColumn()),
            act("Ligne d’en-tête", (to) => to.toggleHeaderRow()), act("Supprimer le tableau", (to) => to.deleteTable()),
          ]
        : [act("Deux colonnes", (to) => to.insertTable({ rows: 3, cols: 2 })), act("Trois colonnes", (to) => to.insertTable({ rows: 3, cols: 3 })), act("Quatre colonnes", (to) => to.insertTable({ rows: 3, cols: 4 }))];
      return [make("div", { class: "editor__row" }, ...inside, press("Fermer", () => close()))];
    },
  };
}
