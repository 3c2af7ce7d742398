//! Finding certificates: search, filters, counts, and one's own.

use crate::house::{ADMIN, Answer, DEVANAGARI, House, STUDENT, Session, YORUBA};
use registrar_domain::certificate::{CertificateId, Decision};
use serde_json::json;

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let rows = answer.body["certificates"].as_array().expect("a list");
    rows.iter()
        .map(|row| row["certificate_id"].as_str().expect("an id").to_owned())
        .collect()
}

impl House {
    async fn found(&self, who: &Session, query: &str) -> Vec<String> {
        ids(&self
            .get(who, &format!("/api/admin/certificates?{query}"))
            .await)
    }

    /// Lets a certificate's last day be long over.
    async fn expire(&self, id: &str) {
        let id: CertificateId = id.parse().expect("an id");
        let table = self.table();
        let found = table.certificate(&id).await.expect("a readable table");
        let mut certificate = found.expect("a certificate");
        let (version, was) = (certificate.version, Some(certificate.standing()));
        certificate.expires_on = Some(jiff::civil::date(2026, 2, 1));
        certificate.version += 1;
        let decision = Decision {
            certificate,
            was,
            entry: None,
            effects: Vec::new(),
        };
        let ids = registrar_runtime::sources::SystemIds;
        let moment = registrar_domain::clock::Moment::new(jiff::Timestamp::now(), &ids);
        table
            .commit_certificate(Some(version), &decision, moment, None)
            .await
            .expect("it is taken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_found_by_name_course_id_standing_and_expiry() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let asha = house.sign_in(STUDENT).await;
    let (ade, anushka) = (house.sign_in(YORUBA).await, house.sign_in(DEVANAGARI).await);
    let python = house.issue(&admin, &asha, "Python Basics").await.id;
    let rust = house.issue(&admin, &asha, "Rust Basics").await.id;
    let yoruba = house.issue(&admin, &ade, "Python Basics").await.id;
    let hindi = house
        .issue(&admin, &anushka, "No-Code Entrepreneurship 101")
        .await
        .id;

    let newest = |ids: &[&String]| ids.iter().map(|id| (*id).clone()).collect::<Vec<_>>();
    for (query, expected) in [
        ("search=asha", newest(&[&rust, &python])),
        ("search=ASHA%20rust", newest(&[&rust])),
        ("q=adebayo", newest(&[&yoruba])),
        (
            "search=%E0%A4%85%E0%A4%A8%E0%A5%81%E0%A4%B7%E0%A5%8D%E0%A4%95%E0%A4%BE",
            newest(&[&hindi]),
        ),
        ("search=entrepreneurship", newest(&[&hindi])),
        ("search=basics", newest(&[&yoruba, &rust, &python])),
        ("search=nobody", vec![]),
        ("course=python%20basics", newest(&[&yoruba, &python])),
        ("course=Python%20Basics&search=asha", newest(&[&python])),
        ("course=Python", vec![]),
        (
            "from=2026-01-01&to=2999-12-31&search=basics",
            newest(&[&yoruba, &rust, &python]),
        ),
        ("to=2026-01-01", vec![]),
        ("status=suspended", vec![]),
        ("expired=true", vec![]),
        ("status=valid", newest(&[&hindi, &yoruba, &rust, &python])),
    ] {
        assert_eq!(house.found(&admin, query).await, expected, "{query}");
    }
    let by_student = format!("student_id={}&search=rust", asha.id);
    assert_eq!(house.found(&admin, &by_student).await, newest(&[&rust]));
    for id in [&python, &python.to_lowercase()] {
        assert_eq!(
            house.found(&admin, &format!("search={id}")).await,
            newest(&[&python])
        );
    }
    let hash = python.rsplit('-').next().expect("a hash");
    assert_eq!(
        house.found(&admin, &format!("search={hash}")).await,
        newest(&[&python])
    );

    let path = format!("/api/admin/certificates/{rust}/suspend");
    house
        .post(&admin, &path, json!({"reason": "looked at"}))
        .await;
    house.revoke(&admin, &yoruba).await;
    house.expire(&yoruba).await;
    house.expire(&python).await;
    for (query, expected) in [
        ("status=suspended", newest(&[&rust])),
        ("status=revoked", newest(&[&yoruba])),
        ("status=valid", newest(&[&hindi, &python])),
        ("status=valid&expired=false", newest(&[&hindi])),
        ("status=expired", newest(&[&python])),
        ("expired=true&status=suspended", vec![]),
        // Only what holds or may hold again is listed by its last day.
        ("expired=true&status=revoked", newest(&[&yoruba])),
        ("expired=true&status=withdrawn", vec![]),
        ("search=basics&status=valid", newest(&[&python])),
    ] {
        assert_eq!(house.found(&admin, query).await, expected, "{query}");
    }
    let public = house
        .get(&asha, &format!("/api/admin/certificates/{python}"))
        .await;
    assert_eq!(
        (public.at("/verdict"), &public.body["valid"]),
        ("expired", &json!(false))
    );
    let own = house
        .get(&asha, &format!("/api/certificates/{python}"))
        .await;
    assert_eq!(
        (own.at("/status"), &own.body["expired"]),
        ("valid", &json!(true))
    );

    queries_that_ask_for_nothing(&house, &admin).await;
    house.finish().await;
}

async fn queries_that_ask_for_nothing(house: &House, admin: &Session) {
    for (query, code) in [
        ("status=lost", "invalid_query"),
        ("from=yesterday", "invalid_query"),
        ("expired=maybe", "invalid_query"),
        ("cursor=AAAA", "invalid_cursor"),
        ("nothing=1", "invalid_query"),
        ("search=", "invalid_query"),
        ("search=%20%20", "invalid_query"),
        ("search=!!!", "invalid_query"),
        ("q=%F0%9F%92%A5", "invalid_query"),
    ] {
        let refused = house
            .get(admin, &format!("/api/admin/certificates?{query}"))
            .await;
        refused.is_problem(400, code);
    }
    let long = "x".repeat(201);
    house
        .get(admin, &format!("/api/admin/certificates?search={long}"))
        .await
        .is_problem(400, "invalid_query");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_follow_every_change_of_all_and_of_each_student() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (asha, ade) = (house.sign_in(STUDENT).await, house.sign_in(YORUBA).await);
    let mut of_asha = Vec::new();
    for course in ["One", "Two", "Three", "Four"] {
        of_asha.push(house.issue(&admin, &asha, course).await.id);
    }
    let of_ade = house.issue(&admin, &ade, "One").await.id;
    let reason = json!({"reason": "as it is"});
    for (id, verb) in [
        (&of_asha[0], "suspend"),
        (&of_asha[1], "suspend"),
        (&of_asha[1], "reinstate"),
        (&of_asha[2], "revoke"),
        (&of_asha[3], "withdraw"),
        (&of_ade, "reissue"),
    ] {
        let path = format!("/api/admin/certificates/{id}/{verb}");
        let done = house.post(&admin, &path, reason.clone()).await;
        assert!(done.status < 300, "{done:?}");
    }
    let all = house.get(&admin, "/api/admin/certificates/counts").await;
    assert_eq!(
        all.body,
        json!({"total": 6, "by_status": {"valid": 2, "suspended": 1, "revoked": 2, "withdrawn": 1}})
    );
    let path = format!("/api/admin/certificates/counts?student_id={}", asha.id);
    let expected = json!({"total": 3, "by_status": {"valid": 1, "suspended": 1, "revoked": 1, "withdrawn": 0}});
    assert_eq!(house.get(&admin, &path).await.body, expected);
    assert_eq!(
        house.get(&asha, "/api/certificates/counts").await.body,
        expected
    );
    for (query, total) in [
        (String::new(), json!(6)),
        ("status=revoked".to_owned(), json!(2)),
        (format!("student_id={}", ade.id), json!(2)),
        (format!("student_id={}&status=valid", ade.id), json!(1)),
        ("search=one".to_owned(), json!(null)),
        ("status=expired".to_owned(), json!(null)),
    ] {
        let page = house
            .get(&admin, &format!("/api/admin/certificates?limit=1&{query}"))
            .await;
        assert_eq!(page.body["total"], total, "{query}");
    }
    house
        .get(&asha, "/api/admin/certificates/counts")
        .await
        .is_problem(403, "forbidden");
    let theirs = format!("/api/certificates?student_id={}", ade.id);
    house
        .get(&asha, &theirs)
        .await
        .is_problem(400, "invalid_query");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_paged_and_its_cursor_fits_no_other() {
    let house = House::start().await;
    let (admin, asha) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let mut all = Vec::new();
    for n in 0..7 {
        let issued = house
            .generate(&admin, &asha.id, &format!("Course {n}"))
            .await;
        all.insert(0, issued.at("/certificate_id").to_owned());
    }
    house.platform.quiesce().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/admin/certificates?search=course&limit=3{cursor}");
        let page = house.get(&admin, &path).await;
        seen.extend(ids(&page));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let other = format!("/api/admin/certificates?search=asha&limit=3{cursor}");
    house
        .get(&admin, &other)
        .await
        .is_problem(400, "invalid_cursor");
    house.finish().await;
}
