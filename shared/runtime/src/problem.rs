//! Problem details (RFC 9457): what a client is told when its request was not carried out.
//!
//! ```json
//! {"type": "https://registrar.dev/problems/<code>", "title": "…", "status": 422, "code": "<code>", "detail": "…",
//!  "request_id": "…", "errors": [{"pointer": "/subject", "code": "invalid_value", "detail": "…"}]}
//! ```
//!
//! The internal cause of a failure is a field of its own: it goes to the log, once, and never to the client.

use crate::reply::Reply;
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
};
use registrar_store::StoreError;
use serde::Serialize;
use serde_json::{Map, Value};

/// What a handler gives back.
pub type ApiResult<T = Reply> = Result<T, Problem>;

/// How long a client shall wait before it asks again for what could not be reached.
const WHEN_UNAVAILABLE_S: u32 = 2;

/// A problem. `code` is stable: clients decide by it.
#[derive(Clone, Debug)]
pub struct Problem(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    status: StatusCode,
    code: &'static str,
    detail: Option<String>,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
}

/// What is wrong with one member of a body, or with one parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// A JSON pointer (RFC 6901) into the body; `/<name>` for a query parameter.
    pub pointer: String,
    /// What kind of fault, stable.
    pub code: &'static str,
    /// The fault in words; never repeats the value.
    pub detail: String,
}

#[derive(Serialize)]
struct Payload<'a> {
    r#type: String,
    title: String,
    status: u16,
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(flatten)]
    members: &'a Map<String, Value>,
}

impl Problem {
    /// A problem with this status and code; its title is the code in words.
    pub fn new(status: StatusCode, code: &'static str) -> Self {
        let (errors, headers) = (Vec::new(), Vec::new());
        Self(Box::new(Inner {
            status,
            code,
            detail: None,
            errors,
            members: Map::new(),
            headers,
            cause: None,
        }))
    }

    /// There is nothing here, or nothing that this client may see: 404 `not_found`.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found").detail("there is nothing at this address")
    }

    /// A fault of ours: 500 `internal`. `cause` is for the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            .detail("the request could not be carried out because of a fault on our side")
            .cause(cause)
    }

    /// What happened this time, in a sentence for whoever builds the client.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds what is wrong with one member.
    #[must_use]
    pub fn field(
        mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        self.0.errors.push(FieldError {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        });
        self
    }

    /// Adds an extension member, such as `from` and `to` of a refused transition.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Asks the client to wait (`Retry-After`, in seconds).
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// Adds the cause, for the log alone.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong with single members.
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The cause, if there is one that the client is not told.
    pub(crate) fn hidden_cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The body, with the request's id once that is known.
    pub(crate) fn body(&self, request_id: Option<&str>) -> Body {
        let Inner {
            status,
            code,
            detail,
            errors,
            members,
            ..
        } = &*self.0;
        let title = title(code);
        let body = Payload {
            r#type: format!("https://registrar.dev/problems/{code}"),
            detail: detail.as_deref().unwrap_or(&title),
            title: title.clone(),
            status: status.as_u16(),
            code,
            request_id,
            errors,
            members,
        };
        Body::from(serde_json::to_vec(&body).expect("a problem is texts, numbers and JSON values"))
    }
}

/// `not_found` → `Not found`.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(self.body(None));
        *response.status_mut() = self.0.status;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        for (name, value) in &self.0.headers {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        // The request layer puts the request's id in, and logs the cause.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::new(StatusCode::CONFLICT, "conflict")
                .detail("somebody else changed it at the same time: read it again and decide anew"),
            StoreError::ClaimLost => in_flight(),
            StoreError::LimitReached => Self::new(StatusCode::CONFLICT, "limit_reached")
                .detail("there are as many as there may be"),
            StoreError::Cursor => Self::new(StatusCode::BAD_REQUEST, "invalid_cursor")
                .detail("the cursor is not one that this list gave out"),
            StoreError::Unavailable { .. } => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
            )
            .detail("a part of the service cannot be reached; the same request may succeed later")
            .retry_after(WHEN_UNAVAILABLE_S)
            .cause(error),
            StoreError::Corrupt(_) => Self::internal(error),
        }
    }
}

/// Another request with the same `Idempotency-Key` is being worked on.
pub(crate) fn in_flight() -> Problem {
    Problem::new(StatusCode::CONFLICT, "idempotency_in_flight")
        .detail("a request with this Idempotency-Key is being worked on")
        .retry_after(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use serde_json::json;

    async fn read(response: Response<Body>) -> Value {
        serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn a_problem_has_the_shape_that_clients_know() {
        let problem = Problem::new(StatusCode::CONFLICT, "transition_refused")
            .detail("a closed ticket cannot wait")
            .with("from", json!("closed"))
            .field("/status", "invalid_value", "must be open");
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::CONFLICT);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        assert_eq!(
            read(response).await,
            json!({"type": "https://registrar.dev/problems/transition_refused", "title": "Transition refused",
                "status": 409, "code": "transition_refused", "detail": "a closed ticket cannot wait", "from": "closed",
                "errors": [{"pointer": "/status", "code": "invalid_value", "detail": "must be open"}]})
        );
    }

    #[tokio::test]
    async fn a_store_failure_says_what_to_do_and_leaks_nothing() {
        let cause = "AccessDenied on arn:aws:dynamodb";
        let cases = [
            (StoreError::Conflict, 409, "conflict"),
            (StoreError::ClaimLost, 409, "idempotency_in_flight"),
            (StoreError::LimitReached, 409, "limit_reached"),
            (StoreError::Cursor, 400, "invalid_cursor"),
            (StoreError::Corrupt(cause.into()), 500, "internal"),
            (
                StoreError::Unavailable {
                    service: "DynamoDB",
                    cause: cause.into(),
                },
                503,
                "unavailable",
            ),
        ];
        for (error, status, code) in cases {
            let problem = Problem::from(error);
            assert_eq!((problem.status().as_u16(), problem.code()), (status, code));
            assert_eq!(problem.hidden_cause().is_some(), status >= 500);
            let response = problem.into_response();
            assert_eq!(
                response.headers().contains_key("retry-after"),
                matches!(code, "unavailable" | "idempotency_in_flight")
            );
            assert!(!read(response).await.to_string().contains("arn:"), "{code}");
        }
    }
}
