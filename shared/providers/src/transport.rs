//! One HTTP call and its classification.
//!
//! | what happened | error |
//! |---|---|
//! | no connection (DNS, TCP, TLS) | `Unreachable` |
//! | anything else without a status | `Uncertain` |
//! | 429 | `Throttled`, with `Retry-After` or `X-RateLimit-Reset` |
//! | 408, 5xx | `Unavailable` |
//! | other 4xx | `Refused` |
//! | 3xx, 1xx | `BadAnswer`: redirects are not followed, a key is for one host |

use std::sync::{Once, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};

use crate::error::{Cause, ProviderError};

/// The most that is read of an answer, in bytes.
const LARGEST_ANSWER: usize = 2 * 1024 * 1024;

static CRYPTOGRAPHY: Once = Once::new();

/// Chooses the cryptography of every TLS client of this process.
pub(crate) fn install_cryptography() {
    // Refused when the process has chosen already, which is as good.
    CRYPTOGRAPHY.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// Whether connections are kept for the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connections {
    /// For calls that may be repeated.
    Kept,
    /// For calls that must not happen twice: a connection that died while the process was frozen would make a call uncertain that
    /// was never made.
    Fresh,
}

/// A client that is built with its first call, so that a start costs nothing.
#[derive(Debug)]
pub(crate) struct Transport {
    client: OnceLock<Client>,
    time_out: Duration,
    connections: Connections,
}

impl Transport {
    pub(crate) fn new(time_out: Duration, connections: Connections) -> Self {
        Self {
            client: OnceLock::new(),
            time_out,
            connections,
        }
    }

    fn client(&self) -> Result<&Client, ProviderError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        install_cryptography();
        let built = Client::builder()
            .timeout(self.time_out)
            // Sooner than the whole, so that a peer that takes the connection and says nothing is known not to have the request.
            .connect_timeout(self.time_out / 2)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .pool_max_idle_per_host(match self.connections {
                Connections::Kept => 4,
                Connections::Fresh => 0,
            })
            .build()
            .map_err(|error| ProviderError::Unreachable(Cause::new(error)))?;
        Ok(self.client.get_or_init(|| built))
    }

    /// Makes the call; a 2xx is `Ok`, anything else what the table above says. `reason` names what a refusal's body is about.
    pub(crate) async fn call(
        &self,
        request: impl FnOnce(&Client) -> RequestBuilder,
        reason: fn(&[u8]) -> Option<String>,
    ) -> Result<Response, ProviderError> {
        let response = request(self.client()?).send().await.map_err(classify)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let code = status.as_u16();
        Err(if status == StatusCode::TOO_MANY_REQUESTS {
            ProviderError::Throttled {
                retry_after: retry_after(response.headers()),
            }
        } else if status == StatusCode::REQUEST_TIMEOUT || status.is_server_error() {
            ProviderError::Unavailable { status: code }
        } else if status.is_client_error() {
            // A refusal stands even when its body is lost.
            let body = body(response).await.unwrap_or_default();
            ProviderError::Refused {
                status: code,
                reason: reason(&body).unwrap_or_else(|| by_status(status)),
            }
        } else {
            ProviderError::BadAnswer { status: code }
        })
    }
}

fn classify(error: reqwest::Error) -> ProviderError {
    let never_sent = error.is_connect() || error.is_builder();
    let cause = Cause::new(error);
    if never_sent {
        ProviderError::Unreachable(cause)
    } else {
        ProviderError::Uncertain(cause)
    }
}

/// The whole body of an answer; a lost or overlong one is a bad answer.
pub(crate) async fn body(response: Response) -> Result<Bytes, ProviderError> {
    body_up_to(response, LARGEST_ANSWER).await
}

/// The whole body of an answer of at most `most` bytes.
pub(crate) async fn body_up_to(
    mut response: Response,
    most: usize,
) -> Result<Bytes, ProviderError> {
    let status = response.status().as_u16();
    let mut whole = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(whole.freeze()),
            Ok(Some(chunk)) if whole.len() + chunk.len() <= most => {
                whole.extend_from_slice(&chunk);
            }
            Ok(Some(_)) | Err(_) => return Err(ProviderError::BadAnswer { status }),
        }
    }
}

/// A header value that is left out of debug output.
pub(crate) fn bearer(secret: &str) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {secret}"))
        .map_err(|_| ProviderError::Unsendable { field: "key" })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Names and codes of a vendor made fit for the ledger: nothing but letters, digits and `. _ - ,`, at most 200 characters.
pub(crate) fn tidy(names: impl Iterator<Item = String>) -> Option<String> {
    let joined = names
        .filter(|name| !name.is_empty())
        .collect::<Vec<_>>()
        .join(",");
    let kept: String = joined
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "._-,".contains(*letter))
        .take(200)
        .collect();
    (!kept.is_empty()).then_some(kept)
}

fn by_status(status: StatusCode) -> String {
    match status {
        StatusCode::UNAUTHORIZED => "the key is not accepted",
        StatusCode::FORBIDDEN => "the key may not do this",
        StatusCode::NOT_FOUND => "not found",
        StatusCode::PAYLOAD_TOO_LARGE => "too large",
        _ => "no reason given",
    }
    .to_owned()
}

/// How long a 429 asks to wait. "Now" is the answer's own `Date`, so that no clock has to agree.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::trim)
    };
    let now = || {
        text(DATE)
            .and_then(|date| rfc2822::parse(date).ok())
            .map(|date| date.timestamp())
    };
    let until = |moment: Timestamp| {
        Some(Duration::from_secs(
            u64::try_from(moment.as_second() - now()?.as_second()).unwrap_or(0),
        ))
    };
    if let Some(value) = text(RETRY_AFTER) {
        return match value.parse::<u64>() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => until(rfc2822::parse(value).ok()?.timestamp()),
        };
    }
    let reset = text(HeaderName::from_static("x-ratelimit-reset"))?
        .parse()
        .ok()?;
    until(Timestamp::from_second(reset).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settlement;
    use crate::stub::{Stub, nowhere};

    fn transport() -> Transport {
        Transport::new(Duration::from_secs(20), Connections::Fresh)
    }

    async fn post(transport: &Transport, url: &str) -> Result<Response, ProviderError> {
        transport
            .call(|client| client.post(url).body("hello"), |_| None)
            .await
    }

    #[tokio::test]
    async fn a_refused_connection_is_unreachable_and_may_be_tried_again() {
        let error = post(&transport(), &nowhere().await).await.unwrap_err();
        assert!(matches!(error, ProviderError::Unreachable(_)), "{error:?}");
        assert_eq!(error.settlement(), Settlement::TryAgain { after: None });
        assert!(error.retryable());
    }

    #[tokio::test]
    async fn a_failed_tls_handshake_is_unreachable() {
        let stub = Stub::slamming().await;
        let url = stub.url().replace("http:", "https:");
        let error = post(&transport(), &url).await.unwrap_err();
        assert!(matches!(error, ProviderError::Unreachable(_)), "{error:?}");
    }

    #[tokio::test]
    async fn a_tls_handshake_that_never_ends_is_unreachable() {
        let stub = Stub::silent().await;
        let url = stub.url().replace("http:", "https:");
        let transport = Transport::new(Duration::from_millis(200), Connections::Fresh);
        let error = post(&transport, &url).await.unwrap_err();
        assert!(matches!(error, ProviderError::Unreachable(_)), "{error:?}");
    }

    #[tokio::test]
    async fn a_connection_dropped_without_an_answer_is_uncertain() {
        let stub = Stub::dropping().await;
        let error = post(&transport(), &stub.url()).await.unwrap_err();
        assert!(matches!(error, ProviderError::Uncertain(_)), "{error:?}");
        assert_eq!(error.settlement(), Settlement::Uncertain);
        assert!(!error.retryable() && error.retryable_when_idempotent());
        assert!(stub.request().await.ends_with("hello"));
    }

    #[tokio::test]
    async fn a_connection_dropped_within_the_head_of_the_answer_is_uncertain() {
        let stub = Stub::answering("HTTP/1.1 202 Acc").await;
        let error = post(&transport(), &stub.url()).await.unwrap_err();
        assert!(matches!(error, ProviderError::Uncertain(_)), "{error:?}");
    }

    #[tokio::test]
    async fn a_time_out_after_the_request_was_written_is_uncertain() {
        let stub = Stub::silent().await;
        let transport = Transport::new(Duration::from_millis(50), Connections::Fresh);
        let error = post(&transport, &stub.url()).await.unwrap_err();
        assert!(matches!(error, ProviderError::Uncertain(_)), "{error:?}");
        assert_eq!(format!("{error:?}"), "Uncertain(Cause(the time ran out))");
    }

    #[tokio::test]
    async fn statuses_are_told_apart() {
        for (status, expected) in [
            ("500 Internal Server Error", "Unavailable { status: 500 }"),
            ("503 Service Unavailable", "Unavailable { status: 503 }"),
            ("408 Request Timeout", "Unavailable { status: 408 }"),
            (
                "400 Bad Request",
                r#"Refused { status: 400, reason: "no reason given" }"#,
            ),
            (
                "401 Unauthorized",
                r#"Refused { status: 401, reason: "the key is not accepted" }"#,
            ),
            ("302 Found", "BadAnswer { status: 302 }"),
            ("429 Too Many Requests", "Throttled { retry_after: None }"),
        ] {
            let answer = format!(
                "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
            );
            let stub = Stub::answering(&answer).await;
            let error = post(&transport(), &stub.url()).await.unwrap_err();
            assert_eq!(format!("{error:?}"), expected);
        }
    }

    #[test]
    fn the_wait_is_read_from_seconds_dates_and_the_reset() {
        const DATE: (&str, &str) = ("date", "Mon, 24 Nov 2025 10:00:00 GMT");
        type Given = &'static [(&'static str, &'static str)];
        let cases: [(Given, Option<u64>); 7] = [
            (&[("retry-after", "7")], Some(7)),
            (
                &[DATE, ("retry-after", "Mon, 24 Nov 2025 10:01:30 GMT")],
                Some(90),
            ),
            (
                &[DATE, ("retry-after", "Mon, 24 Nov 2025 09:00:00 GMT")],
                Some(0),
            ),
            (&[("retry-after", "Mon, 24 Nov 2025 10:01:30 GMT")], None),
            (&[DATE, ("x-ratelimit-reset", "1763978405")], Some(5)),
            (&[("retry-after", "soon")], None),
            (&[], None),
        ];
        for (given, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in given {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            assert_eq!(
                retry_after(&headers),
                expected.map(Duration::from_secs),
                "{given:?}"
            );
        }
    }

    #[test]
    fn what_goes_into_the_ledger_holds_names_only() {
        let given = [
            "personalizations.0.to.0.email".to_owned(),
            "<b>a@b.example</b>".to_owned(),
            String::new(),
        ];
        assert_eq!(
            tidy(given.into_iter()).unwrap(),
            "personalizations.0.to.0.email,bab.exampleb"
        );
        assert_eq!(tidy(std::iter::empty()), None);
    }
}
