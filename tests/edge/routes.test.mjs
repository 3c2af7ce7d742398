// What wallets and other sites ask of the edge: badges, keys, the profile, lists; and how it is asked.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { claim, deploy, id, list, mint, nothing } from "./fixtures.mjs";

const { keys, tokens, lists } = mint({
  claims: [claim("VA11D0")],
  lists: [list([6], 2), list([7], 2, { purpose: "suspension" })],
});
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const credential = { type: ["VerifiableCredential", "OpenBadgeCredential"], name: "Æ" };
const rs256 = `${part({ alg: "RS256" })}.${part(credential)}.c2lnbmF0dXJlLW9mLXJzMjU2`;
const eddsa = `${part({ alg: "EdDSA" })}.${part(credential)}.c2lnbmF0dXJlLW9mLWVkZHNh`;
const jwks = {
  keys: [
    { kid: "https://verify.example/.well-known/openbadges/keys/1", kty: "OKP", crv: "Ed25519", x: "AA" },
    { kid: "https://verify.example/.well-known/openbadges/keys/1-rs256", kty: "RSA", n: "AA", e: "AQAB" },
  ],
};
const KEYS = "/.well-known/openbadges/keys";
const ISSUER = "/.well-known/openbadges/issuer";

const workers = [];
async function worker(options) {
  const deployed = await deploy({ keys, ...options });
  workers.push(deployed);
  return deployed;
}
after(() => Promise.all(workers.map((deployed) => deployed.stop())));

const kept = await worker({
  kv: {
    "status/0": lists[0],
    "status/0/suspension": lists[1],
    jwks: JSON.stringify(jwks),
    [`badge/${id("VA11D0")}`]: JSON.stringify({ rs256, eddsa }),
    [`badge/${id("G0NE00")}`]: JSON.stringify({ withdrawn: true }),
  },
});
const badge = `/badges/${id("VA11D0")}`;
const type = (answer) => answer.headers.get("content-type");

test("a badge comes from the KV in the form that is asked for, with the origin stopped", async () => {
  for (const [path, accept, wanted, body] of [
    [badge, "*/*", "text/plain; charset=utf-8", rs256],
    [badge, "application/vc+jwt", "application/vc+jwt", rs256],
    [badge, "application/json", "application/json", JSON.stringify(credential)],
    [`${badge}.jwt`, "*/*", "application/vc+jwt", rs256],
    [`${badge.toLowerCase().replace("cert", "CERT")}.eddsa.jwt`, "*/*", "application/vc+jwt", eddsa],
  ]) {
    const answer = await kept.get(path, { accept });
    assert.deepEqual([answer.status, type(answer), await answer.text()], [200, wanted, body], `${path} ${accept}`);
    assert.equal(answer.headers.get("cache-control"), "public, max-age=300");
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  }
  const page = await kept.get(badge, { accept: "text/html,*/*;q=0.8" });
  assert.deepEqual([page.status, page.headers.get("location")], [303, `/verify/${id("VA11D0")}`]);
  const gone = await kept.get(`/badges/${id("G0NE00")}`);
  assert.deepEqual([gone.status, (await gone.json()).code], [410, "withdrawn"]);
  assert.deepEqual(kept.calls, []);
});

test("what the KV lacks of badges comes from the origin, with its refusals, images with all their bytes", async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255, 254]);
  const deployed = await worker({
    origin: (path) => {
      if (path === `${badge}.jwt`) return new Response(rs256);
      if (path === `${badge}.png`) return new Response(png, { headers: { etag: '"origin"', "x-amz-id": "7" } });
      if (path === `${badge}.svg`) return new Response("<svg/>");
      if (path.includes("S00N00")) return new Response("{}", { status: 409 });
      if (path.includes("G0NE00")) return new Response("{}", { status: 410 });
      if (path.includes("STRANGE")) return new Response('{"message":"Not Found"}', { status: 404 });
      return path.includes("BR0KEN") ? new Response("{}", { status: 500 }) : nothing();
    },
  });
  assert.equal(await (await deployed.get(badge)).text(), rs256);
  const image = await deployed.get(`${badge}.png`);
  assert.deepEqual([type(image), image.headers.get("etag"), image.headers.get("x-amz-id")], ["image/png", '"origin"', null]);
  assert.deepEqual(new Uint8Array(await image.arrayBuffer()), png);
  for (const had of ['"origin"', 'W/"origin"', '"other", "origin"', "*"]) {
    assert.equal((await deployed.get(`${badge}.png`, { "if-none-match": had })).status, 304, had);
  }
  assert.equal((await deployed.get(`/badges/${id("STRANGE")}.jwt`)).status, 503, "a gateway knows no badges");
  const drawing = await deployed.get(`${badge}.svg`);
  assert.deepEqual([type(drawing), await drawing.text()], ["image/svg+xml", "<svg/>"]);
  assert.match(drawing.headers.get("content-security-policy"), /default-src 'none'/);
  for (const suffix of ["", ".jwt", ".png"]) {
    for (const [hash, status, code] of [["S00N00", 409, "not_ready"], ["G0NE00", 410, "withdrawn"], ["N0B0DY", 404, "not_found"], ["BR0KEN", 503, "origin_unreachable"]]) {
      const answer = await deployed.get(`/badges/${id(hash)}${suffix}`);
      assert.deepEqual([answer.status, (await answer.json()).code], [status, code], hash + suffix);
    }
  }
});

test("what cannot be a certificate's id costs no lookup", async () => {
  const deployed = await worker({ origin: () => new Response("{}") });
  for (const path of ["/badges/", "/badges/CERT-20260230-ABCDEF", "/badges/x.png", `/badges/${id("A")}.svg`, `${KEYS}/x`, `${KEYS}/007`]) {
    assert.equal((await deployed.get(path)).status, 404, path);
  }
  assert.deepEqual(deployed.calls, []);
});

test("keys and profile are at their well-known addresses, and outlive the origin", async () => {
  const all = await kept.get(KEYS);
  assert.deepEqual([type(all), await all.json()], ["application/jwk-set+json", jwks]);
  for (const [name, key] of [["1", jwks.keys[0]], ["1-rs256", jwks.keys[1]]]) {
    const one = await kept.get(`${KEYS}/${name}`);
    assert.deepEqual([type(one), await one.json()], ["application/jwk+json", key]);
  }
  assert.equal((await kept.get(`${KEYS}/2`)).status, 404);
  const deployed = await worker({ origin: (path) => new Response(path === ISSUER ? '{"type":"Profile"}' : JSON.stringify(jwks)) });
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await (await deployed.get(ISSUER)).json(), { type: "Profile" });
    assert.deepEqual(await (await deployed.get(KEYS)).json(), jwks);
    deployed.setOrigin(null);
  }
  const fresh = await worker({});
  assert.equal((await fresh.get(ISSUER)).status, 503);
});

test("what a client has is not sent again", async () => {
  for (const path of [badge, `${badge}.eddsa.jwt`, KEYS, "/certificate-keys", "/status-lists/0", "/status-lists/0/suspension", "/offline", "/offline/registrar.wasm", "/service-worker.js"]) {
    const first = await kept.get(path);
    const tag = first.headers.get("etag");
    assert.match(tag, /^"[\w-]{10,}"$/, path);
    const again = await kept.get(path, { "if-none-match": tag });
    assert.deepEqual([again.status, await again.text(), again.headers.get("etag")], [304, "", tag], path);
    assert.equal((await kept.get(path, { "if-none-match": `"other", W/${tag}` })).status, 304, path);
    assert.equal((await kept.get(path, { "if-none-match": '"other"' })).status, 200);
  }
});

test("other sites may ask, and are told how", async () => {
  for (const path of [`/v/${tokens[0]}`, badge, "/status-lists/0", KEYS]) {
    const asked = await kept.get(path, { origin: "https://wallet.example", "access-control-request-method": "GET" }, "OPTIONS");
    assert.deepEqual([asked.status, asked.headers.get("access-control-allow-origin"), asked.headers.get("access-control-allow-methods")], [204, "*", "GET, HEAD, OPTIONS"]);
    assert.equal((await kept.get(path, { accept: "application/json" })).headers.get("access-control-allow-origin"), "*", path);
    const head = await kept.get(path, {}, "HEAD");
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const refused = await kept.get(path, {}, method);
      assert.deepEqual([refused.status, refused.headers.get("allow"), type(refused)], [405, "GET, HEAD, OPTIONS", "application/problem+json"]);
    }
  }
  assert.equal((await kept.get("/", { accept: "text/html" })).headers.get("access-control-allow-origin"), null);
});

test("how long an answer may be kept is said, and where a token stands nobody keeps it", async () => {
  for (const [path, wanted] of [
    [`/v/${tokens[0]}`, "no-store"],
    [`/verify/${id("VA11D0")}`, "no-store"],
    ["/v/x", "no-store"],
    ["/nothing", "no-store"],
    [`/verify?id=${tokens[0]}`, "no-store"],
    ["/status-lists/0", "public, max-age=10"],
    ["/certificate-keys", "public, max-age=300"],
    ["/offline", "no-cache"],
    ["/service-worker.js", "no-cache"],
  ]) {
    const answer = await kept.get(path);
    assert.equal(answer.headers.get("cache-control"), wanted, path);
    if (wanted === "no-store") assert.equal(answer.headers.get("referrer-policy"), "no-referrer", path);
  }
});

test("the offline page may run its own script and nothing else", async () => {
  const answer = await kept.get("/offline");
  const policy = answer.headers.get("content-security-policy");
  const page = await answer.text();
  const { createHash } = await import("node:crypto");
  const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const [, script] = /<script type="module">(.*)<\/script>/s.exec(page);
  const [, style] = /<style>(.*?)<\/style>/s.exec(page);
  assert.ok(policy.includes(`script-src ${digest(script)} 'wasm-unsafe-eval';`));
  assert.ok(policy.includes(`style-src ${digest(style)};`));
  assert.ok(policy.startsWith("default-src 'none'; ") && !policy.includes("unsafe-inline") && !policy.includes("'unsafe-eval'"));
  const module = await kept.get("/offline/registrar.wasm");
  assert.equal(type(module), "application/wasm");
  assert.deepEqual([...new Uint8Array(await module.arrayBuffer()).slice(0, 4)], [0, 0x61, 0x73, 0x6d]);
});

test("a client that asks too much is told to wait, others are not", async () => {
  const deployed = await worker({ kv: { "status/0": lists[0], "status/0/suspension": lists[1] }, limits: { LIMITER: { simple: { limit: 3, period: 60 } } } });
  const ask = (address) => deployed.get(`/v/${tokens[0]}`, { "cf-connecting-ip": address });
  for (let time = 0; time < 3; time++) assert.equal((await ask("2001:db8:0:7::1")).status, 200);
  const refused = await ask("2001:db8:0:7:ffff::2");
  assert.deepEqual([refused.status, type(refused), refused.headers.get("retry-after"), (await refused.json()).code], [429, "application/problem+json", "60", "too_many_requests"]);
  assert.equal((await ask("2001:db8:0:8::1")).status, 200);
  assert.equal((await ask("192.0.2.1")).status, 200);
});
