// On the page of the service worker: since when, and how much waits on this device. Goes on by itself when the
// line is back.
const said = document.getElementById("offline");
const again = said.querySelector("[data-again]");
const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
said.querySelector("[data-told]").textContent = said.dataset.since.replace("{time}", time);

let waiting = 0;
for (const store of [localStorage, sessionStorage])
  for (const name of Object.keys(store).filter((each) => each.startsWith("preau-waiting:"))) {
    const entries = JSON.parse(store.getItem(name));
    const lost = sessionStorage.getItem("preau-going");
    store.setItem(name, JSON.stringify(entries.map((entry) => (entry.key === lost ? { ...entry, going: 0 } : entry))));
    waiting += entries.length;
  }
sessionStorage.removeItem("preau-going");
if (waiting) {
  const { one, many } = said.dataset;
  said.querySelector("[data-count]").textContent = waiting === 1 ? one : many.replace("{n}", waiting);
}
const tryAgain = () => location.replace(again.href);
again.addEventListener("click", (event) => (event.preventDefault(), tryAgain()));
addEventListener("online", tryAgain);
