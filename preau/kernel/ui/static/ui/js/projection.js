// One key hides what is somebody's, at once, in all tabs of this browser; the session keeps it for the next pages.
const bar = document.getElementById("projecting");
const page = document.documentElement;
const channel = new BroadcastChannel("preau-projection");
const title = document.title;
let isOn = page.hasAttribute("data-projecting");
let chosen = 0; // when, by a key here or in another tab: milliseconds

function show(on) {
  isOn = on;
  page.toggleAttribute("data-projecting", on);
  document.title = on ? "Préau" : title;
  bar.querySelector("[role=status]").textContent = on ? bar.dataset.on : bar.dataset.off;
}
async function choose(on) {
  show(on);
  chosen = Date.now();
  if (on) channel.postMessage(true);
  const body = new FormData(bar);
  body.set("on", on ? "1" : "0");
  body.delete("_key"); // each touch of the key is another wish
  try {
    const answer = await fetch(bar.action, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw answer;
  } catch {
    show(true); // nobody knows it but this browser: it stays hidden
  }
  if (!isOn) channel.postMessage(false);
  // A page that came projected has no title of its own.
  if (!isOn && title === "Préau") location.reload();
}

channel.onmessage = ({ data }) => {
  if (data === "?") isOn && chosen && channel.postMessage(chosen);
  else if (typeof data === "boolean") (chosen = Date.now()), show(data);
  // Chosen while this page was on its way: the server did not know yet when it drew it.
  else if (data > performance.timeOrigin) (chosen = data), show(true);
};
export const toggle = () => choose(!isOn);
// It may have been chosen by a button. Ended so, the other tabs stay as they are: hiding too much tells nothing.
channel.postMessage(isOn || "?");
