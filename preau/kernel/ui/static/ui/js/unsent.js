// On the login page: what waits on this computer is its person's alone, and goes when somebody else logs in.
const said = document.querySelector("[data-unsent]");
let n = 0;
try {
  for (const name of Object.keys(localStorage))
    if (name.startsWith("preau-waiting:")) n += JSON.parse(localStorage.getItem(name)).length;
} catch { /* Nothing is kept here. */ }
if (n) said.textContent = n === 1 ? said.dataset.one : said.dataset.many.replace("{n}", n);
