//! Answers of handlers that went well.
//!
//! An answer to a POST with an `Idempotency-Key` is kept, so that the same request gets it again. A handler that changes
//! state takes [`Reply::answer`] into the transaction of the change; for every other handler the idempotency layer keeps
//! it afterwards. An answer that holds a secret is [`Reply::unkept`]: the same request is carried out again.

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use registrar_domain::certificate::CertificateId;
use registrar_store::answers::Answer;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};

/// The largest body that is kept: an item of the table holds 400 KB.
const KEPT_BYTES: usize = 200 * 1024;
/// The status of a kept answer that says: carry the request out again.
const UNKEPT: u16 = 0;
/// The status of a kept answer that says: it was carried out, but the answer was too large to keep. No refusal is ever kept.
const TOO_LARGE: u16 = 409;

/// An answer.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    content_type: &'static str,
    body: String,
    bytes: Option<Bytes>,
    varies: bool,
    etag: Option<String>,
    location: Option<String>,
    cache: Option<u32>,
    replayed: bool,
    shows: Option<CertificateId>,
    keep: bool,
    /// What is kept in place of a body that holds a secret.
    instead: Option<String>,
    taken: AtomicBool,
}

/// What the idempotency layer does with an answer; travels with the response.
#[derive(Clone, Debug)]
pub(crate) enum Keeping {
    /// It was committed with the change.
    Taken(Answer),
    /// Keep this.
    Answer(Answer),
    /// Keep nothing of it.
    Unkept,
}

/// What a kept answer is to the request that finds it.
#[derive(Debug)]
pub(crate) enum Found {
    /// The answer.
    Whole(Reply),
    /// It was not kept because of a secret in it: carry the request out again.
    Unkept,
    /// It was not kept because of its size; the request was carried out, and this is where its result stands.
    TooLarge(Option<String>),
}

impl Reply {
    fn text_of(status: StatusCode, content_type: &'static str, body: String) -> Self {
        let (etag, location, cache) = (None, None, None);
        Self {
            status,
            content_type,
            body,
            bytes: None,
            varies: false,
            etag,
            location,
            cache,
            replayed: false,
            shows: None,
            keep: false,
            instead: None,
            taken: AtomicBool::new(false),
        }
    }

    /// `value` as JSON, with any status of success.
    ///
    /// # Panics
    /// When `value` is not JSON, as a map with keys that are no texts; a panic is answered with 500.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Self {
        let body = serde_json::to_string(value).expect("a view has text keys, so it is JSON");
        Self {
            keep: true,
            ..Self::text_of(status, "application/json", body)
        }
    }

    /// 200 with `value` as JSON.
    pub fn ok(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// 201 with `value` as JSON.
    pub fn created(value: &impl Serialize) -> Self {
        Self::json(StatusCode::CREATED, value)
    }

    /// 202 with `value` as JSON: the work goes on.
    pub fn accepted(value: &impl Serialize) -> Self {
        Self::json(StatusCode::ACCEPTED, value)
    }

    /// 302 to `url`; never cached, never kept.
    pub fn redirect(url: impl Into<String>) -> Self {
        Self::text_of(
            StatusCode::FOUND,
            "text/plain; charset=utf-8",
            String::new(),
        )
        .location(url)
    }

    /// 200 with a text that anybody may cache for `max_age` seconds; never kept.
    pub fn text(content_type: &'static str, body: String, max_age: u32) -> Self {
        Self::text_of(StatusCode::OK, content_type, body).public(max_age)
    }

    /// 200 with bytes that anybody may cache for `max_age` seconds; never kept.
    pub fn bytes(content_type: &'static str, bytes: Bytes, max_age: u32) -> Self {
        Self {
            bytes: Some(bytes),
            ..Self::text(content_type, String::new(), max_age)
        }
    }

    /// 303 to `url`, which shows what was asked for in another way; never kept.
    pub fn see_other(url: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            ..Self::redirect(url)
        }
    }

    /// 303 to `url` after a change; kept, so that the same request gets it again.
    pub fn changed(url: impl Into<String>) -> Self {
        Self {
            keep: true,
            ..Self::see_other(url)
        }
    }

    /// Adds `Vary: Accept`: who asks for another type gets another answer.
    #[must_use]
    pub fn varies(mut self) -> Self {
        self.varies = true;
        self
    }

    /// Adds `ETag: "<version>"`.
    #[must_use]
    pub fn etag(mut self, version: u64) -> Self {
        self.etag = Some(format!("\"{version}\""));
        self
    }

    /// Adds `Location`.
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Lets anybody cache the answer for `max_age` seconds. Without this, nobody may store it.
    #[must_use]
    pub fn public(mut self, max_age: u32) -> Self {
        self.cache = Some(max_age);
        self
    }

    /// Says that the body shows a certificate: it is kept with the certificate, and goes with it when that is withdrawn.
    #[must_use]
    pub fn shows(mut self, certificate: &CertificateId) -> Self {
        self.shows = Some(certificate.clone());
        self
    }

    /// Keeps nothing of this answer, because it holds a secret: the same request with the same key is carried out again.
    #[must_use]
    pub fn unkept(mut self) -> Self {
        self.keep = false;
        self
    }

    /// Keeps `value` in place of the body, which holds a secret that is shown once.
    ///
    /// # Panics
    /// As [`Self::json`].
    #[must_use]
    pub fn kept_as(mut self, value: &impl Serialize) -> Self {
        let body = serde_json::to_string(value).expect("a view has text keys, so it is JSON");
        self.instead = Some(body);
        self
    }

    /// The answer to keep, for `Transaction::answer`. Whoever takes it commits it: the idempotency layer leaves it to them.
    ///
    /// A body over 200 KB is left out, since the table could not hold it. Then the same request gets 409 `answer_not_kept`
    /// with the same `Location`: it is never carried out twice.
    pub fn answer(&self) -> Answer {
        self.taken.store(true, Ordering::Relaxed);
        self.kept()
    }

    fn kept(&self) -> Answer {
        let (etag, location) = (self.etag.clone(), self.location.clone());
        if !self.keep {
            return Answer {
                status: UNKEPT,
                body: String::new(),
                etag: None,
                location: None,
                shows: None,
            };
        }
        let body = self.instead.as_ref().unwrap_or(&self.body);
        if body.len() > KEPT_BYTES {
            return Answer {
                status: TOO_LARGE,
                body: String::new(),
                etag,
                location,
                shows: None,
            };
        }
        Answer {
            status: self.status.as_u16(),
            body: body.clone(),
            etag,
            location,
            shows: self.shows.clone(),
        }
    }

    /// A kept answer, given again with `Idempotency-Replayed: true`.
    pub fn replay(answer: Answer) -> Self {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let reply = Self::text_of(status, "application/json", answer.body);
        Self {
            etag: answer.etag,
            location: answer.location,
            replayed: true,
            ..reply
        }
    }

    /// What `answer` is to the request that found it.
    pub(crate) fn found(answer: Answer) -> Found {
        match answer.status {
            UNKEPT => Found::Unkept,
            TOO_LARGE => Found::TooLarge(answer.location),
            _ => Found::Whole(Self::replay(answer)),
        }
    }

    /// What is kept for a request whose answer is not.
    pub(crate) fn nothing() -> Answer {
        Answer {
            status: UNKEPT,
            body: String::new(),
            etag: None,
            location: None,
            shows: None,
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response<Body> {
        let keeping = match (self.taken.load(Ordering::Relaxed), self.keep) {
            (true, _) => Keeping::Taken(self.kept()),
            (false, true) => Keeping::Answer(self.kept()),
            (false, false) => Keeping::Unkept,
        };
        let cache = self.cache.map_or_else(
            || "no-store".to_owned(),
            |seconds| format!("public, max-age={seconds}"),
        );
        let headers = [
            (header::CONTENT_TYPE, Some(self.content_type.to_owned())),
            (header::CACHE_CONTROL, Some(cache)),
            (header::ETAG, self.etag),
            (header::VARY, self.varies.then(|| "Accept".to_owned())),
            (header::LOCATION, self.location),
            (
                HeaderName::from_static("idempotency-replayed"),
                self.replayed.then(|| "true".to_owned()),
            ),
        ];
        let body = self.bytes.map_or_else(|| self.body.into(), Body::from);
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        for (name, value) in headers {
            // A value with a line break cannot be a header; it is left out rather than sent in pieces.
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response.extensions_mut().insert(keeping);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keeping(reply: Reply) -> Keeping {
        reply
            .into_response()
            .extensions()
            .get::<Keeping>()
            .cloned()
            .unwrap()
    }

    #[test]
    fn a_replayed_answer_is_the_first_one_and_says_so() {
        let first = Reply::created(&json!({"id": 1}))
            .etag(3)
            .location("/tickets/1");
        let response = Reply::replay(first.answer()).into_response();
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers()["etag"], "\"3\"");
        assert_eq!(response.headers()["location"], "/tickets/1");
        assert_eq!(response.headers()["idempotency-replayed"], "true");
    }

    #[test]
    fn an_answer_that_was_taken_is_not_kept_twice() {
        let reply = Reply::ok(&json!({}));
        reply.answer();
        assert!(matches!(keeping(reply), Keeping::Taken(_)));
        assert!(matches!(keeping(Reply::ok(&json!({}))), Keeping::Answer(_)));
        assert!(matches!(
            keeping(Reply::ok(&json!({})).unkept()),
            Keeping::Unkept
        ));
    }

    #[test]
    fn an_answer_with_a_secret_is_carried_out_again() {
        let secret = Reply::ok(&json!({"access_token": "abc"})).unkept();
        let kept = secret.answer();
        assert_eq!(kept.body, "");
        assert!(matches!(Reply::found(kept), Found::Unkept));
    }

    #[test]
    fn an_answer_too_large_to_keep_is_still_never_carried_out_twice() {
        let large = Reply::created(&"x".repeat(KEPT_BYTES)).location("/certificates/1");
        match Reply::found(large.answer()) {
            Found::TooLarge(location) => assert_eq!(location.as_deref(), Some("/certificates/1")),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bytes_and_other_addresses_go_out_as_they_are() {
        let bytes = Reply::bytes("image/png", Bytes::from_static(&[0x89, 0xFF]), 60);
        let response = bytes.varies().into_response();
        assert_eq!(response.headers()["content-type"], "image/png");
        assert_eq!(response.headers()["vary"], "Accept");
        let there = Reply::see_other("https://verify.example/x").into_response();
        assert_eq!(there.status(), StatusCode::SEE_OTHER);
        assert_eq!(there.headers()["location"], "https://verify.example/x");
        assert!(there.headers().get("vary").is_none());
    }

    #[test]
    fn nobody_stores_an_answer_unless_it_is_public() {
        let cache = |reply: Reply| {
            reply.into_response().headers()["cache-control"]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(cache(Reply::ok(&1)), "no-store");
        assert_eq!(
            cache(Reply::redirect("https://bucket.example/x")),
            "no-store"
        );
        assert_eq!(cache(Reply::ok(&1).public(60)), "public, max-age=60");
        assert_eq!(
            cache(Reply::text("application/vc+jwt", "a.b.c".into(), 30)),
            "public, max-age=30"
        );
    }
}
