//! Every text that people see has something to see, breaks no line it should not, and turns no direction.

use crate::house::{ADMIN, Answer, House, STUDENT, SUPER_ADMIN, Session};
use reqwest::Method;
use serde_json::{Value, json};

/// Where a text is typed: by whom, how, the whole body, and the member.
type Field<'a> = (&'a Session, Method, String, Value, &'static str);

/// The members that may have several lines.
const LINES: [&str; 3] = ["/description", "/message", "/body"];

async fn typed(house: &House, (who, method, path, body, member): &Field<'_>, text: &str) -> Answer {
    let mut body = body.clone();
    *body.pointer_mut(member).expect("the member is there") = json!(text);
    house.ask(who, method.clone(), path, Some(body)).await
}

/// What staff types about a ticket and a certificate.
fn of_staff<'a>(admin: &'a Session, ticket: &str, certificate: &str) -> Vec<Field<'a>> {
    let ticket = |path: &str| format!("/api/admin/support/tickets/{ticket}/{path}");
    let templates = || "/api/admin/support/templates".to_owned();
    let template = || json!({"name": "Hello", "body": "Hello"});
    let generate = || "/api/admin/certificates/generate".to_owned();
    let issued = || {
        json!({
            "student_id": admin.id, "course_name": "Course", "completion_date": "2026-01-15", "grade": "A",
        })
    };
    let revoke = format!("/api/admin/certificates/{certificate}/revoke");
    let status = json!({"status": "in_progress", "reason": ""});
    let (post, patch, put) = (Method::POST, Method::PATCH, Method::PUT);
    vec![
        (
            admin,
            post.clone(),
            ticket("replies"),
            json!({"message": ""}),
            "/message",
        ),
        (admin, patch, ticket("status"), status, "/reason"),
        (admin, put, ticket("tags"), json!({"tags": [""]}), "/tags/0"),
        (admin, post.clone(), templates(), template(), "/name"),
        (admin, post.clone(), templates(), template(), "/body"),
        (admin, post.clone(), generate(), issued(), "/course_name"),
        (admin, post.clone(), generate(), issued(), "/grade"),
        (admin, post, revoke, json!({"reason": ""}), "/reason"),
    ]
}

const BLANK: [&str; 5] = [
    "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
    "\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}",
    "\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}\u{2800}",
    "\u{200d}\u{fe0f}\u{200c}\u{2060}\u{feff}\u{200e}\u{61c}\u{34f}\u{ad}\u{180e}",
    "\u{e0041}\u{e0042}\u{e0043}\u{e0044}\u{e0045}\u{e0046}\u{e0047}\u{e0048}\u{e0049}\u{e004a}",
];
const TURNS: [char; 9] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_shows_nothing_breaks_its_line_or_turns_it_is_refused_wherever_it_is_typed() {
    let house = House::start().await;
    let (admin, owner, student) = (
        house.sign_in(ADMIN).await,
        house.sign_in(SUPER_ADMIN).await,
        house.sign_in(STUDENT).await,
    );
    let ticket = house.open_ticket(&student).await;
    let certificate = house.issue(&admin, &student, "Rust").await;
    let mut fields = of_staff(&admin, ticket.at("/id"), &certificate.id);
    for member in ["/subject", "/description"] {
        let body = json!({"subject": "Recordings", "description": "I cannot see any of them."});
        fields.push((&student, Method::POST, "/tickets".to_owned(), body, member));
    }
    let endpoint =
        json!({"url": "https://hooks.example", "events": ["ticket.created"], "description": ""});
    let path = "/api/admin/webhooks".to_owned();
    let webhook = (&owner, Method::POST, path, endpoint, "/description");
    for (field, lines) in fields
        .iter()
        .map(|field| (field, LINES.contains(&field.4)))
        .chain([(&webhook, false)])
    {
        let at = format!("{} {}", field.2, field.4);
        let refused = async |text: &str, code: &str| {
            let answer = typed(&house, field, text).await;
            answer.is_problem(422, "invalid_body");
            assert_eq!(answer.at("/errors/0/pointer"), field.4, "{at}: {text:?}");
            let detail = answer.at("/errors/0/detail");
            assert!(detail.contains(code), "{at}: {text:?}: {detail}");
        };
        for blank in BLANK {
            refused(blank, "can be seen").await;
        }
        for c in TURNS {
            if !lines || matches!(c, '\u{202d}' | '\u{202e}') {
                refused(&format!("ten {c} letters"), "direction").await;
            }
        }
        refused("ten \u{0} letters", "control").await;
        if !lines {
            for c in ['\u{2028}', '\u{2029}', '\u{85}', '\n'] {
                refused(&format!("ten {c} letters"), "line breaks").await;
            }
        }
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_kept_composed_with_what_its_script_needs_and_its_turns_closed() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body = json!({
        "subject": "Cafe\u{301}: می\u{200c}خواهم 👩\u{200d}💻\u{feff}",
        "description": "first\u{2028}second \u{2067}אבג\u{2028}third \u{2069}\u{202c}",
    });
    let opened = house.post(&student, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    assert_eq!(opened.at("/subject"), "Café: می\u{200c}خواهم 👩\u{200d}💻");
    assert_eq!(
        opened.at("/description"),
        "first\nsecond \u{2067}אבג\u{2069}\nthird"
    );
    let tags = format!("/api/admin/support/tickets/{}/tags", opened.at("/id"));
    let tagged = json!({"tags": ["CAFE\u{301}", "Café", "E\u{301}te\u{301}"]});
    let tagged = house.ask(&admin, Method::PUT, &tags, Some(tagged)).await;
    assert_eq!(tagged.body["tags"], json!(["café", "été"]), "{tagged:?}");
    house.finish().await;
}
