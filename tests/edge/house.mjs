// The Worker in workerd, in front of a living house: what the journey `workerd` starts and tells what to do.
//
// One JSON order a line on standard input, one JSON answer a line on standard output; it ends with its input.
//
//   {"copy": ["status/0", …]}                              the Worker's KV takes these keys over from the house's → {}
//   {"get": "/v/…", "headers"?: {…}, "later"?: seconds}    asks the Worker, whose clock is that much ahead → {"status", "headers", "body"}
//
// Environment: ORIGIN and ISSUER_KEYS, as the Worker has them; KV_VALUES_URL and KV_TOKEN of the house's KV.

import { createInterface } from "node:readline";
import { fetch } from "miniflare";
import { deploy } from "./workerd.mjs";

const { ORIGIN, ISSUER_KEYS, KV_VALUES_URL, KV_TOKEN } = process.env;

const entry = `
  import { __wbg_reset_state as reset, configure, resume, start } from "./bindgen.js";
  import { assets } from "./offline/assets.js";
  import { worker } from "./worker.js";
  let ahead = 0;
  const startAhead = (...request) => start(...request.slice(0, -1), request.at(-1) + ahead);
  const real = worker({ configure, start: startAhead, resume, reset }, { assets });
  export default {
    fetch(request, env) {
      ahead = Number(request.headers.get("x-seconds-later"));
      return real.fetch(request, env);
    },
  };`;

const deployed = await deploy({ keys: JSON.parse(ISSUER_KEYS), origin: (path) => fetch(ORIGIN + path), entry });

async function copy(keys) {
  for (const key of keys) {
    const answer = await fetch(`${KV_VALUES_URL}/${encodeURIComponent(key)}`, { headers: { authorization: `Bearer ${KV_TOKEN}` } });
    if (answer.status === 200) await deployed.kv.put(key, await answer.text());
    else if (answer.status === 404) await deployed.kv.delete(key);
    else throw new Error(`the house's KV answered ${answer.status}`);
  }
  return {};
}

async function get(path, headers = {}, later = 0) {
  const answer = await deployed.get(path, { accept: "application/json", ...headers, "x-seconds-later": String(later) });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  const answer = order.copy ? await copy(order.copy) : await get(order.get, order.headers, order.later);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await deployed.stop();
