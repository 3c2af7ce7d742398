//! The webhook endpoint that the deployment's own settings name.

use crate::{
    Shell,
    settings::{Settings, SettingsError},
};
use registrar_domain::webhook::EndpointUrl;

/// Who is told of every event because the settings say so.
#[derive(Clone, Debug)]
pub struct DeploymentWebhook(Option<EndpointUrl>);

impl DeploymentWebhook {
    /// Reads `MAKE_TICKET_WEBHOOK_URL`, or `MAKE_BOOKING_WEBHOOK_URL` where one integration takes both.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        let named = ["MAKE_TICKET_WEBHOOK_URL", "MAKE_BOOKING_WEBHOOK_URL"]
            .into_iter()
            .find_map(|name| Some((name, settings.optional(name)?)));
        let Some((name, url)) = named else {
            return Ok(Self(None));
        };
        let url = EndpointUrl::try_from(url).map_err(|e| SettingsError::refused(name, e))?;
        Ok(Self(Some(url)))
    }

    /// The address.
    pub fn url(&self) -> Option<&EndpointUrl> {
        self.0.as_ref()
    }

    /// Makes the endpoint what the settings say: the first function that starts after a deployment writes it, later ones
    /// find it so. Opens the connection to the table, too. A failure is made good by the next start.
    pub async fn register(&self, shell: &Shell) {
        let registered = shell.table.register_webhook(self.0.clone(), shell.moment());
        if let Err(error) = registered.await {
            tracing::error!(%error, "the deployment's webhook was not registered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(pairs: &[(&str, &str)]) -> Result<Option<String>, SettingsError> {
        let settings = Settings::from_pairs(pairs.iter().copied());
        let webhook = DeploymentWebhook::from_settings(&settings)?;
        Ok(webhook.0.map(String::from))
    }

    #[test]
    fn the_address_for_tickets_goes_before_the_one_for_bookings() {
        let (tickets, bookings) = ("https://hook.example/t", "https://hook.example/b");
        assert_eq!(named(&[]), Ok(None));
        let both = [
            ("MAKE_TICKET_WEBHOOK_URL", tickets),
            ("MAKE_BOOKING_WEBHOOK_URL", bookings),
        ];
        assert_eq!(named(&both), Ok(Some(tickets.to_owned())));
        let empty = [("MAKE_TICKET_WEBHOOK_URL", ""), both[1]];
        assert_eq!(named(&empty), Ok(Some(bookings.to_owned())));
        let wrong = [("MAKE_TICKET_WEBHOOK_URL", "hook.example")];
        let error = named(&wrong).unwrap_err().to_string();
        assert!(error.contains("MAKE_TICKET_WEBHOOK_URL"), "{error}");
    }
}
