// What the WebAssembly calls. Each is one crossing.

const kinds = [];

export function headers(kind, json) {
  kinds[kind] = JSON.parse(json);
}

export function respond(status, kind, body) {
  return new Response(body, { status, headers: kinds[kind] });
}

export function respondWith(status, kind, body, name, value) {
  const headers = new Headers(kinds[kind]);
  if (name !== "") headers.set(name, value);
  return new Response(body === "" ? null : body, { status, headers });
}

export function complete(status, kind, file) {
  return { status, headers: kinds[kind], file };
}

export function want(ticket, from, key) {
  return { ticket, from, key };
}

export function log(text) {
  console.error(text);
}
