//! Every e-mail with an ordinary and a hostile context, in every language, against goldens.

use jiff::civil::date;
use registrar_domain::{
    account::Locale,
    sla::{Level, Signal},
    ticket::{Priority, Status},
};
use registrar_templates::{
    AccountInvited, BulkFinished, CertificateIssued, Letterhead, Message, Rendered, TicketCreated,
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

const HEAD: Letterhead<'static> = Letterhead {
    organization: "Maple & Pine School",
    logo_url: None,
};

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
                url: Some(own(url)),
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
                url: Some(own(url)),
            }),
        ),
        (
            "ticket_replied".to_owned(),
            Message::TicketReplied(TicketReplied {
                number: own(number),
                subject: own(line),
                reply: own(long),
                url: Some(own(url)),
            }),
        ),
        (
            "ticket_replied_staff".to_owned(),
            Message::TicketRepliedStaff(TicketRepliedStaff {
                number: own(number),
                subject: own(line),
                requester: own(name),
                reply: own(long),
                url: Some(own(url)),
            }),
        ),
    ];
    for status in Status::ALL {
        let ticket = TicketStatus {
            number: own(number),
            subject: own(line),
            status: *status,
            url: Some(own(url)),
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
                url: Some(own(url)),
            };
            messages.push((
                format!("ticket_sla_{}_{}", level.code(), signal.code()),
                Message::TicketSla(ticket),
            ));
        }
    }
    for (suffix, issued, failed) in [("", 9_900, 100), ("_stopped", 1_000, 0)] {
        let bulk = BulkFinished {
            bulk_id: own("019a0000-0000-7000-8000-000000000001"),
            file_name: Some(own(line)),
            total: 10_000,
            issued,
            failed,
            url: Some(own(url)),
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
                check(kind, &name, locale, &render(&message, locale, &HEAD));
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
        url: None,
    });
    assert_eq!(
        render(
            &message,
            Locale::En,
            &Letterhead {
                organization: "x\r\ny",
                ..HEAD
            }
        )
        .subject,
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
        render(&found, Locale::En, &HEAD)
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
        "Add to LinkedIn Profile",
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
    let rendered = render(&message, Locale::Fr, &HEAD);
    assert_eq!(rendered.subject.chars().count(), 200);
    assert!(rendered.subject.ends_with('…'));
    assert!(rendered.text.contains(&course) && rendered.html.contains(&course));
}

#[test]
fn a_value_from_right_to_left_does_not_shuffle_the_words_beside_it() {
    let certificate = Message::CertificateIssued(CertificateIssued {
        holder: "مريم".to_owned(),
        course: "برمجة 101".to_owned(),
        certificate_id: "CERT-20251124-0123456789".to_owned(),
        grade: Some("ممتاز 95%".to_owned()),
        issued: date(2025, 11, 24),
        expires_on: None,
        download_url: "https://a.example/d".to_owned(),
        verify_url: "https://a.example/v".to_owned(),
    });
    let rendered = render(&certificate, Locale::En, &HEAD);
    let subject = "🎉 Your Certificate: \u{2068}برمجة 101\u{2069}";
    assert_eq!(rendered.subject, subject);
    assert!(
        rendered
            .text
            .contains("\nGrade: \u{2068}ممتاز 95%\u{2069}\n")
    );
    assert!(
        rendered
            .text
            .contains("\n\u{2068}برمجة 101\u{2069}, Maple & Pine School, November")
    );
    assert!(rendered.html.contains("><bdi>ممتاز 95%</bdi><"));
    assert!(rendered.html.contains(&format!("<title>{subject}</title>")));

    let reply = Message::TicketRepliedStaff(TicketRepliedStaff {
        number: "TKT-1".to_owned(),
        subject: "سؤال 2".to_owned(),
        requester: "مريم".to_owned(),
        reply: "شكرا\n\nAda".to_owned(),
        url: None,
    });
    let rendered = render(&reply, Locale::En, &HEAD);
    assert!(rendered.html.contains(
        "<bdi>مريم</bdi> replied to ticket <span style=\"white-space:nowrap;\">TKT-1</span>:</h1>"
    ));
    assert!(rendered.html.contains(
        "<div dir=\"auto\">شكرا</div><div dir=\"auto\">&nbsp;</div><div dir=\"auto\">Ada</div>"
    ));
    assert!(
        rendered
            .text
            .starts_with("\u{2068}مريم\u{2069} replied to ticket TKT-1:\n\nشكرا\n")
    );
}

#[test]
fn without_a_portal_a_mail_says_what_to_do_and_leads_nowhere() {
    let own = str::to_owned;
    let message = Message::TicketReplied(TicketReplied {
        number: own("TKT-1"),
        subject: own("x"),
        reply: own("y"),
        url: None,
    });
    for (locale, said) in [
        (
            Locale::En,
            "To answer, reply to this message and keep the ticket number in its subject.",
        ),
        (
            Locale::Fr,
            "Pour répondre, répondez à ce message et gardez le numéro du billet dans son objet.",
        ),
    ] {
        let Rendered { text, html, .. } = render(&message, locale, &HEAD);
        assert!(text.contains(said) && html.contains(said), "{text}");
        assert!(!text.contains("://") && !html.contains("href"), "{text}");
    }
}

#[test]
fn the_head_of_a_mail_is_the_logo_or_an_initial() {
    let message = messages(&ORDINARY).remove(0).1;
    let initial = render(&message, Locale::En, &HEAD).html;
    assert!(initial.contains(">M</span>") && !initial.contains("<img"));
    let logo_url = Some("https://school.example/logo.png?a=1&b=2");
    let logo = render(&message, Locale::En, &Letterhead { logo_url, ..HEAD }).html;
    assert!(logo.contains("<img src=\"https://school.example/logo.png?a=1&amp;b=2\" alt=\"\""));
    assert!(!logo.contains(">M</span>"));
}

/// A phone shows 375 pixels, of which a table of two columns leaves the second one too little for a word.
#[test]
fn facts_stand_under_their_labels_and_words_break_only_where_they_are_wider_than_a_line() {
    every(|kind, name, locale, rendered| {
        let at = format!("{name} {} {kind}", locale.tag());
        let html = &rendered.html;
        let facts = html.contains("table-layout:fixed");
        assert_eq!(facts, name != "account_invited", "{at}");
        assert!(
            !html.contains("word-break") && !html.contains("width=\"150\""),
            "{at}"
        );
        for row in html.split("<tr>").skip(1) {
            let row = row.split("</tr>").next().unwrap();
            assert!(row.matches("<td").count() <= 1, "{at}: {row}");
        }
    });
}
