// Chromium, where this machine has one.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

function find() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {}
  }
  return null;
}

const executablePath = find();
/** Why a test of pages cannot run; false where it can. */
export const skip = executablePath === null && "there is no Chromium: tests/setup.sh programs installs it";

export const launch = () => chromium.launch({ executablePath, args: ["--no-sandbox"] });

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong with a page, and what it cannot tell, one line each. */
export async function faults(page) {
  await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate((tags) => globalThis.axe.run({ runOnly: { type: "tag", values: tags } }), RULES);
  // Of a sign in one character it cannot tell the contrast; the signs only repeat the heading's words, in its colour.
  const told = ({ nodes }) => nodes.some(({ html }) => !html.startsWith('<span aria-hidden="true">'));
  return [...violations, ...incomplete.filter(told)].map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
