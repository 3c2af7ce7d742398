//! Notifications: a title and a sentence, as the bell shows them. Plain text; whoever shows it escapes it.

use crate::{
    clean::{cut, line},
    isolated, labels,
};
use registrar_domain::{
    account::Locale,
    sla::{Level, Signal},
    ticket::Status,
};

/// The longest title, in characters.
const TITLE: usize = 120;
/// The longest sentence, in characters.
const SENTENCE: usize = 240;

/// A notification, before it is written. Its texts are those of users, as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// To a member of staff: somebody opened a ticket.
    TicketCreated {
        /// The ticket's number.
        number: &'a str,
        /// Its subject.
        subject: &'a str,
        /// Who opened it.
        requester: &'a str,
    },
    /// To the requester: the support team, or the model, replied.
    TicketReplied {
        /// The ticket's number.
        number: &'a str,
        /// The reply, never an internal note.
        reply: &'a str,
    },
    /// To a member of staff: the requester replied.
    TicketRepliedStaff {
        /// The ticket's number.
        number: &'a str,
        /// Who replied.
        requester: &'a str,
        /// The reply.
        reply: &'a str,
    },
    /// To the requester: staff moved the ticket.
    TicketStatus {
        /// The ticket's number.
        number: &'a str,
        /// Where it stands now.
        status: Status,
    },
    /// To a member of staff: the ticket is theirs now.
    TicketAssigned {
        /// The ticket's number.
        number: &'a str,
        /// Its subject.
        subject: &'a str,
    },
    /// To a member of staff: a service level is nearly or wholly used up.
    TicketSla {
        /// The ticket's number.
        number: &'a str,
        /// Which service level.
        level: Level,
        /// Nearly or wholly.
        signal: Signal,
    },
    /// To the holder: a certificate is ready.
    CertificateIssued {
        /// The course.
        course: &'a str,
    },
}

/// A notification as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// One line, 120 characters at most.
    pub title: String,
    /// One line, 240 characters at most.
    pub message: String,
}

/// Writes `notice` in `locale`.
pub fn notice(notice: &Notice<'_>, locale: Locale) -> NoticeText {
    let (title, message) = match locale {
        Locale::En => english(notice),
        Locale::Fr => french(notice),
    };
    NoticeText {
        title: cut(&title, TITLE),
        message: cut(&message, SENTENCE),
    }
}

/// What users wrote, within a sentence.
fn value(text: &str) -> String {
    isolated(&line(text)).into_owned()
}

fn english(notice: &Notice<'_>) -> (String, String) {
    match notice {
        Notice::TicketCreated {
            number,
            subject,
            requester,
        } => (
            format!("New ticket {number}"),
            format!("{}: {}", value(requester), value(subject)),
        ),
        Notice::TicketReplied { number, reply } => {
            (format!("New reply on ticket {number}"), line(reply))
        }
        Notice::TicketRepliedStaff {
            number,
            requester,
            reply,
        } => (
            format!("Reply on ticket {number}"),
            format!("{}: {}", value(requester), value(reply)),
        ),
        Notice::TicketStatus { number, status } => (
            format!("Ticket {number}: {}", labels::status(*status, Locale::En)),
            labels::announcement(*status, Locale::En).0.to_owned(),
        ),
        Notice::TicketAssigned { number, subject } => (
            format!("Ticket {number} was assigned to you"),
            line(subject),
        ),
        Notice::TicketSla {
            number,
            level,
            signal,
        } => {
            let words = labels::service_level(*level, *signal, Locale::En);
            let title = format!("{}: ticket {number}", words.headline);
            (title, format!("{} {}", words.announcement, words.advice))
        }
        Notice::CertificateIssued { course } => (
            "Your certificate is ready".to_owned(),
            format!("Your certificate for {} can be downloaded.", value(course)),
        ),
    }
}

fn french(notice: &Notice<'_>) -> (String, String) {
    match notice {
        Notice::TicketCreated {
            number,
            subject,
            requester,
        } => (
            format!("Nouveau billet {number}"),
            format!("{} : {}", value(requester), value(subject)),
        ),
        Notice::TicketReplied { number, reply } => {
            (format!("Nouvelle réponse au billet {number}"), line(reply))
        }
        Notice::TicketRepliedStaff {
            number,
            requester,
            reply,
        } => (
            format!("Réponse au billet {number}"),
            format!("{} : {}", value(requester), value(reply)),
        ),
        Notice::TicketStatus { number, status } => (
            format!("Billet {number} : {}", labels::status(*status, Locale::Fr)),
            labels::announcement(*status, Locale::Fr).0.to_owned(),
        ),
        Notice::TicketAssigned { number, subject } => (
            format!("Le billet {number} vous a été confié"),
            line(subject),
        ),
        Notice::TicketSla {
            number,
            level,
            signal,
        } => {
            let words = labels::service_level(*level, *signal, Locale::Fr);
            let title = format!("{} : billet {number}", words.headline);
            (title, format!("{} {}", words.announcement, words.advice))
        }
        Notice::CertificateIssued { course } => (
            "Votre certificat est prêt".to_owned(),
            format!(
                "Votre certificat pour {} peut être téléchargé.",
                value(course)
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<'a>(number: &'a str, text: &'a str) -> Vec<Notice<'a>> {
        let (subject, requester, reply, course) = (text, text, text, text);
        vec![
            Notice::TicketCreated {
                number,
                subject,
                requester,
            },
            Notice::TicketReplied { number, reply },
            Notice::TicketRepliedStaff {
                number,
                requester,
                reply,
            },
            Notice::TicketStatus {
                number,
                status: Status::Resolved,
            },
            Notice::TicketAssigned { number, subject },
            Notice::TicketSla {
                number,
                level: Level::Resolution,
                signal: Signal::Breach,
            },
            Notice::CertificateIssued { course },
        ]
    }

    #[test]
    fn whatever_users_wrote_a_notification_is_two_short_lines() {
        let hostile = format!("a\nb\u{202e}c\u{0}{}", "<script>é".repeat(500));
        for one in all("TKT-20261121-0001", &hostile) {
            for locale in Locale::ALL {
                let NoticeText { title, message } = notice(&one, locale);
                assert!((1..=TITLE).contains(&title.chars().count()), "{title}");
                assert!(
                    (1..=SENTENCE).contains(&message.chars().count()),
                    "{message}"
                );
                let whole = format!("{title}{message}");
                assert!(!whole.chars().any(|c| c.is_control() || c == '\u{202e}'));
            }
        }
    }

    #[test]
    fn what_reads_from_right_to_left_does_not_shuffle_the_sentence() {
        let course = "برمجة 101";
        let written = notice(&Notice::CertificateIssued { course }, Locale::En);
        assert_eq!(
            written.message,
            "Your certificate for \u{2068}برمجة 101\u{2069} can be downloaded."
        );
        let (number, requester) = ("7", "مريم");
        let subject = "طلب ".repeat(200);
        let long = Notice::TicketCreated {
            number,
            subject: &subject,
            requester,
        };
        let written = notice(&long, Locale::Fr).message;
        assert!(
            written.starts_with("\u{2068}مريم\u{2069} : \u{2068}طلب"),
            "{written}"
        );
        assert!(written.ends_with("…\u{2069}"), "{written}");
    }

    #[test]
    fn every_notification_is_in_the_readers_language() {
        for one in all("7", "x") {
            assert_ne!(
                notice(&one, Locale::En).title,
                notice(&one, Locale::Fr).title
            );
        }
    }
}
