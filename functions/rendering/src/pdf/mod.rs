//! The certificate as a PDF: A4 landscape, one page, the same bytes for the same input.
//!
//! `printpdf` writes; what it cannot do stands beside it, one step a module:
//!
//! ```text
//! clean  → what was typed, without what cannot be shown
//! shape  → bidirectional order, a face for every cluster (han: whose drawing), glyphs (harfrust)
//! fit    → shrink, then wrap, then shrink on: never wider or taller than its slot, never cut
//! layout → the template's slots on the page; art and qr draw around them
//! emit   → text operators, /ActualText where glyphs do not map back
//! embed  → font subsets with their ToUnicode
//! assemble → title, language, structure tree, file id; metadata and colour: XMP and output intent
//! ```
//!
//! Text of a person never meets an assertion: a character without a glyph would show as U+FFFD and stay extractable, but
//! nothing is issued with one (`domain::certificate::is_drawn`).
//!
//! The file is made to be PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), and says so in its metadata.

mod art;
mod assemble;
mod clean;
mod colour;
mod coverage;
mod deflate;
mod embed;
mod emit;
mod faces;
mod fit;
mod han;
mod layout;
mod metadata;
pub(crate) mod outline;
mod qr;
mod shape;
mod structure;
mod template;

pub use assemble::Created;
pub use coverage::draws;
pub use qr::qr_text;
pub use template::Template;

/// Everything that one certificate shows. Texts are plain, in any script; dates are already in words.
#[derive(Clone, Copy, Debug)]
pub struct CertificatePage<'a> {
    /// How it looks.
    pub template: Template,
    /// The certificate's id as printed; the file's `/ID` and subject come from it.
    pub id: &'a str,
    /// The holder's name.
    pub holder: &'a str,
    /// The course or programme completed.
    pub course: &'a str,
    /// The day of completion in words of the page's language, for example `3 March 2026`.
    pub completion_date: &'a str,
    /// The grade, when there is one.
    pub grade: Option<&'a str>,
    /// The last day on which it holds, in words, when it expires.
    pub expiry_date: Option<&'a str>,
    /// Who issues the certificate.
    pub issuer: &'a str,
    /// The page's fixed texts.
    pub labels: Labels<'a>,
    /// `https://<host>/v/<TOKEN>`; goes into the QR as [`qr_text`] says. At most 1,200 bytes.
    pub verify_url: &'a str,
    /// Where a person without a camera verifies, for example `verify.example.org/verify/CERT-…`.
    pub verify_text: &'a str,
    /// BCP 47 tag of the page's language, for example `en`.
    pub language: &'a str,
    /// The moment of issue, UTC: both dates of the document.
    pub created: Created,
}

/// The fixed texts of the page, in its language.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// For example `Certificate of Completion`.
    pub title: &'a str,
    /// Above the name: `This is to certify that`.
    pub certify: &'a str,
    /// Between name and course: `has successfully completed`.
    pub completed: &'a str,
    /// Before the grade: `Grade:`.
    pub grade: &'a str,
    /// Before the last day on which it holds: `Valid until`.
    pub expires: &'a str,
    /// Under the date: `Date of completion`.
    pub date: &'a str,
    /// Under the id: `Certificate ID`.
    pub id: &'a str,
    /// Under the QR: `Scan to verify`.
    pub verify: &'a str,
}

/// Why no page could be made. None of these comes from a person's name or a course's title.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The verification address does not fit into a QR code that a phone still reads on paper.
    #[error("the verification address of {0} bytes is too long for a QR code")]
    QrTooLong(usize),
    /// An embedded font could not be read or subset.
    #[error("font {face}: {reason}")]
    Font {
        /// The face's PostScript name.
        face: &'static str,
        /// What the font library said.
        reason: String,
    },
    /// The finished document lacked a part that the writer always makes.
    #[error("the document could not be completed")]
    Document(#[from] lopdf::Error),
    /// A library gave up on the page.
    #[error("a library panicked over the page")]
    Panicked,
    /// The finished document could not be written.
    #[error("the document could not be written")]
    Write(#[from] std::io::Error),
}

/// Renders one certificate. CPU only: about two milliseconds, no I/O, no clock, no randomness.
///
/// # Errors
/// See [`RenderError`]; user text is never a reason.
pub fn render(page: &CertificatePage<'_>) -> Result<Vec<u8>, RenderError> {
    // No text is known that makes a library panic (tests/pdf/hostile.rs looks for one); if there is, it costs its own
    // certificate and not the others of its batch.
    std::panic::catch_unwind(|| {
        let composed = layout::compose(page)?;
        assemble::write(page, composed)
    })
    .unwrap_or(Err(RenderError::Panicked))
}
