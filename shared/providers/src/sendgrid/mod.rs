//! Twilio `SendGrid`: `POST /v3/mail/send`, and `GET /v3/messages` (the Email Activity Feed API, an add-on of the account) to settle a
//! mail whose answer was lost.
//!
//! Every mail carries `custom_args.effect_key`. `X-Message-Id` of the answer is the part before the first `.` of the `msg_id` that
//! the Activity Feed shows, so both calls give the same id.

mod email;
#[cfg(test)]
mod tests;
mod wire;

use reqwest::header::AUTHORIZATION;

use crate::error::ProviderError;
use crate::settings::{Endpoint, Lookup, ProviderMode, SettingError, Vendor, setting};
use crate::transport::{Connections, Transport, bearer, body};
use crate::value::{MessageId, is_effect_key};

pub use email::{Address, Attachment, Email};
use wire::{Feed, Mail, fields};

const VENDOR: Vendor = Vendor {
    mode: "EMAIL_PROVIDER",
    base_url: "SENDGRID_BASE_URL",
    key: "SENDGRID_API_KEY",
    live_url: "https://api.sendgrid.com",
    domain: "sendgrid.com",
    simulator_key: "SG.simulator",
    is_live_key: |key| {
        let parts: Vec<&str> = key.split('.').collect();
        matches!(parts.as_slice(), ["SG", id, secret] if id.len() >= 16 && secret.len() >= 32)
    },
};

/// Settings that were read and do not contradict one another.
#[derive(Clone, Debug)]
pub struct Settings {
    endpoint: Endpoint,
    from: Address,
    reply_to: Address,
}

impl Settings {
    /// Reads `EMAIL_PROVIDER`, `SENDGRID_BASE_URL`, `SENDGRID_API_KEY`, `EMAIL_FROM`, `EMAIL_REPLY_TO` and
    /// `PROVIDER_TIMEOUT_MS`.
    ///
    /// # Errors
    /// Names the setting that is missing, malformed or contradicts another.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let lookup: Lookup<'_> = &lookup;
        let endpoint = VENDOR.endpoint(lookup)?;
        let address = |name: &'static str| {
            let text =
                setting(lookup, name).ok_or_else(|| SettingError::new(name, "is missing"))?;
            Address::read(&text).ok_or_else(|| {
                SettingError::new(name, "is neither an address nor 'Name <address>'")
            })
        };
        let (from, reply_to) = (address("EMAIL_FROM")?, address("EMAIL_REPLY_TO")?);
        Ok(Self {
            endpoint,
            from,
            reply_to,
        })
    }

    /// Whether this is the vendor or its stand-in.
    pub fn mode(&self) -> ProviderMode {
        self.endpoint.mode
    }

    /// The sender of every mail.
    pub fn from(&self) -> &Address {
        &self.from
    }
}

/// Sends mails, and asks what became of one.
#[derive(Debug)]
pub struct Client {
    endpoint: Endpoint,
    from: Address,
    /// Where answers of readers go.
    reply_to: Address,
    transport: Transport,
}

impl Client {
    /// A client that connects with its first call.
    pub fn new(settings: Settings) -> Self {
        let Settings {
            endpoint,
            from,
            reply_to,
        } = settings;
        let transport = Transport::new(endpoint.time_out, Connections::Fresh);
        Self {
            endpoint,
            from,
            reply_to,
            transport,
        }
    }

    /// Sends one mail that carries `effect_key`, by which [`Client::find`] finds it again.
    ///
    /// # Errors
    /// [`ProviderError::settlement`] says what to do with each.
    #[tracing::instrument(name = "sendgrid.send", skip_all, fields(effect.key = effect_key))]
    pub async fn send(&self, email: &Email, effect_key: &str) -> Result<MessageId, ProviderError> {
        email.check()?;
        if !is_effect_key(effect_key) {
            return Err(ProviderError::Unsendable {
                field: "effect key",
            });
        }
        let url = self.endpoint.url("/v3/mail/send", &[]);
        let authorization = bearer(self.endpoint.key.reveal())?;
        let mail = Mail::new(email, &self.from, &self.reply_to, effect_key);
        let response = self
            .transport
            .call(
                |client| {
                    client
                        .post(url)
                        .header(AUTHORIZATION, authorization)
                        .json(&mail)
                },
                fields,
            )
            .await?;
        let status = response.status().as_u16();
        response
            .headers()
            .get("x-message-id")
            .and_then(|id| MessageId::read(id.to_str().ok()?))
            .ok_or(ProviderError::BadAnswer { status })
    }

    /// The mail that carries `effect_key`, if the provider has it. The Activity Feed shows a mail some seconds after it was accepted, so
    /// "none" means something only after a while.
    ///
    /// # Errors
    /// The question changes nothing: [`ProviderError::retryable_when_idempotent`] says whether to ask again.
    #[tracing::instrument(name = "sendgrid.find", skip_all, fields(effect.key = effect_key))]
    pub async fn find(&self, effect_key: &str) -> Result<Option<MessageId>, ProviderError> {
        if !is_effect_key(effect_key) {
            return Err(ProviderError::Unsendable {
                field: "effect key",
            });
        }
        let url = self.endpoint.url("/v3/messages", &[]);
        let query = [
            (
                "query",
                format!("(unique_args['effect_key']=\"{effect_key}\")"),
            ),
            ("limit", "1".to_owned()),
        ];
        let authorization = bearer(self.endpoint.key.reveal())?;
        let response = self
            .transport
            .call(
                |client| {
                    client
                        .get(url)
                        .query(&query)
                        .header(AUTHORIZATION, authorization)
                },
                fields,
            )
            .await?;
        let status = response.status().as_u16();
        let feed: Feed = serde_json::from_slice(&body(response).await?)
            .map_err(|_| ProviderError::BadAnswer { status })?;
        let Some(message) = feed.messages.first() else {
            return Ok(None);
        };
        let id = message.msg_id.split('.').next().unwrap_or_default();
        MessageId::read(id)
            .map(Some)
            .ok_or(ProviderError::BadAnswer { status })
    }
}
