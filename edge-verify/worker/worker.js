// The Worker around an engine: it waits for what the engine wants, and replaces an engine that broke.
//
// Every call into the engine returns at once, so an engine that throws has failed exactly the request that was
// passed to it. That one is answered 503; the others that were waiting start over in the new instance.
//
// The platform's cache is not used: an answer about a token must be no older than its status list, and a token must
// not become part of a cache's key.

/** The origin has this long to answer. */
const ORIGIN_TIMEOUT_MS = 2500;
/** The KV has this long; a KV that hangs is one that is silent. */
const KV_TIMEOUT_MS = 2500;
/** The KV may serve what it served so long ago. Signed lists carry their own date, so nothing depends on it. */
const KV_CACHE_SECONDS = 60;
/** A request that saw so many instances break is given up. */
const ATTEMPTS = 3;
/** Where the engine wants something from: a key of the KV, the origin's text, the origin's body for the response. */
const KV = 0;
const RELAY = 2;

const UNREACHABLE = { status: 0, body: "" };
const MISSING = { status: 404, body: "" };

/** What is promised, if it comes in time. */
async function inTime(promise, milliseconds) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(fail, milliseconds, new Error("too late")); });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function fetchWanted({ from, key }, env) {
  try {
    if (from === KV) {
      const value = await inTime(env.CERTS.get(key, { cacheTtl: KV_CACHE_SECONDS }), KV_TIMEOUT_MS);
      return value === null ? MISSING : { status: 200, body: value };
    }
    const answer = await fetch(env.ORIGIN + key, {
      redirect: "manual",
      // Else the platform would keep the picture of an erased holder for as long as the origin once said.
      cache: "no-store",
      headers: { accept: from === RELAY ? "*/*" : "application/json, application/vc+jwt" },
      signal: AbortSignal.timeout(ORIGIN_TIMEOUT_MS),
    });
    if (from === RELAY) return { status: answer.status, body: "", relayed: answer };
    return { status: answer.status, body: await answer.text() };
  } catch {
    return UNREACHABLE;
  }
}

/** What people are told in place of a problem, in both languages, because nothing is known of the reader's but what the engine reads. */
const NOTICES = {
  503: ["No answer at present", "Nothing can be verified at this moment. Please try again in a minute.",
    "Pas de réponse pour l’instant", "Rien ne peut être vérifié en ce moment. Veuillez réessayer dans une minute."],
  429: ["Too many requests", "Too many requests came from your connection. Please try again in a minute.",
    "Trop de requêtes", "Trop de requêtes sont venues de votre connexion. Veuillez réessayer dans une minute."],
};

function notice(status, seconds, request) {
  const [title, text, titre, texte] = NOTICES[status];
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title></head><body><main><h1>${title}</h1><p>${text}</p><section lang="fr"><h2>${titre}</h2><p>${texte}</p></section></main></body></html>`;
  return new Response(request.method === "HEAD" ? null : page, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "retry-after": String(seconds),
      "vary": "accept",
      "x-content-type-options": "nosniff",
    },
  });
}

function refusal(status, code, title, detail, seconds, request) {
  if (/\btext\/html\b/i.test(request.headers.get("accept") ?? "")) return notice(status, seconds, request);
  const problem = {
    type: `https://registrar.dev/problems/${code}`,
    title,
    status,
    code,
    detail,
    request_id: request.headers.get("cf-ray") ?? "",
  };
  return new Response(request.method === "HEAD" ? null : JSON.stringify(problem), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "retry-after",
      "referrer-policy": "no-referrer",
      "retry-after": String(seconds),
      "vary": "accept",
      "x-content-type-options": "nosniff",
    },
  });
}

function unavailable(code, title, request) {
  return refusal(503, code, title, "There is no verdict now. Try again in some seconds.", 5, request);
}

/** Who asks, as far as limits are concerned: an IPv4 address, or the network of an IPv6 one; nobody when it is not told. */
export function client(address) {
  if (!address.includes(":")) return address;
  const [before, after] = address.split("::");
  const groups = before.split(":").filter((group) => group !== "");
  if (after !== undefined) {
    const behind = after.split(":").filter((group) => group !== "");
    while (groups.length + behind.length < 8) groups.push("0");
    groups.push(...behind);
  }
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "").toLowerCase()).join(":");
}

/** Whether a client asks more than the binding lets it. Without the binding, or when it fails, nobody is refused. */
async function overLimit(request, env) {
  const key = client(request.headers.get("cf-connecting-ip") ?? "");
  if (key === "") return false;
  try {
    return !(await env.LIMITER.limit({ key })).success;
  } catch {
    return false;
  }
}

/** Whether `If-None-Match` names a tag, compared weakly as RFC 9110 says; a tag may hold a comma. */
export function matches(ifNoneMatch, tag) {
  if (ifNoneMatch.trim() === "*") return true;
  const opaque = (text) => text.replace(/^W\//, "");
  return (ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).some((had) => opaque(had) === opaque(tag));
}

/** A response whose body the engine does not have: what was relayed from the origin, or a packed file. */
function completed({ status, headers: pairs, file }, relayed, request, assets) {
  const headers = new Headers(pairs);
  const asset = assets[file];
  if (file !== "" && asset === undefined) {
    return unavailable("not_packed", "The verifier lacks a file", request);
  }
  const own = file === "" ? { etag: relayed.headers.get("etag") } : asset.headers;
  for (const [name, value] of Object.entries(own)) if (value !== null) headers.set(name, value);
  const tag = headers.get("etag");
  if (tag !== null && matches(request.headers.get("if-none-match") ?? "", tag)) {
    headers.delete("content-encoding");
    return new Response(null, { status: 304, headers });
  }
  if (request.method === "HEAD") return new Response(null, { status, headers });
  if (file === "") return new Response(relayed.body, { status, headers });
  // What was packed compressed goes out as it is: whoever runs WebAssembly reads it.
  const encodeBody = headers.has("content-encoding") ? "manual" : "automatic";
  return new Response(asset.contents, { status, headers, encodeBody });
}

/**
 * @param engine `configure(keys, maxAge)`, throwing a string that names a wrong setting; `start(method, url, accept,
 *   language, ifNoneMatch, requestId, now)` and `resume(ticket, status, body)`, giving a Response, `{ticket, from, key}`
 *   or `{status, headers, file}`; `reset()`, giving a fresh instance.
 * @param assets the packed files: `{[name]: {contents, headers}}`.
 * @param ask gives what the engine wants: `{status, body, relayed?}`, of status 0 when it cannot be had.
 */
export function worker(engine, { assets = {}, ask = fetchWanted } = {}) {
  let generation = 0;
  let configured = -1;

  return {
    async fetch(request, env) {
      const headers = request.headers;
      if (env.LIMITER !== undefined && (await overLimit(request, env))) {
        const detail = "Too many requests came from this address. Try again in a minute.";
        return refusal(429, "too_many_requests", "Too many requests", detail, 60, request);
      }
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const born = generation;
        try {
          if (configured !== born) {
            engine.configure(env.ISSUER_KEYS ?? "", env.STATUS_MAX_AGE_SECONDS ?? "");
            configured = born;
          }
          let step = engine.start(
            request.method,
            request.url,
            headers.get("accept") ?? "",
            headers.get("accept-language") ?? "",
            headers.get("if-none-match") ?? "",
            headers.get("cf-ray") ?? "",
            Math.floor(Date.now() / 1000),
          );
          let given;
          while (step.ticket !== undefined) {
            given = await ask(step, env);
            if (generation !== born) break;
            step = engine.resume(step.ticket, given.status, given.body);
          }
          if (step.file !== undefined) return completed(step, given?.relayed, request, assets);
          if (step.ticket === undefined) return step;
        } catch (error) {
          if (typeof error === "string") {
            console.error(error);
            return unavailable("misconfigured", "The verifier is not set up", request);
          }
          console.error("the engine broke:", error?.message);
          if (generation === born) {
            generation += 1;
            engine.reset();
          }
          return unavailable("engine_failed", "The verifier failed", request);
        }
      }
      return unavailable("engine_failed", "The verifier failed", request);
    },
  };
}
