//! How certificates stand, and the one table of transitions.
//!
//! | from \ to | `suspended` | `valid` | `revoked` | `withdrawn` |
//! |---|---|---|---|---|
//! | `valid` | suspend | | revoke, reissue | withdraw |
//! | `suspended` | | reinstate | revoke | withdraw |
//! | `revoked` | | **never** | | withdraw |
//! | `withdrawn` | | | | |
//!
//! Reinstating undoes a suspension and nothing else. W3C's Bitstring Status List has two purposes for that reason:
//! `suspension` "is reversible", `revocation` "is not". A verifier may keep a revocation it once saw for ever, as our own
//! edge does, so a bit that was taken back would leave two truths in the world. Who was revoked in error is issued a new
//! certificate in the old one's place.

use super::Refusal;
use serde::{Deserialize, Serialize};

/// How a certificate stands. Expiry is no standing: it is a matter of the day on which somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It holds.
    #[serde(alias = "issued")]
    Valid,
    /// It does not hold until somebody reinstates it.
    Suspended,
    /// It was taken back, for ever.
    Revoked,
    /// Its holder was erased; nothing is left of it but that it was.
    Withdrawn,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 4] = [Self::Valid, Self::Suspended, Self::Revoked, Self::Withdrawn];

    /// The stable code, in answers and keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Where staff may take it from here.
    pub const fn allowed(self) -> &'static [Self] {
        match self {
            Self::Valid => &[Self::Suspended, Self::Revoked, Self::Withdrawn],
            Self::Suspended => &[Self::Valid, Self::Revoked, Self::Withdrawn],
            Self::Revoked => &[Self::Withdrawn],
            Self::Withdrawn => &[],
        }
    }

    /// Refuses what the table does not have.
    pub(super) fn to(self, to: Self) -> Result<(), Refusal> {
        if self.allowed().contains(&to) {
            Ok(())
        } else {
            Err(Refusal::Transition { from: self, to })
        }
    }
}
