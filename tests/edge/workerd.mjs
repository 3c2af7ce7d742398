// The Worker as built, in workerd.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";

export const root = new URL("../../", import.meta.url).pathname;
export const dist = join(root, "edge-verify/dist");

const TYPES = { js: "ESModule", wasm: "CompiledWasm", html: "Text", txt: "Text", packed: "Data" };

/** The modules of a built Worker, the entry first. */
export function modules(folder = dist) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(js|wasm|html|txt|packed)$/.test(file));
  const entry = files.filter((file) => file === "index.js");
  const others = files.filter((file) => file !== "index.js");
  return [...entry, ...others].map((file) => ({
    type: TYPES[file.split(".").pop()],
    path: join(folder, file),
    contents: readFileSync(join(folder, file)),
  }));
}

/**
 * A Worker in workerd. `origin` is a function from a path to a Response, or null for an origin that is stopped.
 * `entry` takes the place of the entry module; `limits` are bindings of rate limits, as Miniflare's `ratelimits`.
 * Gives `get(path, headers?)`, `calls` and `requests` (the paths that the origin was asked, and how), `kv` and `stop`.
 */
export async function deploy({ keys, origin = null, kv = {}, bindings = {}, entry = null, limits = {} }) {
  const state = { origin, calls: [], requests: [] };
  const flare = new Miniflare({
    modules: modules().map((module, at) => (at === 0 && entry ? { ...module, contents: entry } : module)),
    modulesRoot: dist,
    compatibilityDate: "2026-04-01",
    kvNamespaces: ["CERTS"],
    ratelimits: limits,
    bindings: { ORIGIN: "https://origin.example", ISSUER_KEYS: JSON.stringify(keys), ...bindings },
    outboundService(request) {
      const { pathname } = new URL(request.url);
      state.calls.push(pathname);
      state.requests.push(request);
      if (state.origin === null) throw new Error("the origin is stopped");
      return state.origin(pathname);
    },
  });
  const store = await flare.getKVNamespace("CERTS");
  for (const [key, value] of Object.entries(kv)) await store.put(key, value);
  return {
    kv: store,
    calls: state.calls,
    requests: state.requests,
    setOrigin: (next) => { state.origin = next; },
    get: (path, headers = {}, method = "GET") =>
      flare.dispatchFetch(`https://verify.example${path}`, { headers, method, redirect: "manual" }),
    /** Its address for browsers, without a slash at the end. */
    address: async () => (await flare.ready).origin,
    stop: () => flare.dispose(),
  };
}
