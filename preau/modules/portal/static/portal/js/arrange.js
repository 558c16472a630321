// Blocks of the home are also drawn to their place, by mouse or finger. The buttons say the same to the keyboard.
const list = document.querySelector(".arranged");
const form = list.closest("form");
const sign = document.getElementById("arranged-handle").content.firstElementChild;
const blocks = () => [...list.children];

function follow(block, handle, down) {
  const before = blocks().indexOf(block);
  let grip = down.clientY;
  handle.setPointerCapture(down.pointerId);
  block.classList.add("arranged__block--held");

  function draw({ clientY }) {
    const over = blocks().find((each) => {
      const { top, bottom } = each.getBoundingClientRect();
      return each !== block && clientY > top && clientY < bottom;
    });
    if (over) {
      const at = block.offsetTop;
      const isBelow = blocks().indexOf(over) > blocks().indexOf(block);
      if (isBelow) over.after(block);
      else over.before(block);
      grip += block.offsetTop - at;
    }
    block.style.translate = `0 ${clientY - grip}px`;
  }
  function leave() {
    handle.removeEventListener("pointermove", draw);
    block.classList.remove("arranged__block--held");
    block.style.translate = "";
  }
  handle.addEventListener("pointermove", draw);
  handle.addEventListener("pointercancel", () => (leave(), location.reload()), { once: true });
  handle.addEventListener(
    "pointerup",
    () => {
      leave();
      const to = blocks().indexOf(block);
      if (to === before) return;
      const move = document.createElement("input");
      Object.assign(move, { type: "hidden", name: "move", value: `to${to + 1}:${block.id}` });
      form.append(move);
      form.submit();
    },
    { once: true },
  );
}

for (const block of blocks()) {
  const handle = sign.cloneNode(true);
  block.prepend(handle);
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    follow(block, handle, event);
  });
}
