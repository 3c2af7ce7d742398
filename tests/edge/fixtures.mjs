// Tokens and lists for the tests, signed by the credential crate, and a Worker in workerd to show them to.

import { execFileSync } from "node:child_process";
import { Response } from "miniflare";
import { root } from "./workerd.mjs";

export { deploy, dist, modules } from "./workerd.mjs";

const mintCommand = ["--quiet", "--package", "registrar-credential", "--example", "mint"];
// Built before the clock is read, so that a fresh list is fresh.
execFileSync("cargo", ["build", ...mintCommand], { cwd: root });

/** Has the credential crate sign claims and lists: see `shared/credential/examples/mint.rs`. */
export function mint(order) {
  const json = execFileSync("cargo", ["run", ...mintCommand], { cwd: root, input: JSON.stringify(order), maxBuffer: 1 << 28 });
  return JSON.parse(json);
}

/** The origin's own word that there is no such thing. */
export const nothing = () => new Response(JSON.stringify({ code: "not_found" }), { status: 404 });

export const now = Math.floor(Date.now() / 1000);

/** The id of a certificate issued today. */
export function id(hash) {
  const today = new Date(now * 1000).toISOString().slice(0, 10).replaceAll("-", "");
  return `CERT-${today}-${hash}`;
}

export function claim(hash, rest = {}) {
  return { id: id(hash), status_index: 5, holder: "आरव शर्मा", course: "Rust & the Edge", expires: null, ...rest };
}

export function list(set, age, rest = {}) {
  return { number: 0, purpose: "revocation", set, issued_at: now - age, ...rest };
}
