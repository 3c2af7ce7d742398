//! `WhatsApp`: messages from approved templates, and free texts within a conversation.

use crate::{
    clean::{cut, line, link},
    isolated,
};
use registrar_domain::{
    account::Locale,
    conversation::{Choice, LONGEST_IN_TEMPLATE, Prompt},
};

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
        isolated(&cut(&line(holder), 120)).into_owned(),
        isolated(&cut(&line(course), 200)).into_owned(),
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

/// What the product says by itself in a chat; `portal` is the public address of the pages that it leads to, without a slash at
/// its end, if there are any.
pub fn chat_text(prompt: Prompt, portal: Option<&str>, locale: Locale) -> String {
    let menu = || {
        let lines = Choice::ALL.iter().zip(1..);
        let lines = lines.map(|(choice, n)| format!("{n}. {}", choice_label(*choice, locale)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let page = |here: &str, page: &str, otherwise: &str| match portal {
        Some(portal) => format!("{here}{portal}/{page}"),
        None => otherwise.to_owned(),
    };
    match (prompt, locale) {
        (Prompt::Menu, Locale::En) => format!(
            "Hello! How can we help you?\n\n{}\n\nReply with a number. Write \"menu\" to see this again.",
            menu()
        ),
        (Prompt::Menu, Locale::Fr) => format!(
            "Bonjour! Comment pouvons-nous vous aider?\n\n{}\n\nRépondez par un numéro. Écrivez « menu » pour revoir ceci.",
            menu()
        ),
        (Prompt::ChatSupport, Locale::En) => "💬 Live Chat Support\nYou can now chat with our support team.\nPlease describe your issue".to_owned(),
        (Prompt::ChatSupport, Locale::Fr) => "💬 Assistance en direct\nVous pouvez écrire à notre équipe dès à présent.\nVeuillez décrire votre problème".to_owned(),
        (Prompt::AskQuestion, Locale::En) => page("Ask your question here: ", "questions", "To ask your question, reply 2 and write it to our support team."),
        (Prompt::AskQuestion, Locale::Fr) => page("Posez votre question ici : ", "questions", "Pour poser votre question, répondez 2 et écrivez-la à notre équipe d’assistance."),
        (Prompt::ViewHomework, Locale::En) => page("Your homework is here: ", "homework", "To hear about your homework, reply 2 and ask our support team."),
        (Prompt::ViewHomework, Locale::Fr) => page("Vos devoirs sont ici : ", "homework", "Pour vos devoirs, répondez 2 et demandez à notre équipe d’assistance."),
        (Prompt::MySubscription, Locale::En) => page("Your subscription is here: ", "subscription", "To hear about your subscription, reply 2 and ask our support team."),
        (Prompt::MySubscription, Locale::Fr) => page("Votre abonnement est ici : ", "subscription", "Pour votre abonnement, répondez 2 et demandez à notre équipe d’assistance."),
    }
}

fn choice_label(choice: Choice, locale: Locale) -> &'static str {
    match (choice, locale) {
        (choice, Locale::En) => choice.label(),
        (Choice::AskQuestion, Locale::Fr) => "Poser une question",
        (Choice::ChatSupport, Locale::Fr) => "💬 Assistance en direct",
        (Choice::ViewHomework, Locale::Fr) => "Voir les devoirs",
        (Choice::MySubscription, Locale::Fr) => "Mon abonnement",
    }
}

/// The parameters of a template about a ticket ([`registrar_domain::conversation::APPROVED_TEMPLATES`]): the requester's
/// name, the ticket's number, what is said. Whoever says more than fits is refused before.
pub fn ticket_params(name: &str, number: &str, said: &str) -> Vec<String> {
    [
        cut(&line(name), 120),
        line(number),
        cut(&line(said), LONGEST_IN_TEMPLATE),
    ]
    .map(|text| {
        if text.is_empty() {
            "–".to_owned()
        } else {
            isolated(&text).into_owned()
        }
    })
    .into()
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
    fn the_menu_has_its_four_lines_and_the_prompt_its_words() {
        let menu = chat_text(Prompt::Menu, None, Locale::En);
        assert!(
            menu.contains(
                "1. Ask Question\n2. 💬 Chat Support\n3. View Homework\n4. My Subscription"
            ),
            "{menu}"
        );
        assert_eq!(
            chat_text(Prompt::ChatSupport, None, Locale::En),
            "💬 Live Chat Support\nYou can now chat with our support team.\nPlease describe your issue"
        );
        assert_eq!(
            chat_text(
                Prompt::ViewHomework,
                Some("https://app.example"),
                Locale::Fr
            ),
            "Vos devoirs sont ici : https://app.example/homework"
        );
        for locale in Locale::ALL {
            for prompt in [
                Prompt::AskQuestion,
                Prompt::ViewHomework,
                Prompt::MySubscription,
            ] {
                let text = chat_text(prompt, None, locale);
                assert!(!text.contains("http") && text.contains(" 2 "), "{text}");
            }
        }
    }

    #[test]
    fn a_reply_fits_into_one_parameter() {
        let params = ticket_params("John\nDoe", "7", &"line\n".repeat(400));
        assert_eq!(params[0], "John Doe");
        assert!(params[2].chars().count() <= LONGEST_IN_TEMPLATE && !params[2].contains('\n'));
    }

    #[test]
    fn a_closed_ticket_is_told_in_the_words_of_the_house() {
        assert_eq!(
            ticket_closed_text(Locale::En),
            "✅ Your support ticket has been resolved!"
        );
    }
}
