//! `POST /api/admin/accounts`: an account, and a letter with the link by which its password is chosen.

use super::problem::{email_taken, refused};
use crate::{Deps, view::AccountView};
use axum::extract::State;
use registrar_domain::{
    account::{Account, Decision, Locale, New},
    actor::{Actor, Role},
    value::{Email, PersonName, Phone},
};
use registrar_runtime::{
    extract::{Body, Once, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
    security,
};
use registrar_store::{StoreError, answers::Claim};
use serde::Deserialize;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateBody {
    email: Email,
    name: PersonName,
    role: Role,
    #[serde(default)]
    phone: Option<Phone>,
    #[serde(default)]
    locale: Locale,
}

#[tracing::instrument(name = "accounts.create", skip_all)]
pub(crate) async fn create(
    State(deps): State<Deps>,
    Staff(actor): Staff,
    Once(claim): Once,
    Body(body): Body<CreateBody>,
) -> ApiResult {
    let new = New {
        role: body.role,
        name: body.name,
        email: body.email,
        phone: body.phone,
        locale: body.locale,
    };
    let (_, reply) = deps.add(new, Some(actor), claim).await?;
    Ok(reply)
}

impl Deps {
    /// Makes an account whose address nobody has, and the answer that says so.
    pub(crate) async fn add(
        &self,
        new: New,
        by: Option<Actor>,
        claim: Option<Claim>,
    ) -> Result<(Account, Reply), Problem> {
        let (table, moment) = (&self.shell.table, self.shell.moment());
        let email = new.email.clone();
        let decision = new.create(by, &self.invitations, moment).map_err(refused)?;
        if table.account_by_email(&email).await?.is_some() {
            return Err(email_taken());
        }
        let Decision { account, entry, .. } = &decision;
        let account = account.clone().ok_or_else(Problem::not_found)?;
        let reply = Reply::created(&AccountView::from(&account))
            .etag(account.version)
            .location(format!("/api/admin/accounts/{}", account.id));
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
        match table.commit_account(None, &decision, kept, moment).await {
            Ok(()) => {}
            Err(StoreError::Conflict) if table.account_by_email(&email).await?.is_some() => {
                return Err(email_taken());
            }
            Err(error) => return Err(error.into()),
        }
        security::event("account_created", Some(entry.by));
        Ok((account, reply))
    }
}
