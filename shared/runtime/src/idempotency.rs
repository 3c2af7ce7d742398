//! `Idempotency-Key` on every POST (checklist I-08).
//!
//! The key is claimed before the handler runs, with a digest of the body. The same key brings the same body the answer
//! that was kept (`Idempotency-Replayed: true`), another body 422, and a request that is still running 409. A refusal gives the
//! claim back, because nothing was changed. A key belongs to its account, method and path; without a token, to all
//! visitors together. A call that a channel signed has its signature for a key unless it brings another.
//!
//! What is digested is the body; of a JSON object the member `password` is left out first, because a stored digest of a
//! password could be guessed against.

use crate::{
    Shell,
    extract::{BODY_BYTES, Held, Resolved, Signed},
    problem::{Problem, in_flight},
    reply::{Found, Keeping, Reply},
};
use axum::{
    body::{Body, Bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use data_encoding::HEXLOWER;
use registrar_store::{
    StoreError,
    answers::{Claim, Claimed},
    keys,
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

const HEADER: &str = "idempotency-key";
/// Whose keys those of visitors without a token are.
const PUBLIC: &str = "public";
/// Whose keys those of the chat channel are.
const CHANNEL: &str = "channel";
/// The member that no digest is made of.
const SECRET: &str = "password";

/// The layer.
pub(crate) async fn once(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    // What no route answers changes nothing, so there is nothing to remember.
    if request.method() != Method::POST || request.extensions().get::<MatchedPath>().is_none() {
        return next.run(request).await;
    }
    let signed = request.extensions().get::<Signed>().cloned();
    match key(request.headers()).map(|key| key.or(signed.map(|Signed(signature)| signature))) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => with_key(&shell, &key, request, next)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(problem) => problem.into_response(),
    }
}

async fn with_key(
    shell: &Shell,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let body = crate::extract::read(body).await?;
    let actor = parts
        .extensions
        .get::<Resolved>()
        .and_then(|resolved| resolved.0);
    let nobody = match parts.extensions.get::<Signed>() {
        Some(Signed(_)) => CHANNEL,
        None => PUBLIC,
    };
    let principal = actor.map_or_else(|| nobody.to_owned(), |actor| actor.id.to_string());
    let key = keys::answer(&principal, parts.method.as_str(), parts.uri.path(), key);
    let run = |parts, body| next.run(Request::from_parts(parts, Body::from(body)));
    match shell
        .table
        .claim_answer(key, &digest(&body), shell.moment())
        .await?
    {
        Claimed::Fresh(claim) => {
            parts.extensions.insert(Held(claim.clone()));
            let response = run(parts, body).await;
            let refused =
                response.status().is_client_error() || response.status().is_server_error();
            let keeping = response.extensions().get::<Keeping>().cloned();
            settle(
                shell,
                &claim,
                if refused {
                    None
                } else {
                    Some(keeping.unwrap_or(Keeping::Unkept))
                },
            )
            .await;
            Ok(response)
        }
        Claimed::Replay(answer) => match Reply::found(answer) {
            Found::Whole(reply) => Ok(reply.into_response()),
            Found::Unkept => Ok(run(parts, body).await),
            Found::TooLarge(location) => Err(too_large(location)),
        },
        Claimed::Mismatch => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
        )
        .detail("this Idempotency-Key was used for another body: take a fresh one")),
        Claimed::InFlight => Err(in_flight()),
    }
}

/// Keeps the answer, or after a refusal (`None`) gives the claim back. A failure here changes no answer: the claim ends
/// with its lease.
async fn settle(shell: &Shell, claim: &Claim, keeping: Option<Keeping>) {
    let settled = match keeping {
        None => shell.table.release_answer(claim).await,
        Some(Keeping::Taken) => Ok(()),
        Some(Keeping::Answer(answer)) => shell.table.keep_answer(claim, &answer).await,
        Some(Keeping::Unkept) => shell.table.keep_answer(claim, &Reply::nothing()).await,
    };
    match settled {
        Ok(()) | Err(StoreError::ClaimLost) => {}
        Err(error) => tracing::warn!(%error, "an Idempotency-Key was not settled"),
    }
}

fn too_large(location: Option<String>) -> Problem {
    let problem = Problem::new(StatusCode::CONFLICT, "answer_not_kept")
        .detail("the request was carried out, but its answer was too large to keep: read the result where it stands");
    match location.and_then(|location| HeaderValue::try_from(location).ok()) {
        Some(location) => problem.header(header::LOCATION, location),
        None => problem,
    }
}

/// The key that the client sent: 1–255 printable ASCII characters.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let bytes = value.as_bytes();
    let printable =
        (1..=255).contains(&bytes.len()) && bytes.iter().all(|b| (b' '..=b'~').contains(b));
    match value.to_str() {
        Ok(text) if printable && values.next().is_none() => Ok(Some(text.to_owned())),
        _ => Err(
            Problem::new(StatusCode::BAD_REQUEST, "invalid_idempotency_key")
                .detail("Idempotency-Key must be one text of 1 to 255 printable ASCII characters"),
        ),
    }
}

/// What tells this body from another.
fn digest(body: &Bytes) -> String {
    debug_assert!(
        body.len() <= BODY_BYTES,
        "the body was read with this limit"
    );
    let without_secret = serde_json::from_slice::<Map<String, Value>>(body)
        .ok()
        .and_then(|mut object| {
            object.remove(SECRET)?;
            serde_json::to_vec(&object).ok()
        });
    let digest = match &without_secret {
        Some(json) => Sha256::digest(json),
        None => Sha256::digest(body),
    };
    HEXLOWER.encode(&digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(keys: &[&[u8]]) -> HeaderMap {
        keys.iter()
            .map(|key| {
                (
                    HEADER.parse().unwrap(),
                    HeaderValue::from_bytes(key).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn a_key_is_one_printable_text() {
        assert_eq!(key(&headers(&[])).unwrap(), None);
        assert_eq!(
            key(&headers(&[b"order 7/a"])).unwrap().as_deref(),
            Some("order 7/a")
        );
        assert!(key(&headers(&[&[b'k'; 255]])).unwrap().is_some());
        for bad in [
            &[&b""[..]][..],
            &[&[b'k'; 256]],
            &["clé".as_bytes()],
            &[b"a\tb"],
            &[b"a", b"b"],
        ] {
            assert_eq!(
                key(&headers(bad)).unwrap_err().code(),
                "invalid_idempotency_key",
                "{bad:?}"
            );
        }
    }

    #[test]
    fn another_body_has_another_digest() {
        let of = |body: &'static str| digest(&Bytes::from(body));
        assert_eq!(of("{\"a\":1}"), of("{\"a\":1}"));
        assert_ne!(of("{\"a\":1}"), of("{\"a\":2}"));
        assert_ne!(of("not json"), of("not json either"));
    }

    #[test]
    fn no_digest_is_made_of_a_password() {
        let of = |body: &'static str| digest(&Bytes::from(body));
        let email = of(r#"{"email":"a@b.org","password":"correct horse"}"#);
        assert_eq!(
            email,
            of(r#"{"password":"battery staple","email":"a@b.org"}"#)
        );
        assert_eq!(
            email,
            of(r#"{"pass\u0077ord":"tr0ub4dor","email":"a@b.org"}"#)
        );
        assert_ne!(
            email,
            of(r#"{"email":"c@b.org","password":"correct horse"}"#)
        );
    }
}
