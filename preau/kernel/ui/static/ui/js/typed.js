// What is typed in a form stays in this tab until the server says that it is saved. Never a password, a file, a
// hidden field, nor a form or field that says `data-forgets`; rich text keeps its own.
import { edited } from "./edited.js";

const line = document.getElementById("waiting");
const words = JSON.parse(document.getElementById("waiting-words").textContent);
const KEY = `preau-typed:${line.dataset.mark}`;
const UNKEPT =
  "[type=password], [type=file], [type=hidden], [type=submit], [type=button], [type=reset], [autocomplete=one-time-code], [data-rich], [data-forgets], [data-forgets] *";

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
function write(kept) {
  try {
    if (Object.keys(kept).length) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Full, or not allowed: the form works without.
  }
}

// `form.action` may be a field of that name.
export const addressOf = (form, submitter) =>
  new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
const forms = () => [...document.querySelectorAll("form[method=post]")];

// By where it is sent, which is the same on the page that gives it back with errors.
export function nameOf(form) {
  const { pathname } = addressOf(form);
  const alike = forms().filter((each) => addressOf(each).pathname === pathname);
  return `${pathname} ${alike.indexOf(form)}`;
}

function fieldsOf(form) {
  const seen = {};
  const kept = [...form.elements].filter((each) => each.name && each.matches("input, select, textarea") && !each.matches(UNKEPT));
  return kept.map((control) => {
    const isChoice = control.matches("[type=checkbox], [type=radio]");
    seen[control.name] = (seen[control.name] ?? -1) + 1;
    return { control, isChoice, label: isChoice ? `${control.name}=${control.value}` : `${control.name} ${seen[control.name]}` };
  });
}
const versionOf = (form) => form.querySelector("input[type=hidden][name=version]")?.value;

function stateOf({ control, isChoice }) {
  if (isChoice) return control.checked;
  return control.multiple && control.options ? [...control.selectedOptions].map((option) => option.value) : control.value;
}
function put({ control, isChoice }, state) {
  if (isChoice) control.checked = state;
  else if (Array.isArray(state)) for (const option of control.options) option.selected = state.includes(option.value);
  else control.value = state;
}

export function snapshot(form) {
  const before = read()[nameOf(form)]?.fields ?? {};
  const fields = fieldsOf(form).filter((field) => field.label in before || edited(field.control));
  return { version: versionOf(form), fields: Object.fromEntries(fields.map((field) => [field.label, stateOf(field)])) };
}
function keep(form) {
  const kept = read();
  const now = snapshot(form);
  if (!Object.keys(now.fields).length) return;
  kept[nameOf(form)] = now;
  write(kept);
}
export function forget(name) {
  const { [name]: gone, ...others } = read();
  write(others);
}
export const handOver = (name, snapshot) => write({ ...read(), [name]: snapshot });
export const forgetAll = () => sessionStorage.removeItem(KEY);

// What the server said of the form of this key, when it said anything: the status.
export function told(key) {
  const [of, status] = (document.cookie.match(/(?:^|; )preau_told=([^;]*)/)?.[1] ?? "").split(".");
  return of === key ? Number(status) : 0;
}

function settle() {
  const { " sent": sent, ...kept } = read();
  if (!sent) return "";
  const status = told(sent.key);
  if (status >= 300 && status < 400) delete kept[sent.name];
  write(kept);
  return status ? sent.name : "";
}

function giveBack(form, isAnswer) {
  const name = nameOf(form);
  const found = read()[name];
  if (!found) return;
  const changed = fieldsOf(form).filter((field) => {
    if (!(field.label in found.fields)) return false;
    const before = JSON.stringify(stateOf(field));
    put(field, found.fields[field.label]);
    return JSON.stringify(stateOf(field)) !== before;
  });
  if (!changed.some(({ control }) => edited(control))) return void (isAnswer || forget(name));
  const said = document.createElement("p");
  said.className = "found";
  said.role = "status";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "found__drop";
  drop.textContent = words.drop;
  drop.onclick = () => {
    form.reset();
    forget(name);
    said.remove();
    changed[0].control.focus();
  };
  said.append(found.version === versionOf(form) ? words.found : words.changed, " · ", drop);
  form.prepend(said);
  changed.forEach(({ control }) => control.dispatchEvent(new Event("change", { bubbles: true })));
}

const late = new Map();
function flush() {
  late.forEach((timer, form) => (clearTimeout(timer), keep(form)));
  late.clear();
}
function hear({ target }) {
  const { form } = target;
  if (form?.method !== "post" || target.matches(UNKEPT)) return;
  clearTimeout(late.get(form));
  late.set(form, setTimeout(flush, 300));
}

const answered = settle();
forms().forEach((form) => giveBack(form, nameOf(form) === answered));
// What was typed while this file was on its way.
forms().forEach((form) => fieldsOf(form).some(({ control }) => edited(control)) && keep(form));
addEventListener("input", hear);
addEventListener("change", hear);
addEventListener("pagehide", flush);
addEventListener("submit", (event) => {
  const { target: form } = event;
  if (form.method !== "post") return;
  flush();
  if (addressOf(form).pathname === line.dataset.logout) return void (event.defaultPrevented || forgetAll());
  const key = form.elements._key?.value;
  const name = nameOf(form);
  if (key && name in read()) write({ ...read(), " sent": { key, name } });
});
