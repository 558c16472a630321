// Suggestions while one types, over a form that finds without them: each leads to its page.
import { combobox } from "./combobox.js";

for (const form of document.querySelectorAll("form[data-suggest]")) {
  combobox({
    field: form.querySelector("[type=search]"),
    list: form.querySelector(".search__list"),
    status: form.querySelector("[role=status]"),
    source: form.dataset.suggest,
    take: (option) => location.assign(option.dataset.href),
  });
}
