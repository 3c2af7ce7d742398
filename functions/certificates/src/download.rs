//! `GET …/{id}/download`: a short-lived address of the PDF.
//!
//! | how it stands | holder, or a letter's link | staff |
//! |---|---|---|
//! | valid, expired | the address | the address |
//! | suspended | 409 `certificate_suspended`, until it is reinstated | the address |
//! | revoked | 409 `certificate_revoked` | the address: they need the document for their records |
//! | withdrawn | 410 `withdrawn` | 410 `withdrawn`: there is none |

use crate::{Deps, badge::Form, load, theirs};
use axum::{
    extract::State,
    http::{Extensions, HeaderMap, StatusCode},
};
use registrar_domain::certificate::{Certificate, CertificateId, Standing};
use registrar_runtime::{
    extract::{Params, Segment, SignedIn, Visible, Visitor},
    limits,
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::{Deserialize, Serialize};

/// For how long the address works, in seconds.
const SECONDS: u64 = 300;

/// What a signed link carries. What else is in the query is passed over: who counts the clicks in letters adds to their
/// links (`utm_source`), and the signature covers all that matters.
#[derive(Debug, Deserialize)]
pub(crate) struct Link {
    #[serde(default)]
    expires: Option<i64>,
    #[serde(default)]
    signature: Option<String>,
}

#[derive(Debug, Serialize)]
struct Download {
    /// The address; whoever has it can download the file.
    url: String,
    /// Seconds.
    expires_in: u64,
}

/// For holder and staff: the address as JSON.
#[tracing::instrument(name = "certificates.download", skip_all, fields(certificate.id = %certificate.id))]
pub(crate) async fn signed_in(
    State(deps): State<Deps>,
    SignedIn(actor): SignedIn,
    Visible(certificate): Visible<Certificate>,
) -> ApiResult {
    if !actor.role.is_staff() {
        holds(&certificate)?;
    }
    let url = address(&deps, &certificate).await?;
    Ok(Reply::ok(&Download {
        url,
        expires_in: SECONDS,
    }))
}

/// For holder and staff as above; for a signed link from an e-mail a redirect, because a person follows it.
#[tracing::instrument(name = "certificates.download_by_link", skip_all, fields(certificate.id = %id))]
pub(crate) async fn signed_in_or_link(
    State(deps): State<Deps>,
    Visitor(actor): Visitor,
    Segment(id): Segment<CertificateId>,
    Params(link): Params<Link>,
    headers: HeaderMap,
    extensions: Extensions,
) -> ApiResult {
    if actor.is_none() {
        let network = deps.digests.network(&extensions);
        limits::of_network(&deps.shell, &network).await?;
    }
    if let (Some(expires), Some(signature)) = (link.expires, link.signature.as_deref()) {
        if !deps.links.opens(&id, expires, signature, deps.shell.now()) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "link_invalid")
                .detail("the link is not one of ours, or its time is over; sign in to download"));
        }
        let found = load(&deps, &id).await;
        let found = found.and_then(|certificate| holds(&certificate).map(|()| certificate));
        return match found {
            Ok(certificate) => Ok(Reply::redirect(&address(&deps, &certificate).await?)),
            // A person reads on the certificate's page how it stands.
            Err(refused) if is_final(&refused) && Form::is_page(&headers) => {
                let page = format!("{}/verify/{id}", deps.shell.verify_base_url);
                Ok(Reply::see_other(page).varies())
            }
            Err(refused) => Err(refused),
        };
    }
    let actor = actor.ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "token_missing")
            .detail("sign in, or use the link from the e-mail")
    })?;
    let certificate = theirs(&deps, actor, &id).await?;
    signed_in(State(deps), SignedIn(actor), Visible(certificate)).await
}

fn is_final(refused: &Problem) -> bool {
    matches!(refused.status(), StatusCode::CONFLICT | StatusCode::GONE)
}

/// What does not hold is not handed out anew. Why it does not is for staff.
fn holds(certificate: &Certificate) -> Result<(), Problem> {
    let (code, detail) = match certificate.standing() {
        Standing::Valid => return Ok(()),
        Standing::Suspended => (
            "certificate_suspended",
            "the certificate is suspended; it can be downloaded again once it is reinstated",
        ),
        Standing::Revoked | Standing::Withdrawn => {
            ("certificate_revoked", "the certificate was revoked")
        }
    };
    Err(Problem::new(StatusCode::CONFLICT, code).detail(detail))
}

async fn address(deps: &Deps, certificate: &Certificate) -> Result<String, Problem> {
    let pdf = certificate.pdf.as_ref().ok_or_else(|| {
        Problem::new(StatusCode::CONFLICT, "not_ready")
            .detail("the PDF is being made; try again shortly")
            .retry_after(5)
    })?;
    let file_name = format!("{}.pdf", certificate.id);
    Ok(deps
        .bucket
        .download_url(&pdf.key, &file_name, deps.shell.now(), SECONDS)
        .await?)
}
