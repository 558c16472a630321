// « / » leads to the search field. Who is hindered by that switches it off on the search page.
const KEPT = "preau.slash";
const on = () => localStorage.getItem(KEPT) !== "off";
const fields = [...document.querySelectorAll(".search__field")];

function tell() {
  for (const field of fields) on() ? field.setAttribute("aria-keyshortcuts", "/") : field.removeAttribute("aria-keyshortcuts");
}

for (const choice of document.querySelectorAll("[data-slash]")) {
  const box = choice.querySelector("input");
  choice.hidden = false;
  box.checked = on();
  box.addEventListener("change", () => {
    localStorage.setItem(KEPT, box.checked ? "" : "off");
    tell();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !on()) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = fields.find((each) => each.offsetParent);
  if (field) { event.preventDefault(); field.select(); }
});

tell();
