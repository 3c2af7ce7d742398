//! Cloudflare Workers KV over the REST API. Under `/client/v4/accounts/{account}/storage/kv/namespaces/{namespace}`: `PUT`,
//! `GET` and `DELETE` `/values/{key}`, `POST /bulk/get`, `GET /keys`.
//!
//! Every call may be repeated: a second write of a value changes nothing.

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Response, StatusCode, Url};
use serde::Deserialize;

use crate::error::ProviderError;
use crate::settings::{Endpoint, Lookup, ProviderMode, SettingError, Vendor, setting};
use crate::transport::{Connections, Transport, bearer, body, tidy};

/// The longest key, in bytes.
const LONGEST_KEY: usize = 512;
/// The largest value, in bytes.
const LARGEST_VALUE: usize = 25 * 1024 * 1024;

mod walk;

pub use walk::{Listed, MOST_AT_ONCE};

const VENDOR: Vendor = Vendor {
    mode: "EDGE_PROVIDER",
    base_url: "CLOUDFLARE_BASE_URL",
    key: "CLOUDFLARE_API_TOKEN",
    live_url: "https://api.cloudflare.com",
    domain: "cloudflare.com",
    simulator_key: "simulator-cloudflare",
    is_live_key: |key| {
        key.len() >= 40
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    },
};

/// Settings that were read and do not contradict one another.
#[derive(Clone, Debug)]
pub struct Settings {
    endpoint: Endpoint,
    account: String,
    namespace: String,
}

impl Settings {
    /// Reads `EDGE_PROVIDER`, `CLOUDFLARE_BASE_URL`, `CLOUDFLARE_API_TOKEN`, `CLOUDFLARE_ACCOUNT_ID`, `CLOUDFLARE_KV_NAMESPACE_ID` and
    /// `PROVIDER_TIMEOUT_MS`.
    ///
    /// # Errors
    /// Names the setting that is missing, malformed or contradicts another.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let lookup: Lookup<'_> = &lookup;
        let endpoint = VENDOR.endpoint(lookup)?;
        let id = |name| {
            let id = setting(lookup, name).ok_or_else(|| SettingError::new(name, "is missing"))?;
            let is_hex = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_plain = id.len() <= 64
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            match endpoint.mode {
                ProviderMode::Live if !is_hex => {
                    Err(SettingError::new(name, "is not 32 hexadecimal digits"))
                }
                ProviderMode::Simulator if !is_plain => {
                    Err(SettingError::new(name, "is not letters, digits, - and _"))
                }
                ProviderMode::Live | ProviderMode::Simulator => Ok(id),
            }
        };
        let (account, namespace) = (
            id("CLOUDFLARE_ACCOUNT_ID")?,
            id("CLOUDFLARE_KV_NAMESPACE_ID")?,
        );
        Ok(Self {
            endpoint,
            account,
            namespace,
        })
    }

    /// Whether this is the vendor or its stand-in.
    pub fn mode(&self) -> ProviderMode {
        self.endpoint.mode
    }
}

/// One KV namespace.
#[derive(Debug)]
pub struct KvClient {
    settings: Settings,
    transport: Transport,
}

impl KvClient {
    /// A client that connects with its first call.
    pub fn new(settings: Settings) -> Self {
        let transport = Transport::new(settings.endpoint.time_out, Connections::Kept);
        Self {
            settings,
            transport,
        }
    }

    /// Writes `value` under `key` (at most 512 bytes), for ever; the edge shows it within 60 s.
    ///
    /// # Errors
    /// [`ProviderError::retryable_when_idempotent`] says whether to try again.
    #[tracing::instrument(name = "cloudflare.put", skip_all, fields(kv.key = key))]
    pub async fn put(&self, key: &str, value: impl Into<Bytes>) -> Result<(), ProviderError> {
        let value = value.into();
        if value.len() > LARGEST_VALUE {
            return Err(ProviderError::Unsendable { field: "value" });
        }
        self.confirmed(self.call(Method::PUT, key, Some(value)).await?)
            .await
    }

    /// Deletes `key`; one that is not there is deleted too.
    ///
    /// # Errors
    /// [`ProviderError::retryable_when_idempotent`] says whether to try again.
    #[tracing::instrument(name = "cloudflare.delete", skip_all, fields(kv.key = key))]
    pub async fn delete(&self, key: &str) -> Result<(), ProviderError> {
        self.confirmed(self.call(Method::DELETE, key, None).await?)
            .await
    }

    /// The value under `key`, at most 2 MB of it being readable here.
    ///
    /// # Errors
    /// [`ProviderError::retryable_when_idempotent`] says whether to try again.
    #[tracing::instrument(name = "cloudflare.get", skip_all, fields(kv.key = key))]
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, ProviderError> {
        match self.call(Method::GET, key, None).await {
            Ok(response) => body(response).await.map(Some),
            // Code 10009 is a missing key; a 404 with any other code is a missing namespace.
            Err(ProviderError::Refused { status, reason })
                if status == StatusCode::NOT_FOUND && reason == "10009" =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn call(
        &self,
        method: Method,
        key: &str,
        value: Option<Bytes>,
    ) -> Result<Response, ProviderError> {
        let url = self.url(key)?;
        self.send(method, url, value).await
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        value: Option<Bytes>,
    ) -> Result<Response, ProviderError> {
        let authorization = bearer(self.settings.endpoint.key.reveal())?;
        self.transport
            .call(
                |client| {
                    let request = client
                        .request(method, url)
                        .header(AUTHORIZATION, authorization);
                    match value {
                        None => request,
                        Some(value) => request
                            .header(
                                CONTENT_TYPE,
                                HeaderValue::from_static("application/octet-stream"),
                            )
                            .body(value),
                    }
                },
                codes,
            )
            .await
    }

    /// `.` and `..` are no keys for the vendor, and would leave the path.
    fn url(&self, key: &str) -> Result<Url, ProviderError> {
        if key.is_empty()
            || key.len() > LONGEST_KEY
            || key == "."
            || key == ".."
            || key.contains(char::is_control)
        {
            return Err(ProviderError::Unsendable { field: "key" });
        }
        Ok(self.below(&["values", key]))
    }

    /// The address of something of the namespace.
    fn below(&self, rest: &[&str]) -> Url {
        let Settings {
            endpoint,
            account,
            namespace,
        } = &self.settings;
        let place = [account, "storage", "kv", "namespaces", namespace];
        endpoint.url("/client/v4/accounts", &[&place, rest].concat())
    }

    async fn confirmed(&self, response: Response) -> Result<(), ProviderError> {
        let status = response.status().as_u16();
        match serde_json::from_slice(&body(response).await?) {
            Ok(Envelope { success: true, .. }) => Ok(()),
            Ok(Envelope { success: false, .. }) | Err(_) => {
                Err(ProviderError::BadAnswer { status })
            }
        }
    }
}

#[derive(Deserialize)]
struct Envelope {
    success: bool,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    code: u64,
}

/// The codes that a refusal names.
fn codes(body: &[u8]) -> Option<String> {
    let envelope: Envelope = serde_json::from_slice(body).ok()?;
    tidy(envelope.errors.iter().map(|fault| fault.code.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stub::Stub;

    const DONE: &str = r#"{"success":true,"errors":[],"messages":[],"result":{}}"#;

    pub(super) fn client(stub: &Stub) -> KvClient {
        let base = stub.url();
        let lookup = move |name: &str| match name {
            "CLOUDFLARE_BASE_URL" => Some(format!("{base}/cloudflare")),
            "CLOUDFLARE_ACCOUNT_ID" => Some("acc".to_owned()),
            "CLOUDFLARE_KV_NAMESPACE_ID" => Some("ns".to_owned()),
            _ => None,
        };
        KvClient::new(Settings::read(lookup).unwrap())
    }

    #[tokio::test]
    async fn a_value_is_written_under_its_escaped_key() {
        let stub = Stub::json("200 OK", DONE).await;
        client(&stub).put("cert/CERT-1", "{}").await.unwrap();
        let request = stub.request().await;
        let path =
            "/cloudflare/client/v4/accounts/acc/storage/kv/namespaces/ns/values/cert%2FCERT-1";
        assert!(
            request.starts_with(&format!("PUT {path} HTTP/1.1\r\n")),
            "{request}"
        );
        assert!(request.contains("authorization: Bearer simulator-cloudflare\r\n"));
        assert!(request.ends_with("\r\n\r\n{}"));
    }

    #[tokio::test]
    async fn a_value_is_deleted_and_a_missing_one_is_none() {
        let stub = Stub::json("200 OK", DONE).await;
        client(&stub).delete("k").await.unwrap();
        assert!(stub.request().await.starts_with("DELETE "));
        let missing = r#"{"success":false,"errors":[{"code":10009,"message":"get: 'key not found'"}],"messages":[],"result":null}"#;
        let stub = Stub::json("404 Not Found", missing).await;
        assert_eq!(client(&stub).get("k").await.unwrap(), None);
        let stub = Stub::json("404 Not Found", &missing.replace("10009", "10013")).await;
        assert!(matches!(
            client(&stub).get("k").await,
            Err(ProviderError::Refused { status: 404, .. })
        ));
        let stub = Stub::json("200 OK", "kept").await;
        assert_eq!(client(&stub).get("k").await.unwrap().unwrap(), "kept");
    }

    #[tokio::test]
    async fn an_answer_that_does_not_confirm_is_tried_again() {
        for body in [
            "",
            r#"{"success":false,"errors":[{"code":1,"message":"m"}]}"#,
        ] {
            let stub = Stub::json("200 OK", body).await;
            let error = client(&stub).put("k", "v").await.unwrap_err();
            assert!(error.retryable_when_idempotent(), "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_key_that_would_leave_its_path_is_never_sent() {
        let stub = Stub::silent().await;
        let client = client(&stub);
        for key in ["", ".", "..", "a\nb", &"k".repeat(513)] {
            assert!(
                matches!(
                    client.put(key, "v").await,
                    Err(ProviderError::Unsendable { field: "key" })
                ),
                "{key}"
            );
        }
    }
}
