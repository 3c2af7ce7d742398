// The page that verifies without a connection: the Worker's engine in the browser, over what was kept.
//
// `instantiate` and `worker` stand above: the packer puts the engine's modules there.

const element = (id) => document.getElementById(id);
const words = speak(new URLSearchParams(location.search).get("lang") ?? navigator.language);
/**
 * Settings and lists as the edge last gave them, 404s too: that there is no list is knowledge, that none came is not.
 * Each has the time at which it came in a header of its own.
 */
const KEPT = "registrar-kept";
/** Lists that are kept at most; each speaks for 131,072 certificates. */
const LISTS = 64;
const NETWORK_TIMEOUT_MS = 2500;
const LOOK_EVERY_MS = 200;
const REFRESH_EVERY_MS = 60_000;
const SETTINGS = "/offline/settings";
const KEPT_AT = "x-kept-at";

/** Puts the page into the reader's language; gives its words. */
function speak(language) {
  const spoken = JSON.parse(element("words").textContent)[/^fr\b/i.test(language) ? "fr" : "en"];
  document.documentElement.lang = spoken.lang;
  document.title = spoken.title;
  for (const text of document.querySelectorAll("[data-text]")) text.textContent = spoken[text.dataset.text];
  for (const named of document.querySelectorAll("[data-label]")) named.ariaLabel = spoken[named.dataset.label];
  const other = element("other");
  other.lang = other.hreflang = spoken.other;
  other.href = `/offline?lang=${spoken.other}`;
  element("online").href = `/?lang=${spoken.lang}`;
  return spoken;
}

async function download(path) {
  try {
    return await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(NETWORK_TIMEOUT_MS) });
  } catch {
    return null;
  }
}

/** Keeps the edge's newest answer; gives its status, 0 when there was none. */
async function renew(path) {
  const answer = await download(path);
  if (answer === null || !(answer.ok || answer.status === 404)) return 0;
  const { status } = answer;
  const dated = new Response(await answer.text(), { status, headers: { [KEPT_AT]: String(Date.now()) } });
  const cache = await caches.open(KEPT);
  await cache.put(path, dated);
  return status;
}

async function kept(path) {
  const cache = await caches.open(KEPT);
  const answer = await cache.match(path);
  return answer === undefined ? null : { status: answer.status, body: await answer.text(), at: Number(answer.headers.get(KEPT_AT)) };
}

/** The suspension list first: what is known of suspensions is then never older than the revocation list says. */
async function renewAll() {
  if ((await renew(SETTINGS)) !== 200) return false;
  for (let number = 0; number < LISTS; number++) {
    if ((await renew(`/status-lists/${number}/suspension`)) === 0) return false;
    const status = await renew(`/status-lists/${number}`);
    if (status !== 200) return status === 404;
  }
  return true;
}

/** What the engine wants: lists are its KV and its origin, and nothing else can be had here. */
async function ask({ from, key }) {
  const unreachable = { status: 0, body: "" };
  const path = from === 0 ? key.replace(/^status\//, "/status-lists/") : key;
  if (!path.startsWith("/status-lists/")) return unreachable;
  if (from === 0) return (await kept(path)) ?? unreachable;
  await renew(path);
  const said = await kept(path);
  // Without a connection the edge's last word that there is no such list stands; a list itself was shown already.
  return said !== null && (said.status === 404 || navigator.onLine) ? said : unreachable;
}

/** A time as verdicts write it. */
function moment(time) {
  const locale = words.lang === "en" ? "en-GB" : words.lang;
  const format = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC" };
  return `${new Date(time).toLocaleString(locale, format)} UTC`;
}

/** When the kept revocation list was signed, in milliseconds; null when there is none. */
async function listTime() {
  const list = await kept("/status-lists/0");
  if (list === null || list.status !== 200) return null;
  const payload = list.body.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(atob(payload)).iat * 1000;
}

async function tell(renewed) {
  const time = await listTime();
  const written = time === null ? "" : moment(time);
  const text = time === null ? words.empty : renewed ? words.ready : words.old;
  element("state").textContent = text.replace("{time}", written);
}

/** What was pasted: without blanks, and of an address only its last part. */
function typed(text) {
  const path = text.replaceAll(/\s/g, "").split(/[?#]/)[0];
  return path.split("/").pop();
}

function say(text) {
  const line = document.createElement("p");
  line.textContent = text;
  element("result").replaceChildren(line);
}

/** The verdict's part of the engine's own page, a heading lower because this page has its own. */
function show(main) {
  for (const heading of main.querySelectorAll("h1, h2")) {
    const lower = document.createElement(heading.localName === "h1" ? "h2" : "h3");
    lower.id = heading.id;
    lower.append(...heading.childNodes);
    heading.replaceWith(lower);
  }
  element("result").replaceChildren(...document.adoptNode(main).childNodes);
  const heading = element("verdict");
  heading.tabIndex = -1;
  heading.focus();
}

/** Takes over what was kept of the settings, if it is not what is gone by: other keys need another engine. */
async function adopt() {
  const settings = await kept(SETTINGS);
  if (settings === null || settings.status !== 200) return;
  settingsAt = settings.at;
  if (settings.body === adopted) return;
  const { issuer_keys, status_max_age_seconds } = JSON.parse(settings.body);
  env = { ISSUER_KEYS: JSON.stringify(issuer_keys), STATUS_MAX_AGE_SECONDS: String(status_max_age_seconds) };
  engine = worker(instantiate(module), { ask });
  adopted = settings.body;
}

/** A key that these settings do not name may have been added since they came: beyond their limit that is no forgery. */
async function inDoubt(address) {
  if (Date.now() - settingsAt <= 1000 * Number(env.STATUS_MAX_AGE_SECONDS)) return false;
  const answer = await engine.fetch(new Request(address, { headers: { accept: "application/json" } }), env);
  return (await answer.json()).reason === "unknown_key";
}

/** The verdict, unless another check was begun meanwhile. Whatever was shown before goes at once. */
async function verify(text) {
  const turn = ++turns;
  element("result").replaceChildren();
  try {
    const tellIt = await judged(text);
    if (turn === turns) tellIt();
  } catch {
    if (turn === turns) say(words.failed);
  }
}

/** Gives what shows the verdict on a text. */
async function judged(text) {
  const code = typed(text);
  if (/^cert-/i.test(code)) {
    const online = navigator.onLine && (await download("/health"))?.ok;
    return () => online ? location.assign(`/verify/${encodeURIComponent(code)}?lang=${words.lang}`) : say(words.number);
  }
  const address = `${location.origin}/v/${encodeURIComponent(code)}?lang=${words.lang}`;
  if (await inDoubt(address)) {
    return () => show(doubt(words.doubt, words.doubt_text.replace("{time}", moment(settingsAt))));
  }
  const answer = await engine.fetch(new Request(address, { headers: { accept: "text/html" } }), env);
  if (answer.status >= 500) throw new Error("there is no verdict");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return () => show(page.querySelector("main"));
}

/** What the engine's page of an undecided verdict looks like, with other words. */
function doubt(heading, text) {
  const main = document.createElement("main");
  const section = document.createElement("section");
  const parts = ["span", "h1", "p"].map((name) => document.createElement(name));
  const [sign, title, line] = parts;
  section.className = "verdict doubt";
  section.setAttribute("aria-labelledby", "verdict");
  sign.ariaHidden = "true";
  title.id = "verdict";
  [sign.textContent, title.textContent, line.textContent] = ["?", heading, text];
  section.append(...parts);
  main.append(section);
  return main;
}

async function readCode(detector, picture) {
  const [found] = await detector.detect(picture);
  if (found === undefined) return false;
  element("code").value = found.rawValue;
  await verify(found.rawValue);
  return true;
}

/** The camera's picture is looked at until a code is in it or the button is pressed again. */
async function scan(detector) {
  const [video, button] = [element("camera"), element("scan")];
  if (video.srcObject !== null) {
    for (const track of video.srcObject.getTracks()) track.stop();
    video.srcObject = null;
  } else {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
    } catch {
      video.srcObject = null;
      say(words.no_camera);
    }
  }
  video.hidden = video.srcObject === null;
  button.textContent = video.hidden ? words.scan : words.stop;
  while (video.srcObject !== null) {
    if (await readCode(detector, video).catch(() => false)) return scan(detector);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function offerPictures() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
  if (!formats?.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  element("photo").hidden = false;
  element("file").addEventListener("change", async ({ target }) => {
    const picture = target.files[0] && (await createImageBitmap(target.files[0]).catch(() => null));
    if (!picture || !(await readCode(detector, picture))) say(words.no_code);
  });
  if (navigator.mediaDevices === undefined) return;
  element("scan").hidden = false;
  element("scan").addEventListener("click", () => scan(detector));
}

/** The engine's WebAssembly, what it runs with, and when that came. */
let module;
let engine;
let env = {};
let adopted = "";
let settingsAt = 0;
/** How many checks were begun. */
let turns = 0;

async function prepare() {
  // Where the browser lets no service worker in, the page works while it is open.
  const registered = navigator.serviceWorker?.register("/service-worker.js").then(() => navigator.serviceWorker.ready).catch(() => undefined);
  element("tool").hidden = false;
  const renewed = await renewAll();
  module = await WebAssembly.compileStreaming(fetch("/offline/registrar.wasm"));
  await adopt();
  if (engine === undefined) return say(words.empty);
  await registered;
  element("form").addEventListener("submit", (event) => {
    event.preventDefault();
    verify(element("code").value);
  });
  await offerPictures();
  await tell(renewed);
  setInterval(async () => {
    const renewed = await renewAll();
    await adopt();
    await tell(renewed);
  }, REFRESH_EVERY_MS);
  document.documentElement.dataset.ready = "yes";
  // Without a connection the service worker shows this page in place of the one that was asked for.
  const asked = /^\/(?:v|verify)\/(.+)/i.exec(location.pathname);
  if (asked !== null) {
    element("code").value = decodeURIComponent(asked[1]);
    await verify(asked[1]);
  }
}

prepare().catch(() => say(words.failed));
