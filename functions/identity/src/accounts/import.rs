//! `POST /api/admin/accounts/import`: many accounts from a CSV file (`email`, `name`, `role`, and `phone`, `locale` where
//! wanted), each invited. A row that is wrong is told and stops no other. Whoever has an account with this address, name
//! and role already is passed over, so the same file may be sent again.

use super::problem::email_taken;
use crate::Deps;
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    account::{Locale, New},
    actor::{Actor, Role},
    bulk::sheet::{Cursor, Fields, Raw, Survey, rows, survey},
    id::AccountId,
    value::{Email, PersonName, Phone, ValueError},
};
use registrar_runtime::{
    extract::{CsvBody, Once, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::Serialize;

/// The columns that are read.
const COLUMNS: [&str; 5] = ["email", "name", "role", "phone", "locale"];
/// Those that must be there.
const NEEDED: [&str; 3] = ["email", "name", "role"];
/// The most rows of a file: each is a transaction, and the function has 15 seconds.
const MOST_ROWS: u32 = 200;

#[derive(Debug, Serialize)]
struct ImportView {
    created: usize,
    existing: usize,
    failed: usize,
    rows: Vec<RowView>,
}

#[derive(Debug, Serialize)]
struct RowView {
    /// From 1; the header is none.
    row: u32,
    /// The line of the file.
    line: u64,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum Outcome {
    Created { account_id: AccountId },
    Existing { account_id: AccountId },
    Failed { errors: Vec<Wrong> },
}

#[derive(Debug, Serialize)]
struct Wrong {
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    code: &'static str,
    detail: String,
}

impl Wrong {
    fn of(column: &str, code: &'static str, detail: &dyn std::fmt::Display) -> Self {
        Self {
            column: Some(column.to_owned()),
            code,
            detail: detail.to_string(),
        }
    }
}

#[tracing::instrument(name = "accounts.import", skip_all)]
pub(crate) async fn import(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    // Each row is a transaction of its own; the answer is kept when all are done.
    _: Once,
    CsvBody(file): CsvBody,
) -> ApiResult {
    let found = survey(&file, &COLUMNS, MOST_ROWS).map_err(|fault| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_file")
            .detail(fault.to_string())
            .field("", fault.code(), fault.to_string())
    })?;
    if let Some(missing) = NEEDED.iter().find(|name| !found.layout.has(name)) {
        let detail = format!("the column {missing} is missing");
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_file")
                .detail(detail.clone())
                .field("", "missing_column", detail),
        );
    }
    let most = usize::try_from(MOST_ROWS).unwrap_or(usize::MAX);
    let mut told = Vec::new();
    for raw in rows(&found.kept, Cursor::default(), true, most) {
        let outcome = deps.take(&raw, &found, actor).await?;
        told.push(RowView {
            row: raw.next.row,
            line: raw.line,
            outcome,
        });
    }
    let count = |wanted: fn(&Outcome) -> bool| told.iter().filter(|r| wanted(&r.outcome)).count();
    Ok(Reply::ok(&ImportView {
        created: count(|outcome| matches!(outcome, Outcome::Created { .. })),
        existing: count(|outcome| matches!(outcome, Outcome::Existing { .. })),
        failed: count(|outcome| matches!(outcome, Outcome::Failed { .. })),
        rows: told,
    }))
}

impl Deps {
    /// Works on one row. What cannot be reached ends the request: sent again, it goes on where it stopped.
    async fn take(&self, raw: &Raw, found: &Survey, actor: Actor) -> Result<Outcome, Problem> {
        let fields = match raw.fields(&found.layout) {
            Ok(fields) => fields,
            Err((malformed, column)) => {
                let errors = vec![Wrong {
                    column: column.map(ToOwned::to_owned),
                    code: malformed.code(),
                    detail: malformed.to_string(),
                }];
                return Ok(Outcome::Failed { errors });
            }
        };
        let new = match read(&fields) {
            Ok(new) => new,
            Err(errors) => return Ok(Outcome::Failed { errors }),
        };
        if let Some(account) = self.shell.table.account_by_email(&new.email).await? {
            if account.role == new.role && account.name == new.name {
                let account_id = account.id;
                return Ok(Outcome::Existing { account_id });
            }
            return Ok(failed(&email_taken()));
        }
        match self.add(new, Some(actor), None).await {
            Ok((account, _)) => Ok(Outcome::Created {
                account_id: account.id,
            }),
            Err(problem) if problem.status().is_client_error() => Ok(failed(&problem)),
            Err(problem) => Err(problem),
        }
    }
}

fn failed(problem: &Problem) -> Outcome {
    let column = match problem.code() {
        "forbidden" => Some("role"),
        "email_taken" => Some("email"),
        _ => None,
    };
    let detail = match problem.code() {
        "forbidden" => "only a super admin decides who is staff",
        "email_taken" => "another account has this address",
        _ => "the row met another change: send the file again",
    };
    let errors = vec![Wrong {
        column: column.map(ToOwned::to_owned),
        code: problem.code(),
        detail: detail.to_owned(),
    }];
    Outcome::Failed { errors }
}

/// Who a row is about, or all that is wrong with it.
fn read(fields: &Fields<'_>) -> Result<New, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let email = needed(fields, "email", Email::new, &mut wrong);
    let name = needed(fields, "name", PersonName::new, &mut wrong);
    let role = needed(fields, "role", role, &mut wrong);
    let phone = wanted(fields, "phone", Phone::new, &mut wrong);
    let locale = wanted(fields, "locale", locale, &mut wrong);
    match (email, name, role) {
        (Some(email), Some(name), Some(role)) if wrong.is_empty() => Ok(New {
            role,
            name,
            email,
            phone,
            locale: locale.unwrap_or_default(),
        }),
        _ => Err(wrong),
    }
}

fn needed<T>(
    fields: &Fields<'_>,
    column: &str,
    read: impl Fn(&str) -> Result<T, ValueError>,
    wrong: &mut Vec<Wrong>,
) -> Option<T> {
    if fields.get(column).is_none() {
        wrong.push(Wrong::of(column, "missing_field", &"must be there"));
        return None;
    }
    wanted(fields, column, read, wrong)
}

fn wanted<T>(
    fields: &Fields<'_>,
    column: &str,
    read: impl Fn(&str) -> Result<T, ValueError>,
    wrong: &mut Vec<Wrong>,
) -> Option<T> {
    let value = read(fields.get(column)?);
    value
        .map_err(|error| wrong.push(Wrong::of(column, "invalid_value", &error)))
        .ok()
}

fn role(text: &str) -> Result<Role, ValueError> {
    let code = text.to_lowercase().replace([' ', '-'], "_");
    Role::of_code(&code).ok_or(ValueError::Form(
        "student, customer, tutor, admin or super_admin",
    ))
}

fn locale(text: &str) -> Result<Locale, ValueError> {
    match text.to_lowercase().as_str() {
        "en" => Ok(Locale::En),
        "fr" | "fr-ca" => Ok(Locale::Fr),
        _ => Err(ValueError::Form("en or fr-CA")),
    }
}
