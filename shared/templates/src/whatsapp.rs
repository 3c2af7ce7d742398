//! `WhatsApp`: messages from approved templates, and free texts within a conversation.

use crate::clean::{cut, line, link};
use registrar_domain::account::Locale;

/// A message from an approved template: its name (with `AiSensy` the campaign's) and its parameters, one line each, none empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatsAppMessage {
    /// The template.
    pub template: &'static str,
    /// Its parameters in order.
    pub params: Vec<String>,
}

/// "Your certificate is ready": holder, course, certificate id, download link.
///
/// The template to be approved: `🎉 Congratulations {{1}}! Your certificate for {{2}} is ready. Certificate ID: {{3}}. Download: {{4}}`.
pub fn certificate_issued(
    holder: &str,
    course: &str,
    certificate_id: &str,
    download_url: &str,
    locale: Locale,
) -> WhatsAppMessage {
    let template = match locale {
        Locale::En => "certificate_issued",
        Locale::Fr => "certificate_issued_fr",
    };
    let param = |text: String| {
        if text.is_empty() {
            "–".to_owned()
        } else {
            text
        }
    };
    let params = [
        cut(&line(holder), 120),
        cut(&line(course), 200),
        line(certificate_id),
        link(download_url),
    ];
    WhatsAppMessage {
        template,
        params: params.map(param).into(),
    }
}

/// What the requester reads when a chat ticket is closed.
pub const fn ticket_closed_text(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "✅ Your support ticket has been resolved!",
        Locale::Fr => "✅ Votre billet d’assistance a été résolu!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_single_lines_and_never_empty() {
        let message = certificate_issued("आरव\nशर्मा", " ", "CERT-1", "javascript:x", Locale::Fr);
        assert_eq!(message.template, "certificate_issued_fr");
        assert_eq!(message.params, ["आरव शर्मा", "–", "CERT-1", "–"]);
    }

    #[test]
    fn a_closed_ticket_is_told_in_the_words_of_the_house() {
        assert_eq!(
            ticket_closed_text(Locale::En),
            "✅ Your support ticket has been resolved!"
        );
    }
}
