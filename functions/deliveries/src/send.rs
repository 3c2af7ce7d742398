//! The call of a provider, and what its failure means for the ledger.

use crate::{
    Deliveries,
    compose::{Letter, Mail},
};
use jiff::SignedDuration;
use registrar_domain::delivery::{Channel, Delivery};
use registrar_providers::{
    ProviderError, Settlement,
    sendgrid::{Address, Email},
};

/// How a call ended.
pub(crate) enum Sent {
    /// The provider took it, under this id.
    Accepted(String),
    /// The provider did not take it, and may later.
    NotNow {
        reason: String,
        after: Option<SignedDuration>,
    },
    /// The provider will not take it.
    Never { reason: String },
    /// Nobody knows.
    Unknown { reason: String },
}

/// What the provider knows of an effect key.
pub(crate) enum Found {
    /// It took it, under this id.
    Yes(String),
    /// It never took it.
    No,
    /// It could not be asked.
    Unknown(String),
}

impl Deliveries {
    /// Calls the letter's provider once.
    pub(crate) async fn send(&self, letter: &Letter, effect_key: &str) -> Sent {
        let sent = match letter {
            Letter::Mail(mail) => self.email.send(&email(mail), effect_key).await,
            Letter::Whatsapp(message) => self.phones.send(message, effect_key).await,
        };
        match sent {
            Ok(id) => Sent::Accepted(id.as_str().to_owned()),
            Err(error) => failed(&error),
        }
    }

    /// Asks the channel's provider whether it took a delivery.
    pub(crate) async fn find(&self, delivery: &Delivery) -> Found {
        match delivery.channel {
            Channel::Email => match self.email.find(&delivery.effect_key()).await {
                Ok(Some(id)) => Found::Yes(id.as_str().to_owned()),
                Ok(None) => Found::No,
                Err(error) => Found::Unknown(error.to_string()),
            },
            Channel::Whatsapp | Channel::InApp => {
                Found::Unknown("this provider cannot be asked".to_owned())
            }
        }
    }
}

fn email(mail: &Mail) -> Email {
    Email {
        to: Address {
            email: mail.to.to_string(),
            name: Some(mail.to_name.to_string()),
        },
        subject: mail.content.subject.clone(),
        text: mail.content.text.clone(),
        html: mail.content.html.clone(),
        attachments: Vec::new(),
    }
}

fn failed(error: &ProviderError) -> Sent {
    let reason = error.to_string();
    match error.settlement() {
        Settlement::TryAgain { after } => {
            let after = after.and_then(|wait| SignedDuration::try_from(wait).ok());
            Sent::NotNow { reason, after }
        }
        Settlement::Fail => Sent::Never { reason },
        Settlement::Uncertain => Sent::Unknown { reason },
    }
}
