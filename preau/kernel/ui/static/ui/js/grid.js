// A grid of inputs as one stop of the Tab key: arrows, Home and End move, Enter goes to the next row, Escape
// takes back what was typed in a cell, and a block copied from a spreadsheet fills cells from here on.
const plain = (text) => text.replace(/[\s\u00a0\u202f]+/g, " ").trim();

function begin(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
  const said = table.closest(".table__box").nextElementSibling;
  const placeOf = (cell) => {
    const row = rows.findIndex((each) => each.includes(cell));
    return [row, rows[row].indexOf(cell)];
  };
  let stop = rows.flat().find((cell) => cell.matches("[aria-invalid]")) ?? rows[0]?.[0];
  let before = "";
  if (!stop) return;
  for (const cell of rows.flat()) cell.tabIndex = cell === stop ? 0 : -1;

  function go(row, column) {
    const cell = rows[Math.min(Math.max(row, 0), rows.length - 1)].at(column);
    cell?.focus();
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // What the server will refuse, marked before it is sent.
  function judge(cell) {
    const { decimals, lowest, highest, codes = "", hint } = cell.dataset;
    const typed = plain(cell.value).replace(/ /g, "").replace("−", "-");
    const scale = 10 ** decimals;
    const number = Math.round(Number(typed.replace(",", ".")) * scale);
    const reads = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(typed) && (typed.split(/[.,]/)[1] ?? "").replace(/0+$/, "").length <= decimals;
    const fits = reads && !(number < Number(lowest ?? -Infinity)) && !(number > Number(highest ?? Infinity));
    const refused = decimals !== undefined && typed !== "" && !fits && !codes.split(" ").includes(typed.toLowerCase());
    const words = document.getElementById(`${cell.id}-error`);
    words.textContent = refused ? hint : "";
    cell.toggleAttribute("aria-invalid", refused);
    if (refused) cell.setAttribute("aria-invalid", "true");
    if (refused) cell.setAttribute("aria-describedby", words.id);
    else cell.removeAttribute("aria-describedby");
    return refused;
  }

  function fill(cell, text) {
    const [top, left] = placeOf(cell);
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    let filled = 0, refused = 0;
    for (const [down, line] of lines.entries()) {
      for (const [right, value] of line.entries()) {
        const target = rows[top + down]?.[left + right];
        if (!target) continue;
        filled += 1;
        // A spreadsheet set to English writes a point.
        target.value = "decimals" in target.dataset ? plain(value).replace(/^([+-]?\d*)\.(\d+)$/, "$1,$2") : plain(value);
        target.dispatchEvent(new Event("input", { bubbles: true }));
        refused += judge(target);
      }
    }
    const over = lines.flat().length - filled;
    const { pasted, left: out, refused: wrong } = table.dataset;
    said.textContent = [[pasted, filled], [out, over], [wrong, refused]]
      .filter(([, count], place) => count || !place).map(([words, count]) => words.replace("{count}", count)).join(", ") + ".";
  }

  table.addEventListener("focusin", ({ target: cell }) => {
    if (!rows.flat().includes(cell)) return;
    stop.tabIndex = -1;
    stop = cell;
    cell.tabIndex = 0;
    before = cell.value;
    cell.select();
  });
  table.addEventListener("change", ({ target }) => judge(target));
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    fill(event.target, text);
    before = event.target.value;
  });
  table.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (event.isComposing || event.altKey || !cell.matches("input")) return;
    const [row, column] = placeOf(cell);
    const [from, to, end] = [cell.selectionStart, cell.selectionEnd, cell.value.length];
    const whole = from === 0 && to === end; // else the caret moves within what is typed
    const far = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown") go(far ? rows.length - 1 : row + 1, column);
    else if (event.key === "ArrowUp") go(far ? 0 : row - 1, column);
    else if (event.key === "Enter") go(row + (event.shiftKey ? -1 : 1), column);
    else if (event.key === "PageDown") go(row + 10, column);
    else if (event.key === "PageUp") go(row - 10, column);
    else if (event.key === "ArrowRight" && !event.shiftKey && (whole || from === end)) go(row, Math.min(column + 1, rows[row].length - 1));
    else if (event.key === "ArrowLeft" && !event.shiftKey && (whole || to === 0)) go(row, Math.max(column - 1, 0));
    else if (event.key === "Home" && !event.shiftKey && (far || whole || from === 0)) go(far ? 0 : row, 0);
    else if (event.key === "End" && !event.shiftKey && (far || whole || from === end)) go(far ? rows.length - 1 : row, -1);
    else if (event.key === "Escape" && cell.value !== before) {
      cell.value = before;
      cell.dispatchEvent(new Event("input", { bubbles: true }));
      judge(cell);
      cell.select();
    } else return;
    event.preventDefault();
  });
}

document.querySelectorAll("[data-grid]").forEach(begin);
