//! Refusals as HTTP says them.

use axum::http::StatusCode;
use registrar_domain::{
    actor::{Actor, Role},
    webhook::Refusal,
};
use registrar_providers::webhook::{Reach, Refused, Target};
use registrar_runtime::problem::Problem;

/// The domain's refusals.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    let code = match refusal {
        Refusal::OfDeployment => "webhook_of_deployment",
        Refusal::Disabled => "webhook_disabled",
    };
    Problem::new(StatusCode::CONFLICT, code).detail(refusal.to_string())
}

/// Only super admins decide where people's data goes.
pub(crate) fn super_admin(actor: Actor) -> Result<(), Problem> {
    if actor.role == Role::SuperAdmin {
        Ok(())
    } else {
        Err(Problem::new(StatusCode::FORBIDDEN, "forbidden").detail("this is for super admins"))
    }
}

/// Looks at an address as the worker will: 422 `address_refused` for one that is never called.
pub(crate) async fn callable(url: &str, reach: Reach) -> Result<(), Problem> {
    let judged = match Target::read(url, reach) {
        Ok(target) => target.resolves(reach).await,
        Err(refused) => Err(refused),
    };
    judged.map_err(address)
}

fn address(refused: Refused) -> Problem {
    let detail = refused.to_string();
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "address_refused")
        .detail(detail.clone())
        .field("/url", "address_refused", detail)
}
