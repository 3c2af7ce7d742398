//! Issuing a certificate anew, in the place of one that was wrong.
//!
//! What it attests was signed, so nothing on it can be changed: the correction is another certificate, with another id and
//! another place in the status lists. The two name each other. The old one is revoked with the reason `superseded`; one
//! that was revoked before stays as it is and learns what took its place.

use super::{
    Certificate, Decision, Issue, Refusal, Revocation, Standing,
    history::{Change, HistoryEntry},
    issue::issue_to,
};
use crate::{
    account::Account,
    actor::Actor,
    clock::Moment,
    value::{CourseName, Grade, PersonName, Reason},
    visibility::ForStaff,
};
use jiff::{Timestamp, civil::Date};
use registrar_credential::SigningKeys;
use serde::{Deserialize, Deserializer};

/// What a correction makes of something that a certificate need not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Corrected<T> {
    /// What it was. In JSON: the member is left out.
    #[default]
    Stays,
    /// Something else, or nothing. In JSON: the value, or null.
    Becomes(Option<T>),
}

impl<T: Clone> Corrected<T> {
    fn of(&self, was: Option<&T>) -> Option<T> {
        match self {
            Self::Stays => was.cloned(),
            Self::Becomes(other) => other.clone(),
        }
    }
}

/// Of a member that is there: one that is left out is for the default.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Corrected<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Becomes)
    }
}

/// What is corrected; what is left out stays as it was, but for the name, which is the account's as it is now.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The holder's name.
    pub holder: Option<PersonName>,
    /// What for.
    pub course: Option<CourseName>,
    /// When it was completed.
    pub completion_date: Option<Date>,
    /// How well.
    pub grade: Corrected<Grade>,
    /// The last day on which it shall hold.
    pub expires_on: Corrected<Date>,
    /// Why.
    pub reason: Reason,
}

/// Two decisions that are one: both are committed, or none.
#[derive(Clone, Debug)]
pub struct Reissued {
    /// The old certificate.
    pub replaced: Decision,
    /// The new one.
    pub issued: Decision,
}

impl Certificate {
    /// What [`Certificate::reissue`] issues: as this one was, but for the correction. Refuses what that refuses whatever the
    /// keys, so that no place in the status lists is drawn for it.
    ///
    /// # Errors
    /// Those of [`Certificate::reissue`] but [`Refusal::NoSigningKey`].
    pub fn corrected(
        &self,
        actor: Actor,
        holder: &Account,
        correction: &Correction,
        now: Timestamp,
    ) -> Result<Issue, Refusal> {
        self.may_be_changed(actor)?;
        if let Some(by) = &self.replaced_by {
            return Err(Refusal::Replaced { by: by.clone() });
        }
        if self.standing() == Standing::Suspended {
            return Err(Refusal::Suspended);
        }
        let course = correction.course.as_ref().unwrap_or(&self.course);
        let command = Issue {
            course: course.clone(),
            completion_date: correction.completion_date.unwrap_or(self.completion_date),
            grade: correction.grade.of(self.grade.as_ref()),
            expires_on: correction.expires_on.of(self.expires_on.as_ref()),
            template: self.template,
        };
        command.check(actor, holder, correction.holder.as_ref(), now)?;
        Ok(command)
    }

    /// Issues a certificate in the place of this one, with the place in the status lists that the counter gave.
    ///
    /// # Errors
    /// Those of [`super::issue`]; [`Refusal::NotFound`] for a foreign certificate, [`Refusal::Suspended`],
    /// [`Refusal::Replaced`].
    pub fn reissue(
        &self,
        actor: Actor,
        holder: &Account,
        correction: Correction,
        status_index: u32,
        keys: &SigningKeys,
        moment: Moment<'_>,
    ) -> Result<Reissued, Refusal> {
        let command = self.corrected(actor, holder, &correction, moment.now)?;
        let name = correction.holder.unwrap_or_else(|| holder.name.clone());
        let mut issued = issue_to(actor, holder, name, command, status_index, keys, moment)?;
        issued.certificate.replaces = Some(self.id.clone());
        let new = issued.certificate.id.clone();
        if let Some(entry) = &mut issued.entry {
            entry.other = Some(self.id.clone());
            entry.reason = Some(ForStaff::new(correction.reason.clone()));
        }
        let superseded = Revocation {
            at: moment.now,
            by: actor.id,
            reason: ForStaff::new(Reason::new(Revocation::SUPERSEDED).expect("a word is a reason")),
        };
        let next = Self {
            revocation: Some(self.revocation.clone().unwrap_or(superseded)),
            replaced_by: Some(new.clone()),
            ..self.changed()
        };
        let mut entry = HistoryEntry::new(actor, Change::Replaced, Some(correction.reason), moment);
        entry.other = Some(new);
        Ok(Reissued {
            replaced: self.to(next, entry),
            issued,
        })
    }
}
