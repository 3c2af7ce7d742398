//! `AiSensy` (`WhatsApp` by campaigns): `POST /campaign/t1/api/v2`, the key within the body.
//!
//! There is nothing to ask afterwards: a message whose answer was lost stays uncertain. The effect key goes along as a tag; the vendor ignores tags that
//! a project does not define.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ProviderError;
use crate::settings::{Endpoint, ProviderMode, SettingError, Vendor};
use crate::transport::{Connections, Transport, body};
use crate::value::{MessageId, is_effect_key};

/// A `WhatsApp` message from an approved template.
#[derive(Clone, PartialEq, Eq)]
pub struct WhatsAppTemplate {
    /// The recipient's phone number in E.164 form, as `+919812345678`.
    pub destination: String,
    /// The campaign, which holds the template.
    pub template: String,
    /// The template's parameters, one line each, none empty.
    pub params: Vec<String>,
    /// The recipient's name.
    pub user_name: String,
    /// A file sent with it.
    pub media: Option<Media>,
}

/// A file that the vendor fetches from a public address.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Media {
    /// An `https` address (`http` for a simulator).
    pub url: String,
    /// The name shown to the recipient.
    pub filename: String,
}

impl fmt::Debug for WhatsAppTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WhatsAppTemplate")
            .field("template", &self.template)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media")
            .field("filename", &self.filename)
            .finish_non_exhaustive()
    }
}

impl WhatsAppTemplate {
    fn check(&self) -> Result<(), ProviderError> {
        let unsendable = |field| Err(ProviderError::Unsendable { field });
        let digits = self.destination.strip_prefix('+').unwrap_or_default();
        if !(8..=15).contains(&digits.len())
            || digits.starts_with('0')
            || !digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            return unsendable("destination");
        }
        let line = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
        if !line(&self.template) {
            return unsendable("template");
        }
        if !line(&self.user_name) {
            return unsendable("user name");
        }
        if !self
            .params
            .iter()
            .all(|param| line(param) && !param.contains("     "))
        {
            return unsendable("params");
        }
        if self
            .media
            .as_ref()
            .is_some_and(|media| !media.url.starts_with("http") || !line(&media.filename))
        {
            return unsendable("media");
        }
        Ok(())
    }
}

const VENDOR: Vendor = Vendor {
    mode: "WHATSAPP_PROVIDER",
    base_url: "AISENSY_BASE_URL",
    key: "AISENSY_API_KEY",
    live_url: "https://backend.aisensy.com",
    domain: "aisensy.com",
    simulator_key: "simulator-aisensy",
    is_live_key: |key| key.len() >= 20 && !key.contains(char::is_whitespace),
};

/// Settings that were read and do not contradict one another.
#[derive(Clone, Debug)]
pub struct Settings(Endpoint);

impl Settings {
    /// Reads `WHATSAPP_PROVIDER`, `AISENSY_BASE_URL`, `AISENSY_API_KEY` and `PROVIDER_TIMEOUT_MS`.
    ///
    /// # Errors
    /// Names the setting that is missing, malformed or contradicts another.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        VENDOR.endpoint(&lookup).map(Self)
    }

    /// Whether this is the vendor or its stand-in.
    pub fn mode(&self) -> ProviderMode {
        self.0.mode
    }
}

/// Sends template messages.
#[derive(Debug)]
pub struct Client {
    endpoint: Endpoint,
    transport: Transport,
}

impl Client {
    /// A client that connects with its first call.
    pub fn new(settings: Settings) -> Self {
        let transport = Transport::new(settings.0.time_out, Connections::Fresh);
        Self {
            endpoint: settings.0,
            transport,
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// [`ProviderError::settlement`] says what to do with each; an uncertain one is never to be sent again.
    #[tracing::instrument(name = "aisensy.send", skip_all, fields(effect.key = effect_key))]
    pub async fn send(
        &self,
        message: &WhatsAppTemplate,
        effect_key: &str,
    ) -> Result<MessageId, ProviderError> {
        message.check()?;
        if !is_effect_key(effect_key) {
            return Err(ProviderError::Unsendable {
                field: "effect key",
            });
        }
        let request = Request {
            api_key: self.endpoint.key.reveal(),
            campaign_name: &message.template,
            destination: &message.destination,
            user_name: &message.user_name,
            template_params: &message.params,
            media: message.media.as_ref(),
            tags: [effect_key],
        };
        let url = self.endpoint.url("/campaign/t1/api/v2", &[]);
        let response = self
            .transport
            .call(|client| client.post(url).json(&request), |_| None)
            .await?;
        let status = response.status().as_u16();
        let bad = || ProviderError::BadAnswer { status };
        let answer: Answer = serde_json::from_slice(&body(response).await?).map_err(|_| bad())?;
        match answer {
            Answer {
                success: Success::Flag(true),
                message_id: Some(id),
            } => MessageId::read(&id).ok_or_else(bad),
            Answer {
                success: Success::Word(word),
                message_id: Some(id),
            } if word == "true" => MessageId::read(&id).ok_or_else(bad),
            Answer {
                success: Success::Flag(false),
                ..
            } => Err(ProviderError::Refused {
                status,
                reason: "success is false".to_owned(),
            }),
            Answer { .. } => Err(bad()),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    api_key: &'a str,
    campaign_name: &'a str,
    destination: &'a str,
    user_name: &'a str,
    template_params: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<&'a Media>,
    tags: [&'a str; 1],
}

#[derive(Deserialize)]
struct Answer {
    success: Success,
    #[serde(alias = "submitted_message_id")]
    message_id: Option<String>,
}

/// The vendor writes it as a flag or as a word.
#[derive(Deserialize)]
#[serde(untagged)]
enum Success {
    Flag(bool),
    Word(String),
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Settlement;
    use crate::stub::Stub;

    fn client(stub: &Stub) -> Client {
        let base = stub.url();
        Client::new(
            Settings::read(move |name: &str| {
                (name == "AISENSY_BASE_URL").then(|| format!("{base}/aisensy"))
            })
            .unwrap(),
        )
    }

    fn message() -> WhatsAppTemplate {
        WhatsAppTemplate {
            destination: "+919812345678".to_owned(),
            template: "certificate_issued".to_owned(),
            params: vec!["आरव".to_owned(), "Rust".to_owned()],
            user_name: "आरव".to_owned(),
            media: Some(Media {
                url: "https://files.school.example/c.pdf".to_owned(),
                filename: "c.pdf".to_owned(),
            }),
        }
    }

    #[tokio::test]
    async fn a_message_goes_out_in_the_documented_form() {
        let stub = Stub::json(
            "200 OK",
            r#"{"success":true,"campaign_id":"camp_1","message_id":"wa_msg_1","status":"sent"}"#,
        )
        .await;
        assert_eq!(
            client(&stub)
                .send(&message(), "certificate/1/issued")
                .await
                .unwrap()
                .as_str(),
            "wa_msg_1"
        );
        let request = stub.request().await;
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("POST /aisensy/campaign/t1/api/v2 HTTP/1.1\r\n"),
            "{head}"
        );
        assert_eq!(
            serde_json::from_str::<Value>(body).unwrap(),
            json!({
                "apiKey": "simulator-aisensy", "campaignName": "certificate_issued", "destination": "+919812345678", "userName": "आरव",
                "templateParams": ["आरव", "Rust"], "media": { "url": "https://files.school.example/c.pdf", "filename": "c.pdf" },
                "tags": ["certificate/1/issued"],
            })
        );
    }

    #[tokio::test]
    async fn both_documented_forms_of_success_are_read() {
        let stub = Stub::json(
            "200 OK",
            r#"{"success":"true","submitted_message_id":"m-1"}"#,
        )
        .await;
        assert_eq!(
            client(&stub)
                .send(&message(), "a/b")
                .await
                .unwrap()
                .as_str(),
            "m-1"
        );
    }

    #[tokio::test]
    async fn a_no_in_the_body_is_a_refusal_and_nonsense_is_uncertain() {
        let stub = Stub::json(
            "200 OK",
            r#"{"success":false,"message":"for +919812345678"}"#,
        )
        .await;
        let error = client(&stub).send(&message(), "a/b").await.unwrap_err();
        assert_eq!(error.settlement(), Settlement::Fail);
        assert!(!format!("{error:?} {error}").contains("9812345678"));
        for body in [
            "",
            "{}",
            r#"{"success":true}"#,
            r#"{"success":"no","message_id":"x"}"#,
        ] {
            let stub = Stub::json("200 OK", body).await;
            let error = client(&stub).send(&message(), "a/b").await.unwrap_err();
            assert_eq!(error.settlement(), Settlement::Uncertain, "{body}");
        }
    }

    #[tokio::test]
    async fn what_the_vendor_would_refuse_is_never_sent() {
        let stub = Stub::silent().await;
        let client = client(&stub);
        let with = |change: fn(&mut WhatsAppTemplate)| {
            let mut message = message();
            change(&mut message);
            message
        };
        for message in [
            with(|message| message.destination = "919812345678".to_owned()),
            with(|message| message.destination = "+12".to_owned()),
            with(|message| message.template.clear()),
            with(|message| message.user_name = "a\nb".to_owned()),
            with(|message| message.params[0] = String::new()),
            with(|message| message.params[0] = "a     b".to_owned()),
            with(|message| {
                message.media = Some(Media {
                    url: "file:///x".to_owned(),
                    filename: "x".to_owned(),
                });
            }),
        ] {
            assert!(matches!(
                client.send(&message, "a/b").await,
                Err(ProviderError::Unsendable { .. })
            ));
        }
    }
}
