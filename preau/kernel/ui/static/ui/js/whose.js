// Whose stores these are. Somebody else than the last: they are emptied. Emptied by another tab, which has left: this
// page, come back from the browser's memory or still open, shows nothing more.
import { forget } from "./forget.js";

const KEY = "preau-whose";
const { mark } = document.getElementById("waiting").dataset;
let counted = false; // a browser that keeps nothing says nothing

function read() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}
function sign() {
  try {
    localStorage.setItem(KEY, mark);
    sessionStorage.setItem(KEY, mark);
    counted = true;
  } catch { /* Full, or not allowed. */ }
}
function isOthers() {
  try {
    return [localStorage, sessionStorage].some((store) => (store.getItem(KEY) ?? mark) !== mark);
  } catch { return false; }
}
async function look() {
  if (!counted || read() === mark || document.body.hidden) return; // hidden: it is leaving already
  document.body.hidden = true;
  await forget();
  location.reload();
}

if (isOthers()) await forget();
sign();
addEventListener("storage", ({ key }) => (key === null || key === KEY || key === "preau-gone") && look());
addEventListener("pageshow", (event) => event.persisted && look());
