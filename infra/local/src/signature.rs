//! Who calls: requests to the tables, queues and keys must be signed with this deployment's credentials, or a function's
//! (AWS Signature Version 4), as those to AWS must be. The signature is made again over what came and compared.
//!
//! S3's stand-in has a check of its own, which knows signed addresses and forms too.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most bytes of a request: `DynamoDB`'s own limit.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// How far the time of a signature may be from ours, as on AWS.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// The credentials of a deployment and its functions: access keys with one secret.
#[derive(Clone)]
pub(crate) struct Signed(Arc<Known>);

struct Known {
    access_keys: BTreeSet<String>,
    secret_key: String,
}

/// Why a request is refused, as AWS names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Missing,
    Incomplete,
    Unknown,
    Stale,
    Wrong,
}

impl Signed {
    pub(crate) fn new(access_keys: impl Iterator<Item = String>, secret_key: &str) -> Self {
        Self(Arc::new(Known {
            access_keys: access_keys.collect(),
            secret_key: secret_key.to_owned(),
        }))
    }

    /// Lets nothing through to `router` that these credentials did not sign.
    pub(crate) fn guard(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), check))
    }

    fn check(&self, parts: &Parts, body: &[u8], now: Timestamp) -> Result<(), Refusal> {
        let text = |name: &str| header_of(&parts.headers, name);
        let authorization = text(header::AUTHORIZATION.as_str()).ok_or(Refusal::Missing)?;
        let claimed = Claimed::read(authorization).ok_or(Refusal::Incomplete)?;
        if !self.0.access_keys.contains(claimed.access_key) {
            return Err(Refusal::Unknown);
        }
        let time = text("x-amz-date").and_then(|text| {
            let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
            time.in_tz("UTC").ok().map(|zoned| zoned.timestamp())
        });
        let time = time.ok_or(Refusal::Incomplete)?;
        if time.duration_since(now).abs() > SKEW {
            return Err(Refusal::Stale);
        }
        let mut headers = Vec::new();
        for name in claimed.headers.split(';') {
            // The signer adds the date by itself.
            if name != "x-amz-date" {
                headers.push((name, text(name).ok_or(Refusal::Incomplete)?));
            }
        }
        let signature = self.signature(&claimed, parts, headers, body, time);
        let same = signature.is_some_and(|own| same(&own, claimed.signature));
        if same { Ok(()) } else { Err(Refusal::Wrong) }
    }

    /// The signature that the request would have from the owner of the credentials; `None` where it cannot be signed.
    fn signature(
        &self,
        claimed: &Claimed<'_>,
        parts: &Parts,
        headers: Vec<(&str, &str)>,
        body: &[u8],
        time: Timestamp,
    ) -> Option<String> {
        let (key, secret) = (claimed.access_key, self.0.secret_key.as_str());
        let identity = Credentials::new(key, secret, None, None, "local").into();
        let mut settings = SigningSettings::default();
        settings.excluded_headers = None;
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(claimed.region)
            .name(claimed.service)
            .time(time.into())
            .settings(settings)
            .build()
            .ok()?;
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let host = header_of(&parts.headers, header::HOST.as_str())?;
        let request = SignableRequest::new(
            parts.method.as_str(),
            format!("http://{host}{target}"),
            headers.into_iter(),
            SignableBody::Bytes(body),
        );
        let signed = sign(request.ok()?, &parameters.into()).ok()?;
        Some(signed.signature().to_owned())
    }
}

/// What the header `Authorization` says.
struct Claimed<'a> {
    access_key: &'a str,
    region: &'a str,
    service: &'a str,
    headers: &'a str,
    signature: &'a str,
}

impl<'a> Claimed<'a> {
    /// `AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/aws4_request, SignedHeaders=<a;b>, Signature=<hex>`.
    fn read(text: &'a str) -> Option<Self> {
        let fields = text.strip_prefix("AWS4-HMAC-SHA256")?;
        let field = |wanted: &str| {
            let mut fields = fields.split(',').map(str::trim);
            fields.find_map(|field| field.strip_prefix(wanted)?.strip_prefix('='))
        };
        let mut scope = field("Credential")?.split('/');
        let (access_key, _day) = (scope.next()?, scope.next()?);
        let (region, service) = (scope.next()?, scope.next()?);
        Some(Self {
            access_key,
            region,
            service,
            headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        })
    }
}

/// Compares without telling by the time how much is right.
fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).map(|(a, b)| a ^ b);
    one.len() == other.len() && differences.fold(0, |all, difference| all | difference) == 0
}

fn header_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The layer.
async fn check(State(signed): State<Signed>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match signed.check(&parts, &body, Timestamp::now()) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(refusal) => refusal.into_response(),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (shape, message) = match self {
            Self::Missing => (
                "MissingAuthenticationTokenException",
                "the request is not signed",
            ),
            Self::Incomplete => (
                "IncompleteSignatureException",
                "the signature lacks a part, or names a header that is not there",
            ),
            Self::Unknown => (
                "UnrecognizedClientException",
                "the credentials are not those of this deployment",
            ),
            Self::Stale => (
                "InvalidSignatureException",
                "the signature is of another time: at most 15 minutes apart",
            ),
            Self::Wrong => (
                "InvalidSignatureException",
                "the signature does not fit the request: look at the secret access key",
            ),
        };
        let body = serde_json::json!({"__type": shape, "message": message});
        let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
        (StatusCode::BAD_REQUEST, kind, body.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T10:00:00Z";

    /// A request that `secret` signed, and its body.
    fn request(secret: &str, body: &'static [u8]) -> Parts {
        let identity = Credentials::new("key", secret, None, None, "test").into();
        let time: Timestamp = NOW.parse().expect("a time");
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("dynamodb")
            .time(time.into())
            .settings(SigningSettings::default())
            .build()
            .expect("all is given")
            .into();
        let mut request = http::Request::post("http://127.0.0.1:8791/")
            .header("host", "127.0.0.1:8791")
            .header("x-amz-target", "DynamoDB_20120810.GetItem")
            .body(())
            .expect("a request");
        let headers = [
            ("host", "127.0.0.1:8791"),
            ("x-amz-target", "DynamoDB_20120810.GetItem"),
        ];
        let signable = SignableRequest::new(
            "POST",
            "http://127.0.0.1:8791/",
            headers.into_iter(),
            SignableBody::Bytes(body),
        );
        let (instructions, _) = sign(signable.expect("signable"), &parameters)
            .expect("it is signed")
            .into_parts();
        instructions.apply_to_request_http1x(&mut request);
        request.into_parts().0
    }

    fn checked(parts: &Parts, body: &[u8], now: &str) -> Result<(), Refusal> {
        let now = now.parse().expect("a time");
        let keys = ["key".to_owned(), "other".to_owned()];
        Signed::new(keys.into_iter(), "secret").check(parts, body, now)
    }

    #[test]
    fn what_the_owner_signed_is_let_in() {
        assert_eq!(checked(&request("secret", b"{}"), b"{}", NOW), Ok(()));
    }

    #[test]
    fn another_secret_another_body_and_another_header_are_refused() {
        let other = request("other", b"{}");
        assert_eq!(checked(&other, b"{}", NOW), Err(Refusal::Wrong));
        let mut parts = request("secret", b"{}");
        assert_eq!(checked(&parts, b"{ }", NOW), Err(Refusal::Wrong));
        let scan = "DynamoDB_20120810.Scan".parse().expect("a value");
        parts.headers.insert("x-amz-target", scan);
        assert_eq!(checked(&parts, b"{}", NOW), Err(Refusal::Wrong));
        parts.headers.remove("x-amz-target");
        assert_eq!(checked(&parts, b"{}", NOW), Err(Refusal::Incomplete));
    }

    #[test]
    fn a_signature_is_good_for_fifteen_minutes() {
        let parts = request("secret", b"{}");
        assert_eq!(checked(&parts, b"{}", "2026-11-21T10:15:00Z"), Ok(()));
        for now in ["2026-11-21T10:15:01Z", "2026-11-21T09:44:59Z"] {
            assert_eq!(checked(&parts, b"{}", now), Err(Refusal::Stale), "{now}");
        }
    }

    #[test]
    fn what_is_not_signed_or_by_a_stranger_is_told_so() {
        let mut parts = request("secret", b"{}");
        let stranger = "AWS4-HMAC-SHA256 Credential=you/20261121/us-east-1/dynamodb/aws4_request, \
                        SignedHeaders=host, Signature=00";
        for (value, refusal) in [
            (stranger, Refusal::Unknown),
            ("Bearer abc", Refusal::Incomplete),
            ("AWS4-HMAC-SHA256 Credential=key", Refusal::Incomplete),
        ] {
            let value = value.parse().expect("a value");
            parts.headers.insert(header::AUTHORIZATION, value);
            assert_eq!(checked(&parts, b"{}", NOW), Err(refusal));
        }
        parts.headers.remove(header::AUTHORIZATION);
        assert_eq!(checked(&parts, b"{}", NOW), Err(Refusal::Missing));
    }
}
