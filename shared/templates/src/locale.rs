//! The languages that are written.

/// A language of messages and certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Canadian French.
    FrCa,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::FrCa];

    /// The BCP 47 tag, also the name of the folders.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::FrCa => "fr-CA",
        }
    }

    /// The language for a BCP 47 tag: any French is Canadian French, anything else English.
    pub fn from_tag(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("fr") {
            Self::FrCa
        } else {
            Self::En
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn any_french_is_french_and_anything_else_english() {
        for tag in ["fr", "fr-CA", "FR_fr"] {
            assert_eq!(Locale::from_tag(tag), Locale::FrCa);
        }
        for tag in ["", "en-GB", "frr", "hi"] {
            assert_eq!(Locale::from_tag(tag), Locale::En);
        }
    }
}
