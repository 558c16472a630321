// Shows a password to who types it, and hides it again before it is sent: a browser would offer it later as text.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const word = button.querySelector("[data-word]");
  const show = (shown) => {
    if ((field.type === "text") === shown) return;
    field.type = shown ? "text" : "password";
    [word.textContent, word.dataset.word] = [word.dataset.word, word.textContent];
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    show(field.type === "password");
    field.focus();
  });
  field.form?.addEventListener("submit", () => show(false));
  addEventListener("pagehide", () => show(false));
}
