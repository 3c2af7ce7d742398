//! Where a provider is and with which key, and the combinations that refuse to start.
//!
//! Base addresses end before the vendor's own path: `https://api.sendgrid.com`, or `http://127.0.0.1:8025/sendgrid` for the simulator.

use std::fmt;
use std::time::Duration;

use reqwest::Url;

use crate::value::Secret;

/// How long a call may take, from `PROVIDER_TIMEOUT_MS`; ten seconds when absent.
const TIME_OUT: Duration = Duration::from_secs(10);

/// Whom a provider setting means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderMode {
    /// The stand-in; the setting's default.
    Simulator,
    /// The vendor.
    Live,
}

/// A setting that is missing, malformed or contradicts another one. Its text names settings, never their secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct SettingError {
    /// The name of the setting to correct.
    pub setting: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl SettingError {
    pub(crate) fn new(setting: &'static str, problem: impl fmt::Display) -> Self {
        Self {
            setting,
            problem: problem.to_string(),
        }
    }
}

/// What is known of a vendor before any setting is read.
pub(crate) struct Vendor {
    pub(crate) mode: &'static str,
    pub(crate) base_url: &'static str,
    pub(crate) key: &'static str,
    pub(crate) live_url: &'static str,
    /// The vendor's domain: live addresses are in it, simulators are not.
    pub(crate) domain: &'static str,
    pub(crate) simulator_key: &'static str,
    /// Whether a key has the form of the vendor's keys.
    pub(crate) is_live_key: fn(&str) -> bool,
}

/// The outcome: where to call, with what, for how long.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) mode: ProviderMode,
    pub(crate) base: Url,
    pub(crate) key: Secret,
    pub(crate) time_out: Duration,
}

impl Endpoint {
    /// `base` with `path` behind it; `segments` are percent-encoded.
    pub(crate) fn url(&self, path: &str, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts
                .pop_if_empty()
                .extend(path.split('/').filter(|part| !part.is_empty()))
                .extend(segments);
        }
        url
    }
}

pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting's value; an empty one is absent.
pub(crate) fn setting(lookup: Lookup<'_>, name: &str) -> Option<String> {
    lookup(name)
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

impl Vendor {
    pub(crate) fn endpoint(&self, lookup: Lookup<'_>) -> Result<Endpoint, SettingError> {
        let mode = match setting(lookup, self.mode).as_deref() {
            None | Some("simulator") => ProviderMode::Simulator,
            Some("live") => ProviderMode::Live,
            Some(_) => {
                return Err(SettingError::new(
                    self.mode,
                    "is neither simulator nor live",
                ));
            }
        };
        let base = self.base(mode, setting(lookup, self.base_url))?;
        let key = self.key(mode, setting(lookup, self.key))?;
        let time_out =
            match setting(lookup, "PROVIDER_TIMEOUT_MS").map(|value| value.parse::<u64>()) {
                None => TIME_OUT,
                Some(Ok(milliseconds @ 1..=60_000)) => Duration::from_millis(milliseconds),
                Some(_) => {
                    return Err(SettingError::new(
                        "PROVIDER_TIMEOUT_MS",
                        "is not a number of milliseconds from 1 to 60000",
                    ));
                }
            };
        Ok(Endpoint {
            mode,
            base,
            key,
            time_out,
        })
    }

    fn base(&self, mode: ProviderMode, given: Option<String>) -> Result<Url, SettingError> {
        let wrong = |problem: String| Err(SettingError::new(self.base_url, problem));
        let given = match (mode, given) {
            (_, Some(given)) => given,
            (ProviderMode::Live, None) => self.live_url.to_owned(),
            (ProviderMode::Simulator, None) => {
                return wrong(format!("is missing while {} is simulator", self.mode));
            }
        };
        let Ok(url) = Url::parse(&given) else {
            return wrong("is not an address".to_owned());
        };
        if !matches!(url.scheme(), "http" | "https")
            || !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return wrong("is not a plain http or https address".to_owned());
        }
        let host = url.host_str().unwrap_or_default();
        let is_vendor = host == self.domain
            || host
                .strip_suffix(self.domain)
                .is_some_and(|rest| rest.ends_with('.'));
        match mode {
            ProviderMode::Simulator if is_vendor => wrong(format!(
                "is the vendor's address while {} is simulator",
                self.mode
            )),
            ProviderMode::Live if !is_vendor => wrong(format!(
                "is not an address of {} while {} is live",
                self.domain, self.mode
            )),
            ProviderMode::Live if url.scheme() != "https" => {
                wrong(format!("is not https while {} is live", self.mode))
            }
            ProviderMode::Simulator | ProviderMode::Live => Ok(url),
        }
    }

    fn key(&self, mode: ProviderMode, given: Option<String>) -> Result<Secret, SettingError> {
        let wrong = |problem: String| Err(SettingError::new(self.key, problem));
        let names_simulator = given.as_ref().is_some_and(|key| key.contains("simulator"));
        match (mode, given) {
            (ProviderMode::Simulator, None) => Ok(Secret::new(self.simulator_key)),
            (ProviderMode::Simulator, Some(key)) if names_simulator => Ok(Secret::new(key)),
            (ProviderMode::Simulator, Some(_)) => {
                wrong(format!("is a real key while {} is simulator", self.mode))
            }
            (ProviderMode::Live, None) => wrong(format!("is missing while {} is live", self.mode)),
            (ProviderMode::Live, Some(_)) if names_simulator => {
                wrong(format!("is a simulator's key while {} is live", self.mode))
            }
            (ProviderMode::Live, Some(key)) if !(self.is_live_key)(&key) => {
                wrong("does not have the form of this vendor's keys".to_owned())
            }
            (ProviderMode::Live, Some(key)) => Ok(Secret::new(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{aisensy, cloudflare, sendgrid};

    const KEY: &str = "SG.abcdefghijklmnopqrstuv.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq";

    fn read(settings: &[(&str, &str)]) -> Result<ProviderMode, SettingError> {
        let lookup = |name: &str| {
            settings
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let address = || "School <office@school.example>".to_owned();
        let with_from = |name: &str| {
            lookup(name).or_else(|| {
                ["EMAIL_FROM", "EMAIL_REPLY_TO"]
                    .contains(&name)
                    .then(address)
            })
        };
        sendgrid::Settings::read(with_from).map(|settings| settings.mode())
    }

    #[test]
    fn a_simulator_needs_its_address_and_nothing_else() {
        let base = ("SENDGRID_BASE_URL", "http://127.0.0.1:8025/sendgrid");
        assert_eq!(read(&[base]), Ok(ProviderMode::Simulator));
        assert_eq!(
            read(&[
                base,
                ("EMAIL_PROVIDER", "simulator"),
                ("SENDGRID_API_KEY", "SG.simulator")
            ]),
            Ok(ProviderMode::Simulator)
        );
        assert_eq!(read(&[]).unwrap_err().setting, "SENDGRID_BASE_URL");
    }

    #[test]
    fn live_needs_a_key_and_nothing_else() {
        let live = ("EMAIL_PROVIDER", "live");
        assert_eq!(
            read(&[live, ("SENDGRID_API_KEY", KEY)]),
            Ok(ProviderMode::Live)
        );
        assert_eq!(
            read(&[
                live,
                ("SENDGRID_API_KEY", KEY),
                ("SENDGRID_BASE_URL", "https://api.eu.sendgrid.com")
            ]),
            Ok(ProviderMode::Live)
        );
    }

    #[test]
    fn contradictory_settings_refuse_to_start_and_name_the_setting_without_its_secret() {
        let live = ("EMAIL_PROVIDER", "live");
        let simulator = ("SENDGRID_BASE_URL", "http://127.0.0.1:8025/sendgrid");
        let key = ("SENDGRID_API_KEY", KEY);
        let cases: [(&[(&str, &str)], &str); 17] = [
            (&[simulator, ("EMAIL_PROVIDER", "Live")], "EMAIL_PROVIDER"),
            (&[simulator, key], "SENDGRID_API_KEY"),
            (
                &[("SENDGRID_BASE_URL", "https://api.sendgrid.com")],
                "SENDGRID_BASE_URL",
            ),
            (&[("SENDGRID_BASE_URL", "nowhere")], "SENDGRID_BASE_URL"),
            (
                &[("SENDGRID_BASE_URL", "ftp://127.0.0.1")],
                "SENDGRID_BASE_URL",
            ),
            (
                &[("SENDGRID_BASE_URL", "http://a:b@127.0.0.1")],
                "SENDGRID_BASE_URL",
            ),
            (&[live], "SENDGRID_API_KEY"),
            (&[live, ("SENDGRID_API_KEY", "")], "SENDGRID_API_KEY"),
            (
                &[live, ("SENDGRID_API_KEY", "SG.simulator")],
                "SENDGRID_API_KEY",
            ),
            (
                &[live, ("SENDGRID_API_KEY", "SG.abcdefghijklmnopqrstuv")],
                "SENDGRID_API_KEY",
            ),
            (&[live, key, simulator], "SENDGRID_BASE_URL"),
            (
                &[live, key, ("SENDGRID_BASE_URL", "http://api.sendgrid.com")],
                "SENDGRID_BASE_URL",
            ),
            (
                &[
                    live,
                    key,
                    (
                        "SENDGRID_BASE_URL",
                        "https://api.sendgrid.com.attacker.example",
                    ),
                ],
                "SENDGRID_BASE_URL",
            ),
            (
                &[live, key, ("SENDGRID_BASE_URL", "https://notsendgrid.com")],
                "SENDGRID_BASE_URL",
            ),
            (&[live, key, ("EMAIL_FROM", "nobody")], "EMAIL_FROM"),
            (&[live, key, ("EMAIL_REPLY_TO", "@")], "EMAIL_REPLY_TO"),
            (
                &[live, key, ("PROVIDER_TIMEOUT_MS", "0")],
                "PROVIDER_TIMEOUT_MS",
            ),
        ];
        for (settings, expected) in cases {
            let error = read(settings).unwrap_err();
            assert_eq!(error.setting, expected, "{settings:?}: {error}");
            assert!(!error.to_string().contains("abcdefgh"), "{error}");
        }
    }

    #[test]
    fn the_other_providers_are_held_to_the_same_rules() {
        let live = |mode: &'static str| move |name: &str| (name == mode).then(|| "live".to_owned());
        assert_eq!(
            aisensy::Settings::read(live("WHATSAPP_PROVIDER"))
                .unwrap_err()
                .setting,
            "AISENSY_API_KEY"
        );
        assert_eq!(
            cloudflare::Settings::read(live("EDGE_PROVIDER"))
                .unwrap_err()
                .setting,
            "CLOUDFLARE_API_TOKEN"
        );
        let half = |name: &str| match name {
            "CLOUDFLARE_BASE_URL" => Some("http://127.0.0.1:8025/cloudflare".to_owned()),
            "CLOUDFLARE_ACCOUNT_ID" => Some("simulator".to_owned()),
            _ => None,
        };
        assert_eq!(
            cloudflare::Settings::read(half).unwrap_err().setting,
            "CLOUDFLARE_KV_NAMESPACE_ID"
        );
    }

    #[test]
    fn a_path_is_put_behind_the_base_and_segments_are_escaped() {
        let base = |base: &str| Endpoint {
            mode: ProviderMode::Simulator,
            base: Url::parse(base).unwrap(),
            key: Secret::new("x"),
            time_out: TIME_OUT,
        };
        assert_eq!(
            base("http://h/sendgrid").url("/v3/mail/send", &[]).as_str(),
            "http://h/sendgrid/v3/mail/send"
        );
        assert_eq!(
            base("http://h/sendgrid/")
                .url("/v3/mail/send", &[])
                .as_str(),
            "http://h/sendgrid/v3/mail/send"
        );
        assert_eq!(
            base("http://h").url("/values", &["a/b %é?#"]).as_str(),
            "http://h/values/a%2Fb%20%25%C3%A9%3F%23"
        );
    }
}
