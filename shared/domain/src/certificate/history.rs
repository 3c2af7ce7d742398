//! What staff can look up later: every change of a certificate, who made it and why (checklist C-07).

use super::CertificateId;
use crate::{
    actor::Actor,
    clock::Moment,
    id::{AccountId, HistoryId},
    value::Reason,
    visibility::ForStaff,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One change of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its id; sorts by time.
    pub id: HistoryId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AccountId,
    /// What.
    pub change: Change,
    /// Why, in the words of whoever did it. Taken away when the holder is erased: words may name them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ForStaff<Reason>>,
    /// The certificate in whose place it was issued, or that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<CertificateId>,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was issued; `other` is the certificate that it replaces.
    Issued,
    /// It does not hold for the time being.
    Suspended,
    /// It holds again.
    Reinstated,
    /// It was taken back.
    Revoked,
    /// `other` was issued in its place.
    Replaced,
    /// Its holder was erased.
    Withdrawn,
}

impl HistoryEntry {
    pub(super) fn new(
        actor: Actor,
        change: Change,
        reason: Option<Reason>,
        moment: Moment<'_>,
    ) -> Self {
        Self {
            id: moment.id(),
            at: moment.now,
            by: actor.id,
            change,
            reason: reason.map(ForStaff::new),
            other: None,
        }
    }

    /// The same entry without words that may name somebody.
    #[must_use]
    pub fn erased(self) -> Self {
        Self {
            reason: None,
            ..self
        }
    }
}
