//! `/auth/set-password`: where the link of an invitation leads. `GET` shows a page with a form, which needs no script;
//! `POST` takes the form, or the same as JSON.
//!
//! A form is always answered with 303: to the page that says that it is done, or back to the form with what was wrong.
//! Opening the page uses nothing up, because programs that look through mail open links too.

mod page;

use crate::{
    Deps,
    accounts::refused,
    password::{self, Password},
};
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
};
use page::Page;
use registrar_domain::account::{Invitation, Refusal};
use registrar_runtime::{
    extract::{FormOrJson, Once, Params},
    problem::{ApiResult, Problem},
    reply::Reply,
    security,
};
use registrar_store::{StoreError, answers::Claim};
use serde::Deserialize;
use serde_json::json;

const DONE: &str = "/auth/set-password/done";

/// What the link says.
#[derive(Debug, Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    token: String,
    #[serde(default)]
    lang: String,
    /// What was wrong the last time.
    #[serde(default)]
    problem: String,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    token: String,
    password: Password,
}

/// A request of a network that has not asked too often: links can be guessed at, and passwords cost time.
#[derive(Debug)]
pub(crate) struct Limited;

impl FromRequestParts<Deps> for Limited {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Problem> {
        deps.limit(&parts.extensions).await.map(|()| Self)
    }
}

#[tracing::instrument(name = "identity.set_password.page", skip_all)]
pub(crate) async fn page(
    State(deps): State<Deps>,
    _: Limited,
    Params(link): Params<Link>,
) -> page::PageResult {
    let french = link.lang.starts_with("fr");
    let page = if deps.opened(&link.token).await?.is_some() {
        Page::Form {
            token: &link.token,
            refused: link.problem == "password",
        }
    } else {
        Page::Ended
    };
    Ok(page.answer(french))
}

pub(crate) async fn done(Params(link): Params<Link>) -> page::PageResult {
    Ok(Page::Done.answer(link.lang.starts_with("fr")))
}

#[tracing::instrument(name = "identity.set_password", skip_all)]
pub(crate) async fn submit(
    State(deps): State<Deps>,
    _: Limited,
    Once(claim): Once,
    FormOrJson { value, fields }: FormOrJson<Chosen>,
) -> ApiResult {
    let Some(fields) = fields else {
        let reply = Reply::ok(&json!({"status": "password_set"}));
        deps.choose(value?, claim.as_ref(), &reply).await?;
        return Ok(reply);
    };
    let field = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let language = if field("lang").starts_with("fr") {
        "fr-CA"
    } else {
        "en"
    };
    let again = |problem: &str| {
        let token: String = field("token").chars().filter(|c| page::plain(*c)).collect();
        Reply::see_other(format!(
            "/auth/set-password?token={token}&lang={language}&problem={problem}"
        ))
    };
    let Ok(chosen) = value else {
        return Ok(again("password"));
    };
    let reply = Reply::changed(format!("{DONE}?lang={language}"));
    match deps.choose(chosen, claim.as_ref(), &reply).await {
        Ok(()) => Ok(reply),
        // A refusal is told on the page; a fault of ours is a problem.
        Err(problem) if problem.status().is_client_error() => Ok(again("link")),
        Err(problem) => Err(problem),
    }
}

impl Deps {
    /// The invitation that a token opens now.
    async fn opened(&self, token: &str) -> Result<Option<Invitation>, Problem> {
        let Some(id) = Invitation::account_of(token) else {
            return Ok(None);
        };
        let table = &self.shell.table;
        let invitation = table.invitation(id).await?;
        let opened = invitation.filter(|i| i.opens(token, self.shell.now()));
        match opened {
            Some(invitation) if invitation.bootstrap && table.super_admins().await? > 0 => Ok(None),
            opened => Ok(opened),
        }
    }

    /// Sets the password and uses the link up, in one transaction: of two who have the link, one succeeds.
    async fn choose(
        &self,
        chosen: Chosen,
        claim: Option<&Claim>,
        reply: &Reply,
    ) -> Result<(), Problem> {
        let ended = || refused(Refusal::Link);
        // Looked at first, because hashing costs.
        let invitation = self.opened(&chosen.token).await?.ok_or_else(ended)?;
        let account = self.shell.table.account(invitation.account_id).await?;
        let account = account.ok_or_else(ended)?;
        let moment = self.shell.moment();
        let hash = password::hash(&chosen.password, &moment.random::<16>());
        let hash = hash.map_err(Problem::internal)?;
        let decision = account.redeem(invitation, &chosen.token, hash, moment);
        let decision = decision.map_err(refused)?;
        let answer = reply.answer();
        let kept = claim.map(|claim| (claim, &answer));
        let table = &self.shell.table;
        let committed = table.commit_account(Some(&account), &decision, kept, moment);
        match committed.await {
            Ok(()) => {
                security::event("password_set", Some(account.id));
                Ok(())
            }
            Err(StoreError::Conflict) if self.opened(&chosen.token).await?.is_none() => {
                Err(ended())
            }
            Err(error) => Err(error.into()),
        }
    }
}
