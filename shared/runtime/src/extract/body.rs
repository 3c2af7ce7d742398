//! JSON bodies, and what is wrong with them.

use crate::problem::Problem;
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use std::fmt::Write;

/// The largest body.
pub const BODY_BYTES: usize = 256 * 1024;

/// The longest part of an unknown member's name that an answer repeats, in characters.
const NAME_CHARS: usize = 60;

/// A JSON body of type `T`.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(
                Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
                    .detail("send the body as Content-Type: application/json"),
            );
        }
        decode(&read(request.into_body()).await?).map(Self)
    }
}

/// A JSON body of type `T`, or none at all.
#[derive(Clone, Debug)]
pub struct OptionalBody<T>(pub Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let body = read(body).await?;
        if body.is_empty() {
            return Ok(Self(None));
        }
        let request = Request::from_parts(parts, axum::body::Body::from(body));
        let Body(value) = Body::from_request(request, state).await?;
        Ok(Self(Some(value)))
    }
}

/// A body that is sent as `text/csv`.
#[derive(Clone, Debug)]
pub struct CsvBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for CsvBody {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if essence(request.headers()) != "text/csv" {
            return Err(
                Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
                    .detail("send the file as Content-Type: text/csv"),
            );
        }
        read(request.into_body()).await.map(Self)
    }
}

/// A body of type `T`, and whether it came from a form of a page instead of as JSON.
#[derive(Clone, Debug)]
pub struct FormOrJson<T> {
    /// What was sent; of a form whose fields are not right, what is wrong.
    pub value: Result<T, Problem>,
    /// Its fields, where it is a form.
    pub fields: Option<Vec<(String, String)>>,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FormOrJson<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            let Body(value) = Body::from_request(request, state).await?;
            let (value, fields) = (Ok(value), None);
            return Ok(Self { value, fields });
        }
        let body = read(request.into_body()).await?;
        let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        let value = super::params::decode(&String::from_utf8_lossy(&body));
        let fields = Some(fields);
        Ok(Self { value, fields })
    }
}

/// Reads a body of at most [`BODY_BYTES`].
pub(crate) async fn read(body: axum::body::Body) -> Result<Bytes, Problem> {
    to_bytes(body, BODY_BYTES).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
            .detail(format!("a body may have at most {} KB", BODY_BYTES / 1024))
    })
}

/// What a page's form sends.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    essence(headers) == "application/x-www-form-urlencoded"
}

/// The body's media type without its parameters, in lower case.
fn essence(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next();
    essence.unwrap_or_default().trim().to_ascii_lowercase()
}

/// `application/json`, with or without parameters, or a type with the suffix `+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let essence = essence(headers);
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads JSON; a fault is named by a pointer and a code, and its value is never repeated.
pub(crate) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    // Every body is an object; serde would read a list as well, as the members in the order in which they are declared.
    if json.trim_ascii_start().starts_with(b"[") {
        let fault = invalid(String::new(), "invalid type: sequence, expected an object");
        return Err(unless_malformed(json, fault));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.classify() == Category::Data {
            unless_malformed(json, invalid(pointer, &inner.to_string()))
        } else {
            malformed(&inner)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// What is no JSON is said to be none, also where a fault of its members comes first.
fn unless_malformed(json: &[u8], fault: Problem) -> Problem {
    serde_json::from_slice::<IgnoredAny>(json)
        .err()
        .map_or(fault, |error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> Problem {
    let at = format!(
        "the body is not JSON: line {}, column {}",
        error.line(),
        error.column()
    );
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json").detail(at)
}

fn invalid(mut pointer: String, message: &str) -> Problem {
    let fault = Fault::of(message);
    if let Some(name) = fault.name {
        // The path ends at the member's parent, or, as serde has it, at the member itself.
        let step = format!("/{}", escaped(&name));
        if !pointer.ends_with(&step) {
            pointer.push_str(&step);
        }
    }
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body")
        .detail("the body does not have the shape or the values that this needs")
        .field(pointer, fault.code, fault.detail)
}

/// A message of serde, taken apart.
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) detail: String,
    /// The member that is missing or not known.
    pub(super) name: Option<String>,
}

impl Fault {
    pub(super) fn of(message: &str) -> Self {
        let message = match message.rfind(" at line ") {
            Some(end) => &message[..end],
            None => message,
        };
        let name = |prefix: &str| {
            let rest = message.strip_prefix(prefix)?;
            let name = rest
                .split_once("`, ")
                .map_or(rest.trim_end_matches('`'), |(name, _)| name);
            Some(name.chars().take(NAME_CHARS).collect::<String>())
        };
        // "invalid type: string \"…\", expected u32": what was expected is ours, what was found is the client's.
        let expected = || {
            message
                .rsplit_once(", expected ")
                .map(|(_, expected)| format!("must be {expected}"))
        };
        if let Some(name) = name("unknown field `") {
            let known = message
                .rsplit_once(", expected ")
                .map(|(_, known)| format!(": expected {known}"));
            let detail = format!("is not known here{}", known.unwrap_or_default());
            return Self {
                code: "unknown_field",
                detail,
                name: Some(name),
            };
        }
        if let Some(name) = name("missing field `") {
            return Self {
                code: "missing_field",
                detail: "must be given".to_owned(),
                name: Some(name),
            };
        }
        if let Some(name) = name("duplicate field `") {
            return Self {
                code: "invalid_value",
                detail: "must be given once".to_owned(),
                name: Some(name),
            };
        }
        let code = if message.starts_with("invalid type: ") {
            "wrong_type"
        } else {
            "invalid_value"
        };
        // The product's own values say "must …" and repeat nothing; other messages may hold what was sent.
        let detail = if message.starts_with("must ") {
            Some(message.to_owned())
        } else if let Some(kind) = parsed_kind(message) {
            Some(format!("must be {kind}"))
        } else {
            expected()
        };
        Self {
            code,
            detail: detail.unwrap_or_else(|| "is not a valid value".to_owned()),
            name: None,
        }
    }
}

/// What should have been there, by the message of the library that could not parse it: those speak of their own steps, and
/// repeat what was sent.
fn parsed_kind(message: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 4] = [
        (
            "failed to parse ",
            "a date such as 2026-01-31, or a time such as 2026-01-31T09:30:00Z",
        ),
        ("parsed ", "a date that there is, such as 2026-01-31"),
        ("UUID parsing failed", "a UUID"),
        ("invalid digit found in string", "a whole number"),
    ];
    let known = KINDS.iter().find(|(begins, _)| message.starts_with(begins));
    known.map(|(_, kind)| *kind)
}

/// A JSON pointer.
fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |mut pointer, segment| {
        let written = match segment {
            Segment::Seq { index } => write!(pointer, "/{index}"),
            Segment::Map { key } => write!(
                pointer,
                "/{}",
                escaped(&key.chars().take(NAME_CHARS).collect::<String>())
            ),
            Segment::Enum { .. } | Segment::Unknown => Ok(()),
        };
        written.expect("writing to a text does not fail");
        pointer
    })
}

pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
