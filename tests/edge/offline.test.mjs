// The offline page in Chromium, with the Worker stopped and the network off.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { claim, deploy, id, list, mint, nothing, now } from "./fixtures.mjs";
import { faults, launch, skip } from "./browser.mjs";

const { keys, tokens, lists } = mint({
  claims: [claim("VA11D0"), claim("REV0KED", { status_index: 6 }), claim("SVSPENDED", { status_index: 7 }), claim("F0RGED", { seed: 8 })],
  lists: [list([6], 2), list([7], 2, { purpose: "suspension" })],
});
const [valid, revoked, suspended, forged] = tokens;
const origin = () => nothing();
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

/** The page at an address behind which the Worker is deployed anew, or goes away, without a service worker. */
async function opened(options) {
  let current = await deploy(options);
  const [first, all] = [current, [current]];
  let online = true;
  const context = await browser.newContext({ locale: "en-GB" });
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined }));
  const page = await context.newPage();
  await page.clock.install();
  await context.route("https://edge.example/**", async (route) => {
    const { pathname, search } = new URL(route.request().url());
    // The browser has the page's own files.
    const own = ["/offline", "/offline/registrar.wasm"].includes(pathname);
    if (!online && !own) return route.abort();
    const answer = await (own ? first : current).get(pathname + search);
    const headers = Object.fromEntries(answer.headers);
    for (const name of ["content-encoding", "content-length", "etag"]) delete headers[name];
    return route.fulfill({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) });
  });
  await page.goto("https://edge.example/offline");
  await page.waitForSelector("html[data-ready]");
  return {
    page,
    deploy: async (next) => { current = await deploy(next); all.push(current); },
    goOffline: () => { online = false; },
    end: async () => {
      await context.close();
      await Promise.all(all.map((deployed) => deployed.stop()));
    },
  };
}

/** Lets the page's minute pass, and waits until a code has another verdict than before. */
async function minutePassed(page, code, before) {
  const renewed = page.waitForResponse((answer) => answer.url().endsWith("/status-lists/1/suspension"));
  await page.clock.runFor(61_000);
  await renewed;
  for (let time = 0; time < 40; time++) {
    const said = await check(page, code);
    if (said !== before) return said;
  }
  return before;
}

const lists0 = (order) => ({ "status/0": order.lists[0], "status/0/suspension": order.lists[1] });
const old = mint({ claims: [claim("VA11D0"), claim("F0RGED", { seed: 8 })], lists: [list([], 2), list([], 2, { purpose: "suspension" })] });
const key1 = { kid: 1, seed: 7, compromised_at: null };
const key2 = { kid: 2, seed: 9, compromised_at: null };
const by2 = { kid: 2, seed: 9 };
const rotated = mint({
  keys: [key1, key2],
  claims: [claim("R0TATED", by2)],
  lists: [list([], 1, by2), list([], 1, { purpose: "suspension", ...by2 })],
});
const compromised = mint({ keys: [{ ...key1, compromised_at: new Date(now * 1000).toISOString().slice(0, 10) }, key2] });

test("a key that is added while the page is open is believed a minute later", { skip }, async () => {
  const { page, deploy, end } = await opened({ keys: old.keys, origin, kv: lists0(old) });
  assert.equal(await check(page, rotated.tokens[0]), "Not genuine");
  await deploy({ keys: rotated.keys, origin, kv: lists0(rotated) });
  assert.equal(await minutePassed(page, rotated.tokens[0], "Not genuine"), "Valid");
  assert.equal(await check(page, old.tokens[0]), "Valid");
  await end();
});

test("a key that is compromised while the page is open is believed no more a minute later", { skip }, async () => {
  const { page, deploy, end } = await opened({ keys: old.keys, origin, kv: lists0(old) });
  assert.equal(await check(page, old.tokens[0]), "Valid");
  await deploy({ keys: compromised.keys, origin, kv: lists0(rotated) });
  assert.equal(await minutePassed(page, old.tokens[0], "Valid"), "Not genuine");
  assert.equal(await check(page, rotated.tokens[0]), "Valid");
  await end();
});

test("with settings that have grown old an unknown key is no forgery, and a forgery stays one", { skip }, async () => {
  const { page, goOffline, end } = await opened({ keys: old.keys, origin, kv: lists0(old) });
  goOffline();
  await page.reload();
  await page.waitForSelector("html[data-ready]");
  assert.equal(await check(page, rotated.tokens[0]), "Not genuine");
  await page.clock.setSystemTime(Date.now() + 16 * 60_000);
  assert.equal(await check(page, rotated.tokens[0]), "Cannot be decided now");
  assert.ok(await page.getByText("a key that this browser does not know").isVisible());
  assert.deepEqual(await faults(page), []);
  assert.equal(await check(page, old.tokens[1]), "Not genuine");
  await end();
});

test("the verdict before goes as soon as another check begins, and a check that fails says so", { skip }, async () => {
  const { context, page } = await prepared("en-GB");
  assert.equal(await check(page, valid), "Valid");
  const left = await page.evaluate((code) => {
    document.getElementById("code").value = code;
    document.querySelector("form button").click();
    return document.getElementById("result").textContent;
  }, revoked);
  assert.equal(left, "", "a revoked certificate must not stand under another one's verdict");
  await page.waitForSelector("#verdict");
  assert.equal(await page.locator("#verdict").textContent(), "Revoked");
  await page.evaluate(() => { caches.open = () => Promise.reject(new Error("full")); });
  await page.clock.setSystemTime(Date.now() + 60_000);
  await page.locator("#code").fill(suspended);
  await page.locator("form button").first().click();
  await page.getByText("could not be").waitFor();
  assert.equal(await page.locator("#verdict").count(), 0);
  await context.close();
});

test("a list that has grown old is stale, with its age, and still revokes", { skip }, async () => {
  const { context, page } = await prepared("en-GB");
  await page.clock.setSystemTime(Date.now() + 3 * 3_600_000 + 60_000);
  assert.equal(await check(page, valid), "Cannot be decided now");
  assert.ok(await page.getByText("The newest status list at hand is 3 hours old.").isVisible());
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
