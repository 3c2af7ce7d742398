// The pages in Chromium: WCAG 2.2 AA as far as a program can tell, 320 pixels, keyboard, paper; then as screenshots and
// PDF into the folder that SHOTS names.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, test } from "node:test";
import { claim, deploy, id, list, mint, nothing, now } from "./fixtures.mjs";
import { Response } from "miniflare";
import { faults, launch, skip } from "./browser.mjs";

const EXPIRED = new Date((now - 2 * 86_400) * 1000).toISOString().slice(0, 10);
const { keys, tokens, lists } = mint({
  claims: [
    claim("VA11D0"),
    claim("REV0KED", { status_index: 6 }),
    claim("SVSPENDED", { status_index: 7 }),
    { ...claim("EXP0RED"), id: "CERT-20240101-EXP0RED", expires: EXPIRED },
    claim("F0RGED", { seed: 8 }),
    claim("STA1E0", { status_index: 131_080, holder: "محمد الفارسي" }),
  ],
  lists: [list([6], 2), list([7], 2, { purpose: "suspension" }), list([], 11_000, { number: 1, lifetime: 86_400 })],
});
const [valid, revoked, suspended, expired, forged, stale] = tokens;
const record = (token, rest) => JSON.stringify({ token, holder: "आरव शर्मा", course: "Rust & the Edge", grade: "A", ...rest });
const standing = (state, reason) => ({ state, since: "2026-03-07", reason });

const superseded = record(revoked, { standing: standing("revoked", "superseded"), replaced_by: id("VA11D0") });
const deployed = await deploy({
  keys,
  kv: {
    "status/0": lists[0],
    "status/0/suspension": lists[1],
    "status/1": lists[2],
    [`cert/${id("VA11D0")}`]: record(valid, { linkedin_url: "https://www.linkedin.com/profile/add?x=1&y=2" }),
    [`cert/${id("REV0KED")}`]: superseded,
    [`cert/${id("SVSPENDED")}`]: record(suspended, { standing: standing("suspended", "Fees: see <office>"), language: "fr-CA" }),
    [`cert/${id("G0NE00")}`]: JSON.stringify({ withdrawn: true }),
  },
  origin: (path) => path.includes(id("REV0KED")) ? new Response(superseded) : path.startsWith("/api/") && !path.includes("D0WN00") ? nothing() : new Response("", { status: 500 }),
});
const pages = {
  valid: [`/verify/${id("VA11D0")}`, 200],
  revoked: [`/v/${revoked}`, 200],
  suspended: [`/verify/${id("SVSPENDED")}`, 200],
  expired: [`/v/${expired}`, 200],
  forged: [`/v/${forged}`, 200],
  malformed: [`/v/${valid.slice(0, 60)}`, 400],
  unknown: [`/verify/${id("N0B0DY")}`, 404],
  stale: [`/v/${stale}`, 200],
  withdrawn: [`/verify/${id("G0NE00")}`, 410],
  unreachable: [`/verify/${id("D0WN00")}`, 503],
  home: ["/", 200],
  nothing: ["/nothing", 404],
};

const browser = skip ? null : await launch();
const address = skip ? null : await deployed.address();
after(async () => {
  await browser?.close();
  await deployed.stop();
});
const shots = process.env.SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

for (const [name, [path, status]] of Object.entries(pages)) {
  test(`the page of ${name} is for everybody, in both languages`, { skip }, async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    for (const language of ["en", "fr"]) {
      const answer = await page.goto(`${address}${path}?lang=${language}`);
      assert.equal(answer.status(), status);
      assert.deepEqual(await faults(page), [], `${name} in ${language}`);
      assert.equal(await page.getAttribute("html", "lang"), language);
      if (shots) await page.screenshot({ path: `${shots}/${name}.${language}.wide.png` });
    }
    await page.setViewportSize({ width: 320, height: 640 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), "nothing is wider than the screen");
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("a, button, input:not([type=hidden])")].filter((element) => element.getBoundingClientRect().height < 24 && !element.closest("dd")).map((element) => element.outerHTML)), [], "what can be pressed is large enough");
    if (shots) {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.screenshot({ path: `${shots}/${name}.narrow.png` });
      await page.pdf({ path: `${shots}/${name}.pdf`, format: "A4" });
    }
    await page.close();
  });
}

test("the keyboard reaches every link, and shows where it is", { skip }, async () => {
  const page = await browser.newPage();
  await page.goto(`${address}${pages.valid[0]}`);
  const links = await page.locator("a").count();
  const reached = new Set();
  for (let at = 0; at < links; at++) {
    await page.keyboard.press("Tab");
    const [text, outline] = await page.evaluate(() => [document.activeElement.textContent, getComputedStyle(document.activeElement).outlineWidth]);
    assert.equal(outline, "3px", text);
    reached.add(text);
  }
  assert.equal(reached.size, links);
  await page.close();
});

test("what was typed leads to its verdict without a script", { skip }, async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "fr-FR" });
  const page = await context.newPage();
  for (const [typed, heading] of [[` ${id("VA11D0").toLowerCase()} `, "Valable"], [`https://verify.example/V/${revoked}`, "Révoqué"], ["nothing", "Illisible"]]) {
    await page.goto(address);
    await page.getByLabel("Numéro ou code").fill(typed);
    await page.getByRole("button").click();
    assert.equal((await page.locator("h1").textContent()).trim(), heading);
  }
  await context.close();
});

test("on paper there is the verdict and no menu", { skip }, async () => {
  const page = await browser.newPage();
  await page.goto(`${address}${pages.valid[0]}`);
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("h1").isVisible());
  assert.ok(await page.getByText(id("VA11D0")).isVisible());
  assert.equal(await page.locator("nav:visible").count(), 0);
  await page.close();
});

test("a page is in the holder's language whatever the browser asks for, and leads to itself in the other one", async () => {
  const path = `/verify/${id("SVSPENDED")}`;
  const spoken = async (language) => /lang="(..)"/.exec(await (await deployed.get(path, { accept: "text/html", ...language })).text())[1];
  assert.equal(await spoken({}), "fr");
  assert.equal(await spoken({ "accept-language": "hi" }), "fr");
  assert.equal(await spoken({ "accept-language": "en-GB" }), "fr");
  const page = await deployed.get(path, { accept: "text/html", "accept-language": "en-GB" });
  assert.match(page.headers.get("vary"), /accept, accept-language/);
  assert.match(await page.text(), /<a href="\?lang=en" hreflang="en" lang="en">English<\/a>/);
  const chosen = await deployed.get(`${path}?lang=en`, { accept: "text/html" });
  assert.match(await chosen.text(), /<html lang="en">/);
  const unknown = await deployed.get(`/verify/${id("N0B0DY")}`, { accept: "text/html", "accept-language": "fr" });
  assert.match(await unknown.text(), /<html lang="fr">/);
});
