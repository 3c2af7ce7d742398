//! Certificates over HTTP: issuing, lists, revoking, downloads, and what the public and the edge may know.
//!
//! | path | who | what |
//! |---|---|---|
//! | `POST /api/admin/certificates/generate` | staff | issue |
//! | `GET /api/admin/certificates` | staff | all, or a student's |
//! | `GET /api/admin/certificates/{id}` | anybody | the public verification; for staff the whole certificate beside it |
//! | `POST /api/admin/certificates/{id}/revoke` | staff | take back |
//! | `GET /api/admin/certificates/{id}/download`, `GET /api/certificates/{id}/download` | holder, staff, or a signed link | a short-lived address of the PDF |
//! | `GET /api/certificates`, `GET /api/certificates/{id}` | holder | their own |
//! | `GET /api/certificates/{id}/edge` | anybody | the edge's record |
//! | `GET /status-lists/{n}`, `GET /certificate-keys` | anybody | the signed list, the public keys |
//! | `GET /status-lists/{n}/suspension` | anybody | 404: nothing suspends certificates, which the edge reads as no such list |
//!
//! Issuing the same fact again (student, course, completion date) answers with the certificate that stands: 200, not 201.
//! Two requests at once for one fact meet in the transaction that creates the fact's item; the later one reads again.

mod download;
mod generate;
mod get;
mod list;
mod problem;
mod public;
mod revoke;
mod view;

use axum::{
    Router,
    routing::{get, post},
};
use registrar_domain::{
    certificate::{Certificate, CertificateId, DownloadLinks},
    credential::SigningKeys,
};
use registrar_runtime::{
    Shell,
    problem::Problem,
    settings::{Settings, SettingsError},
};
use registrar_store::blobs::Bucket;
use std::sync::Arc;

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Deps {
    shell: Shell,
    keys: Arc<SigningKeys>,
    links: DownloadLinks,
    bucket: Bucket,
}

impl Deps {
    /// Reads `CERTIFICATE_KEYS`, `DOWNLOAD_LINK_SECRET` and `CERTIFICATES_BUCKET`.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let keys = SigningKeys::from_json(&settings.need("CERTIFICATE_KEYS")?)
            .map_err(|e| SettingsError::refused("CERTIFICATE_KEYS", e))?;
        let links = DownloadLinks::from_base64(&settings.need("DOWNLOAD_LINK_SECRET")?)
            .map_err(|e| SettingsError::refused("DOWNLOAD_LINK_SECRET", e))?;
        let bucket = Bucket::new(shell.aws(), &settings.need("CERTIFICATES_BUCKET")?);
        Ok(Self {
            shell,
            keys: Arc::new(keys),
            links,
            bucket,
        })
    }
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/api/admin/certificates/generate", post(generate::generate))
        .route("/api/admin/certificates", get(list::all))
        .route("/api/admin/certificates/{id}", get(get::public_or_staff))
        .route("/api/admin/certificates/{id}/revoke", post(revoke::revoke))
        .route(
            "/api/admin/certificates/{id}/download",
            get(download::signed_in),
        )
        .route("/api/certificates", get(list::own))
        .route("/api/certificates/{id}", get(get::own))
        .route(
            "/api/certificates/{id}/download",
            get(download::signed_in_or_link),
        )
        .route("/api/certificates/{id}/edge", get(public::edge_record))
        .route("/status-lists/{list}", get(public::status_list))
        .route(
            "/status-lists/{list}/suspension",
            get(public::suspension_list),
        )
        .route("/certificate-keys", get(public::keys))
        .with_state(deps)
}

pub(crate) async fn load(deps: &Deps, id: &CertificateId) -> Result<Certificate, Problem> {
    deps.shell
        .table
        .certificate(id)
        .await?
        .ok_or_else(problem::not_found)
}
