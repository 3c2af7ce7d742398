//! What people may do now: read of their accounts at each request, kept for some seconds in each process.
//!
//! So a change of a role, a disabled and a deleted account hold for every token within those seconds (30 at most), at one
//! eventually consistent read a person and process in that time.

use crate::settings::{Settings, SettingsError};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{actor::Role, id::AccountId};
use registrar_store::{StoreError, Table};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// The longest that a role may be kept, in seconds.
const LONGEST: i64 = 30;
/// How many people a process remembers; then it begins anew.
const MOST: usize = 10_000;

/// What was read, and when.
#[derive(Debug)]
pub(super) struct People {
    kept_for: SignedDuration,
    kept: Mutex<HashMap<AccountId, (Role, Timestamp)>>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            kept_for: SignedDuration::from_secs(LONGEST),
            kept: Mutex::default(),
        }
    }
}

impl People {
    /// Reads `ROLE_CACHE_SECONDS`.
    pub(super) fn from_settings(settings: &Settings) -> Result<Self, SettingsError> {
        let seconds = settings.parsed("ROLE_CACHE_SECONDS", LONGEST)?;
        if !(0..=LONGEST).contains(&seconds) {
            let allowed = "a number of seconds from 0 to 30";
            return Err(SettingsError::invalid("ROLE_CACHE_SECONDS", allowed));
        }
        Ok(Self {
            kept_for: SignedDuration::from_secs(seconds),
            ..Self::default()
        })
    }

    /// What somebody may do; nothing for an account that is gone, disabled or has no password.
    pub(super) async fn role(
        &self,
        table: &Table,
        id: AccountId,
        now: Timestamp,
    ) -> Result<Option<Role>, StoreError> {
        if let Some(role) = self.known(id, now) {
            return Ok(Some(role));
        }
        let role = table.standing(id).await?;
        if let Some(role) = role {
            self.keep(id, role, now);
        }
        Ok(role)
    }

    fn known(&self, id: AccountId, now: Timestamp) -> Option<Role> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (role, read) = kept.get(&id).copied()?;
        // A clock that was set back makes nothing last longer.
        (read <= now && now < read + self.kept_for).then_some(role)
    }

    /// Remembers a role that was read at `now`.
    pub(super) fn keep(&self, id: AccountId, role: Role, now: Timestamp) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(id, (role, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_role_is_kept_for_thirty_seconds_at_most() {
        let (id, now) = (AccountId::from(Uuid::from_u128(7)), Timestamp::UNIX_EPOCH);
        let after = |seconds| now + SignedDuration::from_secs(seconds);
        let people = People::default();
        people.keep(id, Role::Admin, now);
        assert_eq!(people.known(id, after(29)), Some(Role::Admin));
        assert_eq!(people.known(id, after(30)), None);
        assert_eq!(people.known(id, after(-1)), None);
        for seconds in ["-1", "31", "x"] {
            let settings = Settings::from_pairs([("ROLE_CACHE_SECONDS", seconds)]);
            assert!(People::from_settings(&settings).is_err(), "{seconds}");
        }
        let none = Settings::from_pairs([("ROLE_CACHE_SECONDS", "0")]);
        let none = People::from_settings(&none).unwrap();
        none.keep(id, Role::Admin, now);
        assert_eq!(none.known(id, now), None);
    }
}
