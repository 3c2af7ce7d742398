//! What every function has at hand.

use crate::{
    limits::Meter,
    settings::{Settings, SettingsError},
    sources::{SystemClock, SystemIds},
};
use axum::http::HeaderValue;
use jiff::Timestamp;
use registrar_domain::{
    clock::{Clock, Ids, Moment},
    profile::{Profile, ProfileError},
};
use registrar_store::{Table, aws::Aws};
use std::sync::Arc;

/// The table, the profile, the public addresses, time and ids. Cheap to clone.
#[derive(Clone)]
pub struct Shell {
    /// The table.
    pub table: Table,
    /// The deployment's rules.
    pub profile: Arc<Profile>,
    /// The public address of the product, without a slash at its end.
    pub app_base_url: Arc<str>,
    /// The public address of certificate verification, without a slash at its end.
    pub verify_base_url: Arc<str>,
    /// Other origins whose pages may call the HTTP API.
    pub(crate) allowed_origins: Arc<[HeaderValue]>,
    pub(crate) meter: Arc<Meter>,
    aws: Arc<Aws>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell")
            .field("profile", &self.profile.name)
            .finish_non_exhaustive()
    }
}

impl Shell {
    /// Reads `TABLE_NAME`, `INDEX_SHARDS` (10), `PROFILE`, `PROFILE_FILE`, `APP_BASE_URL`, `VERIFY_BASE_URL`,
    /// `ALLOWED_ORIGINS` and AWS's own settings.
    pub fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        Self::with_profile(settings, profile(settings, Profile::without_zones)?)
    }

    /// As [`Self::from_settings`], for functions that write tickets: those follow the profile's service levels, whose time
    /// zones are looked up, and its assignment.
    pub fn of_tickets(settings: &Settings) -> Result<Self, SettingsError> {
        let read = |name: &str, file: Option<&str>| match file {
            Some(file) => Profile::with_file(name, file),
            None => Profile::preset(name),
        };
        let shell = Self::with_profile(settings, profile(settings, read)?)?;
        let table = shell.table.following(Arc::clone(&shell.profile));
        Ok(Self { table, ..shell })
    }

    fn with_profile(settings: &Settings, profile: Profile) -> Result<Self, SettingsError> {
        let aws = Aws::from_settings(&|name| settings.optional(name))
            .map_err(|e| SettingsError::Aws(e.to_string()))?;
        let table = Table::new(
            &aws,
            &settings.need("TABLE_NAME")?,
            settings.parsed("INDEX_SHARDS", 10)?,
        );
        Ok(Self {
            table,
            profile: Arc::new(profile),
            app_base_url: settings.base_url("APP_BASE_URL")?.into(),
            verify_base_url: settings.base_url("VERIFY_BASE_URL")?.into(),
            allowed_origins: settings.origins("ALLOWED_ORIGINS")?.into(),
            meter: Arc::default(),
            aws: Arc::new(aws),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
        })
    }

    /// The same shell with another clock and other ids: for tests.
    #[must_use]
    pub fn with_sources(self, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { clock, ids, ..self }
    }

    /// What other AWS clients are made from.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Now, UTC.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Now, with ids to draw: asked once per decision.
    pub fn moment(&self) -> Moment<'_> {
        Moment::new(self.clock.now(), self.ids.as_ref())
    }
}

/// The profile that `PROFILE` names, with the members that the file `PROFILE_FILE` writes over. A function's package and
/// its layers are read-only, so the file is read once.
fn profile(
    settings: &Settings,
    read: impl Fn(&str, Option<&str>) -> Result<Profile, ProfileError>,
) -> Result<Profile, SettingsError> {
    let name = settings.need("PROFILE")?;
    let Some(path) = settings.optional("PROFILE_FILE") else {
        return read(&name, None).map_err(|e| SettingsError::refused("PROFILE", e));
    };
    let refused = |problem: &dyn std::fmt::Display| SettingsError::refused("PROFILE_FILE", problem);
    let file = std::fs::read_to_string(path).map_err(|e| refused(&e))?;
    read(&name, Some(&file)).map_err(|e| refused(&e))
}

/// A shell for tests that touch no network.
#[cfg(test)]
pub(crate) mod fixture {
    use super::*;
    use std::sync::Mutex;

    /// A clock that stands still, and counting bytes.
    pub(crate) struct Still(pub(crate) Mutex<Timestamp>);

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    impl Ids for Still {
        fn fill(&self, out: &mut [u8]) {
            out.fill(7);
        }
    }

    pub(crate) const NOW: &str = "2026-11-21T10:00:00Z";

    pub(crate) fn shell() -> Shell {
        let settings = Settings::from_pairs([
            ("TABLE_NAME", "registrar"),
            ("PROFILE", "edu"),
            ("APP_BASE_URL", "https://app.example"),
            ("VERIFY_BASE_URL", "https://verify.example"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
        ]);
        let still = Arc::new(Still(Mutex::new(NOW.parse().unwrap())));
        Shell::from_settings(&settings)
            .unwrap()
            .with_sources(still.clone(), still)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_needs_each_of_its_settings() {
        let all = [
            ("TABLE_NAME", "registrar"),
            ("PROFILE", "edu"),
            ("APP_BASE_URL", "https://app.example"),
            ("VERIFY_BASE_URL", "https://verify.example"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        for (missing, _) in all {
            let settings =
                Settings::from_pairs(all.into_iter().filter(|(name, _)| *name != missing));
            assert!(
                Shell::from_settings(&settings)
                    .unwrap_err()
                    .to_string()
                    .contains(missing),
                "{missing}"
            );
        }
        let unknown = Settings::from_pairs(
            all.map(|(name, value)| (name, if name == "PROFILE" { "zoo" } else { value })),
        );
        assert!(
            Shell::from_settings(&unknown)
                .unwrap_err()
                .to_string()
                .contains("PROFILE")
        );
    }
}
