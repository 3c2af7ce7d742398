// CPU of workerd per request: the Worker against the same logic in JavaScript with WebCrypto, taking turns in one run.
// Prints one JSON line: medians over the rounds, in microseconds, for each kind of request:
// `token` is a token never seen before, `token_again` one that was, `id` a certificate's id with its record in the KV.

import { readFileSync, readdirSync } from "node:fs";
import { Agent, get } from "node:http";
import { gzipSync } from "node:zlib";
import { Miniflare } from "miniflare";
import { claim, dist, id, list, mint, modules } from "./fixtures.mjs";

const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 1500);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
/** More than either side remembers, so that a cycle through all of them never meets one again. */
const DISTINCT = 3000;

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const hash = (number) => [...Array(10).keys()].map((at) => symbols[(number >> (3 * at)) & 7]).join("");
const { keys, tokens, lists } = mint({
  claims: [...Array(DISTINCT).keys()].map((number) => claim(hash(number), { status_index: number + 10 })),
  lists: [list([6], 0), list([7], 0, { purpose: "suspension" })],
});
const kv = { "status/0": lists[0], "status/0/suspension": lists[1] };
tokens.forEach((token, number) => {
  kv[`cert/${id(hash(number))}`] = JSON.stringify({ token, holder: "आरव शर्मा", course: "Rust & the Edge", grade: "A" });
});

async function deploy(code) {
  const before = new Set(workerds());
  const flare = new Miniflare({
    ...code,
    compatibilityDate: "2026-04-01",
    kvNamespaces: ["CERTS"],
    bindings: { ORIGIN: "https://origin.example", ISSUER_KEYS: JSON.stringify(keys) },
    outboundService: (request) => new Response(lists[new URL(request.url).pathname.endsWith("suspension") ? 1 : 0]),
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  });
  const store = await flare.getKVNamespace("CERTS");
  for (const [key, value] of Object.entries(kv)) await store.put(key, value);
  const url = await flare.unsafeGetDirectURL();
  const pid = workerds().find((pid) => !before.has(pid));
  return { flare, url, pid, agent: new Agent({ keepAlive: true, maxSockets: 4 }) };
}

/** The processes of workerd that this one started. */
function workerds() {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.includes("(workerd)") && Number(stat.split(") ")[1].split(" ")[1]) === process.pid;
    } catch {
      return false;
    }
  });
}

/** Microseconds that the process's threads were on a processor. */
function cpu(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return sum + Number(nanoseconds) / 1000;
  }, 0);
}

function fetchOne({ url, agent }, path) {
  return new Promise((resolve, reject) => {
    get(new URL(path, url), { agent, headers: { accept: "application/json" } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => { body += part; });
      answer.on("end", () => resolve({ status: answer.statusCode, body }));
    }).on("error", reject);
  });
}

async function round(side, path) {
  const began = cpu(side.pid);
  let next = 0;
  const one = async () => {
    while (next < REQUESTS) {
      const { status, body } = await fetchOne(side, path(side.count++));
      next += 1;
      if (status !== 200 || !body.startsWith('{"verdict":"valid"')) throw new Error(`${status} ${body}`);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  return (cpu(side.pid) - began) / REQUESTS;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const rust = { ...(await deploy({ modules: modules(), modulesRoot: dist })), count: 0 };
const js = { ...(await deploy({ modules: true, script: readFileSync(new URL("baseline.mjs", import.meta.url), "utf8") })), count: 0 };
const kinds = {
  token: (count) => `/v/${tokens[count % DISTINCT]}`,
  token_again: () => `/v/${tokens[0]}`,
  id: (count) => `/verify/${id(hash(count % DISTINCT))}`,
};
const result = {};
for (const [kind, path] of Object.entries(kinds)) {
  await round(rust, path);
  await round(js, path);
  const [a, b] = [[], []];
  for (let at = 0; at < ROUNDS; at++) {
    a.push(await round(rust, path));
    b.push(await round(js, path));
  }
  // Of neighbouring rounds, so that what else the machine does weighs on both sides.
  const ratio = median(a.map((rust_us, at) => rust_us / b[at]));
  result[kind] = { rust_us: Math.round(median(a)), js_us: Math.round(median(b)), ratio: Number(ratio.toFixed(3)) };
}
const gzip = (modules) => modules.reduce((sum, module) => sum + gzipSync(module.contents, { level: 9 }).length, 0);
const offline = (module) => module.path.includes("/offline/");
/** The Worker, and the Worker with the page that verifies without a connection, its own WebAssembly in it once more. */
const gzip_bytes = gzip(modules().filter((module) => !offline(module)));
const gzip_bytes_with_pages = gzip(modules());
// The headline is a token never seen before: that is what a scanned QR code is.
console.log(JSON.stringify({ ...result.token, gzip_bytes, gzip_bytes_with_pages, kinds: result }));
for (const { flare, agent } of [rust, js]) {
  agent.destroy();
  await flare.dispose();
}
