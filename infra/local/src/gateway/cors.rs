//! CORS of the HTTP API: preflights are answered here, other answers get the configured headers.

use crate::template::HttpCors;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

fn list(values: &[String]) -> Option<HeaderValue> {
    if values.is_empty() {
        None
    } else {
        HeaderValue::from_str(&values.join(",")).ok()
    }
}

fn allowed_origin(cors: &HttpCors, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let text = origin.to_str().ok()?;
    if cors.origins.iter().any(|allowed| allowed == "*") {
        return Some(HeaderValue::from_static("*"));
    }
    cors.origins
        .iter()
        .any(|allowed| allowed == text)
        .then(|| origin.clone())
}

/// The answer to a preflight request, `None` for every other request.
pub(super) fn preflight(cors: &HttpCors, method: &Method, headers: &HeaderMap) -> Option<Response> {
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Some(origin) = allowed_origin(cors, headers) {
        let mut set = |name: HeaderName, value: Option<HeaderValue>| {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        };
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, Some(origin));
        set(header::ACCESS_CONTROL_ALLOW_METHODS, list(&cors.methods));
        set(header::ACCESS_CONTROL_ALLOW_HEADERS, list(&cors.headers));
        set(
            header::ACCESS_CONTROL_MAX_AGE,
            cors.max_age.map(HeaderValue::from),
        );
        set(
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            cors.credentials.then(|| HeaderValue::from_static("true")),
        );
    }
    Some(response)
}

/// Adds the headers to an answer; what the function set itself is replaced, as API Gateway does.
pub(super) fn decorate(cors: &HttpCors, request: &HeaderMap, response: &mut Response) {
    let Some(origin) = allowed_origin(cors, request) else {
        return;
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if let Some(exposed) = list(&cors.exposed) {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    if cors.credentials {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
    }
}
