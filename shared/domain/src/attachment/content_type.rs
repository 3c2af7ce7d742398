//! Media types as they are declared, stored and served.

use crate::value::ValueError;
use serde::{Deserialize, Serialize};

/// A media type without parameters, in lower case, such as `image/png`. At most 127 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentType(String);

/// Other names of the same type, which browsers, office programs and messengers send.
const ALIASES: &[(&str, &str)] = &[
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-png", "image/png"),
    ("image/x-ms-bmp", "image/bmp"),
    ("image/x-bmp", "image/bmp"),
    ("image/x-windows-bmp", "image/bmp"),
    ("image/x-icon", "image/vnd.microsoft.icon"),
    ("image/ico", "image/vnd.microsoft.icon"),
    ("image/tif", "image/tiff"),
    ("image/x-tiff", "image/tiff"),
    ("image/x-webp", "image/webp"),
    ("image/heic-sequence", "image/heic"),
    ("image/heif-sequence", "image/heif"),
    ("image/x-heic", "image/heic"),
    ("application/x-pdf", "application/pdf"),
    ("application/acrobat", "application/pdf"),
    ("application/vnd.pdf", "application/pdf"),
    ("application/x-zip", "application/zip"),
    ("application/x-zip-compressed", "application/zip"),
    ("application/x-gzip", "application/gzip"),
    ("application/x-rar", "application/vnd.rar"),
    ("application/x-rar-compressed", "application/vnd.rar"),
    ("application/doc", "application/msword"),
    ("application/vnd.msword", "application/msword"),
    ("application/x-msword", "application/msword"),
    ("application/csv", "text/csv"),
    ("text/x-csv", "text/csv"),
    ("text/comma-separated-values", "text/csv"),
    ("text/x-markdown", "text/markdown"),
    ("application/x-rtf", "application/rtf"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/x-mp3", "audio/mpeg"),
    ("audio/x-mpeg", "audio/mpeg"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/m4a", "audio/mp4"),
    ("audio/x-wav", "audio/wav"),
    ("audio/wave", "audio/wav"),
    ("audio/vnd.wave", "audio/wav"),
    ("audio/x-aac", "audio/aac"),
    ("audio/x-flac", "audio/flac"),
    ("audio/x-aiff", "audio/aiff"),
    ("audio/x-midi", "audio/midi"),
    ("audio/opus", "audio/ogg"),
    ("video/x-m4v", "video/mp4"),
    ("video/m4v", "video/mp4"),
    ("video/x-quicktime", "video/quicktime"),
    ("video/avi", "video/x-msvideo"),
    ("video/msvideo", "video/x-msvideo"),
];

/// Types that share a container, whose first bytes do not say for certain which of them it is: one of them found is as
/// good as another. None of them is shown inline, so that what a browser draws is always of exactly the type it says.
const FAMILIES: &[&[&str]] = &[
    &["image/heic", "image/heif", "image/avif"],
    &[
        "audio/mp4",
        "video/mp4",
        "video/quicktime",
        "audio/3gpp",
        "video/3gpp",
        "audio/3gpp2",
        "video/3gpp2",
    ],
    &["audio/ogg", "video/ogg", "application/ogg"],
    &[
        "audio/webm",
        "video/webm",
        "audio/x-matroska",
        "video/x-matroska",
    ],
    &["audio/aac", "audio/aacp"],
    &[
        "image/tiff",
        "image/x-adobe-dng",
        "image/x-canon-cr2",
        "image/x-nikon-nef",
        "image/x-sony-arw",
    ],
    &[
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.ms-outlook",
    ],
];

/// What a browser may show in its own window without running anything of the file's: pixels, and PDF in its sandbox.
/// Texts are not among them, because S3 cannot send `nosniff` with them.
const INLINE: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
];

/// The endings that a file of a type has; the first one is added to a name that has none of them.
const ENDINGS: &[(&str, &[&str])] = &[
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("image/bmp", &["bmp"]),
    ("image/tiff", &["tiff", "tif"]),
    ("image/heic", &["heic", "heif", "hif"]),
    ("image/heif", &["heif", "heic", "hif"]),
    ("image/svg+xml", &["svg"]),
    ("application/pdf", &["pdf"]),
    ("application/msword", &["doc", "dot"]),
    (DOCX, &["docx"]),
    ("text/html", &["html", "htm"]),
    ("text/csv", &["csv"]),
];

/// Word documents since 2007.
pub(super) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

impl ContentType {
    /// Takes a declared type; parameters such as `charset` are left out and other names of a type become its own.
    pub fn new(text: &str) -> Result<Self, ValueError> {
        const FORM: ValueError = ValueError::Form("a media type, such as image/png");
        let essence = text.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        let token = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
        };
        let (kind, subtype) = essence.split_once('/').ok_or(FORM)?;
        if essence.len() > 127 || !token(kind) || !token(subtype) {
            return Err(FORM);
        }
        let alias = ALIASES.iter().find(|(alias, _)| *alias == essence);
        Ok(Self(alias.map_or(essence, |(_, own)| (*own).to_owned())))
    }

    /// The type.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both are one type, or share a container that does not tell them apart.
    pub(super) fn is_akin_to(&self, other: &Self) -> bool {
        let both =
            |family: &&[&str]| family.contains(&self.as_str()) && family.contains(&other.as_str());
        self == other || FAMILIES.iter().any(both)
    }

    /// Whether it is a text of any kind.
    pub fn is_text(&self) -> bool {
        self.0.starts_with("text/")
    }

    /// Whether a browser may show it in its own window; everything else is downloaded, HTML and SVG above all.
    pub fn may_show_inline(&self) -> bool {
        INLINE.contains(&self.0.as_str())
    }

    /// The endings of its files, where there are such.
    pub(super) fn endings(&self) -> Option<&'static [&'static str]> {
        let found = ENDINGS.iter().find(|(own, _)| *own == self.0);
        found.map(|(_, endings)| *endings)
    }
}

impl TryFrom<String> for ContentType {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<ContentType> for String {
    fn from(value: ContentType) -> Self {
        value.0
    }
}

impl std::fmt::Display for ContentType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_its_essence_under_its_own_name() {
        for (given, own) in [
            ("image/PNG", "image/png"),
            ("text/plain; charset=utf-8", "text/plain"),
            (" image/jpg ", "image/jpeg"),
        ] {
            assert_eq!(ContentType::new(given).unwrap().as_str(), own);
        }
        for bad in [
            "",
            "png",
            "image/",
            "/png",
            "image/p ng",
            "a/b/c",
            "image/*",
            "ïmage/png",
        ] {
            assert!(ContentType::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn types_of_one_container_are_akin_and_none_of_them_is_shown_inline() {
        let of = |text: &str| ContentType::new(text).unwrap();
        for (one, other) in [
            ("image/heic", "image/heif"),
            ("image/heic-sequence", "image/heif"),
            ("audio/x-m4a", "video/mp4"),
            ("video/quicktime", "video/mp4"),
            ("image/pjpeg", "image/jpeg"),
            ("application/vnd.ms-excel", "application/msword"),
        ] {
            assert!(of(one).is_akin_to(&of(other)), "{one} {other}");
        }
        for (one, other) in [
            ("image/png", "image/jpeg"),
            ("image/heic", "video/mp4"),
            ("text/plain", "text/html"),
            ("application/zip", DOCX),
        ] {
            assert!(!of(one).is_akin_to(&of(other)), "{one} {other}");
        }
        let members = FAMILIES.iter().copied().flatten();
        for member in members {
            assert_eq!(
                of(member).as_str(),
                *member,
                "a family has types' own names"
            );
            assert!(!of(member).may_show_inline(), "{member}");
        }
    }

    #[test]
    fn nothing_that_can_run_is_shown_inline() {
        let inline = |text: &str| ContentType::new(text).unwrap().may_show_inline();
        assert!(inline("image/png") && inline("application/pdf"));
        for download in [
            "text/html",
            "image/svg+xml",
            "text/plain",
            "text/xml",
            "application/xhtml+xml",
            "text/javascript",
        ] {
            assert!(!inline(download), "{download}");
        }
    }
}
