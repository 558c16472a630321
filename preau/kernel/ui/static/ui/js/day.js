// Beside a field of a day, the day as one says it: « jeu. 12 mars ».
const language = document.documentElement.lang;
const parts = { weekday: "short", day: "numeric", month: "long" };
// French says « 1er », and no formatter does.
const first = language.startsWith("fr") ? [/\b1 /, "1er "] : ["", ""];

function say(field) {
  const words = document.getElementById(`${field.id}_words`);
  const [year, month, day] = field.value.split("-").map(Number);
  const isDay = day && year > 999; // a year that is being typed begins with zeros
  const another = year !== new Date().getFullYear() ? { ...parts, year: "numeric" } : parts;
  if (words) words.textContent = isDay ? new Date(year, month - 1, day).toLocaleDateString(language, another).replace(...first) : "";
}

document.querySelectorAll("input[type=date]").forEach(say);
for (const told of ["input", "change"]) {
  addEventListener(told, ({ target }) => target.matches("input[type=date]") && say(target));
}
addEventListener("reset", ({ target }) => setTimeout(() => target.querySelectorAll("input[type=date]").forEach(say)));
