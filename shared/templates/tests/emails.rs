//! Every e-mail with an ordinary and a hostile context, in every language, against goldens.

use jiff::civil::date;
use registrar_domain::{
    account::Locale,
    sla::{Level, Signal},
    ticket::{Priority, Status},
};
use registrar_templates::{
    AccountInvited, BulkFinished, CertificateIssued, Message, Rendered, TicketCreated,
    TicketCreatedStaff, TicketReplied, TicketRepliedStaff, TicketSla, TicketStatus, render,
};

/// Words of a user, and addresses, for a set of messages.
struct Words {
    number: &'static str,
    line: &'static str,
    name: &'static str,
    course: &'static str,
    long: &'static str,
    url: &'static str,
}

const ORDINARY: Words = Words {
    number: "TKT-20251124-0001",
    line: "Unable to access recordings",
    name: "Àdélékè Ọláńrewájú",
    course: "No-Code Entrepreneurship 101",
    long: "Hello,\n\nthe recording of session 3 doesn’t open.\nCould you look at it?\n\nThank you, आरव",
    url: "https://app.school.example/tickets/TKT-20251124-0001?a=1&b=2",
};

const HOSTILE: Words = Words {
    number: "TKT-1\r\nBcc: all@school.example",
    line: "<script>alert('x')</script>\r\nX-Injected: yes {{ organization }} {% raw %}\u{202e}gpj\u{0}",
    name: "</td></table><img src=x onerror=alert(1)> \"O'Brien\" & Söhne",
    course: "<b>C</b>\r\nBcc: all@school.example {{ lang }}",
    long: "</td>\u{2028}<script>alert(1)</script>\n\n\n\n{{ 7 * 7 }}\n<a href=\"javascript:alert(1)\">here</a>\u{7}",
    url: "javascript:alert(document.cookie)",
};

fn messages(words: &Words) -> Vec<(String, Message)> {
    let Words {
        number,
        line,
        name,
        course: _,
        long,
        url,
    } = *words;
    let own = str::to_owned;
    let mut messages = vec![
        (
            "ticket_created".to_owned(),
            Message::TicketCreated(TicketCreated {
                number: own(number),
                subject: own(line),
                url: own(url),
            }),
        ),
        (
            "ticket_created_staff".to_owned(),
            Message::TicketCreatedStaff(TicketCreatedStaff {
                number: own(number),
                subject: own(line),
                requester: own(name),
                category: own("Recording"),
                priority: Priority::High,
                description: own(long),
                url: own(url),
            }),
        ),
        (
            "ticket_replied".to_owned(),
            Message::TicketReplied(TicketReplied {
                number: own(number),
                subject: own(line),
                reply: own(long),
                url: own(url),
            }),
        ),
        (
            "ticket_replied_staff".to_owned(),
            Message::TicketRepliedStaff(TicketRepliedStaff {
                number: own(number),
                subject: own(line),
                requester: own(name),
                reply: own(long),
                url: own(url),
            }),
        ),
    ];
    for status in Status::ALL {
        let ticket = TicketStatus {
            number: own(number),
            subject: own(line),
            status: *status,
            url: own(url),
        };
        messages.push((
            format!("ticket_status_{}", status.code()),
            Message::TicketStatus(ticket),
        ));
    }
    for level in Level::ALL {
        for signal in [Signal::Warning, Signal::Breach] {
            let ticket = TicketSla {
                number: own(number),
                subject: own(line),
                requester: own(name),
                priority: Priority::High,
                level,
                signal,
                due: own("2025-11-24 17:00 EST"),
                url: own(url),
            };
            messages.push((
                format!("ticket_sla_{}_{}", level.code(), signal.code()),
                Message::TicketSla(ticket),
            ));
        }
    }
    for (suffix, issued, failed) in [("", 9_900, 100), ("_stopped", 1_000, 0)] {
        let bulk = BulkFinished {
            file_name: Some(own(line)),
            total: 10_000,
            issued,
            failed,
            url: own(url),
        };
        messages.push((
            format!("bulk_finished{suffix}"),
            Message::BulkFinished(bulk),
        ));
    }
    messages.push(invited(words));
    messages.extend(certificates(words));
    messages
}

fn invited(words: &Words) -> (String, Message) {
    let invited = AccountInvited {
        name: words.name.to_owned(),
        url: words.url.to_owned(),
    };
    let message = Message::AccountInvited(invited);
    ("account_invited".to_owned(), message)
}

fn certificates(words: &Words) -> Vec<(String, Message)> {
    let own = str::to_owned;
    let last = Some(date(2027, 11, 24));
    let kinds = [
        ("", Some(own("A+")), None),
        ("_without_grade", None, None),
        ("_that_expires", None, last),
    ];
    let certificate = |(suffix, grade, expires_on)| {
        let certificate = CertificateIssued {
            holder: own(words.name),
            course: own(words.course),
            certificate_id: own("CERT-20251124-0123456789"),
            grade,
            issued: date(2025, 11, 24),
            expires_on,
            download_url: own(words.url),
            verify_url: own(words.url),
        };
        (
            format!("certificate_issued{suffix}"),
            Message::CertificateIssued(certificate),
        )
    };
    kinds.into_iter().map(certificate).collect()
}

fn every(check: impl Fn(&str, &str, Locale, &Rendered)) {
    for (kind, words) in [("ordinary", &ORDINARY), ("hostile", &HOSTILE)] {
        for (name, message) in messages(words) {
            for locale in Locale::ALL {
                check(
                    kind,
                    &name,
                    locale,
                    &render(&message, locale, "Maple & Pine School"),
                );
            }
        }
    }
}

#[test]
fn every_template_reads_as_its_golden_says() {
    every(|kind, name, locale, rendered| {
        let shown = format!(
            "{}\n\n----- text\n{}\n----- html\n{}\n",
            rendered.subject, rendered.text, rendered.html
        );
        insta::assert_snapshot!(format!("{name}__{}__{kind}", locale.tag()), shown);
    });
}

#[test]
fn nothing_of_a_template_is_left_and_nothing_of_a_user_is_markup() {
    every(|kind, name, locale, rendered| {
        let at = format!("{name} {} {kind}", locale.tag());
        let Rendered {
            subject,
            text,
            html,
        } = rendered;
        assert!(!subject.contains(char::is_control), "{at}: {subject:?}");
        assert!(
            !subject.is_empty() && subject.chars().count() <= 200,
            "{at}: {subject:?}"
        );
        assert!(
            !text.contains(|letter: char| letter.is_control() && letter != '\n'),
            "{at}: {text:?}"
        );
        for forbidden in [
            "<script",
            "<b>",
            "<img",
            "href=\"javascript:",
            "none",
            "undefined",
            "\u{202e}",
            "[&quot;",
        ] {
            assert!(
                !html.to_lowercase().contains(forbidden)
                    || (forbidden == "none" && only_styles(html)),
                "{at}: {forbidden}"
            );
        }
        if kind == "ordinary" {
            for part in ["{{", "}}", "{%", "%}"] {
                assert!(
                    !subject.contains(part) && !text.contains(part) && !html.contains(part),
                    "{at}: {part}"
                );
            }
            assert!(
                html.contains("https://app.school.example/tickets/TKT-20251124-0001?a=1&amp;b=2"),
                "{at}"
            );
            assert!(
                text.contains("https://app.school.example/tickets/TKT-20251124-0001?a=1&b=2"),
                "{at}"
            );
        }
        for tag in ["table", "tr", "td", "p", "h1", "a", "bdi", "div"] {
            let opened = html.matches(&format!("<{tag} ")).count()
                + html.matches(&format!("<{tag}>")).count();
            assert_eq!(
                opened,
                html.matches(&format!("</{tag}>")).count(),
                "{at}: <{tag}>"
            );
        }
    });
}

/// The word is one of the style sheet's, as in `text-decoration:none`.
fn only_styles(html: &str) -> bool {
    html.matches("none").count()
        == html.matches("display:none").count() + html.matches("text-decoration:none").count()
}

#[test]
fn a_hostile_subject_stays_one_line_of_the_subject() {
    let message = Message::TicketCreated(TicketCreated {
        number: HOSTILE.number.to_owned(),
        subject: HOSTILE.line.to_owned(),
        url: HOSTILE.url.to_owned(),
    });
    assert_eq!(
        render(&message, Locale::En, "x\r\ny").subject,
        "Support Ticket Created: TKT-1 Bcc: all@school.example"
    );
}

#[test]
fn the_first_texts_are_word_for_word_those_that_were_asked_for() {
    let of = |wanted: &str| {
        let found = messages(&ORDINARY)
            .into_iter()
            .find(|(name, _)| name == wanted)
            .unwrap()
            .1;
        render(&found, Locale::En, "School")
    };
    let created = of("ticket_created");
    assert_eq!(created.subject, "Support Ticket Created: TKT-20251124-0001");
    assert!(created.text.starts_with(
        "Your ticket has been created successfully.\nTicket Number: TKT-20251124-0001\nSubject: Unable to access recordings\n\nOur support team will respond shortly.\n"
    ));
    let replied = of("ticket_replied");
    assert_eq!(replied.subject, "Reply on Ticket TKT-20251124-0001");
    assert!(
        replied
            .text
            .starts_with("Support Team replied to your ticket:\n\nHello,\n")
    );
    assert!(
        replied
            .text
            .contains("\nView and reply from your dashboard.\n")
    );
    let resolved = of("ticket_status_resolved");
    assert_eq!(
        resolved.subject,
        "Ticket TKT-20251124-0001 Status: Resolved"
    );
    assert!(resolved.text.starts_with(
        "Your ticket has been resolved!\nIf you need further assistance, please reply to the ticket.\n"
    ));
    let certificate = of("certificate_issued");
    assert_eq!(
        certificate.subject,
        "🎉 Your Certificate: No-Code Entrepreneurship 101"
    );
    for action in [
        "Share on LinkedIn",
        "Add to Resume",
        "Verify Online",
        "Download Certificate",
        "CERT-20251124-0123456789",
    ] {
        assert!(
            certificate.text.contains(action) && certificate.html.contains(action),
            "{action}"
        );
    }
}

#[test]
fn an_overlong_course_is_cut_in_the_subject_only() {
    let course = "É".repeat(400);
    let message = Message::CertificateIssued(CertificateIssued {
        holder: "A".to_owned(),
        course: course.clone(),
        certificate_id: "CERT-20251124-0123456789".to_owned(),
        grade: None,
        issued: date(2025, 11, 24),
        expires_on: None,
        download_url: "https://a.example/d".to_owned(),
        verify_url: "https://a.example/v".to_owned(),
    });
    let rendered = render(&message, Locale::Fr, "School");
    assert_eq!(rendered.subject.chars().count(), 200);
    assert!(rendered.subject.ends_with('…'));
    assert!(rendered.text.contains(&course) && rendered.html.contains(&course));
}
