//! The provider that phones are reached by, as the deployment chose.

use crate::chat::{Says, Whatsapp};
use registrar_domain::{
    account::Locale,
    conversation::{LONGEST_TEXT, Party},
};
use registrar_providers::{
    MessageId, ProviderError, aisensy,
    whatsapp_cloud::{self, Destination, WhatsAppMessage},
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

    /// The longest free text that goes out whole, in characters. A campaign's text has 1,024, and its own words.
    pub(crate) fn longest(&self) -> usize {
        match self {
            Self::Aisensy(_) => 1000,
            Self::Cloud(_) => LONGEST_TEXT,
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
        // Campaigns reach numbers only: without one, nothing is sent.
        destination: message
            .to
            .phone()
            .map(ToString::to_string)
            .unwrap_or_default(),
        template,
        params,
        user_name: message.to_name.to_string(),
        media: None,
    }
}

/// A parameter is one line without runs of spaces.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cloud(message: &Whatsapp) -> WhatsAppMessage {
    WhatsAppMessage {
        destination: match &message.to {
            Party::Phone(phone, _) => Destination::Phone(phone.to_string()),
            Party::User(user_id) => Destination::User(user_id.to_string()),
        },
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
    use registrar_domain::{
        conversation::UserId,
        value::{PersonName, Phone},
    };

    fn message(says: Says) -> Whatsapp {
        Whatsapp {
            to: Phone::new("+234812345678").unwrap().into(),
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
    fn who_has_no_number_is_reached_by_the_user_id_and_by_no_campaign() {
        let mut said = message(Says::Text("Let me help!".to_owned()));
        said.to = Party::User(UserId::new("NG.1234567890123456").unwrap());
        assert_eq!(
            cloud(&said).destination,
            Destination::User("NG.1234567890123456".to_owned())
        );
        assert_eq!(campaign(&said).destination, "");
    }

    #[test]
    fn a_setting_that_names_no_provider_refuses_to_start() {
        let settings = Settings::from_pairs([("WHATSAPP_VIA", "pigeon")]);
        let error = Phones::from_settings(&settings).unwrap_err();
        assert!(error.to_string().contains("WHATSAPP_VIA"), "{error}");
    }
}
