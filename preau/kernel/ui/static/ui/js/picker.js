// People suggested while one types a name: an ARIA 1.2 combobox over a field that finds them without it. Who is
// chosen stands above as a box or radio button, and may be taken off there.
const WAIT = 120;
let made = 0;

function begin(picker) {
  const field = picker.querySelector(".search__field");
  const list = picker.querySelector(".search__list");
  const said = picker.querySelector("[role=status]");
  const chosen = picker.querySelector(".picker__chosen");
  const { source, name } = picker.dataset;
  const kind = "several" in picker.dataset ? "checkbox" : "radio";
  let timer, asked, options = [], at = -1;

  // Enter in another field must send the form, not look for a name.
  picker.querySelector(".search__go").remove();
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
    said.textContent = list.firstElementChild?.dataset.said ?? "";
  }

  function choose(option) {
    const who = option.querySelector(".people__who");
    const value = option.dataset.value;
    let input = [...picker.querySelectorAll(`[name="${CSS.escape(name)}"]`)].find((each) => each.value === value);
    if (!input) {
      const line = document.createElement("li");
      line.className = "choice";
      input = Object.assign(document.createElement("input"), { type: kind, name, value, id: `${list.id}-${++made}` });
      const label = Object.assign(document.createElement("label"), { htmlFor: input.id });
      label.append(...[...who.children].map((each) => Object.assign(each.cloneNode(), { textContent: each.textContent })));
      line.append(input, label);
      chosen.append(line);
    }
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    field.value = "";
    close();
    said.textContent = picker.dataset.chosen.replace("{name}", who.querySelector(".people__name").textContent);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = options.length;
    if (event.key === "Enter") {
      if (!list.hidden && at >= 0) choose(options[at]);
      else if (!field.value.trim()) return;
    } else if (event.key === "Escape" && field.value) {
      if (list.hidden) field.value = "";
      close();
    } else if (list.hidden) return;
    else if (event.key === "ArrowDown") move(at + 1 < count ? at + 1 : 0);
    else if (event.key === "ArrowUp") move(at > 0 ? at - 1 : count - 1);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}

document.querySelectorAll("[data-picker]").forEach(begin);
