//! The outermost layer: the request's id, its one log line, and the headers of every answer.

use crate::{Shell, gateway::Gateway, problem::Problem};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers that every answer has, unless its handler set them.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
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
    let id = request_id(request.headers(), request.extensions())
        .unwrap_or_else(|| shell.moment().id::<Uuid>().to_string());
    let span = tracing::info_span!("request", request_id = %id);
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

    let mut response = next.run(request).await;

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
    let after = shell.table.consumed();
    tracing::info!(
        http.method = %method,
        http.route = route,
        http.status = response.status().as_u16(),
        problem.code = problem.as_ref().map(Problem::code),
        duration_ms = shell.now().duration_since(started).as_secs_f64() * 1000.0,
        read_units = after.read - before.read,
        write_units = after.write - before.write,
        "request"
    );
    response
}

/// The client's id if it is well-formed (1–128 letters, digits, `.`, `_`, `-`, `=`), or API Gateway's.
fn request_id(headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    let well_formed = |id: &&str| {
        (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-=".contains(&b))
    };
    let sent = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(well_formed);
    let gateways = || {
        let gateway = extensions.get::<Gateway>()?;
        gateway.request_id.as_deref().filter(well_formed)
    };
    sent.or_else(gateways).map(ToOwned::to_owned)
}
