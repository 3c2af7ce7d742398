//! `Idempotency-Key` on every POST (checklist I-08).
//!
//! The handler's extractor [`Once`](crate::extract::Once) claims the key, behind those that say who may ask: who is refused
//! writes nothing, and who is answered from what was kept counts against no limit. The same key brings the same body the
//! answer that was kept (`Idempotency-Replayed: true`), another body 422, and a request that is still running 409. A refusal
//! gives the claim back, because nothing was changed.
//!
//! | whose request | a key belongs to |
//! |---|---|
//! | an account's | the account in its role, and what the request names |
//! | a visitor's | its body, so that strangers meet only where they ask the same |
//! | the chat channel's | the channel; the signature is claimed as well, whatever key stands beside it |
//!
//! What a request names is its route with its parameters ([`Names`]): addresses of one handler are one route, and a ticket's
//! number is its id. The signature of a call that brings a key too stays claimed for as long as it could be sent again, also
//! when the process dies: nothing unsigned makes the call another one.
//!
//! What is digested is the body; of a JSON object the member `password` is left out first, because a stored digest of a
//! password could be guessed against.

mod names;

pub use names::Names;

use crate::{
    Shell,
    extract::{BODY_BYTES, Resolved, Signed},
    problem::{Problem, in_flight},
    reply::{Found, Keeping, Reply},
};
use axum::{
    body::{Body, Bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use registrar_domain::actor::Actor;
use registrar_store::{
    StoreError,
    answers::{Answer, Claim, Claimed, LEASE},
    keys,
};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

const HEADER: &str = "idempotency-key";
/// Whose keys those of visitors without a token are.
const PUBLIC: &str = "public";
/// Whose keys those of the chat channel are.
const CHANNEL: &str = "channel";
/// The member that no digest is made of.
const SECRET: &str = "password";
/// For how long a signature stays claimed at least: as long as it holds, and the clocks' difference.
const SIGNATURE_HOLDS: SignedDuration = SignedDuration::from_mins(11);

/// A request whose handler may claim a key; an extension of it.
#[derive(Clone)]
pub(crate) struct Asked(Arc<Asking>);

struct Asking {
    shell: Shell,
    actor: Option<Actor>,
    signature: Option<String>,
    key: Option<String>,
    digest: String,
    names: Names,
    /// The route's template, and what its parameters are.
    named: (String, Vec<(String, String)>),
    held: Mutex<Held>,
}

/// What a handler claimed.
#[derive(Default)]
struct Held {
    /// Completed in the transaction of the change.
    claim: Option<Claim>,
    /// The signature's, where a key stands beside it.
    signature: Option<Claim>,
}

/// The layer.
pub(crate) async fn once(
    State((shell, names)): State<(Shell, Names)>,
    request: Request,
    next: Next,
) -> Response {
    // What no route answers changes nothing, so there is nothing to remember.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let (&Method::POST, Some(route)) = (request.method(), route) else {
        return next.run(request).await;
    };
    let signed = request.extensions().get::<Signed>().cloned();
    let signature = signed.map(|Signed(signature)| signature);
    match key(request.headers()) {
        Ok(None) if signature.is_none() => next.run(request).await,
        Ok(key) => with_key(
            shell,
            names,
            route.as_str(),
            (key, signature),
            request,
            next,
        )
        .await
        .unwrap_or_else(IntoResponse::into_response),
        Err(problem) => problem.into_response(),
    }
}

async fn with_key(
    shell: Shell,
    names: Names,
    route: &str,
    (key, signature): (Option<String>, Option<String>),
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let body = crate::extract::read(body).await?;
    let told = if crate::extract::is_form(&parts.headers) {
        form_without_secret(&body)
    } else {
        body.clone()
    };
    let resolved = parts.extensions.get::<Resolved>();
    let asking = Arc::new(Asking {
        shell,
        actor: resolved.and_then(|resolved| resolved.0),
        signature,
        key,
        digest: digest(&told),
        names,
        named: (route.to_owned(), params(&mut parts).await),
        held: Mutex::default(),
    });
    parts.extensions.insert(Asked(Arc::clone(&asking)));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let keeping = response.extensions().get::<Keeping>().cloned();
    asking.settle(refused, keeping).await;
    Ok(response)
}

async fn params(parts: &mut Parts) -> Vec<(String, String)> {
    use axum::{RequestPartsExt, extract::RawPathParams};
    // A parameter that is no text names nothing; the handler says so.
    let params = parts.extract::<RawPathParams>().await;
    params.map_or_else(
        |_| Vec::new(),
        |params| {
            params
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        },
    )
}

impl Asked {
    /// Claims the request's key for its handler; `None` where the answer is not kept and the request is carried out again.
    pub(crate) async fn claim(&self) -> Result<Option<Claim>, Earlier> {
        let asking = &self.0;
        match (&asking.signature, &asking.key) {
            (Some(signature), Some(key)) => {
                let first = asking.first(signature, SIGNATURE_HOLDS).await?;
                let claim = asking.second(key, first.as_ref()).await?;
                let mut held = asking.held.lock().unwrap_or_else(PoisonError::into_inner);
                (held.claim, held.signature) = (claim.clone(), first);
                Ok(claim)
            }
            (Some(key), None) | (None, Some(key)) => {
                let claim = asking.first(key, LEASE).await?;
                let mut held = asking.held.lock().unwrap_or_else(PoisonError::into_inner);
                held.claim.clone_from(&claim);
                Ok(claim)
            }
            (None, None) => Ok(None),
        }
    }
}

impl Asking {
    /// Claims what a request brings first: its signature, where it has one.
    async fn first(&self, key: &str, lease: SignedDuration) -> Result<Option<Claim>, Earlier> {
        let owner = if self.signature.is_some() {
            // Method, path and body are signed.
            keys::answer(&[CHANNEL, "signature", key])
        } else {
            self.owned(key).await?
        };
        match self.claimed(owner, lease).await? {
            Claimed::Fresh(claim) => Ok(Some(claim)),
            Claimed::Replay(answer) => replay(answer),
            Claimed::Gone => Err(gone().into()),
            Claimed::Mismatch => Err(reused().into()),
            Claimed::InFlight => Err(in_flight().into()),
        }
    }

    /// Claims the key beside a signature. What was answered under it is the signature's answer too.
    async fn second(&self, key: &str, first: Option<&Claim>) -> Result<Option<Claim>, Earlier> {
        let owner = self.owned(key).await?;
        let claimed = self.claimed(owner, LEASE).await?;
        if let (Claimed::Replay(answer), Some(first)) = (&claimed, first) {
            self.shell
                .table
                .keep_answer(first, answer)
                .await
                .map_err(Problem::from)?;
        }
        if let (Claimed::Gone | Claimed::Mismatch | Claimed::InFlight, Some(first)) =
            (&claimed, first)
        {
            self.shell
                .table
                .release_answer(first)
                .await
                .map_err(Problem::from)?;
        }
        match claimed {
            Claimed::Fresh(claim) => Ok(Some(claim)),
            Claimed::Replay(answer) => replay(answer),
            Claimed::Gone => Err(gone().into()),
            Claimed::Mismatch => Err(reused().into()),
            Claimed::InFlight => Err(in_flight().into()),
        }
    }

    async fn claimed(&self, key: keys::Key, lease: SignedDuration) -> Result<Claimed, Problem> {
        let table = &self.shell.table;
        Ok(table
            .claim_answer(key, &self.digest, lease, self.shell.moment())
            .await?)
    }

    /// Whose key it is, and for what.
    async fn owned(&self, key: &str) -> Result<keys::Key, Problem> {
        let (route, params) = &self.named;
        let named = self.names.of(&self.shell, route, params).await?;
        Ok(match (self.actor, &self.signature) {
            (Some(actor), _) => {
                keys::answer(&[&actor.id.to_string(), actor.role.code(), &named, key])
            }
            (None, Some(_)) => keys::answer(&[CHANNEL, "", &named, key]),
            (None, None) => keys::answer(&[PUBLIC, &self.digest, &named, key]),
        })
    }

    /// Keeps the answer, or after a refusal gives the claims back. A failure here changes no answer: a claim ends with its
    /// lease.
    async fn settle(&self, refused: bool, keeping: Option<Keeping>) {
        let held = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *held)
        };
        let keeping = keeping.unwrap_or(Keeping::Unkept);
        let table = &self.shell.table;
        let mut settled = Vec::new();
        if let Some(claim) = &held.claim {
            settled.push(match &keeping {
                _ if refused => table.release_answer(claim).await,
                Keeping::Taken(_) => Ok(()),
                Keeping::Answer(answer) => table.keep_answer(claim, answer).await,
                Keeping::Unkept => table.keep_answer(claim, &Reply::nothing()).await,
            });
        }
        if let Some(claim) = &held.signature {
            settled.push(match &keeping {
                _ if refused => table.release_answer(claim).await,
                Keeping::Taken(answer) | Keeping::Answer(answer) => {
                    table.keep_answer(claim, answer).await
                }
                // It stays claimed: sent again it is refused.
                Keeping::Unkept => Ok(()),
            });
        }
        for settled in settled {
            match settled {
                Ok(()) | Err(StoreError::ClaimLost) => {}
                Err(error) => tracing::warn!(%error, "an Idempotency-Key was not settled"),
            }
        }
    }
}

/// What a handler's claim came to when the handler is not to run.
#[derive(Debug)]
pub struct Earlier(Box<Response>);

impl From<Problem> for Earlier {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem.into_response()))
    }
}

impl IntoResponse for Earlier {
    fn into_response(self) -> Response {
        *self.0
    }
}

fn replay(answer: Answer) -> Result<Option<Claim>, Earlier> {
    match Reply::found(answer) {
        Found::Whole(reply) => Err(Earlier(Box::new(reply.into_response()))),
        Found::Unkept => Ok(None),
        Found::TooLarge(location) => Err(too_large(location).into()),
    }
}

fn gone() -> Problem {
    Problem::new(StatusCode::GONE, "withdrawn")
        .detail("the request was carried out, and what it made was withdrawn since")
}

fn reused() -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
        .detail("this Idempotency-Key was used for another body: take a fresh one")
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

/// A form without its secret, of which no digest is made either.
fn form_without_secret(body: &Bytes) -> Bytes {
    let fields = form_urlencoded::parse(body).filter(|(name, _)| name != SECRET);
    let mut told = form_urlencoded::Serializer::new(String::new());
    told.extend_pairs(fields).finish().into()
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
    use crate::shell::fixture;
    use registrar_domain::actor::Role;

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
    fn no_digest_is_made_of_a_password_in_a_form() {
        let told = |form: &'static str| form_without_secret(&Bytes::from(form));
        assert_eq!(
            told("token=a&password=correct+horse&lang=en"),
            "token=a&lang=en"
        );
        assert_eq!(told("pass%77ord=x&token=a"), "token=a");
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

    fn asking(actor: Option<(u128, Role)>, body: &'static str) -> Asking {
        Asking {
            shell: fixture::shell(),
            actor: actor.map(|(id, role)| Actor {
                id: uuid::Uuid::from_u128(id).into(),
                role,
            }),
            signature: None,
            key: None,
            digest: digest(&Bytes::from(body)),
            names: Names::default(),
            named: ("/things".to_owned(), Vec::new()),
            held: Mutex::default(),
        }
    }

    #[tokio::test]
    async fn a_key_belongs_to_an_account_in_its_role() {
        let of = async |id, role| asking(Some((id, role)), "{}").owned("k").await.unwrap();
        let admins = of(1, Role::Admin).await;
        assert_eq!(admins, of(1, Role::Admin).await);
        assert_ne!(
            admins,
            of(1, Role::Student).await,
            "what staff saw is not for them any more"
        );
        assert_ne!(admins, of(2, Role::Admin).await);
    }

    #[tokio::test]
    async fn visitors_share_a_key_only_where_they_ask_the_same() {
        let of = async |body| asking(None, body).owned("k").await.unwrap();
        assert_eq!(of("{\"a\":1}").await, of("{\"a\":1}").await);
        assert_ne!(of("{\"a\":1}").await, of("{\"a\":2}").await);
    }
}
