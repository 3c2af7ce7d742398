//! What a row of a bulk issue asks for.
//!
//! | column | what | must be there |
//! |---|---|---|
//! | `student_id` | the account's id | this one or `email` |
//! | `email` | the account's address | this one or `student_id` |
//! | `course_name` | 1–200 characters | unless all rows have one course |
//! | `completion_date` | a day, as `bulk::day` reads it | unless all rows have one date |
//! | `grade` | 1–20 characters | no |
//! | `expires_on` | a day | no |
//! | `template` | a template's name | no |
//!
//! What the request itself says holds for rows that say nothing. A row with both id and address must mean one account.

use super::{
    RowError,
    day::day,
    sheet::{Fault, Fields, Layout, Raw},
};
use crate::{
    certificate::{Issue, Template},
    id::AccountId,
    value::{CourseName, Email, Grade, ValueError},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The columns that a file may have.
pub const COLUMNS: [&str; 7] = [
    STUDENT_ID,
    EMAIL,
    COURSE_NAME,
    COMPLETION_DATE,
    GRADE,
    EXPIRES_ON,
    TEMPLATE,
];
/// The column of a cohort's file.
pub const STUDENT_ID: &str = "student_id";
/// The column of addresses.
pub const EMAIL: &str = "email";
const COURSE_NAME: &str = "course_name";
const COMPLETION_DATE: &str = "completion_date";
const GRADE: &str = "grade";
const EXPIRES_ON: &str = "expires_on";
const TEMPLATE: &str = "template";

/// What holds where a row says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course_name: Option<CourseName>,
    /// When it was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_date: Option<Date>,
    /// How well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The last day on which it shall hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// How it shall look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
}

/// What a row asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// For whom.
    pub student: Student,
    /// What.
    pub issue: Issue,
}

/// Whom a row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Student {
    /// By id.
    pub id: Option<AccountId>,
    /// By address. One of both is there.
    pub email: Option<Email>,
}

impl Defaults {
    /// Whether a file with these columns says all that a certificate needs.
    ///
    /// # Errors
    /// [`Fault::MissingColumn`].
    pub fn suffice(&self, layout: &Layout) -> Result<(), Fault> {
        if !layout.has(STUDENT_ID) && !layout.has(EMAIL) {
            return Err(Fault::MissingColumn(STUDENT_ID));
        }
        if self.course_name.is_none() && !layout.has(COURSE_NAME) {
            return Err(Fault::MissingColumn(COURSE_NAME));
        }
        if self.completion_date.is_none() && !layout.has(COMPLETION_DATE) {
            return Err(Fault::MissingColumn(COMPLETION_DATE));
        }
        Ok(())
    }
}

/// What a row asks for, or what is wrong with it.
pub fn wanted(raw: &Raw, layout: &Layout, defaults: &Defaults) -> Result<Wanted, RowError> {
    let fields = raw.fields(layout).map_err(|(malformed, column)| {
        error(raw, column, malformed.code(), malformed.to_string())
    })?;
    let reader = RowReader { raw, fields };
    let id = reader.read(STUDENT_ID, |text| {
        text.parse::<AccountId>()
            .map_err(|_| ValueError::Form("an account's id, a UUID"))
    })?;
    let email = reader.read(EMAIL, Email::new)?;
    if id.is_none() && email.is_none() {
        let column = if layout.has(STUDENT_ID) {
            STUDENT_ID
        } else {
            EMAIL
        };
        return Err(reader.missing(column));
    }
    let course = reader.read(COURSE_NAME, CourseName::new)?;
    let completed = reader.read(COMPLETION_DATE, day)?;
    let issue = Issue {
        course: course
            .or_else(|| defaults.course_name.clone())
            .ok_or_else(|| reader.missing(COURSE_NAME))?,
        completion_date: completed
            .or(defaults.completion_date)
            .ok_or_else(|| reader.missing(COMPLETION_DATE))?,
        grade: reader
            .read(GRADE, Grade::new)?
            .or_else(|| defaults.grade.clone()),
        expires_on: reader.read(EXPIRES_ON, day)?.or(defaults.expires_on),
        template: reader
            .read(TEMPLATE, template)?
            .or(defaults.template)
            .unwrap_or_default(),
    };
    Ok(Wanted {
        student: Student { id, email },
        issue,
    })
}

/// An error of a row.
pub fn error(raw: &Raw, column: Option<&str>, code: &str, detail: impl Into<String>) -> RowError {
    RowError {
        row: raw.next.row,
        line: raw.line,
        column: column.map(ToOwned::to_owned),
        code: code.to_owned(),
        detail: detail.into(),
    }
}

struct RowReader<'a> {
    raw: &'a Raw,
    fields: Fields<'a>,
}

impl RowReader<'_> {
    fn read<T>(
        &self,
        column: &str,
        value: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Result<Option<T>, RowError> {
        let invalid =
            |fault: ValueError| error(self.raw, Some(column), "invalid_value", fault.to_string());
        self.fields
            .get(column)
            .map(|text| value(text).map_err(invalid))
            .transpose()
    }

    fn missing(&self, column: &str) -> RowError {
        error(self.raw, Some(column), "missing_value", "must be given")
    }
}

/// By the name that HTTP bodies give it.
fn template(text: &str) -> Result<Template, ValueError> {
    serde_json::from_value(text.to_lowercase().into())
        .map_err(|_| ValueError::Form("the name of a template"))
}
