//! One message, one e-mail or WhatsApp message, and a notification in the product.
//!
//! A message names a person, a channel and a fact, and nothing of what is said: the worker reads what is true now,
//! writes nothing that is no longer so, and waits for what is not so yet. The ledger of [`registrar_domain::delivery`]
//! makes it safe to run twice, late and out of order.
//!
//! | module | what |
//! |---|---|
//! | `announce` | a message for all staff becomes one a person |
//! | `deliver` | the ledger's protocol around one call of a provider |
//! | `compose` | what is said, or why nothing is |
//! | `forget` | what was told of a certificate that was withdrawn |
//! | `chat` | what is said to phones |
//! | `phones` | the provider that phones are reached by |
//! | `in_app` | what is said in the product itself |
//! | `send` | the call, and what its failure means for the ledger |

mod announce;
mod chat;
mod compose;
mod deliver;
mod forget;
mod in_app;
mod phones;
mod send;

use jiff::SignedDuration;
use registrar_domain::{
    account::InvitationKey, certificate::DownloadLinks, delivery::Patience, effect::Effect,
};
use registrar_providers::sendgrid;
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    worker::{Attempt, Outcome, Worker},
};
use registrar_store::queues::Queues;
use registrar_templates::Letterhead;

/// The worker.
#[derive(Debug)]
pub struct Deliveries {
    shell: Shell,
    queues: Queues,
    queue_url: String,
    email: sendgrid::Client,
    phones: phones::Phones,
    links: DownloadLinks,
    invitations: InvitationKey,
    /// In whose name letters are written.
    organization: String,
    logo_url: Option<String>,
    /// Where people have pages of their own, without a slash at its end; none while there is no portal.
    portal_base_url: Option<String>,
    patience: Patience,
    /// How often a provider is called for one delivery before it is given up.
    max_attempts: u32,
}

impl Deliveries {
    /// Reads the providers' settings and `DOWNLOAD_LINK_SECRET`, `INVITATION_SECRET`, `ORGANIZATION_NAME`, `EMAIL_LOGO_URL`,
    /// `PORTAL_BASE_URL`, `DELIVERIES_QUEUE_URL`, `EMAIL_SETTLE_SECONDS`, `DELIVERY_LEASE_SECONDS`, `DELIVERY_MAX_ATTEMPTS`.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let lookup = |name: &str| settings.optional(name);
        let email = sendgrid::Settings::read(lookup)
            .map_err(|e| SettingsError::refused(e.setting, e.problem))?;
        let links = DownloadLinks::from_base64(&settings.need("DOWNLOAD_LINK_SECRET")?)
            .map_err(|e| SettingsError::refused("DOWNLOAD_LINK_SECRET", e))?;
        let invitations = InvitationKey::from_base64(&settings.need("INVITATION_SECRET")?)
            .map_err(|e| SettingsError::refused("INVITATION_SECRET", e))?;
        Ok(Self {
            queues: Queues::new(shell.aws()),
            queue_url: settings.need("DELIVERIES_QUEUE_URL")?,
            email: sendgrid::Client::new(email),
            phones: phones::Phones::from_settings(settings)?,
            links,
            invitations,
            organization: settings.organization()?,
            logo_url: logo_url(settings)?,
            portal_base_url: match settings.optional("PORTAL_BASE_URL") {
                Some(_) => Some(settings.base_url("PORTAL_BASE_URL")?),
                None => None,
            },
            patience: Patience {
                lease: SignedDuration::from_secs(settings.parsed("DELIVERY_LEASE_SECONDS", 90)?),
                ask_after: SignedDuration::from_secs(settings.parsed("EMAIL_SETTLE_SECONDS", 300)?),
            },
            max_attempts: settings.parsed("DELIVERY_MAX_ATTEMPTS", 8)?,
            shell,
        })
    }
}

/// Mail programs fetch pictures by `https` or not at all.
fn logo_url(settings: &Settings) -> Result<Option<String>, SettingsError> {
    let url = settings.optional("EMAIL_LOGO_URL");
    match &url {
        Some(url) if !url.starts_with("https://") => {
            Err(SettingsError::invalid("EMAIL_LOGO_URL", "an https address"))
        }
        _ => Ok(url),
    }
}

impl Deliveries {
    fn letterhead(&self) -> Letterhead<'_> {
        Letterhead {
            organization: &self.organization,
            logo_url: self.logo_url.as_deref(),
        }
    }
}

impl Worker for Deliveries {
    #[tracing::instrument(name = "deliveries.work", skip_all)]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        match serde_json::from_str(body) {
            Ok(Effect::Deliver(delivery)) => self.tell(delivery).await,
            Ok(Effect::DeliverToStaff { fact }) => self.announce(fact).await,
            Ok(Effect::ForgetTold {
                person,
                certificate_id,
            }) => self.forget(person, &certificate_id).await,
            Ok(_) => Outcome::give_up("an effect of another queue"),
            Err(error) => Outcome::give_up(format!("not an effect: {error}")),
        }
    }
}
