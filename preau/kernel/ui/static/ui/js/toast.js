// Lifted above the foot of the page for ten seconds, counted anew while somebody is on it. Said again once
// the page is there: a screen reader tells what changes, not what it finds.
const STAYS = 10_000;

for (const toast of document.querySelectorAll(".toast")) {
  const words = toast.querySelector("[role=status]");
  const close = toast.querySelector(".toast__close");
  const said = words.textContent;
  let goes;

  const hold = () => clearTimeout(goes);
  const count = () => {
    hold();
    if (!toast.matches(":hover, :focus-within")) goes = setTimeout(() => toast.remove(), STAYS);
  };

  words.textContent = "";
  setTimeout(() => (words.textContent = said), 100);
  toast.classList.add("toast--lifted");
  close.hidden = false;
  close.addEventListener("click", () => {
    hold();
    toast.remove();
    document.getElementById("content")?.focus({ preventScroll: true });
  });
  for (const begins of ["pointerenter", "focusin"]) toast.addEventListener(begins, hold);
  for (const ends of ["pointerleave", "focusout"]) toast.addEventListener(ends, () => setTimeout(count));
  count();
}
