// A list narrows as one types: a row stays where each word typed begins one of its own. The field without it
// is a form that the server answers.
const LETTERS = { œ: "oe", æ: "ae", ß: "ss", ø: "o", đ: "d", ð: "d", ł: "l", ı: "i", þ: "th" };
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[œæßøđðłıþ]/g, (letter) => LETTERS[letter]);
const words = (text) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

// Each text of a row by itself: a name does not grow together with the initials before it.
function wordsOf(row) {
  const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    if (!texts.currentNode.parentElement.closest("[aria-hidden]")) found.push(...words(texts.currentNode.data));
  }
  return found;
}

function begin(box) {
  const form = box.querySelector("form");
  const field = form.querySelector("[type=search]");
  const said = box.querySelector("[role=status]");
  const list = box.querySelector(".filtered__list");
  const none = box.querySelector(".filtered__none");
  const { total, all, some } = box.dataset;
  const rows = [...list.querySelectorAll("tbody > tr, :scope > ul > li, :scope > ol > li")].map((row) => [row, wordsOf(row)]);
  if (rows.length < Number(total)) return; // the server has narrowed it: only it knows the others

  function narrow() {
    const typed = words(field.value);
    let shown = 0;
    for (const [row, has] of rows) {
      row.hidden = !typed.every((word) => has.some((each) => each.startsWith(word)));
      shown += !row.hidden;
    }
    list.hidden = !shown;
    none.hidden = shown > 0 || !rows.length;
    said.textContent = typed.length ? some.replace("{shown}", shown).replace("{total}", total) : all;
  }
  form.querySelector(".search__go").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !field.value) return;
    event.preventDefault();
    field.value = "";
    narrow();
  });
  narrow();
}

document.querySelectorAll("[data-filtered]").forEach(begin);
