//! The provider that phones are reached by, as the deployment chose.

use crate::chat::{Says, Whatsapp};
use registrar_domain::account::Locale;
use registrar_providers::{
    MessageId, ProviderError, aisensy,
    whatsapp_cloud::{self, WhatsAppMessage},
};
use registrar_runtime::settings::{Settings, SettingsError};

/// The `AiSensy` campaign that carries a free text, its one parameter: `{{1}}`.
const TEXT_CAMPAIGN: &str = "support_message";

/// One of the providers.
#[derive(Debug)]
pub(crate) enum Phones {
    /// Campaigns only: a free text goes out as the parameter of one.
    Aisensy(aisensy::Client),
    /// Texts and templates.
    Cloud(whatsapp_cloud::Client),
}

impl Phones {
    /// Reads `WHATSAPP_VIA` (`aisensy` or `cloud`) and the settings of the one that it names.
    pub(crate) fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        let lookup = |name: &str| settings.optional(name);
        match settings.optional("WHATSAPP_VIA").as_deref() {
            None | Some("aisensy") => aisensy::Settings::read(lookup)
                .map(|settings| Self::Aisensy(aisensy::Client::new(settings)))
                .map_err(|e| SettingsError::refused(e.setting, e.problem)),
            Some("cloud") => whatsapp_cloud::Settings::read(lookup)
                .map(|settings| Self::Cloud(whatsapp_cloud::Client::new(settings)))
                .map_err(|e| SettingsError::refused(e.setting, e.problem)),
            Some(_) => Err(SettingsError::invalid("WHATSAPP_VIA", "aisensy or cloud")),
        }
    }

    /// Sends one message.
    pub(crate) async fn send(
        &self,
        message: &Whatsapp,
        effect_key: &str,
    ) -> Result<MessageId, ProviderError> {
        match self {
            Self::Aisensy(client) => client.send(&campaign(message), effect_key).await,
            Self::Cloud(client) => client.send(&cloud(message), effect_key).await,
        }
    }
}

fn campaign(message: &Whatsapp) -> aisensy::WhatsAppTemplate {
    let (template, params) = match &message.says {
        Says::Text(text) => (TEXT_CAMPAIGN.to_owned(), vec![one_line(text)]),
        Says::Template { name, params, .. } => (name.clone(), params.clone()),
    };
    aisensy::WhatsAppTemplate {
        destination: message.to.to_string(),
        template,
        params,
        user_name: message.to_name.to_string(),
        media: None,
    }
}

/// A parameter is one line without runs of spaces.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cloud(message: &Whatsapp) -> WhatsAppMessage {
    WhatsAppMessage {
        destination: message.to.to_string(),
        content: match &message.says {
            Says::Text(text) => whatsapp_cloud::Content::Text(text.clone()),
            Says::Template {
                name,
                locale,
                params,
            } => whatsapp_cloud::Content::Template {
                name: name.clone(),
                language: match locale {
                    Locale::En => "en".to_owned(),
                    Locale::Fr => "fr_CA".to_owned(),
                },
                params: params.clone(),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_domain::value::{PersonName, Phone};

    fn message(says: Says) -> Whatsapp {
        Whatsapp {
            to: Phone::new("+234812345678").unwrap(),
            to_name: PersonName::new("John Doe").unwrap(),
            says,
        }
    }

    #[test]
    fn a_text_is_a_campaigns_one_line_with_aisensy_and_itself_with_the_cloud() {
        let said = message(Says::Text("Let me help!\n  What error?".to_owned()));
        let campaign = campaign(&said);
        assert_eq!(campaign.template, TEXT_CAMPAIGN);
        assert_eq!(campaign.params, ["Let me help! What error?"]);
        assert!(matches!(
            cloud(&said).content,
            whatsapp_cloud::Content::Text(text) if text.contains('\n')
        ));
    }

    #[test]
    fn a_setting_that_names_no_provider_refuses_to_start() {
        let settings = Settings::from_pairs([("WHATSAPP_VIA", "pigeon")]);
        let error = Phones::from_settings(&settings).unwrap_err();
        assert!(error.to_string().contains("WHATSAPP_VIA"), "{error}");
    }
}
