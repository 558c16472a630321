// A form that says `data-waits` and is sent while the line is down waits in this browser and is sent once when the
// line is back, in order, by whichever page of Préau is open. Its key makes the second sending the first one:
// docs/bad-line.md.
import { addressOf, forget, handOver, nameOf, snapshot, told } from "./typed.js";

const line = document.getElementById("waiting");
const words = JSON.parse(document.getElementById("waiting-words").textContent);
const KEY = `preau-waiting:${line.dataset.mark}`;
// On a shared computer what waits is gone with the tab, and with the session.
const store = document.getElementById("session") ? sessionStorage : localStorage;
const DAY = 24 * 3_600_000; // the server knows a key for two
const AGAIN = 30_000;
const LATER = [429, 502, 503, 504, 507]; // nothing was done, and nothing is wrong with the form
let sent = 0;
let refused = []; // {said, page}
let leaving = false;
let isOut = false;
let timer;

function read() {
  try {
    return JSON.parse(store.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
function write(entries) {
  if (entries.length) store.setItem(KEY, JSON.stringify(entries));
  else store.removeItem(KEY);
}
const without = (key) => write(read().filter((entry) => entry.key !== key));
const inNumber = ([one, many], n) => (n === 1 ? one : many.replace("{n}", n));

function part(tag, className, text, more = {}) {
  return Object.assign(document.createElement(tag), { className, textContent: text, ...more });
}
const button = (text, onclick) => part("button", "waiting__act", text, { type: "button", onclick });

function show() {
  const n = read().length;
  const rows = [];
  const row = (text, ...acts) => {
    const made = part("p", "waiting__line", text);
    made.append(...acts.flatMap((act) => [" ", act]));
    rows.push(made);
  };
  for (const each of refused)
    row(
      words.refused.replace("{said}", each.said),
      part("a", "waiting__act", words.take, { href: each.page }),
      button(words.close, () => ((refused = refused.filter((other) => other !== each)), show())),
    );
  if (n && leaving) row(inNumber(words.leaving, n));
  else if (n && isOut) row(inNumber(words.out, n), part("a", "waiting__act", words.signIn, { href: location.pathname }));
  else if (n) row(inNumber(words.waiting, n));
  if (sent) row(inNumber(words.sent, sent), button(words.close, () => ((sent = 0), show())));
  line.replaceChildren(...rows);
}
function say(text) {
  line.replaceChildren(part("p", "waiting__line", text));
}

const unbroken = (text) => text.replace(/\r\n|\r|\n/g, "\r\n"); // as a browser sends it: the same form is the same text
function fieldsOf(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return [...data].filter(([, value]) => !(value instanceof File && !value.size));
}
function mayWait(form, address, fields) {
  if (form.method !== "post" || !("waits" in form.dataset) || !form.elements._key) return false;
  const only = form.dataset.waits;
  if (only && new URL(only, location.href).pathname !== address.pathname) return false;
  return address.origin === location.origin && fields.every(([, value]) => typeof value === "string");
}

addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const { target: form, submitter } = event;
  if (form.method !== "post") return;
  const address = addressOf(form, submitter);
  if (address.pathname === line.dataset.logout) return leave(event);
  const fields = fieldsOf(form, submitter);
  if (!mayWait(form, address, fields)) {
    if (navigator.onLine) return;
    event.preventDefault();
    return say(words.nothing);
  }
  const key = form.elements._key.value;
  const going = navigator.onLine ? Date.now() : 0;
  const entry = {
    key,
    action: address.pathname + address.search,
    fields: fields.filter(([name]) => name !== "csrfmiddlewaretoken").map(([name, value]) => [name, unbroken(value)]),
    name: nameOf(form),
    typed: snapshot(form),
    page: location.pathname + location.search,
    at: Date.now(),
    going,
  };
  try {
    // The same form again before it went: the last words count.
    write([...read().filter((other) => other.key !== key), entry]);
  } catch {
    if (going) return; // no room: it is sent as any other
    event.preventDefault();
    return say(words.nothing);
  }
  if (going) return sessionStorage.setItem("preau-going", key);
  event.preventDefault();
  show();
  again();
});

// Said first; the second touch leaves.
function leave(event) {
  if (!read().length) return;
  if (leaving) return store.removeItem(KEY);
  event.preventDefault();
  leaving = true;
  show();
}

async function sentence(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector(".error__message") ?? page.querySelector("#form-errors .notice__list li, #form-errors p");
  return found?.textContent.trim().replace(/\s+/g, " ") ?? "";
}
function giveBack(entry, said) {
  handOver(entry.name, entry.typed);
  refused.push({ said, page: entry.page });
  without(entry.key);
}
// The page it stands on may go on with it: as another form.
function renew(key) {
  for (const field of document.querySelectorAll(`input[name=_key]`)) {
    if (field.value !== key) continue;
    field.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

// Resolves to whether the next one may go.
async function send(entry) {
  if (!(Date.now() - entry.at < DAY)) return giveBack(entry, words.late), true;
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const body = new URLSearchParams([...entry.fields, ["csrfmiddlewaretoken", token]]);
  const answer = await fetch(entry.action, { method: "POST", body, redirect: "manual" });
  const status = told(entry.key);
  if (answer.type === "opaqueredirect" ? !status : LATER.includes(answer.status) || answer.headers.has("Retry-After")) {
    isOut = answer.type === "opaqueredirect"; // to the page where one signs in
    return false;
  }
  if (answer.type === "opaqueredirect" || answer.ok) {
    without(entry.key);
    forget(entry.name);
    sent += 1;
  } else giveBack(entry, await sentence(answer));
  renew(entry.key);
  return true;
}

async function sendAll() {
  isOut = false;
  for (;;) {
    const entry = read().find((each) => !each.going || Date.now() - each.going > AGAIN);
    if (!entry || !navigator.onLine || leaving) return;
    try {
      if (!(await send(entry))) return;
    } catch (error) {
      if (error instanceof TypeError) return; // no answer: the line is down all the same
      throw error;
    }
    show();
  }
}

async function again() {
  clearTimeout(timer);
  if (navigator.locks) await navigator.locks.request(KEY, { ifAvailable: true }, (lock) => lock && sendAll());
  else await sendAll();
  show();
  if (read().length && !isOut) timer = setTimeout(again, AGAIN);
}

// The form that brought this page here: answered, or lost on its way.
function settle() {
  const key = sessionStorage.getItem("preau-going");
  if (!key) return;
  sessionStorage.removeItem("preau-going");
  if (told(key)) return without(key);
  write(read().map((entry) => (entry.key === key ? { ...entry, going: 0 } : entry)));
}

settle();
addEventListener("online", again);
addEventListener("offline", show);
addEventListener("storage", ({ key }) => key === KEY && show());
again();
