// A menu closes when one goes on elsewhere, by pointer, by Tab or by Escape.
const closeAround = (target) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
};

addEventListener("click", (event) => closeAround(event.target));
addEventListener("focusin", (event) => closeAround(event.target));
addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
