// Suggestions while one types: an ARIA 1.2 combobox over a form that works without it.
const WAIT = 120;
let made = 0;

function suggest(form) {
  const field = form.querySelector("[type=search]");
  const list = form.querySelector(".search__list");
  const status = form.querySelector("[role=status]");
  let timer, asked, options = [], chosen = -1;

  field.role = "combobox";
  field.ariaAutoComplete = "list";
  field.ariaExpanded = "false";
  field.setAttribute("aria-controls", list.id);

  function choose(index) {
    options[chosen]?.setAttribute("aria-selected", false);
    chosen = index;
    const option = options[chosen];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", true);
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function show(open) {
    list.hidden = !open;
    field.ariaExpanded = open;
    if (!open) choose(-1);
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    show(false);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const typed = field.value.trim();
    if (typed.length < 2) return close();
    // In a header: what is typed letter by letter stays out of addresses and of the logs they are kept in.
    const headers = { "X-Preau-Typed": encodeURIComponent(typed) };
    try {
      const answer = await fetch(form.dataset.suggest, { headers, signal: asked.signal });
      if (!answer.ok || answer.redirected) return close();
      list.innerHTML = await answer.text();
    } catch { return; }
    options = [...list.querySelectorAll("[role=option]")];
    for (const option of options) option.id = `found-${++made}`;
    choose(-1);
    show(options.length > 0 && document.activeElement === field);
    status.textContent = list.firstElementChild?.dataset.said ?? "";
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const count = options.length;
    if (event.key === "ArrowDown") choose(chosen + 1 < count ? chosen + 1 : 0);
    else if (event.key === "ArrowUp") choose(chosen > 0 ? chosen - 1 : count - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(options[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
}

for (const form of document.querySelectorAll("form[data-suggest]")) suggest(form);
