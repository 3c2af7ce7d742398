//! How often somebody may do what costs others (checklist I-05).

use crate::actor::Role;
use serde::Deserialize;
use std::num::NonZeroU32;

/// A deployment's limits. The presets' lie above what people reach, and below what a program does that should not run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    requester: PersonLimits,
    staff: PersonLimits,
    /// Of signing in.
    pub sign_in: SignInLimits,
    /// Requests of one network without a token to what is public and costs, a minute.
    pub public_a_minute: NonZeroU32,
}

/// What one person may do, in an hour unless the name says otherwise.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonLimits {
    /// Opened tickets: each writes to staff.
    pub tickets: NonZeroU32,
    /// Messages and notes.
    pub messages: NonZeroU32,
    /// Begun uploads.
    pub uploads: NonZeroU32,
    /// Requests that change something, opened tickets left out; counted in steps, so it may be a few more.
    pub writes: NonZeroU32,
    /// Pages of lists and statistics, a minute; counted in steps, so it may be a few more.
    pub lists_a_minute: NonZeroU32,
}

/// Wrong passwords, or ones that are being looked at.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInLimits {
    /// For one address from one network, in a quarter of an hour.
    pub from_one_network: NonZeroU32,
    /// For one address from all networks that it never signed in from, in an hour.
    pub from_strange_networks: NonZeroU32,
    /// From one network for addresses that never signed in from it, in an hour.
    pub of_one_network: NonZeroU32,
}

impl Limits {
    /// Those of a person with this role.
    pub fn of(&self, role: Role) -> PersonLimits {
        if role.is_staff() {
            self.staff
        } else {
            self.requester
        }
    }
}
