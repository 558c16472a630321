// Blocks that say `data-live` are fetched again when their topic has changed: docs/live.md.
import { edited } from "./edited.js";
import { listen } from "./line.js";

const root = document.getElementById("live");
const late = new Set(); // ids that have changed and wait: the tab is hidden, somebody types there, or no answer came
const asked = new Map(); // id -> whether it changed again while it was being fetched
const tags = new Map(); // id -> the tag of what it shows: unchanged, the answer is 304 and empty
let seen = Date.now();

const blocks = () => document.querySelectorAll("[data-live]");

function inUse(block) {
  const controls = [...block.querySelectorAll("input:not([type=hidden]), select, textarea")];
  return controls.some((control) => control === document.activeElement || edited(control));
}

// Tokens are new in each answer, and what is unfolded is the reader's own affair.
function bare(block) {
  const copy = block.cloneNode(true);
  copy.querySelectorAll("input[type=hidden]").forEach((field) => field.removeAttribute("value"));
  copy.querySelectorAll("details").forEach((fold) => fold.removeAttribute("open"));
  return copy;
}

function put(block, fresh) {
  if (bare(block).isEqualNode(bare(fresh))) return;
  const stops = (of) => [...of.querySelectorAll("a, button, summary, input, select, textarea")];
  const focused = stops(block).indexOf(document.activeElement);
  const folds = [...fresh.querySelectorAll("details")];
  for (const fold of block.querySelectorAll("details[open]")) {
    const said = fold.querySelector("summary").textContent;
    const same = folds.find((each) => each.querySelector("summary").textContent === said);
    if (same) same.open = true;
  }
  fresh.classList.add("is-fresh");
  block.replaceWith(fresh);
  if (focused >= 0) (stops(fresh)[focused] ?? stops(fresh).at(-1))?.focus({ preventScroll: true });
  if (fresh.dataset.liveSay) say(fresh.dataset.liveSay, "visually-hidden");
}

async function renew(block) {
  const { id } = block;
  if (document.hidden || inUse(block)) return void late.add(id);
  if (asked.has(id)) return void asked.set(id, true);
  asked.set(id, false);
  late.add(id);
  try {
    const headers = { "X-Preau-Fragment": id };
    if (tags.has(id)) headers["If-None-Match"] = tags.get(id);
    const answer = await fetch(block.dataset.liveSrc, { headers, redirect: "manual" });
    if (answer.type === "opaqueredirect") return out();
    if (answer.status >= 500 || answer.status === 429) return lost();
    const here = document.getElementById(id);
    const text = await answer.text();
    late.delete(id);
    if (answer.status === 304) return well();
    tags.delete(id);
    if (!answer.ok) return here?.removeAttribute("data-live"); // no longer theirs to follow
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(id);
    well();
    if (!here || !fresh) return;
    if (inUse(here)) return void late.add(id);
    put(here, fresh);
    if (answer.headers.has("ETag")) tags.set(id, answer.headers.get("ETag"));
  } catch {
    lost();
  } finally {
    const again = asked.get(id);
    asked.delete(id);
    if (again) changed(id);
  }
}

function changed(id) {
  const block = document.getElementById(id);
  if (block) renew(block);
}

function say(words, name) {
  const line = document.createElement("span");
  line.className = name;
  line.textContent = words;
  root.replaceChildren(...(words ? [line] : []));
}

function well() {
  seen = Date.now();
  if (root.querySelector(".live__line")) say("");
}

function lost() {
  const at = new Date(seen).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
  if (!root.querySelector(".live__line")) say(root.dataset.lost.replace("{time}", at), "live__line");
}

function out() {
  line.stop();
  late.clear();
  say(root.dataset.out, "live__line");
}

const catchUp = () => [...late].forEach(changed);
const line = listen({
  root,
  topics: () => [...blocks()].map((block) => block.dataset.live),
  renew: (wants, id) => blocks().forEach((block) => wants(block.dataset.live) && (!id || id === block.id) && renew(block)),
  well,
  lost,
  out,
});

setInterval(catchUp, 20_000);
addEventListener("offline", lost);
// One answer says that the line is back: the stream may not notice for a while.
addEventListener("online", () => (root.querySelector(".live__line") ? blocks().forEach(renew) : catchUp()));
addEventListener("focusout", () => setTimeout(catchUp));
addEventListener("reset", () => setTimeout(catchUp));
document.addEventListener("visibilitychange", () => document.hidden || catchUp());
