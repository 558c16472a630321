// « Afficher mes avis sur cet appareil »: asks the browser for an address, puts it into the form, sends it.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function address(key) {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  const worker = await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const wanted = { userVisibleOnly: true, applicationServerKey: bytes(key) };
  try {
    return await worker.pushManager.subscribe(wanted);
  } catch (error) {
    // It was made with a key this site no longer has.
    const old = await worker.pushManager.getSubscription();
    if (!old || !(await old.unsubscribe())) throw error;
    return worker.pushManager.subscribe(wanted);
  }
}

for (const form of document.querySelectorAll("form[data-behavior=push]")) {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const found = await address(form.dataset.key);
      form.elements.endpoint.value = found.endpoint;
      form.elements.p256dh.value = text(found.getKey("p256dh"));
      form.elements.auth.value = text(found.getKey("auth"));
      form.submit();
    } catch {
      form.querySelector("[data-push-refused]").hidden = false;
    }
  });
}
