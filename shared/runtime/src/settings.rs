//! Settings: read once, at start, from the environment.

use axum::http::{HeaderValue, Uri};
use registrar_domain::value::OrganizationName;
use std::{collections::HashMap, str::FromStr, sync::Arc};

/// A setting that is not there or not usable. Says which, never its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not set, or empty.
    #[error("the setting {name} is missing")]
    Missing {
        /// Which.
        name: String,
    },
    /// Set to something else than it must be.
    #[error("the setting {name} must be {wanted}")]
    Invalid {
        /// Which.
        name: String,
        /// What it must be.
        wanted: String,
    },
    /// Refused by what it is for.
    #[error("the setting {name}: {problem}")]
    Refused {
        /// Which.
        name: String,
        /// What is wrong with it, without its value.
        problem: String,
    },
    /// What the AWS clients need is missing.
    #[error("{0}")]
    Aws(String),
}

impl SettingsError {
    /// The setting `name` is refused because of `problem`, such as `"must be base64 of at least 32 random bytes"`.
    pub fn refused(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::Refused {
            name: name.to_owned(),
            problem: problem.to_string(),
        }
    }

    /// The setting `name` is not `wanted`, such as `"a base64 text of 32 bytes"`.
    pub fn invalid(name: &str, wanted: impl Into<String>) -> Self {
        Self::Invalid {
            name: name.to_owned(),
            wanted: wanted.into(),
        }
    }
}

type Lookup = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Where settings are looked up.
#[derive(Clone)]
pub struct Settings {
    lookup: Arc<Lookup>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings(…)")
    }
}

impl Settings {
    /// Settings that `lookup` finds.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self {
            lookup: Arc::new(lookup),
        }
    }

    /// The environment of the process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where settings are read, once"
    )]
    pub fn from_env() -> Self {
        Self::new(|name| std::env::var(name).ok())
    }

    /// Settings as given.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let pairs: HashMap<String, String> = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self::new(move |name| pairs.get(name).cloned())
    }

    /// A setting that may be absent. An empty one is absent.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// A setting that must be there.
    pub fn need(&self, name: &str) -> Result<String, SettingsError> {
        self.optional(name).ok_or_else(|| SettingsError::Missing {
            name: name.to_owned(),
        })
    }

    /// A setting of another type than text, or `default` when it is absent.
    pub fn parsed<T: FromStr>(&self, name: &str, default: T) -> Result<T, SettingsError> {
        match self.optional(name) {
            None => Ok(default),
            Some(value) => value
                .trim()
                .parse()
                .map_err(|_| SettingsError::invalid(name, std::any::type_name::<T>())),
        }
    }

    /// A list of origins as browsers send them (`https://portal.example`), parted by commas; none where it is not set.
    pub fn origins(&self, name: &str) -> Result<Vec<HeaderValue>, SettingsError> {
        let value = self.optional(name).unwrap_or_default();
        let origins = value
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let read = |origin: &str| {
            let address: Uri = origin.parse().ok()?;
            let scheme = address
                .scheme_str()
                .filter(|scheme| ["http", "https"].contains(scheme))?;
            let as_sent = format!("{scheme}://{}", address.authority()?);
            (as_sent == origin && origin.to_ascii_lowercase() == origin).then_some(as_sent)
        };
        let read = |origin| HeaderValue::try_from(read(origin)?).ok();
        let wrong = || {
            SettingsError::invalid(
                name,
                "origins such as https://portal.example, parted by commas",
            )
        };
        origins
            .map(|origin| read(origin).ok_or_else(wrong))
            .collect()
    }

    /// A name that people read: `ORGANIZATION_NAME`.
    pub fn organization(&self) -> Result<String, SettingsError> {
        const NAME: &str = "ORGANIZATION_NAME";
        let name = OrganizationName::new(&self.need(NAME)?);
        name.map(String::from)
            .map_err(|error| SettingsError::refused(NAME, error))
    }

    /// A base address: `http://` or `https://`, without a slash at its end.
    pub fn base_url(&self, name: &str) -> Result<String, SettingsError> {
        let value = self.need(name)?;
        let host = value
            .strip_prefix("https://")
            .or_else(|| value.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !value.ends_with('/') => Ok(value),
            _ => Err(SettingsError::invalid(
                name,
                "an http or https address without a slash at its end",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_setting_is_absent() {
        let settings = Settings::from_pairs([("A", "")]);
        assert_eq!(settings.optional("A"), None);
        assert_eq!(
            settings.need("A").unwrap_err(),
            SettingsError::Missing {
                name: "A".to_owned()
            }
        );
        assert_eq!(settings.parsed("A", 7_u16), Ok(7));
    }

    #[test]
    fn a_bad_setting_is_named_and_its_value_is_not_told() {
        let settings =
            Settings::from_pairs([("SHARDS", "hunter2"), ("URL", "https://example.org/")]);
        for error in [
            settings.parsed("SHARDS", 1_u16).unwrap_err(),
            settings.base_url("URL").unwrap_err(),
        ] {
            let text = error.to_string();
            assert!(text.contains("SHARDS") || text.contains("URL"), "{text}");
            assert!(
                !text.contains("hunter2") && !text.contains("example.org"),
                "{text}"
            );
        }
    }

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        let with = |value: &str| Settings::from_pairs([("ORIGINS", value)]).origins("ORIGINS");
        assert_eq!(with("").unwrap(), Vec::<HeaderValue>::new());
        let two = with("https://portal.example, http://localhost:3000").unwrap();
        assert_eq!(two, ["https://portal.example", "http://localhost:3000"]);
        for bad in [
            "*",
            "null",
            "portal.example",
            "https://portal.example/",
            "https://portal.example/app",
            "https://Portal.example",
            "ftp://portal.example",
            "https://portal.example https://other.example",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_organization_has_a_name_that_can_be_read() {
        let with = |name: &str| Settings::from_pairs([("ORGANIZATION_NAME", name)]).organization();
        assert_eq!(with(" Cafe\u{301} School ").as_deref(), Ok("Café School"));
        for bad in ["\u{200b}", "a\u{202e}b", "a\nb", ""] {
            assert!(with(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_base_address_has_a_scheme_a_host_and_no_last_slash() {
        let with = |value: &str| Settings::from_pairs([("URL", value)]).base_url("URL");
        assert!(with("https://registrar.example").is_ok() && with("http://127.0.0.1:8080").is_ok());
        for bad in [
            "registrar.example",
            "https://",
            "ftp://registrar.example",
            "http://a.example/",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }
}
