// Empties what this browser keeps for the site, but the worker's shell, which is the same for everybody. For the
// browsers that do not know Clear-Site-Data, and for the tabs that header does not reach: docs/shared-computers.md.
const GONE = "preau-gone"; // its change tells the other tabs

export async function forget() {
  for (const name of ["sessionStorage", "localStorage"]) {
    try {
      window[name].clear();
      if (name === "localStorage") {
        localStorage.setItem(GONE, Date.now());
        localStorage.removeItem(GONE);
      }
    } catch { /* Not allowed: nothing is kept either. */ }
  }
  for (const pair of document.cookie.split("; ")) {
    if (pair.startsWith("preau_")) document.cookie = `${pair.split("=")[0]}=; Path=/; Max-Age=0; SameSite=Lax`;
  }
  const caught = async (work) => {
    try { await work(); } catch { /* Not in this browser. */ }
  };
  await caught(async () => (await indexedDB.databases()).forEach(({ name }) => indexedDB.deleteDatabase(name)));
  await caught(async () => {
    for (const name of await caches.keys()) if (!name.startsWith("preau-shell-")) await caches.delete(name);
  });
  await caught(async () => {
    for (const each of await navigator.serviceWorker.getRegistrations()) {
      await (await each.pushManager?.getSubscription())?.unsubscribe();
      for (const notice of await each.getNotifications()) notice.close();
    }
  });
}

if (document.querySelector("[data-forget]")) forget();
