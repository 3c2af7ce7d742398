import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Response } from "miniflare";
import { claim, deploy, id, list, mint, nothing, now } from "./fixtures.mjs";

const LONG = "A course of a very long name, ".repeat(6);
const EXPIRED = new Date((now - 2 * 86_400) * 1000).toISOString().slice(0, 10);
const YESTERYEAR = "CERT-20240101-EXP0RED";

const { keys, tokens, lists } = mint({
  claims: [
    claim("VA11D0"),
    claim("REV0KED", { status_index: 6 }),
    claim("SUSPENDED".replace("U", "V"), { status_index: 7 }),
    { ...claim("VA11D0"), id: YESTERYEAR, expires: EXPIRED },
    claim("F0RGED", { seed: 8 }),
    claim("D1GEST", { course: LONG }),
  ],
  lists: [
    list([6], 2),
    list([6], 100),
    list([6], 1000, { lifetime: 86_400 }),
    list([], 200),
    list([7], 2, { purpose: "suspension" }),
    list([5, 6], 1),
    list([], 1, { seed: 8 }),
  ],
});
const [valid, revoked, suspended, expired, forged, digested] = tokens;
const [fresh, aged, old, before, suspension, revoking, foreign] = lists;

const record = (token, rest = {}) =>
  JSON.stringify({ token, holder: "आरव शर्मा", course: "Rust & the Edge", grade: "A", withdrawn: false, ...rest });

const workers = [];
async function worker(options) {
  const deployed = await deploy({ keys, ...options });
  workers.push(deployed);
  return deployed;
}
after(() => Promise.all(workers.map((deployed) => deployed.stop())));

/** A promise, and what keeps it. */
function gate() {
  let open;
  return [new Promise((resolve) => { open = resolve; }), open];
}

async function verdict(deployed, path, headers) {
  const answer = await deployed.get(path, headers);
  return { status: answer.status, ...(await answer.json()) };
}

const stopped = await worker({ kv: { "status/0": fresh, "status/0/suspension": suspension } });

test("a token is valid with the origin stopped", async () => {
  const answer = await stopped.get(`/v/${valid}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  const { status_age_seconds, checked_at, ...document } = await answer.json();
  assert.deepEqual(document, {
    verdict: "valid",
    certificate_id: id("VA11D0"),
    holder: "आरव शर्मा",
    course: "Rust & the Edge",
    grade: null,
    issued: new Date(now * 1000).toISOString().slice(0, 10),
    expires: null,
  });
  assert.ok(status_age_seconds >= 2 && status_age_seconds < 30);
  assert.match(checked_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(stopped.calls, [], "fresh lists need no origin");
});

test("each standing has its verdict", async () => {
  for (const [token, wanted] of [
    [revoked, "revoked"],
    [suspended, "suspended"],
    [expired, "expired"],
  ]) {
    assert.equal((await verdict(stopped, `/v/${token}`)).verdict, wanted);
  }
  const judged = await verdict(stopped, `/v/${forged}`);
  assert.deepEqual([judged.verdict, judged.reason, judged.holder], ["forged", "signature", null]);
});

test("a token may be typed in lower case", async () => {
  assert.equal((await verdict(stopped, `/v/${valid.toLowerCase()}`)).verdict, "valid");
});

test("a flipped bit is never valid", async () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  for (let at = 0; at < valid.length; at += 7) {
    const flipped = alphabet[alphabet.indexOf(valid[at]) ^ 4];
    const { verdict: said } = await verdict(stopped, `/v/${valid.slice(0, at)}${flipped}${valid.slice(at + 1)}`);
    assert.ok(["forged", "malformed"].includes(said), `character ${at}: ${said}`);
  }
});

test("what cannot be read is malformed and costs no lookup", async () => {
  const deployed = await worker({});
  for (const path of [`/v/${valid.slice(0, -3)}`, "/v/", "/v/%00", `/v/${"A".repeat(5000)}`, "/verify/", "/verify/CERT-20260230-ABCDEF", "/verify/nothing"]) {
    const judged = await verdict(deployed, path);
    assert.deepEqual([judged.status, judged.verdict], [400, "malformed"], path);
  }
  assert.deepEqual(deployed.calls, []);
});

test("an id in lower case is found in the KV", async () => {
  const deployed = await worker({ kv: { "status/0": fresh, "status/0/suspension": suspension, [`cert/${id("VA11D0")}`]: record(valid) } });
  const judged = await verdict(deployed, `/verify/${id("VAIID0").toLowerCase()}`);
  assert.deepEqual([judged.status, judged.verdict, judged.certificate_id, judged.grade], [200, "valid", id("VA11D0"), "A"]);
  assert.deepEqual(deployed.calls, []);
});

test("an id that the KV does not know is asked of the origin", async () => {
  const deployed = await worker({
    kv: { "status/0": fresh, "status/0/suspension": suspension },
    origin: (path) => path === `/api/certificates/${id("VA11D0")}/edge` ? new Response(record(valid)) : nothing(),
  });
  assert.equal((await verdict(deployed, `/verify/${id("VA11D0")}`)).verdict, "valid");
  const judged = await verdict(deployed, `/verify/${id("N0B0DY")}`);
  assert.deepEqual([judged.status, judged.verdict, judged.certificate_id], [404, "unknown", id("N0B0DY")]);
});

test("an origin that fails is 503 and never unknown", async () => {
  const deployed = await worker({ kv: { "status/0": fresh } });
  for (const origin of [null, () => new Response("", { status: 500 }), () => new Response("no JSON"), () => new Response("{}"), () => new Response("", { status: 403 }), () => new Response('{"message":"Not Found"}', { status: 404 })]) {
    deployed.setOrigin(origin);
    const answer = await deployed.get(`/verify/${id("N0B0DY")}`);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "5");
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    assert.equal((await answer.json()).code, "origin_unreachable");
  }
  const page = await deployed.get(`/verify/${id("N0B0DY")}`, { accept: "text/html" });
  assert.equal(page.status, 503);
  assert.match(await page.text(), /No answer at present/);
});

test("a withdrawn certificate is gone and shows nothing", async () => {
  const deployed = await worker({ kv: { "status/0": fresh, [`cert/${id("REV0KED")}`]: JSON.stringify({ withdrawn: true }) } });
  for (const path of [`/verify/${id("REV0KED")}`, `/v/${revoked}`]) {
    const judged = await verdict(deployed, path);
    assert.deepEqual([judged.status, judged.verdict, judged.holder], [410, "withdrawn", null]);
  }
});

test("without any list a genuine token is stale", async () => {
  const deployed = await worker({});
  const judged = await verdict(deployed, `/v/${valid}`);
  assert.deepEqual([judged.status, judged.verdict, judged.age_seconds, judged.holder], [200, "stale", undefined, "आरव शर्मा"]);
});

test("a list beyond its limit is stale with its age, but still revokes", async () => {
  const deployed = await worker({ kv: { "status/0": old } });
  const judged = await verdict(deployed, `/v/${valid}`);
  assert.equal(judged.verdict, "stale");
  assert.ok(judged.age_seconds >= 1000);
  assert.equal((await verdict(deployed, `/v/${revoked}`)).verdict, "revoked");
});

test("an aged list is replaced by the origin's, so that revoking is seen although the push was lost", async () => {
  const deployed = await worker({
    kv: { "status/0": aged },
    origin: (path) => path === "/status-lists/0" ? new Response(revoking) : nothing(),
  });
  const judged = await verdict(deployed, `/v/${valid}`);
  assert.equal(judged.verdict, "revoked");
  assert.ok(judged.status_age_seconds < 30);
  assert.ok(deployed.calls.includes("/status-lists/0"));
});

test("an aged list is used while the origin is stopped", async () => {
  const deployed = await worker({ kv: { "status/0": aged, "status/0/suspension": suspension } });
  assert.equal((await verdict(deployed, `/v/${valid}`)).verdict, "valid");
  const half = await worker({ kv: { "status/0": fresh } });
  assert.equal((await verdict(half, `/v/${valid}`)).verdict, "stale", "whether there are suspensions only the origin knows");
});

test("an older list never replaces a newer one", async () => {
  const deployed = await worker({
    kv: { "status/0": aged },
    origin: (path) => path === "/status-lists/0" ? new Response(before) : nothing(),
  });
  assert.equal((await verdict(deployed, `/v/${revoked}`)).verdict, "revoked");
  const served = await deployed.get("/status-lists/0");
  assert.equal(await served.text(), aged);
});

test("a list that the issuer did not sign, or another list, is not believed", async () => {
  for (const list of [foreign, suspension, "x.y.z", ""]) {
    const deployed = await worker({ kv: { "status/0": list } });
    assert.equal((await verdict(deployed, `/v/${valid}`)).verdict, "stale");
  }
});

test("a text too long to travel is shown from the record, and without one its beginning", async () => {
  const deployed = await worker({ kv: { "status/0": fresh, "status/0/suspension": suspension } });
  assert.deepEqual([(await verdict(deployed, `/v/${digested}`)).verdict, (await verdict(deployed, `/v/${digested}`)).course], ["valid", "A course of a very long name, A…"]);
  await deployed.kv.put(`cert/${id("D1GEST")}`, record(digested, { course: LONG }));
  deployed.setOrigin((path) => path.startsWith("/api/") ? new Response(record(digested, { course: LONG })) : nothing());
  assert.equal((await verdict(deployed, `/v/${digested}`)).course, LONG);
});

test("the record of another certificate is not believed", async () => {
  const deployed = await worker({ kv: { "status/0": fresh, [`cert/${id("0THER0")}`]: record(valid) } });
  assert.equal((await verdict(deployed, `/verify/${id("0THER0")}`)).code, "origin_unreachable", "the KV's is damaged");
  deployed.setOrigin((path) => path.startsWith("/api/") ? new Response(record(valid)) : nothing());
  const judged = await verdict(deployed, `/verify/${id("0THER0")}`);
  assert.deepEqual([judged.verdict, judged.reason], ["forged", "other_certificate"]);
});

test("a browser gets a page in its language that runs no script", async () => {
  const answer = await stopped.get(`/v/${valid}`, { accept: "text/html,*/*;q=0.8", "accept-language": "fr-CA,fr;q=0.9" });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-security-policy"), /default-src 'none'/);
  assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
  const page = await answer.text();
  assert.match(page, /<html lang="fr">.*Valable.*आरव शर्मा.*Rust &amp; the Edge/s);
  assert.doesNotMatch(page, /<script/);
});

test("keys, lists and health are served, other paths and methods are problems", async () => {
  assert.deepEqual(await (await stopped.get("/certificate-keys")).json(), keys);
  assert.equal(await (await stopped.get("/status-lists/0")).text(), fresh);
  assert.equal(await (await stopped.get("/status-lists/0/suspension")).text(), suspension);
  assert.deepEqual(await (await stopped.get("/health")).json(), { status: "ok" });
  const lost = await stopped.get("/status-lists/zero");
  assert.deepEqual([lost.status, (await lost.json()).code], [404, "not_found"]);
  const posted = await stopped.get("/health", {}, "POST");
  assert.deepEqual([posted.status, posted.headers.get("allow"), (await posted.json()).code], [405, "GET, HEAD, OPTIONS", "method_not_allowed"]);
  const head = await stopped.get(`/v/${valid}`, {}, "HEAD");
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

test("a worker without its trust anchor says so and judges nothing", async () => {
  const deployed = await worker({ bindings: { ISSUER_KEYS: "" } });
  const answer = await deployed.get(`/v/${valid}`);
  assert.deepEqual([answer.status, (await answer.json()).code], [503, "misconfigured"]);
});

test("a trap in the WebAssembly fails its own request only, and the next ones are served by a new instance", async () => {
  const entry = `
    import { __wbg_reset_state as reset, configure, resume, start } from "./bindgen.js";
    import { worker } from "./worker.js";
    const trapping = (method, url, ...rest) => {
      // A method of 4 GB, for which there is no memory: the module aborts, as it does at every fault of its own.
      if (url.endsWith("/trap")) return start({ length: 0xffffffff }, url, ...rest);
      return start(method, url, ...rest);
    };
    export default worker({ configure, start: trapping, resume, reset });`;
  const deployed = await worker({ entry, kv: { "status/0": fresh, "status/0/suspension": suspension } });
  for (let time = 0; time < 3; time++) {
    assert.equal((await verdict(deployed, `/v/${valid}`)).verdict, "valid");
    const trapped = await deployed.get("/trap");
    assert.deepEqual([trapped.status, trapped.headers.get("retry-after")], [503, "5"]);
  }
  assert.equal((await verdict(deployed, `/v/${valid}`)).verdict, "valid");

  // Others wait for the origin while it traps.
  const [opened, open] = gate();
  const waiting = await worker({ entry, origin: async (path) => { await opened; return path === "/status-lists/0" ? new Response(fresh) : nothing(); } });
  const others = Array.from({ length: 5 }, () => verdict(waiting, `/v/${valid}`));
  while (waiting.calls.length < 1) await new Promise(setImmediate);
  assert.equal((await waiting.get("/trap")).status, 503);
  open();
  for (const judged of await Promise.all(others)) assert.equal(judged.verdict, "valid");
});

test("an origin that takes longer than its time is one that cannot be reached", async () => {
  const [ended, end] = gate();
  const deployed = await worker({ kv: { "status/0": fresh, "status/0/suspension": suspension }, origin: async () => { await ended; return new Response(record(valid)); } });
  const judged = await verdict(deployed, `/verify/${id("VA11D0")}`);
  assert.deepEqual([judged.status, judged.code], [503, "origin_unreachable"]);
  end();
});

test("the platform keeps nothing of what the origin says", async () => {
  const deployed = await worker({ origin: () => nothing() });
  await deployed.get(`/badges/${id("VA11D0")}.png`);
  assert.ok(deployed.requests.length > 0);
  for (const asked of deployed.requests) assert.equal(asked.headers.get("cache-control"), "no-cache", asked.url);
});
