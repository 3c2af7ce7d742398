// The offline page in Chromium, with the Worker stopped and the network off.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { claim, deploy, id, list, mint } from "./fixtures.mjs";
import { faults, launch, skip } from "./browser.mjs";

const { keys, tokens, lists } = mint({
  claims: [claim("VA11D0"), claim("REV0KED", { status_index: 6 }), claim("SVSPENDED", { status_index: 7 }), claim("F0RGED", { seed: 8 })],
  lists: [list([6], 2), list([7], 2, { purpose: "suspension" })],
});
const [valid, revoked, suspended, forged] = tokens;
const origin = () => new Response("", { status: 404 });
const worker = () => deploy({ keys, origin, kv: { "status/0": lists[0], "status/0/suspension": lists[1] } });

const browser = skip ? null : await launch();
after(() => browser?.close());
const shots = process.env.SHOTS;

/** The page, opened once with a connection that is then gone. */
async function prepared(language, whenOpen = async () => {}) {
  const deployed = await worker();
  const address = await deployed.address();
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: language });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  // That there is no further list is an answer, too.
  const told = (text) => !text.includes("404") && complaints.push(text);
  page.on("console", (message) => message.type() === "error" && told(message.text()));
  await page.goto(`${address}/offline`);
  await page.waitForSelector("html[data-ready]");
  await whenOpen(page);
  assert.deepEqual(complaints, []);
  await deployed.stop();
  await context.setOffline(true);
  return { address, context, page };
}

async function check(page, code) {
  // The verdict before this one must not be taken for this one's.
  await page.evaluate(() => document.getElementById("verdict")?.remove());
  await page.locator("#code").fill(code);
  await page.locator("form button").first().click();
  await page.waitForSelector("#verdict");
  return page.locator("#verdict").textContent();
}

test("codes are verified with the network off and the edge stopped", { skip }, async () => {
  const { address, context, page } = await prepared("en-GB", async (page) => {
    assert.match(await page.locator("#state").textContent(), /^Ready to work without a connection/);
    assert.deepEqual(await faults(page), []);
  });
  await page.reload();
  await page.waitForSelector("html[data-ready]");
  assert.match(await page.locator("#state").textContent(), /^No connection/);
  for (const [code, verdict] of [
    [valid, "Valid"],
    [`${address}/V/${revoked}`, "Revoked"],
    [suspended.toLowerCase(), "Suspended"],
    [forged, "Not genuine"],
    [valid.slice(0, -2), "Not readable"],
  ]) {
    assert.equal(await check(page, code), verdict);
  }
  await check(page, valid);
  assert.ok(await page.getByText("आरव शर्मा").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.id), "verdict", "the reader is led to the verdict");
  assert.deepEqual(await faults(page), []);
  if (shots) await page.screenshot({ path: `${shots}/offline.valid.png`, fullPage: true });
  await context.close();
});

test("an address that a camera opened is verified offline too, in French", { skip }, async () => {
  const { address, context, page } = await prepared("fr-CA");
  await page.goto(`${address}/v/${revoked}`);
  await page.waitForSelector("#verdict");
  assert.equal(await page.locator("#verdict").textContent(), "Révoqué");
  assert.equal(await page.getAttribute("html", "lang"), "fr");
  await page.goto(`${address}/verify/${id("VA11D0")}`);
  await page.getByText("ne se vérifie qu’avec une connexion").waitFor();
  const stored = await page.evaluate(async () => {
    const names = await caches.keys();
    const keys = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)));
    return keys.flat();
  });
  assert.ok(stored.length >= 4);
  assert.deepEqual(stored.filter((url) => url.includes(revoked)), [], "no token is part of a cache's key");
  await context.close();
});

test("a list that has grown old is stale, with its age, and still revokes", { skip }, async () => {
  const { context, page } = await prepared("en-GB");
  await page.clock.setSystemTime(Date.now() + 3 * 3_600_000 + 60_000);
  assert.equal(await check(page, valid), "Cannot be decided now");
  assert.ok(await page.getByText("The newest list of revocations at hand is 3 hours old.").isVisible());
  assert.equal(await check(page, revoked), "Revoked");
  if (shots) {
    await check(page, valid);
    await page.screenshot({ path: `${shots}/offline.stale.png`, fullPage: true });
  }
  await context.close();
});

test("a page that was never online says so and judges nothing", { skip }, async () => {
  const { context, page } = await prepared("en-GB");
  await page.evaluate(() => caches.delete("registrar-kept"));
  await page.reload();
  await page.getByText("no list of revocations yet").waitFor();
  assert.equal(await page.locator("#verdict").count(), 0);
  await context.close();
});
