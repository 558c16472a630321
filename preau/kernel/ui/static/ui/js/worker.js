// Last of all: on a weak line the page comes first.
const register = () => navigator.serviceWorker.register("/service-worker.js", { scope: "/" }).catch(() => {});
if (!("serviceWorker" in navigator)) { /* The page works without. */ }
else if (document.readyState === "complete") register();
else addEventListener("load", register);
