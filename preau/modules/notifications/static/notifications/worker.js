// Shows what is pushed, opens it when it is touched. What it shows comes encrypted and names nobody.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(
    self.registration.showNotification(told.title || "Préau", {
      body: told.body || "",
      tag: told.tag, // the same notice again takes the place of the first
      icon: ICON,
      lang: "fr",
      data: { path: told.path || "/notices/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  // A path of this site, whatever was pushed.
  const wanted = new URL(event.notification.data.path, self.location.origin);
  const address = wanted.origin === self.location.origin ? wanted.href : self.location.origin;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const here = open.find((client) => "navigate" in client);
      return here ? here.navigate(address).then((client) => client && client.focus()) : self.clients.openWindow(address);
    }),
  );
});
