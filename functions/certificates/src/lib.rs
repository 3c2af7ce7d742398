//! Certificates over HTTP: issuing, lists, revoking, downloads, and what the public and the edge may know.
//!
//! | path | who | what |
//! |---|---|---|
//! | `POST /api/admin/certificates/generate` | staff | issue |
//! | `GET /api/admin/certificates` | staff | lists and searches: student, status, expiry, course, days, words |
//! | `GET /api/admin/certificates/counts`, `GET /api/certificates/counts` | staff; holder | how many, by standing |
//! | `POST /api/admin/certificates/preview`, `GET /api/admin/certificates/previews/{id}` | staff | the page, without issuing |
//! | `GET /api/admin/certificates/{id}` | anybody | the public verification; for staff the whole certificate beside it |
//! | `POST /api/admin/certificates/{id}/revoke` | staff | take back, for ever |
//! | `POST …/{id}/suspend`, `POST …/{id}/reinstate` | staff | take its force for a time, give it back |
//! | `POST …/{id}/reissue` | staff | a corrected one in its place |
//! | `POST …/{id}/withdraw`, `POST /api/admin/certificates/withdraw` | staff | the holder was erased: one of theirs, all of theirs |
//! | `GET …/{id}/history` | staff | who, when, why |
//! | `/api/admin/certificates/bulk` and what is below it | staff | bulk issues: see `bulk` |
//! | `GET /api/admin/certificates/{id}/download`, `GET /api/certificates/{id}/download` | holder, staff, or a signed link | a short-lived address of the PDF; of one that is suspended or revoked for staff alone |
//! | `GET /api/certificates`, `GET /api/certificates/{id}` | holder | their own |
//! | `GET /api/certificates/{id}/edge` | anybody | the edge's record |
//! | `GET /badges/{id}`, also `.jwt`, `.eddsa.jwt`, `.png`, `.svg` | anybody | the badge, as wallets read it |
//! | `GET /.well-known/openbadges/issuer`, `…/keys`, `…/keys/{n}` | anybody | who issues, and what verifies badges and lists |
//! | `GET /status-lists/{n}`, `GET /certificate-keys` | anybody | the signed list, the public keys |
//! | `GET /status-lists/{n}/suspension` | anybody | the same of suspensions |
//!
//! A withdrawn certificate is 410 `withdrawn` everywhere but in staff's lists, history and single reads, which show that it
//! was, and in the edge's record, which says so.
//!
//! Issuing the same fact again (student, course, completion date) answers with the certificate that stands: 200, not 201.
//! Two requests at once for one fact meet in the transaction that creates the fact's item; the later one reads again, and
//! where neither committed it decides again, under the same place in the status lists.

mod badge;
mod bulk;
mod changing;
mod counts;
mod download;
mod generate;
mod get;
mod history;
mod list;
mod preview;
mod problem;
mod public;
mod reconciliation;
mod reinstate;
mod reissue;
mod revoke;
mod suspend;
mod view;
mod withdraw;

use axum::{
    Router,
    routing::{get, post},
};
use registrar_domain::{
    actor::Actor,
    certificate::{Certificate, CertificateId, DownloadLinks, Kept, Showing},
    credential::SigningKeys,
};
use registrar_runtime::{
    Shell,
    extract::{Asked, Row},
    limits::Digests,
    problem::Problem,
    settings::{Settings, SettingsError},
    signer::Signer,
};
use registrar_store::blobs::Bucket;
use std::sync::Arc;

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Deps {
    shell: Shell,
    keys: Arc<SigningKeys>,
    links: DownloadLinks,
    digests: Digests,
    bucket: Bucket,
    /// Where the files of bulk issues go.
    imports: Bucket,
    organization: Arc<str>,
}

impl Deps {
    /// Reads `CERTIFICATE_KEYS` (and opens what is sealed), `DOWNLOAD_LINK_SECRET`, `CERTIFICATES_BUCKET`, `IMPORTS_BUCKET` and
    /// `ORGANIZATION_NAME`.
    pub async fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let signer = Signer::from_settings(settings, shell.aws()).await?;
        let secret = settings.need("DOWNLOAD_LINK_SECRET")?;
        let digests = Digests::from_secret(secret.as_bytes());
        let links = DownloadLinks::from_base64(&secret)
            .map_err(|e| SettingsError::refused("DOWNLOAD_LINK_SECRET", e))?;
        let bucket = Bucket::new(shell.aws(), &settings.need("CERTIFICATES_BUCKET")?);
        let imports = Bucket::new(shell.aws(), &settings.need("IMPORTS_BUCKET")?);
        Ok(Self {
            shell,
            keys: Arc::clone(signer.keys()),
            links,
            digests,
            bucket,
            imports,
            organization: settings.organization()?.into(),
        })
    }

    /// In whose name and under which address certificates are shown.
    fn showing(&self) -> Showing<'_> {
        Showing {
            organization: &self.organization,
            verify_base_url: &self.shell.verify_base_url,
        }
    }
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    Router::new()
        .route("/api/admin/certificates/generate", post(generate::generate))
        .route("/api/admin/certificates", get(list::all))
        .route("/api/admin/certificates/{id}", get(get::public_or_staff))
        .route("/api/admin/certificates/counts", get(counts::all))
        .route("/api/admin/certificates/withdraw", post(withdraw::all))
        .route(
            "/api/admin/certificates/reconciliation",
            get(reconciliation::latest),
        )
        .route("/api/admin/certificates/preview", post(preview::request))
        .route("/api/admin/certificates/previews/{id}", get(preview::get))
        .route("/api/admin/certificates/{id}/revoke", post(revoke::revoke))
        .route(
            "/api/admin/certificates/{id}/suspend",
            post(suspend::suspend),
        )
        .route(
            "/api/admin/certificates/{id}/reinstate",
            post(reinstate::reinstate),
        )
        .route(
            "/api/admin/certificates/{id}/reissue",
            post(reissue::reissue),
        )
        .route(
            "/api/admin/certificates/{id}/withdraw",
            post(withdraw::withdraw),
        )
        .route(
            "/api/admin/certificates/{id}/history",
            get(history::history),
        )
        .route(
            "/api/admin/certificates/{id}/download",
            get(download::signed_in),
        )
        .route("/api/certificates", get(list::own))
        .route("/api/certificates/counts", get(counts::own))
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
        .merge(bulk::routes())
        .merge(badge::routes())
        .with_state(deps)
}

/// A certificate, or what is left of it.
pub(crate) async fn kept(deps: &Deps, id: &CertificateId) -> Result<Kept, Problem> {
    deps.shell
        .table
        .kept_certificate(id)
        .await?
        .ok_or_else(problem::not_found)
}

impl Row<Deps> for Certificate {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        theirs(deps, asked.person()?, &asked.id("id")?).await
    }
}

/// A certificate that somebody who signed in may see as holder or staff.
pub(crate) async fn theirs(
    deps: &Deps,
    actor: Actor,
    id: &CertificateId,
) -> Result<Certificate, Problem> {
    let found = Some(load(deps, id).await?);
    let seen = found.filter(|certificate| actor.may_see(certificate.student_id));
    seen.ok_or_else(problem::not_found)
}

/// A certificate; 410 when it was withdrawn.
pub(crate) async fn load(deps: &Deps, id: &CertificateId) -> Result<Certificate, Problem> {
    kept(deps, id).await?.whole().ok_or_else(problem::withdrawn)
}
