use super::*;
use registrar_credential::{EdgeRecord, Standing};
use std::sync::Arc;

const NOW: u64 = 1_772_884_800;

fn judged(verdict: Verdict, holder: &str) -> Judged {
    let mut judged = Judged::bare(verdict, Some("CERT-20260307-ABCDEF".parse().unwrap()));
    judged.verification.holder = Some(holder.to_owned());
    judged
}

fn page(judged: &Judged, language: Language) -> String {
    verdict(judged, NOW, language).into_text()
}

fn shown(verdict: Verdict, holder: &str, language: Language) -> String {
    page(&judged(verdict, holder), language)
}

#[test]
fn a_hostile_name_is_text_and_nothing_else() {
    let page = shown(
        Verdict::Valid,
        "<script>alert('1')</script>\" onload=\"x & \u{202e}dilav\u{0}",
        Language::English,
    );
    assert!(page.contains(
        "<bdi>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x &amp; dilav </bdi>"
    ));
    assert!(!page.contains("<script"));
}

#[test]
fn the_page_has_its_landmarks_and_speaks_its_language() {
    let page = shown(Verdict::Revoked, "आरव", Language::French);
    for part in [
        "<html lang=\"fr\">",
        "<header>",
        "<main>",
        "<footer>",
        "<h1 ",
        "<dl>",
        "Révoqué",
        "<time datetime=\"2026-03-07T12:00:00Z\">7 mars 2026 à 12 h 00 UTC</time>",
        "आरव",
        "?lang=en",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(
        !page.contains("style=\""),
        "the policy refuses styles of elements"
    );
}

#[test]
fn every_verdict_has_words_in_both_languages() {
    let mut headings = std::collections::BTreeSet::new();
    for language in [Language::English, Language::French] {
        for verdict in [
            Verdict::Valid,
            Verdict::Revoked,
            Verdict::Suspended,
            Verdict::Expired,
            Verdict::Forged {
                reason: "signature".to_owned(),
            },
            Verdict::Malformed {
                reason: "truncated".to_owned(),
            },
            Verdict::Malformed {
                reason: "unknown_version".to_owned(),
            },
            Verdict::Unknown,
            Verdict::Stale { age_seconds: None },
            Verdict::Withdrawn,
        ] {
            let (sign, heading, text) = words::of(language).verdict(&verdict, true);
            assert!(!sign.is_empty() && text.len() > 20);
            assert!(headings.insert(heading), "{heading} is said twice");
        }
    }
}

#[test]
fn a_stale_verdict_says_how_old_the_list_is() {
    let age_seconds = Some(3 * 3600 + 59);
    let said = |language| shown(Verdict::Stale { age_seconds }, "A", language);
    assert!(
        said(Language::English).contains("<p>The newest status list at hand is 3 hours old.</p>")
    );
    assert!(
        said(Language::French).contains("liste d’état dont on dispose date d’il y a 3 heures.</p>")
    );
}

fn recorded(verdict: Verdict, reason: &str) -> Judged {
    let standing = Standing {
        state: "revoked".to_owned(),
        since: "2026-03-01".parse().unwrap(),
        reason: Some(reason.to_owned()),
    };
    Judged {
        record: Some(Arc::new(EdgeRecord {
            standing: Some(standing),
            replaced_by: Some("CERT-20260308-ABCDEF".parse().unwrap()),
            linkedin_url: Some("https://files.example/add?x=1&y=2".to_owned()),
            language: Some("fr-CA".to_owned()),
            ..EdgeRecord::default()
        })),
        ..judged(verdict, "A")
    }
}

#[test]
fn since_when_and_why_stand_beside_the_verdict_that_they_are_about() {
    let revoked = page(&recorded(Verdict::Revoked, "superseded"), Language::English);
    for part in [
        "<dt>Revoked on</dt><dd><time datetime=\"2026-03-01\">1 March 2026</time>",
        "<dd>A corrected certificate took its place</dd>",
        "<a href=\"/verify/CERT-20260308-ABCDEF\">CERT-20260308-ABCDEF</a>",
    ] {
        assert!(revoked.contains(part), "{part} in {revoked}");
    }
    let own_words = page(
        &recorded(Verdict::Revoked, "<b>Bought</b>"),
        Language::French,
    );
    assert!(own_words.contains("<dt>Motif</dt><dd><bdi>&lt;b&gt;Bought&lt;/b&gt;</bdi>"));
    for verdict in [Verdict::Valid, Verdict::Suspended, Verdict::Withdrawn] {
        let page = page(&recorded(verdict, "superseded"), Language::English);
        assert!(!page.contains("Revoked on") && !page.contains("CERT-20260308"));
    }
}

#[test]
fn the_day_on_the_certificate_is_on_the_page() {
    let completed = |day: &str, language| {
        let record = EdgeRecord {
            completed: Some(day.to_owned()),
            ..EdgeRecord::default()
        };
        let judged = Judged {
            record: Some(Arc::new(record)),
            ..judged(Verdict::Valid, "A")
        };
        page(&judged, language)
    };
    for (day, language, shown) in [
        (
            "2026-01-15",
            Language::English,
            "<dt>Completed on</dt><dd><time datetime=\"2026-01-15\">15 January 2026</time>",
        ),
        (
            "2026-01-15",
            Language::French,
            "<dt>Terminé le</dt><dd><time datetime=\"2026-01-15\">15 janvier 2026</time>",
        ),
        (
            "1969-12-31",
            Language::English,
            "<dt>Completed on</dt><dd><bdi>1969-12-31</bdi>",
        ),
        (
            "<b>",
            Language::English,
            "<dt>Completed on</dt><dd><bdi>&lt;b&gt;</bdi>",
        ),
    ] {
        let page = completed(day, language);
        assert!(page.contains(shown), "{shown} in {page}");
    }
}

#[test]
fn links_lead_to_the_web_and_only_from_what_the_issuer_signed() {
    let mut judged = recorded(Verdict::Valid, "");
    let valid = page(&judged, Language::English);
    assert!(valid.contains("href=\"https://files.example/add?x=1&amp;y=2\""));
    let badge = format!(
        "href=\"/badges/{}.png\"",
        judged.verification.certificate_id.clone().unwrap()
    );
    assert!(valid.contains(&badge), "{badge} in {valid}");
    let alone = Judged {
        record: None,
        ..recorded(Verdict::Valid, "")
    };
    assert!(!page(&alone, Language::English).contains("/badges/"));
    judged.record = Some(Arc::new(EdgeRecord {
        linkedin_url: Some("javascript:alert(1)".to_owned()),
        ..EdgeRecord::default()
    }));
    assert!(!page(&judged, Language::English).contains("javascript:"));
    let forged = Verdict::Forged {
        reason: "signature".to_owned(),
    };
    for verdict in [
        forged,
        Verdict::Withdrawn,
        Verdict::Unknown,
        Verdict::Revoked,
    ] {
        let page = page(&recorded(verdict, ""), Language::English);
        assert!(!page.contains("files.example") && !page.contains("/badges/"));
    }
}

#[test]
fn the_first_page_asks_without_a_script() {
    let page = home(Language::French).into_text();
    for part in [
        "<form action=\"/verify\">",
        "name=\"lang\" value=\"fr\"",
        "<label for=\"id\">Numéro ou code</label>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script"));
}
