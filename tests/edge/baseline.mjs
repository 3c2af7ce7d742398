// The verifier's logic in plain JavaScript with WebCrypto, for the bench to compare with. Runs in workerd.

const CONTEXT = new TextEncoder().encode("registrar-claim-v2\0");
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LIST_BITS = 131072;
const MAX_AGE = 900;
const FRESH = 30;
const TOKENS = 1024;
const VALUES = new Int8Array(128).fill(-1);
"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".split("").forEach((symbol, at) => {
  VALUES[symbol.charCodeAt(0)] = at;
  VALUES[symbol.toLowerCase().charCodeAt(0)] = at;
});
const utf8 = new TextDecoder("utf-8", { fatal: true });
const HEADERS = {
  "content-type": "application/json",
  "cache-control": "no-store",
  vary: "accept, accept-language",
  "access-control-allow-origin": "*",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

class Malformed extends Error {}

function base32(text) {
  if (text.length > 248 || ![0, 2, 4, 5, 7].includes(text.length % 8)) throw new Malformed("not_base32");
  const out = new Uint8Array((text.length * 5) >> 3);
  let held = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) throw new Malformed("not_base32");
    held = ((held << 5) | value) & 0xffff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      out[at++] = held >> count;
    }
  }
  if (held & ((1 << count) - 1)) throw new Malformed("padding_bits");
  return out;
}

function day(days) {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function parse(token) {
  const bytes = base32(token);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw new Malformed("truncated");
    at += count;
    return at - count;
  };
  if (view.getUint8(take(1)) !== 2) throw new Malformed("unknown_version");
  const number = () => {
    for (let value = 0; ; ) {
      const byte = view.getUint8(take(1));
      if ((value === 0 && byte === 0x80) || value >= 1 << 25) throw new Malformed("number");
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  const keyId = number();
  const issued = view.getUint16(take(2));
  const lasts = number();
  const expires = lasts === 0 ? 0 : issued + lasts - 1;
  const symbols = (bytes[at] >> 4) + 6;
  if (!(symbols <= 16)) throw new Malformed("hash_length");
  const packed = take((4 + symbols * 5 + 7) >> 3);
  let hash = "";
  for (let i = 0, bit = packed * 8 + 4; i < symbols; i++, bit += 5) {
    const two = (bytes[bit >> 3] << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    hash += CROCKFORD[(two >> (11 - (bit & 7))) & 31];
  }
  const padding = (8 - ((4 + symbols * 5) & 7)) & 7;
  if (bytes[at - 1] & ((1 << padding) - 1)) throw new Malformed("padding_bits");
  const index = number();
  const text = () => {
    const kind = view.getUint8(take(1));
    const from = take(kind & 0x3f);
    const carried = bytes.subarray(from, at);
    if (kind & 0x80) {
      take(16);
      return null;
    }
    if (carried.length === 0) throw new Malformed("text_length");
    if (!(kind & 0x40)) return utf8.decode(carried);
    const base = ((carried[0] << 8) | carried[1]) * 128 - 128;
    return String.fromCodePoint(...Array.from(carried.subarray(2), (byte) => (byte < 0x80 ? byte : base + byte)));
  };
  const holder = text();
  const course = text();
  const content = bytes.subarray(0, at);
  const signature = bytes.subarray(take(64), at);
  if (at !== bytes.length) throw new Malformed("trailing_bytes");
  const message = new Uint8Array(CONTEXT.length + content.length);
  message.set(CONTEXT);
  message.set(content, CONTEXT.length);
  const issuedDay = day(issued);
  return {
    keyId, issued, index, holder, course, message, signature, issuedDay,
    expires: expires === 0 ? null : expires,
    id: `CERT-${issuedDay.replaceAll("-", "")}-${hash}`,
  };
}

function base64url(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

let keys = null;
async function key(kid, env) {
  if (keys === null) {
    keys = new Map();
    for (const jwk of JSON.parse(env.ISSUER_KEYS).keys) {
      const imported = await crypto.subtle.importKey("raw", base64url(jwk.x), { name: "Ed25519" }, false, ["verify"]);
      keys.set(jwk.kid, { imported, from: jwk.nbf, to: jwk.exp ?? Infinity, lost: jwk.compromised_at ?? Infinity });
    }
  }
  return keys.get(String(kid));
}

const lists = new Map();
async function list(number, purpose, env, now) {
  const path = purpose === "suspension" ? `${number}/suspension` : String(number);
  const known = lists.get(path);
  if (known && now < Math.max(known.iat, known.confirmed) + FRESH) return known;
  const read = async (jws) => {
    const [header, payload, signature] = jws.split(".");
    const { kid } = JSON.parse(new TextDecoder().decode(base64url(header)));
    const { imported } = await key(kid.split("/").pop(), env);
    const signed = new TextEncoder().encode(`${header}.${payload}`);
    if (!(await crypto.subtle.verify("Ed25519", imported, base64url(signature), signed))) return;
    const claims = JSON.parse(new TextDecoder().decode(base64url(payload)));
    const packed = base64url(claims.credentialSubject.encodedList.slice(1));
    const bits = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    const held = lists.get(path);
    if (!held || held.iat < claims.iat) lists.set(path, { bits: new Uint8Array(bits), iat: claims.iat, confirmed: 0 });
  };
  const kept = await env.CERTS.get(`status/${path}`, { cacheTtl: 60 });
  if (kept !== null) await read(kept);
  if (now < (lists.get(path)?.iat ?? 0) + FRESH) return lists.get(path);
  try {
    const answer = await fetch(`${env.ORIGIN}/status-lists/${path}`, { signal: AbortSignal.timeout(2500) });
    if (answer.ok) await read(await answer.text());
    if (lists.has(path)) lists.get(path).confirmed = now;
  } catch {}
  return lists.get(path);
}

const isSet = (held, index) => {
  const within = index % LIST_BITS;
  return (held.bits[within >> 3] & (0x80 >> (within & 7))) !== 0;
};

const tokens = new Map();
async function authenticate(token, env) {
  const known = tokens.get(token);
  if (known) return known;
  const claim = parse(token);
  const issuer = await key(claim.keyId, env);
  if (!issuer) return { forged: "unknown_key" };
  const first = claim.issued * 86_400;
  if (issuer.lost <= first + 86_399) return { forged: "key_compromised" };
  if (first + 86_399 < issuer.from || first > issuer.to) return { forged: "key_not_in_use" };
  if (!(await crypto.subtle.verify("Ed25519", issuer.imported, claim.signature, claim.message))) {
    return { forged: "signature" };
  }
  if (tokens.size >= TOKENS) tokens.clear();
  tokens.set(token, claim);
  return claim;
}

async function judge(token, record, env, now) {
  const claim = await authenticate(token, env);
  if (claim.forged) return { verdict: "forged", reason: claim.forged };
  const number = Math.floor(claim.index / LIST_BITS);
  const revocation = await list(number, "revocation", env, now);
  const suspension = await list(number, "suspension", env, now);
  let verdict = "valid";
  if (revocation && isSet(revocation, claim.index)) verdict = "revoked";
  else if (claim.expires !== null && now > (claim.expires + 1) * 86_400 - 1) verdict = "expired";
  else if (!revocation || now - revocation.iat > MAX_AGE) verdict = "stale";
  else if (suspension && isSet(suspension, claim.index)) verdict = "suspended";
  return {
    verdict,
    certificate_id: claim.id,
    holder: claim.holder,
    course: claim.course,
    grade: record?.grade ?? null,
    issued: claim.issuedDay,
    expires: claim.expires === null ? null : day(claim.expires),
    status_age_seconds: revocation ? now - revocation.iat : null,
    checked_at: new Date(now * 1000).toISOString().replace(".000", ""),
  };
}

const ID = /^CERT-\d{8}-[0-9A-HJKMNP-TV-Z]{6,16}$/;

export default {
  async fetch(request, env) {
    const { headers } = request;
    const asked = [headers.get("accept") ?? "", headers.get("accept-language") ?? "", headers.get("cf-ray") ?? ""];
    if (request.method !== "GET" || asked[0].startsWith("text/html")) return new Response(null, { status: 405 });
    const now = Math.floor(Date.now() / 1000);
    const { pathname } = new URL(request.url);
    try {
      if (pathname.startsWith("/v/")) {
        const document = await judge(pathname.slice(3), null, env, now);
        return new Response(JSON.stringify(document), { headers: HEADERS });
      }
      if (pathname.startsWith("/verify/")) {
        const id = pathname.slice(8).toUpperCase();
        if (!ID.test(id)) throw new Malformed("not_an_id");
        const kept = await env.CERTS.get(`cert/${id}`, { cacheTtl: 60 });
        if (kept === null) return new Response(JSON.stringify({ verdict: "unknown" }), { status: 404, headers: HEADERS });
        const record = JSON.parse(kept);
        const document = await judge(record.token, record, env, now);
        return new Response(JSON.stringify(document), { headers: HEADERS });
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return new Response(JSON.stringify({ verdict: "malformed", reason: error.message }), { status: 400, headers: HEADERS });
    }
    return new Response(null, { status: 404 });
  },
};
