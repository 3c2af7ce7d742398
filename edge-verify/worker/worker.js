// The Worker around an engine: it waits for what the engine wants, and replaces an engine that broke.
//
// Every call into the engine returns at once, so an engine that throws has failed exactly the request that was
// passed to it. That one is answered 503; the others that were waiting start over in the new instance.

/** The origin has this long to answer. */
const ORIGIN_TIMEOUT_MS = 2500;
/** The KV may serve what it served so long ago. Signed lists carry their own date, so nothing depends on it. */
const KV_CACHE_SECONDS = 60;
/** A request that saw so many instances break is given up. */
const ATTEMPTS = 3;

const UNREACHABLE = { status: 0, body: "" };
const MISSING = { status: 404, body: "" };

async function fetchWanted({ kv, key }, env) {
  try {
    if (kv) {
      const value = await env.CERTS.get(key, { cacheTtl: KV_CACHE_SECONDS });
      return value === null ? MISSING : { status: 200, body: value };
    }
    const answer = await fetch(env.ORIGIN + key, {
      redirect: "manual",
      headers: { accept: "application/json, application/vc+jwt" },
      signal: AbortSignal.timeout(ORIGIN_TIMEOUT_MS),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return UNREACHABLE;
  }
}

function unavailable(code, title, request) {
  const problem = {
    type: `https://registrar.dev/problems/${code}`,
    title,
    status: 503,
    code,
    detail: "There is no verdict now. Try again in some seconds.",
    request_id: request.headers.get("cf-ray") ?? "",
  };
  return new Response(JSON.stringify(problem), {
    status: 503,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "retry-after": "5",
      "x-content-type-options": "nosniff",
    },
  });
}

/**
 * @param engine `configure(keys, maxAge)`, throwing a string that names a wrong setting; `start(method, url, accept,
 *   language, requestId, now)` and `resume(ticket, status, body)`, giving a Response or `{ticket, kv, key}`;
 *   `reset()`, giving a fresh instance.
 */
export function worker(engine) {
  let generation = 0;
  let configured = -1;

  return {
    async fetch(request, env) {
      const headers = request.headers;
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
            headers.get("cf-ray") ?? "",
            Math.floor(Date.now() / 1000),
          );
          while (step.ticket !== undefined) {
            const given = await fetchWanted(step, env);
            if (generation !== born) break;
            step = engine.resume(step.ticket, given.status, given.body);
          }
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
