//! The badge of a certificate: the credential signed both ways, and the picture with it baked in.
//!
//! ```text
//! picture → discs and the outlines of texts, shaped as on the certificate
//! svg     → the picture as paths, with the RS256 JWT in an `openbadges:credential` element
//! png     → the picture as pixels, with the RS256 JWT in an iTXt chunk `openbadgecredential`
//! ```
//!
//! Both signatures are deterministic, and so are the pictures: the same certificate under the same keys gives the same
//! bytes, so a message that comes again stores what is there.

mod picture;
mod png;
mod svg;

pub use picture::{Picture, Wording};

use crate::{Rendering, pdf::RenderError};
use jiff::Timestamp;
use registrar_domain::{
    certificate::{Certificate, CertificateId},
    credential::{Addresses, Algorithm, Badge, BadgeRecord, badge::header},
    value::Grade,
};
use registrar_runtime::signer::{SignError, Signer};
use registrar_store::StoreError;
use registrar_templates::{badge_texts, certificate_texts, date};

/// A badge, ready to be stored.
#[derive(Clone, Debug)]
pub struct Made {
    /// The signed credentials.
    pub record: BadgeRecord,
    /// The baked PNG.
    pub png: Vec<u8>,
    /// The baked SVG.
    pub svg: String,
}

/// Why there is no badge.
#[derive(Debug, thiserror::Error)]
pub enum BadgeError {
    /// Nothing signed it.
    #[error("the badge is not signed: {0}")]
    Sign(#[from] SignError),
    /// Its texts could not be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The pixels could not be written.
    #[error("the badge's PNG could not be written: {0}")]
    Png(#[from] ::png::EncodingError),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BadgeError {
    /// Whether it may be tried again.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Sign(error) => error.retryable(),
            Self::Store(error) => error.retryable(),
            Self::Render(_) | Self::Png(_) => false,
        }
    }
}

impl Rendering {
    /// Makes a certificate's badge and stores it.
    pub(crate) async fn issue_badge(&self, certificate: &Certificate) -> Result<(), BadgeError> {
        let (id, base) = (&certificate.id, &self.shell.verify_base_url);
        let now = self.shell.now();
        let made = make(certificate, &self.issuer, base, &self.signer, now).await?;
        let (png, svg) = (Certificate::png_key_of(id), Certificate::svg_key_of(id));
        self.bucket.put(&png, "image/png", made.png.into()).await?;
        self.bucket
            .put(&svg, "image/svg+xml", made.svg.into())
            .await?;
        Ok(self.shell.table.put_badge(id, &made.record).await?)
    }

    /// Takes away what a certificate that was withdrawn leaves of its badge.
    pub(crate) async fn remove_badge(&self, id: &CertificateId) -> Result<(), StoreError> {
        self.bucket.delete(&Certificate::png_key_of(id)).await?;
        self.bucket.delete(&Certificate::svg_key_of(id)).await?;
        self.shell.table.delete_badge(id).await
    }
}

/// Signs and bakes the badge of `certificate`, with the keys of `now`.
///
/// # Errors
/// [`BadgeError::Sign`] when one of the two kinds of keys does not sign.
pub async fn make(
    certificate: &Certificate,
    issuer: &str,
    base: &str,
    signer: &Signer,
    now: Timestamp,
) -> Result<Made, BadgeError> {
    let addresses = Addresses::under(base);
    let texts = badge_texts(certificate.locale, certificate.course.as_str());
    let completed = certificate.completion_date.to_string();
    let credential = Badge {
        addresses,
        id: &certificate.id,
        issuer,
        holder: certificate.holder.as_str(),
        course: certificate.course.as_str(),
        grade: certificate.grade.as_ref().map(Grade::as_str),
        description: &texts.description,
        criteria: &texts.criteria,
        language: certificate.locale.tag(),
        completed: &completed,
        issued_at: u64::try_from(certificate.issued_at.as_second()).unwrap_or(0),
        expires: certificate
            .expires_on
            .and_then(|last| last.to_string().parse().ok()),
        status_index: certificate.status_index,
    }
    .credential();
    let sign = |algorithm| signer.jws(algorithm, now, |kid| header(addresses, kid), &credential);
    let record = BadgeRecord {
        rs256: sign(Algorithm::Rs256).await?,
        eddsa: sign(Algorithm::EdDsa).await?,
        withdrawn: false,
    };
    let picture = Picture::new(&Wording {
        issuer,
        title: certificate_texts(certificate.locale).title,
        course: certificate.course.as_str(),
        holder: certificate.holder.as_str(),
        date: &date(certificate.completion_date, certificate.locale),
        id: certificate.id.as_str(),
    })?;
    Ok(Made {
        png: picture.png(&record.rs256)?,
        svg: picture.svg(&record.rs256),
        record,
    })
}

#[cfg(test)]
mod tests;
