//! Issuing, and what follows once the PDF is there.

use super::{
    Certificate, CertificateId, Decision, Part, Pdf, Refusal, Standing, Template, dates, day,
    history::{Change, HistoryEntry},
};
use crate::{
    account::Account,
    actor::{Actor, Role},
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    value::{CourseName, Grade, PersonName},
};
use jiff::{Timestamp, civil::Date};
use registrar_credential::{Claim, Day, LIST_BITS, SigningKeys, Text, list_number};

/// What staff asks for.
#[derive(Clone, Debug)]
pub struct Issue {
    /// What for.
    pub course: CourseName,
    /// When it was completed.
    pub completion_date: Date,
    /// How well.
    pub grade: Option<Grade>,
    /// The last day on which it shall hold.
    pub expires_on: Option<Date>,
    /// How it shall look.
    pub template: Template,
}

impl Issue {
    /// Refuses what [`issue`] refuses whatever the keys, so that nothing is drawn for it: a place in the status lists that was
    /// drawn is used up. `name` is what the certificate says instead of the account's name.
    ///
    /// # Errors
    /// Those of [`issue`] but [`Refusal::NoSigningKey`].
    pub fn check(
        &self,
        actor: Actor,
        student: &Account,
        name: Option<&PersonName>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if !actor.role.is_staff() {
            return Err(Refusal::Forbidden);
        }
        if !matches!(student.role, Role::Student | Role::Customer) {
            return Err(Refusal::UnknownStudent);
        }
        dates::check(self.completion_date, self.expires_on, now)?;
        match name {
            Some(name) => Part::Name.check(name.as_str())?,
            None => Part::Account.check(student.name.as_str())?,
        }
        Part::Course.check(self.course.as_str())?;
        match &self.grade {
            Some(grade) => Part::Grade.check(grade.as_str()),
            None => Ok(()),
        }
    }
}

/// Issues a certificate to `student`, with the place in the status lists that the counter gave.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::UnknownStudent`], [`Refusal::NoSigningKey`], and for its days
/// [`Refusal::CompletedTooEarly`], [`Refusal::FutureCompletion`], [`Refusal::ExpiresBeforeIssue`],
/// [`Refusal::ExpiresTooLate`], and for what no face draws [`Refusal::Undrawn`].
pub fn issue(
    actor: Actor,
    student: &Account,
    command: Issue,
    status_index: u32,
    keys: &SigningKeys,
    moment: Moment<'_>,
) -> Result<Decision, Refusal> {
    command.check(actor, student, None, moment.now)?;
    let name = student.name.clone();
    issue_to(actor, student, name, command, status_index, keys, moment)
}

/// As [`issue`], of what was checked, under a name that may differ from the account's.
pub(super) fn issue_to(
    actor: Actor,
    student: &Account,
    holder: PersonName,
    command: Issue,
    status_index: u32,
    keys: &SigningKeys,
    moment: Moment<'_>,
) -> Result<Decision, Refusal> {
    let seconds = u64::try_from(moment.now.as_second()).map_err(|_| Refusal::NoSigningKey)?;
    let key = keys.signer(seconds).ok_or(Refusal::NoSigningKey)?;
    let expires = command
        .expires_on
        .map(|last| day(last).ok_or(Refusal::ExpiresTooLate));
    let id = CertificateId::new(Day::from_unix(seconds), moment.random());
    let (shown_holder, shown_course) = Text::pair(holder.as_str(), command.course.as_str())
        .expect("neither a name nor a course's is empty");
    let claim = Claim {
        key_id: key.kid(),
        expires: expires.transpose()?,
        id: id.clone(),
        status_index,
        holder: shown_holder,
        course: shown_course,
    };
    let token = claim.sign(key).map_err(|_| Refusal::NoSigningKey)?.token();
    let certificate = Certificate {
        id: id.clone(),
        student_id: student.id,
        holder,
        course: command.course,
        completion_date: command.completion_date,
        grade: command.grade,
        locale: student.locale,
        template: command.template,
        issued_at: moment.now,
        issued_by: actor.id,
        expires_on: command.expires_on,
        status_index,
        token,
        suspension: None,
        revocation: None,
        replaces: None,
        replaced_by: None,
        pdf: None,
        version: 1,
    };
    let mut effects = vec![
        Effect::RenderCertificate {
            certificate_id: id.clone(),
        },
        Effect::PublishCertificate {
            certificate_id: id.clone(),
        },
        Effect::IndexCertificate { certificate_id: id },
    ];
    // The first certificate of a list brings it to the edge, which calls nothing valid that no list speaks for.
    if status_index.is_multiple_of(LIST_BITS) {
        let list = list_number(status_index);
        effects.push(Effect::PublishStatusList { list });
    }
    Ok(Decision {
        certificate,
        was: None,
        entry: Some(HistoryEntry::new(actor, Change::Issued, None, moment)),
        effects,
    })
}

impl Certificate {
    /// Remembers where the PDF is, has the holder told, and the badge that was made with it published. `None` when that was
    /// done before: the worker was late. Of a certificate that is suspended or revoked by now nobody is told.
    pub fn rendered(&self, holder: &Account, size: u64, now: Timestamp) -> Option<Decision> {
        if self.pdf.is_some() {
            return None;
        }
        let pdf = Pdf {
            key: self.pdf_key(),
            size,
            stored_at: now,
        };
        let fact = Fact::CertificateIssued {
            certificate_id: self.id.clone(),
        };
        let tell = |channel| {
            Effect::Deliver(Delivery {
                person: holder.id,
                channel,
                fact: fact.clone(),
            })
        };
        let holds = self.standing() == Standing::Valid;
        // The record says the certificate's version.
        let mut effects = vec![
            Effect::PublishCertificate {
                certificate_id: self.id.clone(),
            },
            Effect::PublishBadge {
                certificate_id: self.id.clone(),
            },
        ];
        effects.extend(holds.then(|| tell(Channel::Email)));
        if holds && holder.phone.is_some() {
            effects.push(tell(Channel::Whatsapp));
        }
        Some(Decision {
            certificate: Self {
                pdf: Some(pdf),
                ..self.changed()
            },
            was: Some(self.standing()),
            entry: None,
            effects,
        })
    }
}
