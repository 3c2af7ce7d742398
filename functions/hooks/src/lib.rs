//! Endpoints of outgoing webhooks over HTTP, and the log of what was sent to them.
//!
//! Staff sees endpoints and logs, tries endpoints and replays deliveries. Who gets events decides where people's data goes, so
//! setting up, changing, taking away and new secrets are for super admins.
//!
//! | path | what | who |
//! |---|---|---|
//! | `GET /api/admin/webhooks` | all endpoints | staff |
//! | `POST /api/admin/webhooks` | a new one; the answer shows its secret, once | super admin |
//! | `GET …/{id}` | one | staff |
//! | `PATCH …/{id}` | change, disable, enable again | super admin |
//! | `DELETE …/{id}` | take away | super admin |
//! | `POST …/{id}/rotate-secret` | a new secret; the one before signs beside it for a day | super admin |
//! | `POST …/{id}/test` | send a trial | staff |
//! | `GET …/{id}/deliveries` | the log, newest first, 30 days of it | staff |
//! | `GET …/{id}/deliveries/{delivery}` | one of it | staff |
//! | `POST …/{id}/deliveries/{delivery}/replay` | send again, under the same `webhook-id` | staff |

mod change;
mod create;
mod delete;
mod deliveries;
mod get;
mod problem;
mod replay;
mod rotate_secret;
mod test;
mod view;

use axum::{
    Router,
    routing::{get, post},
};
use registrar_domain::{
    id::WebhookId,
    webhook::{Delivery, Endpoint, EventId},
};
use registrar_providers::webhook::Reach;
use registrar_runtime::{
    Shell,
    extract::{Asked, Row},
    problem::Problem,
    settings::{Settings, SettingsError},
};

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Deps {
    shell: Shell,
    reach: Reach,
}

impl Deps {
    /// Reads `WEBHOOK_LOOPBACK`.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let loopback = settings.optional("WEBHOOK_LOOPBACK");
        let reach = Reach::of_setting(loopback.as_deref())
            .ok_or_else(|| SettingsError::invalid("WEBHOOK_LOOPBACK", "true or false"))?;
        Ok(Self { shell, reach })
    }

    /// The endpoint `id`.
    pub(crate) async fn endpoint(&self, id: WebhookId) -> Result<Endpoint, Problem> {
        let found = self.shell.table.webhook(id).await?;
        found.ok_or_else(Problem::not_found)
    }
}

impl Row<Deps> for Endpoint {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        deps.endpoint(asked.id("id")?).await
    }
}

impl Row<Deps> for Delivery {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let (webhook, event): (WebhookId, EventId) = (asked.id("id")?, asked.id("delivery")?);
        let found = deps.shell.table.webhook_delivery(webhook, &event).await?;
        found.ok_or_else(Problem::not_found)
    }
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let base = "/api/admin/webhooks";
    let one = format!("{base}/{{id}}");
    let delivery = format!("{one}/deliveries/{{delivery}}");
    Router::new()
        .route(base, get(get::all).post(create::create))
        .route(
            &one,
            get(get::one).patch(change::change).delete(delete::delete),
        )
        .route(&format!("{one}/rotate-secret"), post(rotate_secret::rotate))
        .route(&format!("{one}/test"), post(test::test))
        .route(&format!("{one}/deliveries"), get(deliveries::list))
        .route(&delivery, get(deliveries::one))
        .route(&format!("{delivery}/replay"), post(replay::replay))
        .with_state(deps)
}
