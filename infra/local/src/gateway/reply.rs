//! A function's answer as an HTTP response, the way an HTTP API maps payload format 2.0.

use axum::response::Response;
use bytes::Bytes;
use data_encoding::BASE64;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, Json>,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Maps an answer; that to a `HEAD` keeps the length that the function gives it. Without a `statusCode` the whole of it is the body of a 200; what is not JSON is a server error.
pub(super) fn map(answer: &Bytes, head: bool) -> Response {
    if let Ok(reply) = serde_json::from_slice::<Reply>(answer) {
        return build(reply, head).unwrap_or_else(|| message(StatusCode::INTERNAL_SERVER_ERROR));
    }
    match serde_json::from_slice::<Json>(answer) {
        Ok(value) if value.get("statusCode").is_none() => {
            let mut response = Response::new(answer.clone().into());
            response.headers_mut().insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            );
            response
        }
        _ => message(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn build(reply: Reply, head: bool) -> Option<Response> {
    let body = match reply.body {
        None => Vec::new(),
        Some(text) if reply.is_base64_encoded => BASE64.decode(text.as_bytes()).ok()?,
        Some(text) => text.into_bytes(),
    };
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(reply.status_code).ok()?;
    let headers = response.headers_mut();
    let single = reply.headers.iter().filter_map(|(name, value)| {
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Null => return None,
            other => other.to_string(),
        };
        Some((name, text))
    });
    // `multiValueHeaders` belongs to format 1.0, but `lambda_http` sends it too; where both name a header, it wins.
    for (name, value) in single {
        if !reply
            .multi_value_headers
            .keys()
            .any(|many| many.eq_ignore_ascii_case(name))
        {
            headers.append(
                HeaderName::try_from(name).ok()?,
                HeaderValue::from_str(&value).ok()?,
            );
        }
    }
    for (name, values) in &reply.multi_value_headers {
        for value in values {
            headers.append(
                HeaderName::try_from(name).ok()?,
                HeaderValue::from_str(value).ok()?,
            );
        }
    }
    for cookie in &reply.cookies {
        headers.append(header::SET_COOKIE, HeaderValue::from_str(cookie).ok()?);
    }
    // The server writes its own, but for a body that is not sent.
    if !head {
        headers.remove(header::CONTENT_LENGTH);
    }
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    if !headers.contains_key(header::CONTENT_TYPE) && !matches!(reply.status_code, 204 | 304) {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain;charset=utf-8"),
        );
    }
    Some(response)
}

/// API Gateway's own answers: `{"message": "Not Found"}`.
pub(super) fn message(status: StatusCode) -> Response {
    let text = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        other => other.canonical_reason().unwrap_or("Error"),
    };
    let mut response = Response::new(format!(r#"{{"message":"{text}"}}"#).into());
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(answer: &'static str) -> Response {
        map(&Bytes::from_static(answer.as_bytes()), false)
    }

    #[test]
    fn the_answer_to_a_head_keeps_the_length_of_what_it_does_not_send() {
        let answer = br#"{"statusCode": 200, "headers": {"content-length": "7"}}"#;
        let length = |head| {
            let response = map(&Bytes::from_static(answer), head);
            response.headers().get("content-length").cloned()
        };
        assert_eq!(length(true).expect("a length"), "7");
        assert_eq!(length(false), None);
    }

    #[test]
    fn status_headers_cookies_and_base64_are_mapped() {
        let response = mapped(
            r#"{"statusCode": 201, "headers": {"content-type": "x/y", "etag": "1"},
                "multiValueHeaders": {"etag": ["2", "3"]}, "cookies": ["a=1", "b=2"], "body": "aGk=", "isBase64Encoded": true}"#,
        );
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["content-type"], "x/y");
        assert_eq!(
            response
                .headers()
                .get_all("etag")
                .iter()
                .collect::<Vec<_>>(),
            ["2", "3"]
        );
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn an_answer_without_a_status_is_the_body_itself() {
        let response = mapped(r#"{"hello": 1}"#);
        assert_eq!(
            (
                response.status().as_u16(),
                &response.headers()["content-type"]
            ),
            (200, &"application/json".parse().unwrap())
        );
    }

    #[test]
    fn a_broken_answer_is_a_server_error() {
        for broken in [
            "no json",
            r#"{"statusCode": "x"}"#,
            r#"{"statusCode": 9}"#,
            r#"{"statusCode": 200, "headers": {"bad name": "1"}}"#,
        ] {
            assert_eq!(mapped(broken).status(), 500, "{broken}");
        }
    }
}
