// What an upload says of itself: storage/_upload_panel.html.
const size = (bytes) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: "megabyte", maximumFractionDigits: 1,
  }).format(bytes / 1e6);

export function panelOf(box) {
  const panel = box.querySelector("[data-upload]");
  const [bar, words, cancel] = [".upload__bar", ".upload__words", ".upload__cancel"].map((of) => panel.querySelector(of));
  const say = (text) => { words.textContent = text; };
  panel.hidden = false;
  return {
    cancel,
    say,
    tell: (word) => say(words.dataset[word]),
    busy: (is) => { bar.hidden = cancel.hidden = !is; },
    progress: (done, all) => {
      bar.value = all ? (100 * done) / all : 100;
      say(words.dataset.sending.replace("{done}", size(done)).replace("{all}", size(all)));
    },
  };
}
