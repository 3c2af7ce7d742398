import assert from "node:assert/strict";
import { test } from "node:test";
import { client, matches, worker } from "../../edge-verify/worker/worker.js";

/** An engine whose requests ask the KV for their path, and which breaks at `/break`. */
function fragile() {
  const seen = { resets: 0, configured: 0, started: [] };
  let instance = 0;
  return {
    seen,
    configure: () => { seen.configured += 1; },
    start(_method, url) {
      const path = new URL(url).pathname;
      seen.started.push(path);
      if (path === "/break") throw new WebAssembly.RuntimeError("unreachable");
      return { ticket: instance, from: 0, key: path };
    },
    resume(ticket, status, body) {
      assert.equal(ticket, instance, "a request of a broken instance must not reach the next one");
      return new Response(body || String(status));
    },
    reset() { seen.resets += 1; instance += 1; },
  };
}

function gate() {
  let open;
  const opened = new Promise((resolve) => { open = resolve; });
  return { open, opened };
}

const ask = (path) => new Request(`https://verify.example${path}`);

test("a panic fails the request that caused it and no other", async () => {
  const engine = fragile();
  const { open, opened } = gate();
  const env = { CERTS: { get: async (key) => { await opened; return `value of ${key}`; } } };
  const deployed = worker(engine);
  const others = Array.from({ length: 19 }, (_, at) => deployed.fetch(ask(`/${at}`), env));
  const broken = await deployed.fetch(ask("/break"), env);
  assert.equal(broken.status, 503);
  assert.equal(broken.headers.get("retry-after"), "5");
  assert.equal((await broken.json()).code, "engine_failed");
  open();
  for (const [at, answer] of (await Promise.all(others)).entries()) {
    assert.equal(await answer.text(), `value of /${at}`);
  }
  assert.deepEqual([engine.seen.resets, engine.seen.configured], [1, 2]);
});

test("a KV that throws is news to the engine, not a failure of the Worker", async () => {
  const answer = await worker(fragile()).fetch(ask("/x"), { CERTS: { get: async () => { throw new Error("down"); } } });
  assert.deepEqual([answer.status, await answer.text()], [200, "0"]);
});

test("a KV that hangs is news too", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = gate();
  const asking = worker(fragile()).fetch(ask("/x"), { CERTS: { get: () => { asked.open(); return new Promise(() => {}); } } });
  await asked.opened;
  await Promise.resolve();
  context.mock.timers.tick(2500);
  const answer = await asking;
  assert.deepEqual([answer.status, await answer.text()], [200, "0"]);
});

test("people are told in words why there is no verdict, programs as a problem", async () => {
  const CERTS = { get: async () => "x" };
  const LIMITER = { limit: async () => ({ success: false }) };
  const misconfigured = { ...fragile(), configure: () => { throw "ISSUER_KEYS has no key"; } };
  for (const [engine, path, env, status, code] of [
    [fragile(), "/break", { CERTS }, 503, "engine_failed"],
    [misconfigured, "/x", { CERTS }, 503, "misconfigured"],
    [fragile(), "/x", { CERTS, LIMITER }, 429, "too_many_requests"],
  ]) {
    const asked = (accept) => new Request(`https://verify.example${path}`, { headers: { accept, "cf-connecting-ip": "192.0.2.1" } });
    const page = await worker(engine).fetch(asked("text/html,*/*;q=0.8"), env);
    assert.deepEqual([page.status, page.headers.get("content-type"), page.headers.get("cache-control")], [status, "text/html; charset=utf-8", "no-store"]);
    assert.match(page.headers.get("content-security-policy"), /^default-src 'none'/);
    assert.match(await page.text(), /<html lang="en">.*try again.*lang="fr".*réessayer/);
    const problem = await worker(engine).fetch(asked("*/*"), env);
    assert.deepEqual([problem.status, (await problem.json()).code], [status, code]);
    for (const answer of [page, problem]) assert.ok(Number(answer.headers.get("retry-after")) > 0);
  }
});

test("tags are compared weakly, one by one", () => {
  for (const [header, tag, wanted] of [
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    ['"a"', 'W/"a"', true],
    ['"b", W/"a,c"', '"a,c"', true],
    ["*", '"a"', true],
    ['"b"', '"a"', false],
    ["a", '"a"', false],
    ["", '"a"', false],
  ]) {
    assert.equal(matches(header, tag), wanted, `${header} ${tag}`);
  }
});

test("requests that always break are given up", async () => {
  const engine = fragile();
  const deployed = worker(engine);
  const env = { CERTS: { get: async () => { await deployed.fetch(ask("/break"), env); return "x"; } } };
  const answer = await deployed.fetch(ask("/x"), env);
  assert.deepEqual([answer.status, (await answer.json()).code], [503, "engine_failed"]);
  assert.equal(engine.seen.started.filter((path) => path === "/x").length, 3);
});

test("a limit that fails or is not there refuses nobody, and without an address there is no client", async () => {
  const CERTS = { get: async () => "x" };
  const asking = new Request("https://verify.example/x", { headers: { "cf-connecting-ip": "192.0.2.1" } });
  const failing = { limit: async () => { throw new Error("down"); } };
  const refusing = { limit: async () => ({ success: false }) };
  for (const [request, LIMITER, status] of [[asking, undefined, 200], [asking, failing, 200], [ask("/x"), refusing, 200], [asking, refusing, 429]]) {
    assert.equal((await worker(fragile()).fetch(request, { CERTS, LIMITER })).status, status);
  }
});

test("a client is an IPv4 address or the network of an IPv6 one", () => {
  for (const [address, network] of [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:7::1", "2001:db8:0:7"],
    ["2001:DB8:0000:0007:1:2:3:4", "2001:db8:0:7"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["", ""],
  ]) {
    assert.equal(client(address), network);
  }
});
