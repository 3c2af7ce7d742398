//! Seeing a certificate before it is issued (checklist C-09). A preview has no id of a certificate, no claim and no place in
//! the status lists: its page says that it is one, and its code leads to the verifier's front page.

use super::{Issue, Refusal, Template};
use crate::{
    account::{Account, Locale},
    actor::Actor,
    clock::Moment,
    effect::Effect,
    id::{AccountId, PreviewId},
    value::{CourseName, Grade, PersonName},
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// How long a preview is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What a certificate would show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Its id.
    pub id: PreviewId,
    /// Whose certificate it would be.
    pub student_id: AccountId,
    /// The name.
    pub holder: PersonName,
    /// What for.
    pub course: CourseName,
    /// When completed.
    pub completion_date: Date,
    /// How well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The last day on which it would hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// The language of its fixed texts.
    pub locale: Locale,
    /// How it looks.
    pub template: Template,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Until when it is kept, in Unix seconds: the table's time to live.
    pub expires_at: i64,
    /// Whether the page is there.
    #[serde(default)]
    pub ready: bool,
    /// Counts the changes, from 1.
    pub version: u64,
}

/// A preview that was asked for.
#[derive(Clone, Debug)]
pub struct Previewed {
    /// What to draw.
    pub preview: Preview,
    /// What must follow.
    pub effects: Vec<Effect>,
}

/// Asks for the page that `command` would make for `student`, under `name` if that differs from the account's.
///
/// # Errors
/// Those of [`Issue::check`].
pub fn preview(
    actor: Actor,
    student: &Account,
    name: Option<PersonName>,
    command: Issue,
    moment: Moment<'_>,
) -> Result<Previewed, Refusal> {
    command.check(actor, student, name.as_ref(), moment.now)?;
    let id: PreviewId = moment.id();
    let preview = Preview {
        id,
        student_id: student.id,
        holder: name.unwrap_or_else(|| student.name.clone()),
        course: command.course,
        completion_date: command.completion_date,
        grade: command.grade,
        expires_on: command.expires_on,
        locale: student.locale,
        template: command.template,
        requested_at: moment.now,
        expires_at: (moment.now + KEPT).as_second(),
        ready: false,
        version: 1,
    };
    Ok(Previewed {
        preview,
        effects: vec![Effect::RenderPreview { preview_id: id }],
    })
}

impl Preview {
    /// The key of its file in the bucket, which empties that folder after a day.
    pub fn pdf_key(&self) -> String {
        Self::pdf_key_of(self.id)
    }

    /// The key of the file of the preview `id`.
    pub fn pdf_key_of(id: PreviewId) -> String {
        format!("certificates/previews/{id}.pdf")
    }

    /// Whether its day is over: the table takes such items away when it gets to it.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.as_second() > self.expires_at
    }

    /// The same preview once its page is there.
    #[must_use]
    pub fn rendered(&self) -> Self {
        Self {
            ready: true,
            version: self.version + 1,
            ..self.clone()
        }
    }
}
