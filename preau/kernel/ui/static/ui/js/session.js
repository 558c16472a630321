// The end of a session on a shared computer. The server decides; this page counts, warns a minute before, tells the
// server while somebody is at it, and leaves. Tabs agree.
import { forget } from "./forget.js";

const form = document.getElementById("session");
const words = form.querySelector("[role=status]");
const stay = form.querySelector("button");
const { left, login, soon, key, one, many, stays, lost } = form.dataset;
const SOON = 60_000;
const TELLS = 60_000; // at most once in so long
const PATIENCE = 5_000;
const ASLEEP = 5_000; // a tick that comes so late: the computer slept
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("preau-session") : null;

// From when the answer began to come: on a weak line the page is there long after.
const came = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
let until = Date.now() - performance.now() + came + left * 1000;
let told = Date.now(); // opening this page was activity
let ticked = Date.now();
let before = null; // what had the focus
let isWarned = false;
let hasJumped = false;
let isLeaving = false;

function waiting() {
  let n = 0;
  for (const store of [sessionStorage, localStorage])
    for (const name of Object.keys(store)) if (name.startsWith("preau-waiting:")) n += JSON.parse(store[name]).length;
  return n > 1 ? ` ${many.replace("{n}", n)}` : n ? ` ${one}` : "";
}
function warn() {
  if (isWarned) return;
  isWarned = true;
  hasJumped = false;
  form.classList.add("session--soon");
  before = document.activeElement;
  words.textContent = `${soon}${waiting()} ${key}`;
  stay.hidden = false;
}
function calm(said = "") {
  if (isWarned && stay.matches(":focus")) before?.focus({ preventScroll: true });
  isWarned = false;
  stay.hidden = true;
  words.textContent = said;
  setTimeout(() => {
    if (isWarned) return;
    words.textContent = "";
    form.classList.remove("session--soon");
  }, said ? 5000 : 0);
}
function know(at) {
  if (at - until > 1000 && isWarned && at - Date.now() > SOON) calm(stays);
  until = Math.max(until, at);
}

// Resolves to whether the session lasts; nothing where no answer came.
async function ask(method) {
  const signal = AbortSignal.timeout?.(PATIENCE); // a computer that wakes may have half a line
  const body = method === "POST" ? new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value }) : undefined;
  try {
    const answer = await fetch(form.action, { method, body, headers: { Accept: "application/json" }, redirect: "manual", cache: "no-store", signal });
    if (answer.type === "opaqueredirect" || answer.status === 403) return false;
    if (!answer.ok) return undefined;
    const { left: seconds } = await answer.json();
    if (seconds === null) return true; // no clock runs any more
    know(Date.now() + seconds * 1000);
    tabs?.postMessage({ until });
    return seconds > 0;
  } catch {
    return undefined;
  }
}
async function tell() {
  told = Date.now();
  tabs?.postMessage({ told });
  const lasts = await ask("POST");
  if (lasts === false) leave();
  else if (lasts) isWarned && calm(stays);
  else if (isWarned) words.textContent = lost;
}
async function leave() {
  if (isLeaving) return;
  isLeaving = true;
  document.body.hidden = true;
  if (await ask("GET")) { // another window has gone on meanwhile
    isLeaving = document.body.hidden = false;
    return;
  }
  tabs?.postMessage({ out: true });
  await Promise.race([forget(), new Promise((done) => setTimeout(done, 2000))]);
  location.replace(login);
}
function tick() {
  const now = Date.now();
  const slept = Math.abs(now - ticked) > ASLEEP;
  ticked = now;
  if (now >= until) leave();
  else if (until - now <= SOON && !isWarned) ask("GET").then(() => until - Date.now() <= SOON && warn());
  else if (slept) ask("GET").then((lasts) => lasts === false && leave());
}
function act(event) {
  if (isLeaving || Date.now() >= until) return tick();
  if (event.type === "keydown" && event.key === "Tab" && isWarned && !hasJumped) {
    event.preventDefault(); // one step from wherever one is: a minute is short
    hasJumped = true;
    return stay.focus();
  }
  if (event.target === stay && event.type !== "submit") return; // pressed on purpose: it tells by itself
  if (isWarned || Date.now() - told >= TELLS) tell();
}

for (const name of ["keydown", "pointerdown", "input", "wheel", "touchmove"]) addEventListener(name, act, { passive: name !== "keydown" });
form.addEventListener("submit", (event) => (event.preventDefault(), tell()));
if (tabs)
  tabs.onmessage = ({ data }) => {
    if (data.out) leave();
    if (data.told) told = Math.max(told, data.told);
    if (data.until) know(data.until);
  };
tabs?.postMessage({ until });
for (const name of ["visibilitychange", "focus", "online", "pageshow"]) addEventListener(name, tick, true);
setInterval(tick, 1000);
