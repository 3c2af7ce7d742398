//! The outermost layer: the request's id, its one log line, the headers of every answer, and events of security.
//!
//! The id is ours: API Gateway's, or a drawn one. What a client sends as `X-Request-Id` is logged beside it as
//! `client_request_id`, so that nobody chooses under which id their requests are found.

use super::conditional::conditional;
use crate::{Shell, extract::Resolved, gateway::Gateway, problem::Problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers that every answer has, unless its handler set them.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=63072000"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// The layer.
pub(super) async fn request(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let id =
        request_id(request.extensions()).unwrap_or_else(|| shell.moment().id::<Uuid>().to_string());
    let sent = client_request_id(request.headers());
    let span = tracing::info_span!("request", request_id = %id, client_request_id = sent);
    answer(&shell, &id, request, next).instrument(span).await
}

async fn answer(shell: &Shell, id: &str, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    // The template and never the path: a path may name a person.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let (started, before) = (shell.now(), shell.table.consumed());

    let reads = method == Method::GET || method == Method::HEAD;
    let headers = reads.then(|| request.headers().clone());
    let mut response = next.run(request).await;
    if let Some(headers) = headers {
        response = conditional(&headers, response).await;
    }

    let actor = response.extensions_mut().remove::<Resolved>();
    let actor = actor.and_then(|resolved| resolved.0);
    let actor_id = actor.map(|actor| tracing::field::display(actor.id));
    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        *response.body_mut() = problem.body(Some(id));
        if let Some(cause) = problem.hidden_cause() {
            tracing::error!(problem.code = problem.code(), cause, "a request failed");
        }
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    if let Some(problem) = problem.as_ref().filter(|_| is_refusal(response.status())) {
        tracing::warn!(
            security.event = problem.code(),
            actor.id = actor_id,
            actor.role = actor.map(|actor| actor.role.code()),
            http.route = route,
            "refused"
        );
    }
    let after = shell.table.consumed();
    tracing::info!(
        http.method = %method,
        http.route = route,
        http.status = response.status().as_u16(),
        problem.code = problem.as_ref().map(Problem::code),
        actor.id = actor_id,
        actor.role = actor.map(|actor| actor.role.code()),
        duration_ms = shell.now().duration_since(started).as_secs_f64() * 1000.0,
        read_units = after.read - before.read,
        write_units = after.write - before.write,
        "request"
    );
    response
}

/// Whether an answer says that somebody may not do what they tried, or tries it too often.
fn is_refusal(status: StatusCode) -> bool {
    [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::TOO_MANY_REQUESTS,
    ]
    .contains(&status)
}

/// API Gateway's id.
fn request_id(extensions: &Extensions) -> Option<String> {
    let gateway = extensions.get::<Gateway>()?;
    let id = gateway.request_id.as_deref().filter(well_formed)?;
    Some(id.to_owned())
}

/// The client's own.
fn client_request_id(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(REQUEST_ID)?.to_str().ok();
    sent.filter(well_formed).map(ToOwned::to_owned)
}

/// 1–128 letters, digits, `.`, `_`, `-`, `=`.
fn well_formed(id: &&str) -> bool {
    (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-=".contains(&b))
}
