//! The words of a badge beside those of its certificate.

use crate::isolated;
use registrar_domain::account::Locale;

/// What a badge says of its achievement, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeTexts {
    /// What it is, in a sentence.
    pub description: String,
    /// What had to be done for it, in a sentence.
    pub criteria: String,
}

/// The words in `locale` for `course`.
pub fn badge_texts(locale: Locale, course: &str) -> BadgeTexts {
    let course = isolated(course);
    match locale {
        Locale::En => BadgeTexts {
            description: format!("Successful completion of “{course}”."),
            criteria: format!("The holder has successfully completed “{course}”."),
        },
        Locale::Fr => BadgeTexts {
            description: format!("Réussite de « {course} »."),
            criteria: format!("La personne titulaire a terminé « {course} » avec succès."),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_name_the_course() {
        for locale in [Locale::En, Locale::Fr] {
            let texts = badge_texts(locale, "Rust <1>");
            assert!(texts.description.contains("Rust <1>"), "{texts:?}");
            assert!(texts.criteria.contains("Rust <1>"), "{texts:?}");
        }
    }
}
