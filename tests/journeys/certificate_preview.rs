//! Seeing a certificate before there is one, and LinkedIn's links of one that there is.

use crate::house::{ADMIN, Ask, FRENCH, House, Pdf, STUDENT, YORUBA};
use registrar_domain::certificate::Preview;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_the_page_and_makes_no_certificate() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(YORUBA).await);
    let body = json!({
        "student_id": student.id, "course_name": "Python Basics", "completion_date": "2026-01-15",
        "grade": "A+", "template": "modern",
    });
    let path = "/api/admin/certificates/preview";
    let asked = house
        .request(Method::POST, path)
        .bearer_auth(&admin.token)
        .header("idempotency-key", "preview-1")
        .json(&body)
        .answer()
        .await;
    assert_eq!(
        (asked.status, asked.at("/status")),
        (202, "pending"),
        "{asked:?}"
    );
    let where_it_is = asked.header("location").to_owned();
    house.platform.quiesce().await;
    let ready = house.get(&admin, &where_it_is).await;
    assert_eq!(
        (ready.status, ready.at("/status")),
        (200, "ready"),
        "{ready:?}"
    );
    let pdf = house.bytes(ready.at("/pdf_url")).await;
    let pdf = Pdf::new(&pdf);
    let text = pdf.text();
    for shown in ["Adébáyọ̀ Ọláńrewájú", "Python Basics", "A+", "PREVIEW"] {
        assert!(text.contains(shown), "no {shown:?} in {text}");
    }
    assert!(!text.contains("CERT-"), "{text}");
    assert!(
        !pdf.qr().to_lowercase().contains("/v/"),
        "its code verifies nothing"
    );

    let counts = house.get(&admin, "/api/admin/certificates/counts").await;
    assert_eq!(counts.body["total"], 0);
    assert_eq!(house.journal_count_when_idle("provider=sendgrid").await, 0);
    assert_eq!(house.journal_count("provider=cloudflare").await, 0);

    for (changes, status, code) in [
        (
            json!({"completion_date": "2999-01-01"}),
            422,
            "future_completion_date",
        ),
        (json!({"expires_on": "2149-06-07"}), 422, "expires_too_late"),
        (
            json!({"completion_date": "1899-12-31"}),
            422,
            "completed_too_early",
        ),
        (json!({"student_id": admin.id}), 422, "unknown_student"),
        (json!({"template": "baroque"}), 422, "invalid_body"),
    ] {
        let mut body = body.clone();
        for (name, value) in changes.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let refused = house.post(&admin, path, body).await;
        assert_eq!(
            (refused.status, refused.at("/code")),
            (status, code),
            "{refused:?}"
        );
    }
    house
        .post(&student, path, body)
        .await
        .is_problem(403, "forbidden");
    house
        .get(&student, &where_it_is)
        .await
        .is_problem(403, "forbidden");
    house
        .get(
            &admin,
            "/api/admin/certificates/previews/00000000-0000-7000-8000-00000000ffff",
        )
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_design_and_another_name_can_be_previewed() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(FRENCH).await);
    let mut pages = Vec::new();
    for template in ["classic", "modern", "minimal"] {
        let body = json!({
            "student_id": student.id, "student_name": "Noémie Gagné-Côté", "course_name": "Premiers secours",
            "completion_date": "2026-01-15", "expires_on": "2099-03-02", "template": template,
        });
        let asked = house
            .post(&admin, "/api/admin/certificates/preview", body)
            .await;
        house.platform.quiesce().await;
        let ready = house.get(&admin, asked.header("location")).await;
        let pdf = house.bytes(ready.at("/pdf_url")).await;
        let text = Pdf::new(&pdf).text();
        let last_day = "Valable jusqu’au 2 mars 2099";
        for shown in ["Noémie Gagné-Côté", "Premiers secours", "APERÇU", last_day] {
            assert!(text.contains(shown), "{template}: no {shown:?} in {text}");
        }
        assert!(!pages.contains(&pdf), "{template} looks like another one");
        pages.push(pdf);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_gone_after_a_day() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body =
        json!({"student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-15"});
    let asked = house
        .post(&admin, "/api/admin/certificates/preview", body)
        .await;
    house.platform.quiesce().await;
    let path = asked.header("location");
    let last = house.get(&admin, path).await;
    assert_eq!(
        (last.status, last.at("/status")),
        (200, "ready"),
        "{last:?}"
    );

    let id = last.at("/preview_id").parse().expect("a UUID");
    let table = house.table();
    let kept = table.preview(id).await.expect("the table").expect("it");
    let asked_at = kept.requested_at.as_second();
    assert_eq!(kept.expires_at - asked_at, 24 * 3600);
    // A day later, before the table has taken it away.
    let aged = Preview {
        expires_at: kept.expires_at - 24 * 3600 - 1,
        version: kept.version + 1,
        ..kept.clone()
    };
    let aging = table.commit_previewed(kept.version, &aged).await;
    aging.expect("it is written");
    house.get(&admin, path).await.is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn linkedin_links_are_in_the_view_in_the_letter_and_at_the_edge() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body = json!({
        "student_id": student.id, "course_name": "Python & Basics", "completion_date": "2026-01-15",
        "expires_on": "2099-03-01",
    });
    let issued = house
        .post(&admin, "/api/admin/certificates/generate", body)
        .await;
    let id = issued.at("/certificate_id").to_owned();
    house.platform.quiesce().await;
    let own = house
        .get(&student, &format!("/api/certificates/{id}"))
        .await;
    let add = own.at("/linkedin/add_to_profile_url").to_owned();
    for part in [
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME",
        "&name=Python%20%26%20Basics&organizationName=",
        "&issueYear=2026&issueMonth=1&expirationYear=2099&expirationMonth=3",
        &format!("&certId={id}"),
    ] {
        assert!(add.contains(part), "no {part} in {add}");
    }
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await;
    let text = mails[0]["text"].as_str().expect("a letter has text");
    let profile = format!("Add to LinkedIn Profile: {add}");
    assert!(text.contains(&profile), "{text}");
    // What goes into a resume is a line of text; no link can put it there.
    let line = "Add to Resume, as a line to copy:\nPython & Basics, ";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("Valid until: March 1, 2099"), "{text}");
    for action in [
        "Share on LinkedIn",
        "Add to LinkedIn Profile",
        "Add to Resume",
        "Verify Online",
    ] {
        let html = mails[0]["html"].as_str().expect("a letter has HTML");
        assert!(html.contains(action), "no {action} in {html}");
    }
    assert_eq!(mails[0]["subject"], "🎉 Your Certificate: Python & Basics");
    let record = house.kv(&format!("cert/{id}")).await;
    assert_eq!(record.at("/linkedin_url"), add);
    house.finish().await;
}
