// Keeps the shell, and shows the page of `/offline/` when no answer comes. No page, no answer to a form and
// nothing of a person is ever put into a cache: only what is in `SHELL`, and that page asked as nobody.
const KEPT = `preau-shell-${VERSION}`;

async function fill() {
  const cache = await caches.open(KEPT);
  await cache.addAll(SHELL);
  await cache.put(OFFLINE, await fetch(OFFLINE, { credentials: "omit", cache: "reload" }));
  await self.skipWaiting();
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("preau-shell-") && name !== KEPT).map((name) => caches.delete(name)));
  // A worker takes long to wake on an old phone: the page is asked for meanwhile.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function away(request) {
  const kept = await caches.match(OFFLINE);
  if (!kept) return Response.error();
  let text = await kept.text();
  // What was posted is not asked for by reading: back to the page where the form stands.
  const from = request.method === "GET" ? "" : request.referrer;
  if (URL.canParse?.(from)) {
    const { pathname, search } = new URL(from);
    text = text.replace(' href=""', ` href="${(pathname + search).replaceAll("&", "&amp;")}"`);
  }
  return new Response(text, { status: 503, headers: kept.headers });
}

async function open(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return away(event.request);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate") event.respondWith(open(event));
  else if (origin === self.location.origin && SHELL.includes(pathname))
    event.respondWith(caches.match(pathname).then((found) => found ?? fetch(request)));
});
