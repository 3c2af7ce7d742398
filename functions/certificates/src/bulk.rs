//! Bulk issues over HTTP: one file or one cohort, many certificates.
//!
//! | path | what |
//! |---|---|
//! | `POST /api/admin/certificates/bulk/uploads` | a signed `PUT` for a CSV file of this size, for 15 minutes |
//! | `POST /api/admin/certificates/bulk` | begins: with the upload's id, or with students' ids and one course; 202 |
//! | `GET /api/admin/certificates/bulk` | all, newest first |
//! | `GET /api/admin/certificates/bulk/{id}` | how far it is |
//! | `GET /api/admin/certificates/bulk/{id}/errors` | what is wrong with which rows, in the file's order |
//! | `POST /api/admin/certificates/bulk/{id}/cancel` | issues nothing more |
//!
//! All of it is for staff. The file goes straight to S3: a request's body is at most 256 KB here and 6 MB at Lambda, ten
//! thousand rows are a megabyte and a hundred thousand are ten, and a signed `PUT` is taken for its declared size alone. What
//! is uploaded is looked through as a whole when it is begun, so that a wrong header, an empty file or an open quote is this
//! request's refusal and not an hour's work; then its rows are kept where the signed `PUT` does not reach. An upload is begun
//! once: its id is the bulk issue's.

mod cancel;
mod errors;
mod get;
mod list;
mod problem;
mod start;
mod upload;
mod view;

use crate::Deps;
use axum::{
    Router,
    routing::{get, post},
};
use registrar_domain::{bulk::Bulk, id::BulkId};
use registrar_runtime::{
    extract::{Asked, Row},
    problem::Problem,
};

/// The routes of bulk issues.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route(
            "/api/admin/certificates/bulk",
            get(list::list).post(start::start),
        )
        .route("/api/admin/certificates/bulk/uploads", post(upload::upload))
        .route("/api/admin/certificates/bulk/{id}", get(get::get))
        .route(
            "/api/admin/certificates/bulk/{id}/errors",
            get(errors::errors),
        )
        .route(
            "/api/admin/certificates/bulk/{id}/cancel",
            post(cancel::cancel),
        )
}

impl Row<Deps> for Bulk {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        load(deps, asked.id("id")?).await
    }
}

async fn load(deps: &Deps, id: BulkId) -> Result<Bulk, Problem> {
    let bulk = deps.shell.table.bulk(id).await?;
    bulk.ok_or_else(problem::not_found)
}
