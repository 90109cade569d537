// Without network the page for visits answers in place of any other; it was put aside while there was one.
// The record of a visit that cannot be sent is kept on the device; visits.js sends it later, under its key once.
"use strict";
const SHELF = "visits";
const LOG = /^\/customers\/visits\/(\d+\/)?log\/$/;
const NOT_KEPT = ["csrfmiddlewaretoken", "form_key", "form_version", "kept_by", "kept_label", "device_at"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fromShelf(request) {
  return (await caches.open(SHELF)).match(request, { ignoreVary: true });
}

async function offlinePage() {
  const shelf = await caches.open(SHELF);
  const page = (await shelf.keys()).find((kept) => new URL(kept.url).pathname.endsWith("/visits/offline/"));
  return (page && (await shelf.match(page.url, { ignoreVary: true }))) || Response.error();
}

function put(entry) {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("visits", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "key" });
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const turn = asked.result.transaction("kept", "readwrite");
      turn.objectStore("kept").put(entry);
      turn.oncomplete = () => { asked.result.close(); done(); };
      turn.onerror = () => fail(turn.error);
    };
  });
}

async function keep(request) {
  const data = await request.formData();
  const key = data.get("client_key");
  if (!key) return Response.error();
  const fields = [], files = [];
  data.forEach((value, name) => {
    if (NOT_KEPT.includes(name)) return;
    if (value instanceof File) { if (value.size) files.push([name, value]); } else fields.push([name, value]);
  });
  const entry = { key, person: data.get("kept_by"), label: data.get("kept_label"), fields, files, made: Date.now(), error: "" };
  await put(entry);
  return offlinePage();
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && request.method === "POST" && LOG.test(url.pathname)) {
    const copy = request.clone();
    event.respondWith(fetch(request).catch(() => keep(copy)));
  } else if (request.method !== "GET") {
    return;
  } else if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(offlinePage));
  } else if (["script", "style", "image", "font"].includes(request.destination)) {
    event.respondWith(fetch(request).catch(async () => (await fromShelf(request)) || Response.error()));
  }
});
