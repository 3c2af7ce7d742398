//! What may be attached (checklist A-01).

use crate::attachment::ContentType;
use serde::Deserialize;

/// A deployment's limits for attachments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// How many files a message or a new ticket may have.
    pub max_per_message: usize,
    /// The media types that are taken.
    pub types: Vec<MediaRange>,
}

/// A media type such as `application/pdf`, or all of a kind such as `image/*`; in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct MediaRange {
    kind: String,
    /// `None` is every subtype.
    subtype: Option<String>,
}

impl Attachments {
    /// No profile may let in a larger file: what a function can look into.
    pub const MOST_BYTES: u64 = 32 * 1024 * 1024;
    /// No profile may let in more files with one message.
    pub const MOST_PER_MESSAGE: usize = 10;

    /// Whether a declared media type is taken; parameters such as `charset` do not count.
    pub fn takes(&self, media_type: &str) -> bool {
        let essence = media_type.split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        self.types.iter().any(|range| range.covers(&essence))
    }
}

impl MediaRange {
    fn covers(&self, essence: &str) -> bool {
        let Some((kind, subtype)) = essence.split_once('/') else {
            return false;
        };
        kind == self.kind
            && !subtype.is_empty()
            && self.subtype.as_deref().is_none_or(|only| only == subtype)
    }
}

impl TryFrom<String> for MediaRange {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FORM: &str = "must be a media type such as image/png or image/*";
        let token = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b)
                })
        };
        let (kind, subtype) = text.split_once('/').ok_or(FORM)?;
        if !token(kind) || !(subtype == "*" || token(subtype)) {
            return Err(FORM);
        }
        if subtype == "*" {
            return Ok(Self {
                kind: kind.to_owned(),
                subtype: None,
            });
        }
        // Under its own name, as what is declared is.
        let own = ContentType::new(&text).map_or(text.clone(), String::from);
        let (kind, subtype) = own.split_once('/').ok_or(FORM)?;
        Ok(Self {
            kind: kind.to_owned(),
            subtype: Some(subtype.to_owned()),
        })
    }
}

impl std::fmt::Display for MediaRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}/{}",
            self.kind,
            self.subtype.as_deref().unwrap_or("*")
        )
    }
}
