//! What a verifier is told.
//!
//! The first of these that applies is the verdict:
//!
//! 1. `withdrawn`: the record says that the holder was erased.
//! 2. `malformed`: the token cannot be read.
//! 3. `forged`: the issuer did not sign it, or it is another certificate's.
//! 4. `revoked`: a list of any age says so, for revocation is for ever.
//! 5. `expired`: its last day is over. No list is needed to know that.
//! 6. `stale`: no revocation list younger than its limit is at hand, or the suspension list is too old.
//! 7. `suspended`: a young enough list says so.
//! 8. `valid`.
//!
//! `unknown` is for an id that the issuer does not know; there is nothing to decide then.

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, SignedClaim, TokenError};
use crate::day::Day;
use crate::id::CertificateId;
use crate::key::{Authentic, Forgery, KeySet};
use crate::record::EdgeRecord;
use crate::status::{Purpose, StatusList};

/// The verdict on a certificate, with its stable code as `verdict` in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The issuer signed it and it holds.
    Valid,
    /// It holds no more and never will again.
    Revoked,
    /// It does not hold at present.
    Suspended,
    /// Its last day is over.
    Expired,
    /// The issuer did not sign it.
    Forged {
        /// A stable code: see [`Forgery::code`]; `other_certificate` when the token belongs to another id.
        reason: String,
    },
    /// It is not a token or id at all, or one of a later format.
    Malformed {
        /// A stable code: see [`TokenError::code`]; `unknown_version` does not say that anything is wrong with it.
        reason: String,
    },
    /// The issuer knows no certificate of that id.
    Unknown,
    /// The issuer signed it, but whether it still holds cannot be told now.
    Stale {
        /// The age of the list that is too old, be it of revocations or of suspensions; none when there is no list.
        #[serde(skip_serializing_if = "Option::is_none")]
        age_seconds: Option<u64>,
    },
    /// Its holder was erased.
    Withdrawn,
}

impl Verdict {
    /// The stable code, the same as in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Forged { .. } => "forged",
            Self::Malformed { .. } => "malformed",
            Self::Unknown => "unknown",
            Self::Stale { .. } => "stale",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl From<TokenError> for Verdict {
    fn from(error: TokenError) -> Self {
        Self::Malformed {
            reason: error.code().to_owned(),
        }
    }
}

impl From<Forgery> for Verdict {
    fn from(forgery: Forgery) -> Self {
        Self::Forged {
            reason: forgery.code().to_owned(),
        }
    }
}

/// How old a status list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Seconds since a list was signed, beyond which it says nothing any more.
    pub status_max_age_seconds: u64,
}

impl Default for Limits {
    /// 900 seconds, as the edge is deployed.
    fn default() -> Self {
        Self {
            status_max_age_seconds: 900,
        }
    }
}

/// A verdict and what may be shown with it. What nobody signed is never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The verdict; its fields are the document's.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The certificate's id.
    pub certificate_id: Option<CertificateId>,
    /// The holder, when known; ends in an ellipsis where the token carries the beginning only and nothing kept says more.
    pub holder: Option<String>,
    /// The course, likewise.
    pub course: Option<String>,
    /// The grade, from the record: the signature does not cover it.
    pub grade: Option<String>,
    /// The day of issue.
    pub issued: Option<Day>,
    /// The last day on which it holds; none is for ever.
    pub expires: Option<Day>,
    /// The age of what is known of the status: of the revocation list, or of the suspension list where that is older and
    /// had a say.
    pub status_age_seconds: Option<u64>,
}

impl Verification {
    /// A verdict on something of which nothing but, perhaps, its id may be shown.
    pub fn bare(verdict: Verdict, certificate_id: Option<CertificateId>) -> Self {
        Self {
            verdict,
            certificate_id,
            holder: None,
            course: None,
            grade: None,
            issued: None,
            expires: None,
            status_age_seconds: None,
        }
    }
}

/// What somebody shows to have it judged.
#[derive(Clone, Copy, Debug)]
pub enum Evidence<'a> {
    /// A token, perhaps with what is kept of the certificate.
    Token(&'a str, Option<&'a EdgeRecord>),
    /// An id, and what is kept of the certificate.
    Record(&'a CertificateId, &'a EdgeRecord),
}

/// Judges what is shown, at the Unix time `now`. For the order of the verdicts see the module.
///
/// No `revocation` list is never valid; no `suspension` list says that the issuer published none.
pub fn decide(
    evidence: Evidence<'_>,
    keys: &KeySet,
    revocation: Option<&StatusList>,
    suspension: Option<&StatusList>,
    now: u64,
    limits: Limits,
) -> Verification {
    let (token, asked, record) = match evidence {
        Evidence::Token(token, record) => (token, None, record),
        Evidence::Record(id, record) => (record.token.as_str(), Some(id), Some(record)),
    };
    if record.is_some_and(|record| record.withdrawn) {
        let read = || {
            SignedClaim::parse(token)
                .ok()
                .map(|signed| signed.claim().id.clone())
        };
        return Verification::bare(Verdict::Withdrawn, asked.cloned().or_else(read));
    }
    let authentic = SignedClaim::parse(token)
        .map_err(Verdict::from)
        .and_then(|signed| keys.authenticate(signed).map_err(Verdict::from));
    match authentic {
        Err(verdict) => Verification::bare(verdict, asked.cloned()),
        Ok(authentic) => judge(
            &authentic, asked, record, revocation, suspension, now, limits,
        ),
    }
}

/// Judges a claim that is known to be the issuer's. `asked` is the id that was asked for, if one was.
pub fn judge(
    authentic: &Authentic,
    asked: Option<&CertificateId>,
    record: Option<&EdgeRecord>,
    revocation: Option<&StatusList>,
    suspension: Option<&StatusList>,
    now: u64,
    limits: Limits,
) -> Verification {
    let claim = authentic.claim();
    if record.is_some_and(|record| record.withdrawn) {
        return Verification::bare(Verdict::Withdrawn, Some(claim.id.clone()));
    }
    if let Some(asked) = asked.filter(|asked| **asked != claim.id) {
        let verdict = Verdict::Forged {
            reason: "other_certificate".to_owned(),
        };
        return Verification::bare(verdict, Some(asked.clone()));
    }
    let revocation = about(claim, Purpose::Revocation, revocation);
    let suspension = about(claim, Purpose::Suspension, suspension);
    let verdict = standing(claim, revocation, suspension, now, limits);
    let age = |(list, _): (&StatusList, bool)| list.age(now);
    let status_age_seconds = match verdict {
        Verdict::Revoked => revocation.map(age),
        _ => revocation.map(|known| age(known).max(suspension.map_or(0, age))),
    };
    Verification {
        verdict,
        certificate_id: Some(claim.id.clone()),
        holder: Some(shown(
            &claim.holder,
            record.map(|record| record.holder.as_str()),
        )),
        course: Some(shown(
            &claim.course,
            record.map(|record| record.course.as_str()),
        )),
        grade: record.and_then(|record| record.grade.clone()),
        issued: Some(claim.issued()),
        expires: claim.expires,
        status_age_seconds,
    }
}

/// The list and the claim's bit in it, if the list speaks for the claim.
fn about<'a>(
    claim: &Claim,
    purpose: Purpose,
    list: Option<&'a StatusList>,
) -> Option<(&'a StatusList, bool)> {
    let list = list.filter(|list| list.purpose() == purpose)?;
    Some((list, list.is_set(claim.status_index)?))
}

fn standing(
    claim: &Claim,
    revocation: Option<(&StatusList, bool)>,
    suspension: Option<(&StatusList, bool)>,
    now: u64,
    limits: Limits,
) -> Verdict {
    let young = |list: &StatusList| {
        list.age(now) <= limits.status_max_age_seconds && now <= list.expires_at()
    };
    let stale = |list: &StatusList| Verdict::Stale {
        age_seconds: Some(list.age(now)),
    };
    match (revocation, suspension) {
        (Some((_, true)), _) => Verdict::Revoked,
        _ if claim.expires.is_some_and(|last| now > last.last_second()) => Verdict::Expired,
        (None, _) => Verdict::Stale { age_seconds: None },
        (Some((list, _)), _) | (Some(_), Some((list, _))) if !young(list) => stale(list),
        (_, Some((_, true))) => Verdict::Suspended,
        (Some(_), None | Some((_, false))) => Verdict::Valid,
    }
}

/// The whole text where the claim carries it or what is kept is it, else its beginning.
fn shown(text: &crate::claim::Text, kept: Option<&str>) -> String {
    let kept = kept.filter(|kept| text.vouches_for(kept));
    kept.map_or_else(|| text.shown(), str::to_owned)
}

#[cfg(test)]
mod tests;
