// Each behaviour is a file of its own, fetched only where the page has something for it. A page works
// without any of them. The names are written out: collectstatic puts the hash of each file into them.
const has = (selector) => document.querySelector(selector) !== null;

if (has("details.menu")) import("./menu.js");
if (has("#projecting")) {
  const projection = import("./projection.js");
  addEventListener("keydown", (event) => {
    if (event.key !== "F9" || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    projection.then(({ toggle }) => toggle());
  });
}
if (has("details.opens")) import("./dialog.js");
if (has(".toast")) import("./toast.js");
if (has("[data-reveal]")) import("./reveal.js");
if (has("input[type=date]")) import("./day.js");
if (has("[data-grid]")) import("./grid.js");
if (has("[data-picker]")) import("./picker.js");
if (has("[data-filtered]")) import("./filtered.js");
if (has("[data-prints]")) import("./prints.js");
if (has("[data-live]")) import("./live.js");
if (has("form[data-suggest]")) { import("./search.js"); import("./slash.js"); }

// Pages of somebody: what they type is kept, and this browser learns to say that the line is down.
const line = document.getElementById("waiting");
const holds = (storage, name) => {
  try { return window[storage].getItem(`preau-${name}:${line.dataset.mark}`); } catch { return null; }
};
if (has("[data-forget]")) import("./forget.js");
if (has("[data-unsent]")) import("./unsent.js");
if (has("#session")) import("./session.js");
if (line) {
  await import("./whose.js"); // before anything is given back
  import("./worker.js");
  if (holds("sessionStorage", "typed")) import("./typed.js");
  if (has("form[data-waits]") || ["localStorage", "sessionStorage"].some((each) => holds(each, "waiting"))) import("./waits.js");
  addEventListener("input", ({ target }) => { if (target.form?.method === "post") import("./typed.js"); });
  addEventListener("offline", () => import("./waits.js"));
}
if (has("#offline")) import("./offline.js");
