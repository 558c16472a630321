// A rich text field: the editor comes when the field gets the focus, and what is typed stays in
// this tab until the server has said yes.
const fields = document.querySelectorAll("textarea[data-rich]");
const saved = document.cookie.match(/(?:^|; )preau_saved=([^;]*)/)?.[1] ?? "";

for (const field of fields) {
  const { name, form, dataset } = field;
  const draft = form.elements[`${name}_draft`].value;
  const key = `preau.draft:${location.pathname}:${name}`;
  const hint = form.querySelector("[data-rich-hint]");
  const signs = hint?.textContent;
  let asked = null;
  let waiting;

  const keep = (what) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => store({ ...what, draft, owner: dataset.owner, at: Date.now() }), 400);
  };
  const store = (what) => {
    try {
      if (what) sessionStorage.setItem(key, JSON.stringify(what));
      else sessionStorage.removeItem(key);
    } catch {
      // Full, or not allowed: the field works without.
    }
  };
  const stored = () => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const edit = (options) =>
    (asked ??= import(dataset.editor)
      .then(({ mount }) => mount(field, { ...options, onChange: (html) => keep({ html }) }))
      .then(() => hint?.remove())
      .catch(() => {
        asked = null; // the plain field goes on, and its signs are needed
        if (hint) hint.textContent = signs;
      }));
  if (hint && !("poorer" in hint.dataset)) hint.textContent = hint.dataset.richHint;

  const last = stored();
  if (last && (last.owner !== dataset.owner || saved.includes(last.draft) || "returned" in dataset)) store(null);
  else if (last && (last.html ?? last.light)) offer(last);

  field.addEventListener("focus", () => edit({}));
  // A file stands in the plain field by its number, which is nothing to read.
  if (/^\[\[fichier /m.test(field.value)) edit({ focus: false });
  field.addEventListener("input", () => keep({ light: field.value }));

  function offer(found) {
    const at = new Date(found.at).toLocaleTimeString("fr", { hour: "2-digit", minute: "2-digit" });
    const box = document.createElement("div");
    box.className = "notice rich-draft";
    box.setAttribute("role", "status");
    box.innerHTML = `<p>Un texte tapé ici à ${at} n’a pas été enregistré.</p><button type="button" class="button button--quiet">Reprendre ce texte</button><button type="button" class="button button--quiet">L’oublier</button>`;
    const [take, drop] = box.querySelectorAll("button");
    take.onclick = () => {
      box.remove();
      if (found.html) return edit({ html: found.html });
      field.value = found.light;
      field.focus();
    };
    drop.onclick = () => (store(null), box.remove());
    field.before(box);
  }
}
