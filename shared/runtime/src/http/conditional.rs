//! Conditional reads (RFC 9110, 13.1.2): every 200 to a `GET` has an `ETag` of what it says, and `If-None-Match` with that
//! tag is answered 304 without a body.
//!
//! A version alone would not do: what staff see of a ticket changes with a note, which leaves the version as it is. So the
//! tag of a resource with a version is `"<version>-<digest>"`, and `If-Match` reads the version of it.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Bytes of the digest in a tag.
const DIGEST_BYTES: usize = 8;

/// Adds the tag to an answer to a read, and takes the body away where the client has it.
pub(super) async fn conditional(request: &HeaderMap, response: Response) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "an answer could not be read");
            parts.status = StatusCode::INTERNAL_SERVER_ERROR;
            return Response::from_parts(parts, Body::empty());
        }
    };
    let digest = HEXLOWER.encode(&Sha256::digest(&body)[..DIGEST_BYTES]);
    let version = parts.headers.get(header::ETAG);
    let version = version.and_then(|tag| tag.to_str().ok()?.strip_prefix('"')?.strip_suffix('"'));
    let tag = version.map_or_else(
        || format!("\"{digest}\""),
        |version| format!("\"{version}-{digest}\""),
    );
    let known = has(request, &tag);
    let tag = HeaderValue::try_from(tag).expect("a version and a digest are ASCII");
    parts.headers.insert(header::ETAG, tag);
    if !known {
        return Response::from_parts(parts, Body::from(body));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// Whether `If-None-Match` names the tag, or any (`*`). Tags are compared weakly.
fn has(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|named| named == "*" || named.strip_prefix("W/").unwrap_or(named) == tag)
}
