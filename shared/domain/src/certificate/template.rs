//! How a certificate looks.

use serde::{Deserialize, Serialize};

/// The designs that a certificate can be drawn in. What they show is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// A gradient border, serifs, a watermark.
    #[default]
    Classic,
    /// A band of colour, no serifs.
    Modern,
    /// White space and one line.
    Minimal,
}

impl Template {
    /// Every design.
    pub const ALL: [Self; 3] = [Self::Classic, Self::Modern, Self::Minimal];

    /// The stable code, as requests and answers have it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Modern => "modern",
            Self::Minimal => "minimal",
        }
    }
}
