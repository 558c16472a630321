// A fold that holds a dialog is put above the page. The browser keeps the focus inside, closes it by Escape
// and gives the focus back; the fold follows, so that a block that is fetched again finds it as it was.
const dialogOf = (fold) => fold.querySelector(":scope > dialog");

function show(fold) {
  const dialog = dialogOf(fold);
  fold.open = true;
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const fold = event.target.closest("details.opens > summary")?.parentElement;
  if (fold) {
    event.preventDefault();
    show(fold);
  } else if (event.target.closest(".dialog__close") || event.target.matches("dialog.dialog:modal")) {
    event.target.closest("dialog").close(); // its own button, or the ground around it
  }
});
document.addEventListener("close", (event) => {
  if (event.target.matches("details.opens > dialog")) event.target.parentElement.open = false;
}, true);
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details.opens[open]")) show(event.target);
}, true);

for (const fold of document.querySelectorAll("details.opens[open]")) show(fold);
