// Suggestions under a field while one types: an ARIA 1.2 combobox. `take` is given the option that was chosen.
const WAIT = 120;
let made = 0;

export function combobox({ field, list, status, source, take }) {
  let timer, asked, options = [], at = -1;

  field.role = "combobox";
  field.ariaAutoComplete = "list";
  field.ariaExpanded = "false";
  field.setAttribute("aria-controls", list.id);

  function move(index) {
    options[at]?.setAttribute("aria-selected", false);
    at = index;
    const option = options[at];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", true);
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function show(open) {
    list.hidden = !open;
    field.ariaExpanded = open;
    if (!open) move(-1);
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
      const answer = await fetch(source, { headers, signal: asked.signal });
      if (!answer.ok || answer.redirected) return close();
      list.innerHTML = await answer.text();
    } catch { return; }
    options = [...list.querySelectorAll("[role=option]")];
    for (const option of options) option.id = `${list.id}-${++made}`;
    move(-1);
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
    if (event.key === "ArrowDown") move(at + 1 < count ? at + 1 : 0);
    else if (event.key === "ArrowUp") move(at > 0 ? at - 1 : count - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) take(options[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  return { close };
}
