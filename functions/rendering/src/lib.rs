//! The heavy work behind queues: certificate PDFs with their badges, and previews of certificates.
//!
//! A message names a certificate. The worker reads it, makes PDF and badge, stores them under the certificate's keys, and commits
//! that they are there together with the effects that tell its holder. They are the same bytes every time, so a message
//! that comes again before the commit writes the same files, and one that comes after it finds the work done.
//!
//! | what happens | outcome |
//! |---|---|
//! | the certificate has its PDF | done |
//! | the certificate was withdrawn | its PDF, its badge and answers that show it are taken away, also those that a late message stored meanwhile |
//! | the preview was taken away | its page too |
//! | no key signs badges now, or KMS fails | again |
//! | no such certificate or holder, or the page cannot be made | given up, with the reason |
//! | store or bucket fail, or somebody else wrote | again |
//!
//! Only this function links the PDF engine and the fonts.

pub mod badge;
mod page;
pub mod pdf;

use page::render;
use registrar_domain::{
    certificate::{Certificate, CertificateId, Kept, Preview, Undrawn},
    effect::Effect,
    id::{AccountId, PreviewId},
};
use registrar_runtime::{
    Shell,
    settings::{Settings, SettingsError},
    signer::Signer,
    worker::{Attempt, Outcome, Worker},
};
use registrar_store::{StoreError, blobs::Bucket};

/// The largest PDF that is stored, in bytes (checklist A-04). A certificate has some 16 KB.
const MOST_BYTES: u64 = 5 * 1024 * 1024;

/// The worker.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// Table and settings.
    pub shell: Shell,
    /// Where PDFs go.
    pub bucket: Bucket,
    /// Who issues, as certificates show it.
    pub issuer: String,
    /// What signs badges.
    pub signer: Signer,
}

impl Worker for Rendering {
    #[tracing::instrument(name = "rendering.work", skip_all)]
    async fn work(&self, body: &str, _attempt: Attempt) -> Outcome {
        let done = match serde_json::from_str(body) {
            Ok(Effect::RenderCertificate { certificate_id }) => self.render(&certificate_id).await,
            Ok(Effect::RenderPreview { preview_id }) => self.preview(preview_id).await,
            Ok(Effect::ForgetPreviews { student }) => self.forget_previews(student).await,
            Ok(_) => return Outcome::give_up("an effect of another queue"),
            Err(error) => return Outcome::give_up(format!("not an effect: {error}")),
        };
        match done {
            Ok(()) => Outcome::Done,
            Err(failure) if failure.retryable() => Outcome::again(failure.to_string()),
            Err(failure) => Outcome::give_up(failure.to_string()),
        }
    }
}

fn small_enough(size: u64) -> Result<(), Failure> {
    if size > MOST_BYTES {
        return Err(Failure::TooLarge { size });
    }
    Ok(())
}

/// Who issues, as it can be drawn on a certificate.
///
/// # Errors
/// `ORGANIZATION_NAME` is missing, is no name, or has characters that no face draws.
pub fn issuer(settings: &Settings) -> Result<String, SettingsError> {
    let issuer = settings.organization()?;
    match Undrawn::of(&issuer) {
        Some(undrawn) => Err(SettingsError::refused(
            "ORGANIZATION_NAME",
            format_args!("no typeface of the certificate draws {undrawn}"),
        )),
        None => Ok(issuer),
    }
}

/// Why a certificate has no PDF yet.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("there is no certificate {0}")]
    NoCertificate(CertificateId),
    #[error("the holder's account is gone")]
    NoHolder,
    #[error("its PDF would have {size} bytes, and at most {MOST_BYTES} are stored")]
    TooLarge { size: u64 },
    #[error(transparent)]
    Render(#[from] pdf::RenderError),
    #[error(transparent)]
    Badge(#[from] badge::BadgeError),
}

impl Failure {
    fn retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.retryable(),
            Self::Badge(error) => error.retryable(),
            Self::NoCertificate(_) | Self::NoHolder | Self::TooLarge { .. } | Self::Render(_) => {
                false
            }
        }
    }
}

impl Rendering {
    async fn render(&self, id: &CertificateId) -> Result<(), Failure> {
        let table = &self.shell.table;
        let kept = table
            .kept_certificate(id)
            .await?
            .ok_or_else(|| Failure::NoCertificate(id.clone()))?;
        let Kept::Whole(certificate) = kept else {
            self.bucket.delete(&Certificate::pdf_key_of(id)).await?;
            table.forget_answers(id).await?;
            return Ok(self.remove_badge(id).await?);
        };
        if certificate.pdf.is_some() {
            return Ok(());
        }
        let holder = table
            .account(certificate.student_id)
            .await?
            .ok_or(Failure::NoHolder)?;
        let pdf = render(&certificate, &self.issuer, &self.shell.verify_base_url)?;
        let size = pdf.len() as u64;
        small_enough(size)?;
        self.bucket
            .put(&certificate.pdf_key(), "application/pdf", pdf.into())
            .await?;
        self.issue_badge(&certificate).await?;
        let moment = self.shell.moment();
        if let Some(decision) = certificate.rendered(&holder, size, moment.now) {
            table
                .commit_certificate(Some(certificate.version), &decision, moment, None)
                .await?;
        }
        Ok(())
    }
}

impl Rendering {
    async fn preview(&self, id: PreviewId) -> Result<(), Failure> {
        let table = &self.shell.table;
        let Some(preview) = table.preview(id).await? else {
            return Ok(self.bucket.delete(&Preview::pdf_key_of(id)).await?);
        };
        if preview.ready {
            return Ok(());
        }
        let pdf = page::preview(&preview, &self.issuer, &self.shell.verify_base_url)?;
        small_enough(pdf.len() as u64)?;
        self.bucket
            .put(&preview.pdf_key(), "application/pdf", pdf.into())
            .await?;
        let ready = preview.rendered();
        Ok(table.commit_previewed(preview.version, &ready).await?)
    }

    /// Item, file, and then its place on the list: who dies in between is found at the same preview again. A page that is
    /// being made meanwhile finds its item gone, comes again and is taken away.
    async fn forget_previews(&self, student: AccountId) -> Result<(), Failure> {
        let table = &self.shell.table;
        for id in table.previews_of(student).await? {
            table.forget_preview(id).await?;
            self.bucket.delete(&Preview::pdf_key_of(id)).await?;
            table.unlist_preview(student, id).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_that_no_typeface_draws_ends_the_start() {
        let named = |name: &str| issuer(&Settings::from_pairs([("ORGANIZATION_NAME", name)]));
        assert_eq!(named("ଓଡ଼ିଆ Academy").as_deref(), Ok("ଓଡ଼ିଆ Academy"));
        let refused = named("ᏣᎳᎩ Academy")
            .expect_err("it has no face")
            .to_string();
        assert!(refused.contains("U+13E3"), "{refused}");
    }

    #[test]
    fn a_pdf_of_more_than_5_mb_is_given_up_with_the_reason() {
        assert!(small_enough(5 * 1024 * 1024).is_ok());
        let refused = small_enough(5 * 1024 * 1024 + 1).unwrap_err();
        assert!(refused.to_string().contains("5242881 bytes"), "{refused}");
    }
}
