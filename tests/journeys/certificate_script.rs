//! The scripts of certificates: what is drawn, what is refused, and how values stand within the page's own sentences.

use crate::house::{ADMIN, House, Pdf, STUDENT, Session};
use serde_json::{Value, json};

const CERTIFICATES: &str = "/api/admin/certificates";

async fn page_of(house: &House, admin: &Session, id: &str) -> Pdf {
    house.platform.quiesce().await;
    let path = format!("{CERTIFICATES}/{id}/download");
    let link = house.get(admin, &path).await;
    Pdf::new(&house.bytes(link.at("/url")).await)
}

/// The members of an order, with some of them set anew.
fn order(student: &Session, changes: &[(&str, &str)]) -> Value {
    let mut body = json!({
        "student_id": student.id, "course_name": "Rust", "completion_date": "2026-01-15",
    });
    for (name, value) in changes {
        body[*name] = json!(value);
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_in_any_script_of_the_list_is_drawn_in_that_scripts_own_letters() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    for (course, face) in [
        ("ସଫ୍ଟୱେର୍ ଇଞ୍ଜିନିୟରିଂ", "NotoSansOriya"),
        ("මෘදුකාංග ඉංජිනේරු", "NotoSansSinhala"),
        ("ဆော့ဖ်ဝဲ အင်ဂျင်နီယာ", "NotoSansMyanmar"),
        ("វិស្វកម្មផ្នែកទន់", "NotoSansKhmer"),
        ("ວິສະວະກຳຊອບແວ", "NotoSansLao"),
        ("የሶፍትዌር ምህንድስና", "NotoSansEthiopic"),
        ("პროგრამული ინჟინერია", "NotoSansGeorgian"),
        ("Ծրագրային ճարտարագիտություն", "NotoSansArmenian"),
        ("સોફ્ટવેર એન્જિનિયરિંગ", "NotoSansGujarati"),
        ("ਸਾਫਟਵੇਅਰ ਇੰਜੀਨੀਅਰਿੰਗ", "NotoSansGurmukhi"),
        ("సాఫ్ట్\u{200C}వేర్ ఇంజనీరింగ్", "NotoSansTelugu"),
        ("ತಂತ್ರಾಂಶ ಎಂಜಿನಿಯರಿಂಗ್", "NotoSansKannada"),
        ("സോഫ്റ്റ്\u{200C}വെയർ", "NotoSansMalayalam"),
    ] {
        let issued = house.generate(&admin, &student.id, course).await;
        assert_eq!(issued.status, 201, "{course}: {issued:?}");
        let page = page_of(&house, &admin, issued.at("/certificate_id")).await;
        let faces = page.faces();
        assert!(
            faces.contains(&format!("+{face}-Regular")),
            "{course}: {faces}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_typeface_draws_is_refused_with_its_code_points_before_anything_is_stored() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.generate(&admin, &student.id, "Rust").await;
    let reissue = format!("{CERTIFICATES}/{}/reissue", issued.at("/certificate_id"));
    let generate = format!("{CERTIFICATES}/generate");
    let preview = format!("{CERTIFICATES}/preview");
    house.platform.quiesce().await;
    let letters = house.journal_count("provider=sendgrid").await;

    let cherokee = ("course_name", "ᏣᎳᎩ 101");
    let reason = ("reason", "misspelt");
    for (path, changes, pointer) in [
        (&generate, vec![cherokee], "/course_name"),
        (
            &generate,
            vec![("grade", "ᏣᎳᎩ"), ("course_name", "Go")],
            "/grade",
        ),
        (&preview, vec![cherokee], "/course_name"),
        (&preview, vec![("student_name", "ᏣᎳᎩ")], "/student_name"),
        (&reissue, vec![cherokee, reason], "/course_name"),
        (
            &reissue,
            vec![("student_name", "ᏣᎳᎩ"), reason],
            "/student_name",
        ),
    ] {
        let mut body = order(&student, &changes);
        if path == &reissue {
            let members = body.as_object_mut().expect("an object");
            members.remove("student_id");
        }
        let refused = house.post(&admin, path, body).await;
        refused.is_problem(422, "characters_not_drawn");
        assert_eq!(refused.at("/errors/0/pointer"), pointer, "{refused:?}");
        let named = json!(["U+13E3", "U+13B3", "U+13A9"]);
        assert_eq!(refused.body["characters"], named);
        assert!(refused.at("/detail").contains("U+13E3, U+13B3, U+13A9"));
    }

    // A cohort's one course is refused with the request, a row's own with its row.
    let ids = json!({
        "student_ids": [student.id], "course_name": "ᏣᎳᎩ", "completion_date": "2026-01-15",
    });
    let cohort = house
        .post(&admin, &format!("{CERTIFICATES}/bulk"), ids)
        .await;
    cohort.is_problem(422, "characters_not_drawn");
    let file = format!(
        "student_id,course_name,completion_date,grade\n\
         {id},ᏣᎳᎩ,2026-01-15,\n{id},Go,2026-01-15,ᏣᎳᎩ\n{id},ଓଡ଼ିଆ,2026-01-15,ଉତ୍ତମ\n",
        id = student.id
    );
    let bulk = house.begin_csv(&admin, file.as_bytes()).await;
    house.platform.quiesce().await;
    let errors = house.row_errors(&admin, bulk.at("/bulk_id"), 100).await;
    let told: Vec<_> = errors
        .iter()
        .map(|error| (&error["row"], &error["column"], &error["code"]))
        .collect();
    let code = &json!("characters_not_drawn");
    assert_eq!(
        told,
        [
            (&json!(1), &json!("course_name"), code),
            (&json!(2), &json!("grade"), code)
        ]
    );
    let detail = errors[0]["detail"].as_str().expect("a text");
    assert!(detail.contains("U+13E3"), "{detail}");

    let counts = house.get(&admin, &format!("{CERTIFICATES}/counts")).await;
    assert_eq!(counts.body["total"], 2, "the first one and the third row");
    let now = house.journal_count_when_idle("provider=sendgrid").await;
    assert_eq!(
        now,
        letters + 2,
        "one letter for the row, one for the bulk issue"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grade_that_reads_from_right_to_left_stands_whole_after_its_label() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body = order(
        &student,
        &[("grade", "ممتاز 95%"), ("course_name", "برمجة 101")],
    );
    let issued = house
        .post(&admin, &format!("{CERTIFICATES}/generate"), body)
        .await;
    assert_eq!(issued.status, 201, "{issued:?}");
    let page = page_of(&house, &admin, issued.at("/certificate_id")).await;

    let words = page.words();
    let label = words
        .iter()
        .find(|word| word.2 == "Grade:")
        .expect("the label");
    let line: Vec<_> = words
        .iter()
        .filter(|word| (word.1 - label.1).abs() < 12.0)
        .map(|word| word.2.as_str())
        .collect();
    // From left to right, each word as it is drawn: the value begins at its right end, so its per cent sign is the first of it.
    assert_eq!(line, ["Grade:", "%95", "زاتمم"]);

    let mail = &house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await[0];
    let text = mail["text"].as_str().expect("a text");
    assert!(
        text.contains("\nGrade: \u{2068}ممتاز 95%\u{2069}\n"),
        "{text}"
    );
    let html = mail["html"].as_str().expect("HTML");
    assert!(html.contains("<bdi>ممتاز 95%</bdi>"), "{html}");
    assert_eq!(
        mail["subject"],
        "🎉 Your Certificate: \u{2068}برمجة 101\u{2069}"
    );

    let notices = house.get(&student, "/api/notifications").await;
    assert_eq!(
        notices.at("/notifications/0/message"),
        "Your certificate for \u{2068}برمجة 101\u{2069} can be downloaded."
    );
    let verify = format!("{}/v/{}", house.platform.verify_url(), issued.at("/token"));
    let verdict = house
        .http
        .get(verify)
        .header("accept", "text/html")
        .send()
        .await;
    let verdict = verdict.expect("an answer").text().await.expect("a page");
    assert!(verdict.contains("<bdi>ممتاز 95%</bdi>"), "{verdict}");
    house.finish().await;
}
