//! Secrets: the environment names them, Parameter Store holds them.
//!
//! An environment can be read by whoever may look at a function (`GetFunctionConfiguration`), and stays in the history of
//! deployments. So where it says `CHANNEL_SECRET_PARAMETER=/registrar/settings/channel_secret`, the setting `CHANNEL_SECRET`
//! is the value of that parameter: fetched once, before the function asks for its first event, in one call for all of them,
//! by the function's own role, which may read these and no others. A parameter that does not exist is a setting that is not
//! there: whoever needs it ends the start. Without any such name nobody is asked.

use crate::{
    settings::{Settings, SettingsError},
    sources::{SystemClock, SystemIds},
};
use registrar_domain::clock::{Clock, Ids};
use registrar_store::aws::Aws;

/// Every secret of the product.
pub const SECRETS: [&str; 13] = [
    "AISENSY_API_KEY",
    "ANTHROPIC_API_KEY",
    "BOOTSTRAP_SECRET",
    "CERTIFICATE_KEYS",
    "CHANNEL_SECRET",
    "CLOUDFLARE_API_TOKEN",
    "DOWNLOAD_LINK_SECRET",
    "INVITATION_SECRET",
    "SENDGRID_API_KEY",
    "TOKEN_SIGNING_KEY",
    "WHATSAPP_ACCESS_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
];

impl Settings {
    /// The same settings, with the secrets that they name.
    ///
    /// # Errors
    /// When a setting is there beside its parameter, or the parameters cannot be read.
    pub async fn with_secrets(self) -> Result<Self, SettingsError> {
        let named = self.named_secrets()?;
        if named.is_empty() {
            return Ok(self);
        }
        let aws = Aws::from_settings(&|name| self.optional(name));
        let aws = aws.map_err(|e| SettingsError::Aws(e.to_string()))?;
        let parameters: Vec<_> = named.iter().map(|(_, name)| name.clone()).collect();
        let chance = || {
            let mut byte = [0];
            SystemIds.fill(&mut byte);
            byte[0]
        };
        let found = aws.parameters(&parameters, || SystemClock.now(), chance);
        let mut found = found
            .await
            .map_err(|e| SettingsError::Aws(format!("the secrets could not be read: {e}")))?;
        let mut values = Vec::new();
        for (setting, parameter) in named {
            if let Some(value) = found.remove(&parameter) {
                values.push((setting, value.trim().to_owned()));
            } else {
                tracing::warn!(setting, parameter, "there is no such parameter");
            }
        }
        Ok(Self::new(move |name| {
            let secret = values.iter().find(|(setting, _)| *setting == name);
            match secret {
                Some((_, value)) => Some(value.clone()),
                None => self.optional(name),
            }
        }))
    }

    /// The secrets that the environment names a parameter of, with the parameters' names.
    fn named_secrets(&self) -> Result<Vec<(&'static str, String)>, SettingsError> {
        let mut named = Vec::new();
        for setting in SECRETS {
            let Some(parameter) = self.optional(&format!("{setting}_PARAMETER")) else {
                continue;
            };
            if self.optional(setting).is_some() {
                let problem = "is set beside the name of its parameter";
                return Err(SettingsError::refused(setting, problem));
            }
            named.push((setting, parameter));
        }
        Ok(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_beside_its_parameter_is_refused_without_its_value() {
        let settings = Settings::from_pairs([
            (
                "CHANNEL_SECRET_PARAMETER",
                "/registrar/settings/channel_secret",
            ),
            ("CHANNEL_SECRET", "hunter2"),
        ]);
        let error = settings.named_secrets().unwrap_err().to_string();
        assert!(
            error.contains("CHANNEL_SECRET") && !error.contains("hunter2"),
            "{error}"
        );
    }

    #[test]
    fn only_what_the_environment_names_is_asked_for() {
        let none = Settings::from_pairs([("TABLE_NAME", "registrar"), ("OTHER_PARAMETER", "/x")]);
        assert_eq!(none.named_secrets(), Ok(Vec::new()));
        let one = Settings::from_pairs([("TOKEN_SIGNING_KEY_PARAMETER", "/registrar/k")]);
        let named = one.named_secrets().unwrap();
        assert_eq!(named, [("TOKEN_SIGNING_KEY", "/registrar/k".to_owned())]);
    }
}
