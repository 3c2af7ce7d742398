//! Accounts, for staff: `/api/admin/accounts`. Who may do what is said in [`registrar_domain::account`].

pub(crate) mod create;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod manage;
mod problem;

pub(crate) use problem::refused;

use crate::{Deps, view::AccountView};
use axum::http::StatusCode;
use registrar_domain::{
    account::{Account, Decision},
    clock::Moment,
    id::AccountId,
};
use registrar_runtime::{
    problem::{ApiResult, Problem},
    reply::Reply,
    security,
};
use registrar_store::{StoreError, answers::Claim};

impl Deps {
    /// The account `id`.
    pub(crate) async fn account(&self, id: AccountId) -> Result<Account, Problem> {
        let found = self.shell.table.account(id).await?;
        found.ok_or_else(Problem::not_found)
    }

    /// Commits a change of an account that stays, and shows it.
    pub(crate) async fn change(
        &self,
        before: &Account,
        decision: &Decision,
        claim: Option<Claim>,
        moment: Moment<'_>,
    ) -> ApiResult {
        let after = decision.account.as_ref().ok_or_else(Problem::not_found)?;
        let reply = Reply::ok(&AccountView::from(after)).etag(after.version);
        let answer = reply.answer();
        let kept = claim.as_ref().map(|claim| (claim, &answer));
        self.commit(before, decision, kept, moment).await?;
        Ok(reply)
    }

    /// Commits a change of an account. Of two who would leave no super admin, the later one is refused.
    pub(crate) async fn commit(
        &self,
        before: &Account,
        decision: &Decision,
        kept: Option<(&Claim, &registrar_store::answers::Answer)>,
        moment: Moment<'_>,
    ) -> Result<(), Problem> {
        let table = &self.shell.table;
        let stays = decision.account.as_ref();
        let leaves = before.is_super_admin() && !stays.is_some_and(Account::is_super_admin);
        if leaves && table.super_admins().await? <= 1 {
            return Err(last_super_admin());
        }
        match table
            .commit_account(Some(before), decision, kept, moment)
            .await
        {
            Ok(()) => {}
            Err(StoreError::Conflict) if leaves && table.super_admins().await? <= 1 => {
                return Err(last_super_admin());
            }
            Err(error) => return Err(error.into()),
        }
        security::event("account_changed", Some(decision.entry.by));
        Ok(())
    }
}

fn last_super_admin() -> Problem {
    Problem::new(StatusCode::CONFLICT, "last_super_admin")
        .detail("this is the last super admin who can sign in: make another one first")
}
