//! Talking to the API.

use crate::{Failure, plain::line};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, StatusCode, Url, redirect::Policy};
use serde::Deserialize;
use std::{net::IpAddr, time::Duration};

/// Longest wait for an answer: an HTTP API waits 29 seconds for its function.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Most bytes of an answer; a status list has at most some 50 KB.
const LARGEST: usize = 1024 * 1024;

/// The API of a deployment.
#[derive(Debug)]
pub(crate) struct Api {
    client: Client,
    base: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
    url: String,
}

/// RFC 9457.
#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    errors: Vec<Fault>,
}

/// What is wrong with one member of a body.
#[derive(Debug, Deserialize)]
struct Fault {
    pointer: String,
    detail: String,
}

impl Problem {
    /// What it says, with every member that is wrong.
    fn text(&self) -> String {
        let faults = self.errors.iter();
        faults.fold(self.detail.clone(), |text, fault| {
            format!("{text}; {} {}", fault.pointer, fault.detail)
        })
    }
}

impl Api {
    /// The API at `base`, with or without a slash at its end.
    pub(crate) fn new(base: &str) -> Result<Self, Failure> {
        Self::over(
            base,
            Client::builder().timeout(TIMEOUT).redirect(Policy::none()),
        )
    }

    /// The same for requests with passwords or tokens: over `https`, or to this machine, past any proxy.
    pub(crate) fn with_secrets(base: &str) -> Result<Self, Failure> {
        let url = Url::parse(base).map_err(|error| Failure::Input(format!("{base}: {error}")))?;
        let client = Client::builder().timeout(TIMEOUT).redirect(Policy::none());
        match url.scheme() {
            "https" => Self::over(base, client),
            "http" if is_this_machine(&url) => Self::over(base, client.no_proxy()),
            _ => Err(Failure::Input(format!(
                "{base}: passwords and tokens go over https, or to this machine (127.0.0.1, ::1, localhost)"
            ))),
        }
    }

    fn over(base: &str, client: ClientBuilder) -> Result<Self, Failure> {
        let client = client
            .build()
            .map_err(|error| Failure::Input(error.to_string()))?;
        Ok(Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
        })
    }

    /// A request to a path.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// `POST` to a path.
    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.base))
    }

    /// `GET` a path.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.send(self.client.get(format!("{}{path}", self.base)))
            .await
    }

    /// Sends a request and reads its answer whole.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let unreachable = |problem: String| Failure::Unreachable {
            url: self.base.clone(),
            problem,
        };
        let sent = request.send().await;
        let mut response = sent.map_err(|error| unreachable(cause(&error)))?;
        let (status, url) = (response.status(), response.url().to_string());
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            match chunk.map_err(|error| unreachable(cause(&error)))? {
                Some(chunk) if body.len() + chunk.len() > LARGEST => {
                    return Err(unreachable("the answer is too large".to_owned()));
                }
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&body).into_owned(),
            url,
        })
    }
}

/// Whether an address is of this machine: the names that no resolver is asked for, and addresses that go nowhere else.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    loopback || host == "localhost"
}

/// The innermost cause: reqwest's own words only say that it failed.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

impl Answer {
    /// Whether the API says itself that there is no such thing; a 404 of whatever else stands at its address says nothing.
    pub(crate) fn is_missing(&self) -> bool {
        let problem: Problem = serde_json::from_str(&self.body).unwrap_or_default();
        self.status == StatusCode::NOT_FOUND && problem.code == "not_found"
    }

    /// The answer, if it went well.
    pub(crate) fn success(self) -> Result<Self, Failure> {
        if self.status.is_success() {
            return Ok(self);
        }
        let problem: Problem = serde_json::from_str(&self.body).unwrap_or_default();
        let text = problem.text();
        Err(Failure::Refused {
            status: self.status.as_u16(),
            code: if problem.code.is_empty() {
                "no problem+json".to_owned()
            } else {
                line(&problem.code)
            },
            detail: if text.is_empty() {
                format!("{} was refused", self.url)
            } else {
                line(&text)
            },
        })
    }

    /// The JSON body.
    pub(crate) fn json<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Failure> {
        serde_json::from_str(&self.body).map_err(|error| Failure::Unreachable {
            url: self.url.clone(),
            problem: format!("the answer is not what was expected: {error}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_go_over_https_or_to_this_machine() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        for good in [
            "https://api.example.org",
            "http://127.0.0.1:8787/",
            "http://127.1.2.3",
            "http://[::1]:8787",
            "http://localhost:8787",
            "HTTP://LOCALHOST",
        ] {
            assert!(Api::with_secrets(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.example.org",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "http://127.0.0.1@example.org",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "api.example.org",
            "",
        ] {
            assert!(Api::with_secrets(bad).is_err(), "{bad}");
        }
    }
}
