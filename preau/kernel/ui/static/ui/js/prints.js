// Shows the button that prints the page, in place of the words that say how.
for (const place of document.querySelectorAll("[data-prints]")) {
  const button = place.querySelector("button");
  button.hidden = false;
  place.querySelector(".prints__how").hidden = true;
  button.addEventListener("click", () => print());
}
