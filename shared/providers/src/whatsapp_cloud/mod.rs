//! `WhatsApp` Business Platform, Cloud API: `POST /{version}/{phone number id}/messages`, and the two calls that fetch a file.
//!
//! Every message carries its effect key in `biz_opaque_callback_data`, which comes back with each status of the message, so
//! that a status finds its message without a table of ids. There is nothing to ask afterwards: a message whose answer was
//! lost stays uncertain until such a status tells.

mod message;
#[cfg(test)]
mod tests;

use reqwest::header::AUTHORIZATION;
use serde::Deserialize;

use crate::error::ProviderError;
use crate::settings::{Endpoint, Lookup, ProviderMode, SettingError, Vendor, setting};
use crate::transport::{Connections, Transport, bearer, body, tidy};
use crate::value::{MessageId, is_effect_key};

pub use message::{Content, Destination, WhatsAppMessage};
use message::{Request, digits};

/// The version of the Graph API that is spoken.
const VERSION: &str = "/v23.0";

/// The vendor's code of "more than 24 hours have passed since the recipient last wrote": only a template may be sent.
pub const WINDOW_OVER: &str = "131047";

/// Codes with which the vendor asks to slow down, whatever the status: application, account, throughput, pair.
const SLOW_DOWN: [&str; 4] = ["4", "80007", "130429", "131056"];

const VENDOR: Vendor = Vendor {
    mode: "WHATSAPP_PROVIDER",
    base_url: "WHATSAPP_CLOUD_BASE_URL",
    key: "WHATSAPP_ACCESS_TOKEN",
    live_url: "https://graph.facebook.com",
    domain: "facebook.com",
    simulator_key: "simulator-whatsapp",
    is_live_key: |key| {
        key.len() >= 40 && key.starts_with("EAA") && key.bytes().all(|b| b.is_ascii_alphanumeric())
    },
};

/// Settings that were read and do not contradict one another.
#[derive(Clone, Debug)]
pub struct Settings {
    endpoint: Endpoint,
    phone_number_id: String,
}

impl Settings {
    /// Reads `WHATSAPP_PROVIDER`, `WHATSAPP_CLOUD_BASE_URL`, `WHATSAPP_ACCESS_TOKEN`, `WHATSAPP_PHONE_NUMBER_ID` and
    /// `PROVIDER_TIMEOUT_MS`.
    ///
    /// # Errors
    /// Names the setting that is missing, malformed or contradicts another.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let lookup: Lookup<'_> = &lookup;
        let endpoint = VENDOR.endpoint(lookup)?;
        let wrong = |problem| SettingError::new("WHATSAPP_PHONE_NUMBER_ID", problem);
        let phone_number_id =
            setting(lookup, "WHATSAPP_PHONE_NUMBER_ID").ok_or_else(|| wrong("is missing"))?;
        if !phone_number_id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong("is not a number, as the vendor's ids are"));
        }
        Ok(Self {
            endpoint,
            phone_number_id,
        })
    }

    /// Whether this is the vendor or its stand-in.
    pub fn mode(&self) -> ProviderMode {
        self.endpoint.mode
    }
}

/// A file as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// What the vendor says it is.
    pub mime_type: String,
    /// The whole of it.
    pub bytes: bytes::Bytes,
}

/// Sends messages, and fetches what came in as a file.
#[derive(Debug)]
pub struct Client {
    endpoint: Endpoint,
    phone_number_id: String,
    transport: Transport,
}

impl Client {
    /// A client that connects with its first call.
    pub fn new(settings: Settings) -> Self {
        let Settings {
            endpoint,
            phone_number_id,
        } = settings;
        let transport = Transport::new(endpoint.time_out, Connections::Fresh);
        Self {
            endpoint,
            phone_number_id,
            transport,
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// [`ProviderError::settlement`] says what to do with each; an uncertain one is never to be sent again.
    /// [`window_is_over`] tells the refusal of a free text outside the window from others.
    #[tracing::instrument(name = "whatsapp_cloud.send", skip_all, fields(effect.key = effect_key))]
    pub async fn send(
        &self,
        message: &WhatsAppMessage,
        effect_key: &str,
    ) -> Result<MessageId, ProviderError> {
        message.check()?;
        if !is_effect_key(effect_key) {
            return Err(ProviderError::Unsendable {
                field: "effect key",
            });
        }
        let request = Request::of(message, effect_key);
        let path = format!("{VERSION}/{}/messages", self.phone_number_id);
        let url = self.endpoint.url(&path, &[]);
        let key = bearer(self.endpoint.key.reveal())?;
        let sent = self
            .transport
            .call(
                |client| client.post(url).header(AUTHORIZATION, key).json(&request),
                code,
            )
            .await;
        let response = sent.map_err(slow_down)?;
        let status = response.status().as_u16();
        let bad = || ProviderError::BadAnswer { status };
        let answer: Answer = serde_json::from_slice(&body(response).await?).map_err(|_| bad())?;
        let id = answer.messages.first().ok_or_else(bad)?;
        MessageId::read(&id.id).ok_or_else(bad)
    }

    /// Fetches a file of at most `most` bytes that came in under `id`: its address first, which lives for minutes, then
    /// the file.
    ///
    /// # Errors
    /// [`ProviderError::Unsendable`] when the file is larger than `most`. Fetching changes nothing, so
    /// [`ProviderError::retryable_when_idempotent`] applies.
    #[tracing::instrument(name = "whatsapp_cloud.fetch", skip_all)]
    pub async fn fetch(&self, id: &str, most: usize) -> Result<Media, ProviderError> {
        let url = self.endpoint.url(VERSION, &[id]);
        let key = bearer(self.endpoint.key.reveal())?;
        let response = self
            .transport
            .call(
                |client| client.get(url).header(AUTHORIZATION, key.clone()),
                code,
            )
            .await
            .map_err(slow_down)?;
        let status = response.status().as_u16();
        let bad = || ProviderError::BadAnswer { status };
        let found: Found = serde_json::from_slice(&body(response).await?).map_err(|_| bad())?;
        if found.file_size.is_some_and(|size| size > most) {
            return Err(ProviderError::Unsendable { field: "file size" });
        }
        let url = reqwest::Url::parse(&found.url).map_err(|_| bad())?;
        // The key goes along: to the vendor's hosts only.
        if !self.is_vendors(&url) {
            return Err(bad());
        }
        let response = self
            .transport
            .call(|client| client.get(url).header(AUTHORIZATION, key), code)
            .await
            .map_err(slow_down)?;
        let bytes = crate::transport::body_up_to(response, most).await?;
        Ok(Media {
            mime_type: found.mime_type,
            bytes,
        })
    }

    fn is_vendors(&self, url: &reqwest::Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let within = |domain: &str| {
            host == domain
                || host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        match self.endpoint.mode {
            ProviderMode::Simulator => url.origin() == self.endpoint.base.origin(),
            ProviderMode::Live => {
                url.scheme() == "https" && ["fbsbx.com", "facebook.com"].into_iter().any(within)
            }
        }
    }
}

/// Whether the vendor refused a free text because the recipient last wrote more than 24 hours ago.
pub fn window_is_over(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Refused { reason, .. } if reason == WINDOW_OVER)
}

/// Whether a text has the form of a phone number's digits, as the vendor writes numbers; the number in E.164 form.
pub fn e164(wa_id: &str) -> Option<String> {
    digits(wa_id).map(|digits| format!("+{digits}"))
}

fn slow_down(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::Refused { reason, .. } if SLOW_DOWN.contains(&reason.as_str()) => {
            ProviderError::Throttled { retry_after: None }
        }
        other => other,
    }
}

/// The vendor's code of a refusal, such as `131047`.
fn code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Envelope {
        error: Fault,
    }
    #[derive(Deserialize)]
    struct Fault {
        code: u32,
    }
    let envelope: Envelope = serde_json::from_slice(body).ok()?;
    tidy(std::iter::once(envelope.error.code.to_string()))
}

#[derive(Deserialize)]
struct Answer {
    messages: Vec<Accepted>,
}

#[derive(Deserialize)]
struct Accepted {
    id: String,
}

#[derive(Deserialize)]
struct Found {
    url: String,
    mime_type: String,
    #[serde(default)]
    file_size: Option<usize>,
}
