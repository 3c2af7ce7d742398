//! `PATCH …/{id or number}/assign`: who works on a ticket; and `GET …/assignees`: who could.

use crate::{Changing, problem::refused};
use axum::{extract::State, http::StatusCode};
use futures_util::future::try_join_all;
use registrar_domain::{
    id::AccountId,
    page::Limit,
    ticket::{Assignee, Refusal, Ticket},
    value::Email,
};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Staff, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// What a client sends: to whom, or null for nobody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignBody {
    #[serde(alias = "assigned_admin_id", alias = "assigned_to_admin_id")]
    #[serde(deserialize_with = "Option::deserialize")]
    assigned_to: Option<AccountId>,
    /// Who does it; must be the signed-in person (checklist I-04).
    #[serde(default)]
    admin_id: Option<AccountId>,
}

#[tracing::instrument(name = "tickets.assign", skip_all, fields(ticket.id))]
pub(crate) async fn assign(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Body(body): Body<AssignBody>,
) -> ApiResult {
    crate::own_admin_id(actor, body.admin_id)?;
    let assignee = match body.assigned_to {
        None => None,
        Some(id) => {
            let account = shell.table.account(id).await?;
            let assignee = account
                .ok_or(Refusal::NotStaff)
                .and_then(|account| Assignee::of(&account));
            Some(assignee.map_err(|r| refused(&r))?)
        }
    };
    let changing = Changing::of(&shell, actor, ticket);
    changing
        .commit(if_match, None, |ticket, moment| {
            ticket.assign(actor, assignee, moment)
        })
        .await
}

/// Everybody whom a ticket can be assigned to.
#[derive(Debug, Serialize)]
struct Assignees {
    assignees: Vec<AssigneeView>,
}

#[derive(Debug, Serialize)]
struct AssigneeView {
    id: AccountId,
    first_name: String,
    last_name: String,
    email: Email,
}

/// The largest staff that is listed.
const MOST_STAFF: usize = 1000;

#[tracing::instrument(name = "tickets.assignees", skip_all)]
pub(crate) async fn assignees(State(shell): State<Shell>, _: Staff) -> ApiResult {
    let mut assignees = Vec::new();
    let mut cursor = None;
    loop {
        let limit = Limit::try_from(100).map_err(Problem::internal)?;
        let page = shell.table.staff(cursor.as_deref(), limit).await?;
        let accounts = page.rows.into_iter().map(|id| shell.table.account(id));
        let accounts = try_join_all(accounts).await?.into_iter().flatten();
        assignees.extend(accounts.map(|account| {
            let (first_name, last_name) = names(account.name.as_str());
            AssigneeView {
                id: account.id,
                first_name,
                last_name,
                email: account.email,
            }
        }));
        if assignees.len() > MOST_STAFF {
            return Err(Problem::new(StatusCode::CONFLICT, "too_many_staff")
                .detail("there are too many members of staff to list at once"));
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            assignees.sort_by(|a, b| {
                (&a.first_name, &a.last_name, a.id).cmp(&(&b.first_name, &b.last_name, b.id))
            });
            return Ok(Reply::ok(&Assignees { assignees }));
        }
    }
}

/// A name in the two parts that forms ask for: the last word, and what is before it.
fn names(name: &str) -> (String, String) {
    match name.rsplit_once(char::is_whitespace) {
        Some((first, last)) => (first.trim().to_owned(), last.to_owned()),
        None => (name.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_name_of_one_word_has_no_last_name() {
        assert_eq!(names("Meera Iyer"), ("Meera".into(), "Iyer".into()));
        assert_eq!(names("Ana de la Cruz"), ("Ana de la".into(), "Cruz".into()));
        assert_eq!(names("Suharto"), ("Suharto".into(), String::new()));
    }
}
