// People suggested while one types a name, over a field that finds them without it. Who is chosen stands above as a
// box or radio button, and may be taken off there.
import { combobox } from "./combobox.js";

function begin(picker) {
  const field = picker.querySelector(".search__field");
  const list = picker.querySelector(".search__list");
  const status = picker.querySelector("[role=status]");
  const chosen = picker.querySelector(".picker__chosen");
  const { source, name } = picker.dataset;
  const kind = "several" in picker.dataset ? "checkbox" : "radio";

  // Enter in another field must send the form, not look for a name.
  picker.querySelector(".search__go").remove();
  const suggestions = combobox({ field, list, status, source, take: choose });

  function choose(option) {
    const who = option.querySelector(".people__who");
    const value = option.dataset.value;
    let input = [...picker.querySelectorAll(`[name="${CSS.escape(name)}"]`)].find((each) => each.value === value);
    if (!input) {
      const line = document.createElement("li");
      line.className = "choice";
      input = Object.assign(document.createElement("input"), { type: kind, name, value, id: `${list.id}-${value}` });
      const label = Object.assign(document.createElement("label"), { htmlFor: input.id });
      label.append(...[...who.children].map((each) => Object.assign(each.cloneNode(), { textContent: each.textContent })));
      line.append(input, label);
      chosen.append(line);
    }
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    field.value = "";
    suggestions.close();
    status.textContent = picker.dataset.chosen.replace("{name}", who.querySelector(".people__name").textContent);
  }

  // After the suggestions: a name that nobody bears is not sent, and Escape takes it away.
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || !field.value.trim()) return;
    if (event.key === "Escape") field.value = "";
    else if (event.key !== "Enter") return;
    event.preventDefault();
  });
}

document.querySelectorAll("[data-picker]").forEach(begin);
