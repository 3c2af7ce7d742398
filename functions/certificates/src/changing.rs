//! Changing one certificate: read, decide, commit; again from the start when another writer came first.

use crate::{Deps, load, problem::refused, view::CertificateView};
use registrar_domain::{
    certificate::{Certificate, Decision, Refusal},
    clock::Moment,
    value::Reason,
};
use registrar_runtime::{extract::IfMatch, problem::ApiResult, reply::Reply};
use registrar_store::{StoreError, answers::Claim};
use serde::Deserialize;

/// How often the decision is made anew because a worker wrote first.
pub(crate) const TRIES: u32 = 5;

/// What a client sends to have a certificate changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhyBody {
    /// Why; staff's words, shown to staff.
    pub(crate) reason: Reason,
}

/// Decides on a certificate as it was just read, commits and answers with it as staff sees it.
pub(crate) async fn commit(
    deps: &Deps,
    mut certificate: Certificate,
    if_match: IfMatch,
    claim: Option<&Claim>,
    decide: impl Fn(&Certificate, Moment<'_>) -> Result<Decision, Refusal>,
) -> ApiResult {
    let mut tries = 0;
    loop {
        tries += 1;
        let moment = deps.shell.moment();
        let decision = decide(&certificate, moment).map_err(|refusal| refused(&refusal))?;
        if_match.check(certificate.version)?;
        let changed = &decision.certificate;
        let reply = Reply::ok(&CertificateView::for_staff(changed, deps))
            .etag(changed.version)
            .shows(&changed.id);
        let answer = reply.answer();
        let kept = claim.map(|claim| (claim, &answer));
        let table = &deps.shell.table;
        match table
            .commit_certificate(Some(certificate.version), &decision, moment, kept)
            .await
        {
            Err(StoreError::Conflict) if tries < TRIES => {
                certificate = load(deps, &certificate.id).await?;
            }
            Err(error) => return Err(error.into()),
            Ok(()) => return Ok(reply),
        }
    }
}
