// What is no archive yet goes packed by the browser: a twelfth of its size on a school's line. What is too much all the
// same is said before it is sent. The field keeps what was chosen.
const SMALL = 20_000; // bytes: below, nothing is gained

async function pack(file, most) {
  // Nothing that is a hundred times too large becomes small enough.
  if (file.size < SMALL || file.size > 100 * most) return file;
  try {
    if ((await file.slice(0, 2).text()) === "PK") return file;
    const packed = await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
    return packed.size < file.size ? new File([packed], `${file.name}.gz`, { type: "application/gzip" }) : file;
  } catch {
    return file; // no CompressionStream, or no longer readable: sent as any other
  }
}

const size = (bytes) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit", unit: "megabyte", maximumFractionDigits: 1,
  }).format(bytes / 1e6);

for (const form of document.querySelectorAll("form[data-behavior=packed]")) {
  const input = form.querySelector("input[type=file]");
  const most = Number(input.dataset.most);
  const status = form.querySelector(".upload__words");
  const line = form.querySelector("template").content.firstElementChild;
  const refusal = Object.assign(document.createElement("div"), { id: `${input.id}_refused`, role: "alert" });
  let going = null; // sent in the place of what was chosen

  const rest = () => {
    going = null;
    status.textContent = "";
  };
  const accept = () => {
    input.removeAttribute("aria-invalid");
    refusal.replaceChildren();
  };
  const refuse = (total) => {
    const said = "CompressionStream" in window ? line.dataset.large : line.dataset.loose;
    line.lastElementChild.textContent = said.replace("{size}", size(total));
    rest();
    refusal.replaceChildren(line);
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };

  input.parentElement.before(refusal);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${refusal.id}`);
  input.addEventListener("change", rest);
  input.addEventListener("change", accept);

  form.addEventListener("submit", async (event) => {
    if (going || !navigator.onLine) return;
    event.preventDefault();
    if (input.disabled) return;
    accept();
    input.disabled = true;
    status.textContent = status.dataset.sending;
    const files = await Promise.all([...input.files].map((file) => pack(file, most)));
    input.disabled = false;
    const total = files.reduce((sum, file) => sum + file.size, 0);
    if (total > most) return refuse(total);
    going = files;
    form.requestSubmit(event.submitter);
  });
  form.addEventListener("formdata", ({ formData }) => {
    if (!going) return;
    formData.delete(input.name);
    for (const file of going) formData.append(input.name, file);
  });
  for (const event of ["pageshow", "offline"]) addEventListener(event, rest);
}
