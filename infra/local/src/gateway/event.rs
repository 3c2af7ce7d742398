//! An HTTP request as payload format 2.0, and the small parsers it takes.

use super::routes::Matched;
use crate::template::{ACCOUNT, API_ID};
use data_encoding::BASE64;
use http::request::Parts;
use http::{HeaderMap, header};
use serde_json::{Map, Value as Json, json};
use std::net::SocketAddr;

/// The event for a request. `rawPath` is percent-decoded, as HTTP APIs deliver it; `rawQueryString` is as sent.
pub(super) fn build(
    parts: &Parts,
    body: &[u8],
    matched: &Matched<'_>,
    client: SocketAddr,
    request_id: &str,
) -> Json {
    let path = decode(parts.uri.path(), false);
    let query = parts.uri.query().unwrap_or_default();
    let (mut headers, cookies) = headers(&parts.headers);
    let host = headers
        .get("host")
        .and_then(Json::as_str)
        .unwrap_or("localhost")
        .to_owned();
    let port = host
        .rsplit(':')
        .next()
        .filter(|port| port.bytes().all(|b| b.is_ascii_digit()))
        .unwrap_or("80");
    headers.insert("x-forwarded-port".into(), port.into());
    headers.insert("x-forwarded-proto".into(), "http".into());
    let forwarded = match headers.get("x-forwarded-for").and_then(Json::as_str) {
        Some(before) => format!("{before}, {}", client.ip()),
        None => client.ip().to_string(),
    };
    headers.insert("x-forwarded-for".into(), forwarded.into());
    let now = jiff::Timestamp::now();
    let agent = headers.get("user-agent").cloned().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": matched.key,
        "rawPath": path,
        "rawQueryString": query,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": host,
            "domainPrefix": host.split(['.', ':']).next(),
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": client.ip().to_string(),
                "userAgent": agent,
            },
            "requestId": request_id,
            "routeKey": matched.key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    event["headers"] = Json::Object(headers);
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = Json::Object(query_parameters(query));
    }
    if !matched.parameters.is_empty() {
        event["pathParameters"] = json!(matched.parameters);
    }
    if !body.is_empty() {
        let text = if is_text(&parts.headers) {
            std::str::from_utf8(body).ok()
        } else {
            None
        };
        event["isBase64Encoded"] = text.is_none().into();
        event["body"] = text
            .map_or_else(|| BASE64.encode(body), str::to_owned)
            .into();
    }
    event
}

/// Lower-case names, repeated values joined by a comma; cookies apart.
fn headers(given: &HeaderMap) -> (Map<String, Json>, Vec<String>) {
    let mut out = Map::new();
    let mut cookies = Vec::new();
    for name in given.keys() {
        let values = given
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()));
        if name == header::COOKIE {
            for value in values {
                cookies.extend(value.split(';').map(|cookie| cookie.trim().to_owned()));
            }
        } else {
            out.insert(
                name.as_str().to_owned(),
                values.collect::<Vec<_>>().join(",").into(),
            );
        }
    }
    (out, cookies)
}

/// Whether API Gateway passes a body of this type as text.
fn is_text(headers: &HeaderMap) -> bool {
    let Some(kind) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return true;
    };
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let known = [
        "application/json",
        "application/xml",
        "application/javascript",
    ];
    kind.starts_with("text/")
        || known.contains(&kind.as_str())
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
}

fn query_parameters(query: &str) -> Map<String, Json> {
    let mut out: Map<String, Json> = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name, true), decode(value, true));
        match out.get_mut(&name) {
            Some(Json::String(before)) => {
                before.push(',');
                before.push_str(&value);
            }
            _ => {
                out.insert(name, value.into());
            }
        }
    }
    out
}

/// Percent-decoding; what is not UTF-8 becomes replacement characters, what is not an escape stays.
pub(super) fn decode(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = match byte {
            b'%' => text
                .get(at + 1..at + 3)
                .and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        if let Some(escaped) = escaped {
            out.push(escaped);
            at += 3;
        } else {
            out.push(if byte == b'+' && plus_is_space {
                b' '
            } else {
                byte
            });
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn event(request: http::Request<&[u8]>) -> Json {
        let (parts, body) = request.into_parts();
        let parameters = BTreeMap::from([("proxy".to_owned(), "1".to_owned())]);
        let matched = Matched {
            key: "ANY /t/{proxy+}",
            function: "F",
            parameters,
        };
        build(
            &parts,
            body,
            &matched,
            SocketAddr::from(([127, 0, 0, 1], 9)),
            "r1",
        )
    }

    #[test]
    fn a_request_becomes_payload_format_2() {
        let request = http::Request::builder()
            .method("POST")
            .uri("/t/a%20b?x=1&x=2&y=%C3%A9+z")
            .header("Host", "localhost:8787")
            .header("X-Many", "a")
            .header("X-Many", "b")
            .header("Cookie", "one=1; two=2")
            .header("Content-Type", "application/json; charset=utf-8")
            .body(&b"{}"[..])
            .unwrap();
        let event = event(request);
        assert_eq!(event["rawPath"], "/t/a b");
        assert_eq!(event["rawQueryString"], "x=1&x=2&y=%C3%A9+z");
        assert_eq!(
            event["queryStringParameters"],
            json!({"x": "1,2", "y": "é z"})
        );
        assert_eq!(event["headers"]["x-many"], "a,b");
        assert_eq!(event["headers"]["x-forwarded-port"], "8787");
        assert_eq!(event["cookies"], json!(["one=1", "two=2"]));
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(event["pathParameters"], json!({"proxy": "1"}));
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!("{}"), &json!(false))
        );
        assert_eq!(event["requestContext"]["requestId"], "r1");
    }

    #[test]
    fn a_binary_body_is_base64() {
        let request = http::Request::builder()
            .uri("/t/1")
            .header("Content-Type", "application/octet-stream")
            .body(&[0xff_u8, 0x00][..])
            .unwrap();
        let event = event(request);
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!("/wA="), &json!(true))
        );
    }

    #[test]
    fn broken_escapes_and_bytes_never_panic() {
        assert_eq!(decode("%zz%4", false), "%zz%4");
        assert_eq!(decode("%ff", false), "\u{fffd}");
        assert_eq!(decode("%é", false), "%é");
    }
}
