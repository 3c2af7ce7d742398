//! `/faults`: what goes wrong next, on demand.
//!
//! * `PUT /faults` with a list of rules replaces all; `POST /faults` with one rule adds it; both answer what now stands
//! * `GET /faults` lists the rules with `id`, `hits` and the `times` that are left; `DELETE /faults` and `DELETE /faults/{id}` remove
//!
//! A rule: `{"provider"?, "match"?: {"to"?, "path"?, "method"?}, "kind", "status"?, "retry_after"?, "location"?, "hold_ms"?, "accepts"?, "latency_ms"?, "times"?, "rate"?}`.
//! `to` is a recipient (or the key of a KV value), `path` a part of the path behind the vendor's prefix. The first rule that matches is the
//! one that happens.
//!
//! | kind | what happens |
//! |---|---|
//! | `status` | nothing is accepted; the answer is `status` (300–599) in the vendor's form, with `Retry-After: retry_after` seconds and `Location: location` if given |
//! | `timeout` | the answer is held for `hold_ms` (30,000, at most 120,000), then the connection closes; accepted first when `accepts` is true |
//! | `drop_before` | the connection closes, nothing is accepted |
//! | `drop_after` | the request is accepted and journalled, then the connection closes without an answer |
//! | `delay` | nothing but `latency_ms`, which every kind may have and which passes first |
//!
//! `times`: how often, `null` or absent until deleted; `rate`: 0–1, how likely each time, 1 when absent. Rules live in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use http_body_util::{BodyExt as _, Limited};
use serde::{Deserialize, Serialize};

use crate::envelope::refuse;
use crate::server::close_connection;
use crate::store::Provider;
use crate::{Deps, aisensy, anthropic, cloudflare, receiver, sendgrid, whatsapp_cloud};

/// The most that any request may carry: what `SendGrid` documents for a mail with its attachments.
const LARGEST_BODY: usize = 30 * 1024 * 1024;
const HOLD_MS: u64 = 30_000;
const LONGEST_HOLD_MS: u64 = 120_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Status,
    Timeout,
    DropBefore,
    DropAfter,
    Delay,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Match {
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    provider: Option<Provider>,
    #[serde(default, rename = "match")]
    matches: Match,
    kind: Kind,
    status: Option<u16>,
    retry_after: Option<u32>,
    /// Where a status from 300 to 399 points to.
    location: Option<String>,
    hold_ms: Option<u64>,
    #[serde(default)]
    accepts: bool,
    #[serde(default)]
    latency_ms: u64,
    times: Option<u32>,
    rate: Option<f64>,
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        let is_status = self.kind == Kind::Status;
        if is_status
            && !self
                .status
                .is_some_and(|status| (300..=599).contains(&status))
        {
            return Err("kind status needs a status from 300 to 599".to_owned());
        }
        if !is_status && self.status.is_some() {
            return Err("only kind status takes a status".to_owned());
        }
        if self.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Err("rate is from 0 to 1".to_owned());
        }
        if self.latency_ms > LONGEST_HOLD_MS
            || self.hold_ms.is_some_and(|hold| hold > LONGEST_HOLD_MS)
        {
            return Err(format!(
                "latency_ms and hold_ms are at most {LONGEST_HOLD_MS}"
            ));
        }
        Ok(())
    }

    fn applies(&self, seen: &Seen<'_>) -> bool {
        self.times != Some(0)
            && self
                .provider
                .is_none_or(|provider| provider == seen.provider)
            && self
                .matches
                .path
                .as_ref()
                .is_none_or(|path| seen.path.contains(path.as_str()))
            && self
                .matches
                .method
                .as_ref()
                .is_none_or(|method| seen.method.as_str().eq_ignore_ascii_case(method))
            && self
                .matches
                .to
                .as_ref()
                .is_none_or(|to| seen.recipients().iter().any(|recipient| recipient == to))
            && self.rate.is_none_or(happens)
    }
}

/// True with the probability `rate`.
fn happens(rate: f64) -> bool {
    let drawn = getrandom::u32().expect("the operating system gives random bytes");
    f64::from(drawn) < rate * (f64::from(u32::MAX) + 1.0)
}

#[derive(Clone, Debug, Serialize)]
struct Standing {
    id: u64,
    hits: u64,
    #[serde(flatten)]
    rule: Rule,
}

#[derive(Debug, Default)]
struct Rules {
    next_id: u64,
    standing: Vec<Standing>,
}

impl Rules {
    fn add(&mut self, rule: Rule) {
        self.next_id += 1;
        self.standing.push(Standing {
            id: self.next_id,
            hits: 0,
            rule,
        });
    }
}

/// The rules that stand.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Rules>);

impl Faults {
    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn choose(&self, seen: &Seen<'_>) -> Option<Rule> {
        let mut rules = self.lock();
        let chosen = rules
            .standing
            .iter_mut()
            .find(|standing| standing.rule.applies(seen))?;
        chosen.hits += 1;
        chosen.rule.times = chosen.rule.times.map(|left| left - 1);
        Some(chosen.rule.clone())
    }
}

/// What a rule can look at.
struct Seen<'a> {
    provider: Provider,
    method: &'a Method,
    path: &'a str,
    body: &'a [u8],
}

impl Seen<'_> {
    fn recipients(&self) -> Vec<String> {
        match self.provider {
            Provider::Sendgrid => sendgrid::recipients(self.body),
            Provider::Aisensy => aisensy::recipients(self.body),
            Provider::Anthropic => Vec::new(),
            Provider::WhatsappCloud => whatsapp_cloud::recipients(self.body),
            Provider::Cloudflare => cloudflare::recipients(self.path),
            Provider::Receiver => receiver::recipients(self.path),
        }
    }
}

/// Lets the first matching rule happen to a request for a vendor.
pub(crate) async fn apply(State(deps): State<Arc<Deps>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let Some(provider) = Provider::of_path(&path) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_BODY)
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
    else {
        return vendor_error(provider, 413);
    };
    let behind = path.get(provider.name().len() + 1..).unwrap_or_default();
    let rule = deps.faults.choose(&Seen {
        provider,
        method: &parts.method,
        path: behind,
        body: &body,
    });
    let request = Request::from_parts(parts, Body::from(body));
    let Some(rule) = rule else {
        return next.run(request).await;
    };

    if pause(&deps, rule.latency_ms).await.is_err() {
        return close_connection();
    }
    match rule.kind {
        Kind::Delay => next.run(request).await,
        Kind::DropBefore => close_connection(),
        Kind::DropAfter => {
            next.run(request).await;
            close_connection()
        }
        Kind::Timeout => {
            if rule.accepts {
                next.run(request).await;
            }
            // The outcome is the same whether the hold or the server ended.
            let _ended = pause(&deps, rule.hold_ms.unwrap_or(HOLD_MS)).await;
            close_connection()
        }
        Kind::Status => {
            let mut response = vendor_error(provider, rule.status.unwrap_or(500));
            if let Some(seconds) = rule.retry_after {
                response
                    .headers_mut()
                    .insert(axum::http::header::RETRY_AFTER, seconds.into());
            }
            let location = rule.location.as_deref().map(HeaderValue::from_str);
            if let Some(Ok(location)) = location {
                response
                    .headers_mut()
                    .insert(axum::http::header::LOCATION, location);
            }
            response
        }
    }
}

struct Stopping;

async fn pause(deps: &Deps, milliseconds: u64) -> Result<(), Stopping> {
    let mut stop = deps.stop.clone();
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(milliseconds)) => Ok(()),
        _ = stop.wait_for(|stopping| *stopping) => Err(Stopping),
    }
}

fn vendor_error(provider: Provider, status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match provider {
        Provider::Sendgrid => sendgrid::error(status),
        Provider::Aisensy => aisensy::error(status),
        Provider::Anthropic => anthropic::error(status),
        Provider::WhatsappCloud => whatsapp_cloud::error(status),
        Provider::Cloudflare => cloudflare::error(status),
        Provider::Receiver => receiver::error(status),
    }
}

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new()
        .route("/faults", get(list).put(replace).post(add).delete(clear))
        .route("/faults/{id}", delete(remove))
}

async fn list(State(deps): State<Arc<Deps>>) -> Response {
    Json(deps.faults.lock().standing.clone()).into_response()
}

async fn replace(
    State(deps): State<Arc<Deps>>,
    rules: Result<Json<Vec<Rule>>, JsonRejection>,
) -> Response {
    let rules = match rules {
        Ok(Json(rules)) => rules,
        Err(rejection) => return refuse(StatusCode::BAD_REQUEST, &rejection.body_text()),
    };
    if let Some(error) = rules.iter().find_map(|rule| rule.check().err()) {
        return refuse(StatusCode::BAD_REQUEST, &error);
    }
    {
        let mut standing = deps.faults.lock();
        standing.standing.clear();
        for rule in rules {
            standing.add(rule);
        }
    }
    list(State(deps)).await
}

async fn add(State(deps): State<Arc<Deps>>, rule: Result<Json<Rule>, JsonRejection>) -> Response {
    let rule = match rule {
        Ok(Json(rule)) => rule,
        Err(rejection) => return refuse(StatusCode::BAD_REQUEST, &rejection.body_text()),
    };
    if let Err(error) = rule.check() {
        return refuse(StatusCode::BAD_REQUEST, &error);
    }
    let mut rules = deps.faults.lock();
    rules.add(rule);
    (StatusCode::CREATED, Json(rules.standing.last().cloned())).into_response()
}

async fn clear(State(deps): State<Arc<Deps>>) -> StatusCode {
    deps.faults.lock().standing.clear();
    StatusCode::NO_CONTENT
}

async fn remove(State(deps): State<Arc<Deps>>, Path(id): Path<u64>) -> Response {
    let mut rules = deps.faults.lock();
    let before = rules.standing.len();
    rules.standing.retain(|standing| standing.id != id);
    if rules.standing.len() == before {
        return refuse(StatusCode::NOT_FOUND, "no such rule");
    }
    StatusCode::NO_CONTENT.into_response()
}
