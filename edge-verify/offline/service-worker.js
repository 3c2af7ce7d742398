// Keeps the offline page in the browser, and shows it where a page of the verifier cannot be had.
//
// Only the page's own files are kept here, never an address that somebody went to: it may hold a token.

const FILES = "registrar-offline-{{version}}";
const MODULE = "/offline/registrar.wasm";
const PAGE = "/offline";

async function keep() {
  const cache = await caches.open(FILES);
  await cache.addAll([PAGE, MODULE].map((path) => new Request(path, { cache: "reload" })));
  await self.skipWaiting();
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("registrar-offline-") && name !== FILES);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fetchOrKept(request, path) {
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(FILES);
    return (await cache.match(path)) ?? Response.error();
  }
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetchOrKept(request, PAGE));
  else if (url.pathname === MODULE) event.respondWith(fetchOrKept(request, MODULE));
});
