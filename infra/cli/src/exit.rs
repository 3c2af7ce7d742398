//! Exit codes, so that a script can tell verdicts apart.
//!
//! | code | verdict |
//! |---|---|
//! | 0 | `valid` |
//! | 10 | `revoked` |
//! | 11 | `suspended` |
//! | 12 | `expired` |
//! | 13 | `forged` |
//! | 14 | `malformed` |
//! | 15 | `unknown` |
//! | 16 | `stale`: signed by the issuer, but no status list young enough says that it holds |
//! | 17 | `withdrawn` |

use registrar_credential::Verdict;

/// The command could not be carried out.
pub(crate) const FAILED: u8 = 1;

/// The code of a verdict.
pub(crate) fn code(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Valid => 0,
        Verdict::Revoked => 10,
        Verdict::Suspended => 11,
        Verdict::Expired => 12,
        Verdict::Forged { .. } => 13,
        Verdict::Malformed { .. } => 14,
        Verdict::Unknown => 15,
        Verdict::Stale { .. } => 16,
        Verdict::Withdrawn => 17,
    }
}
