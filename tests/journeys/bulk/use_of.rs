//! What staff does with bulk issues.

use super::{BULK, CERTIFICATES, csv, email_of, faults, id_of};
use crate::house::{ADMIN, House, OTHER_ADMIN};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_cohort_gets_one_course_and_doing_it_again_issues_nothing() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(3).await;
    let unknown = id_of(999);
    let cohort = json!({
        "student_ids": [id_of(0), id_of(1), unknown, id_of(2), id_of(0)],
        "course_name": "Registrar’s Course", "completion_date": "2026-01-15", "grade": "A",
    });
    let first = house.post(&admin, BULK, cohort.clone()).await;
    assert_eq!(first.status, 202, "{first:?}");
    assert_eq!(
        first.header("location"),
        format!("{BULK}/{}", first.at("/bulk_id"))
    );
    house.platform.quiesce().await;
    let first = house.bulk(&admin, first.at("/bulk_id")).await;
    let counts = ["total", "issued", "failed", "left"].map(|name| first.body[name].as_u64());
    assert_eq!(counts, [5, 3, 2, 0].map(Some), "{first:?}");
    assert!(first.at("/started_at") <= first.at("/finished_at"));
    let errors = house.row_errors(&admin, first.at("/bulk_id"), 1).await;
    assert_eq!(
        faults(&errors),
        [
            (3, "student_id", "unknown_student"),
            (5, "", "duplicate_row")
        ]
    );
    let mail = house
        .journal("provider=sendgrid&to=meera@example.org", 1)
        .await;
    assert_eq!(mail.len(), 1);
    assert_eq!(mail[0]["subject"], "Certificates issued: 3 of 5");

    let again = house.post(&admin, BULK, cohort).await;
    house.platform.quiesce().await;
    let again = house.bulk(&admin, again.at("/bulk_id")).await;
    assert_eq!(
        (&again.body["issued"], &again.body["failed"]),
        (&json!(0), &json!(5))
    );
    let errors = house.row_errors(&admin, again.at("/bulk_id"), 100).await;
    assert_eq!(faults(&errors)[0], (1, "", "already_issued"));
    let all = house
        .pages_of(&admin, CERTIFICATES, "certificates", 100)
        .await;
    assert_eq!(all.len(), 3);

    let other = house.sign_in(OTHER_ADMIN).await;
    let list = house.pages_of(&other, BULK, "bulks", 1).await;
    let ids: Vec<_> = list.iter().map(|bulk| &bulk["bulk_id"]).collect();
    assert_eq!(ids, [&again.body["bulk_id"], &first.body["bulk_id"]]);
    assert_eq!(list[1]["issued"], 3);
    for (member, cohort) in [
        (
            "/course_name",
            json!({"student_ids": [id_of(0)], "completion_date": "2026-01-15"}),
        ),
        (
            "/completion_date",
            json!({"student_ids": [id_of(0)], "course_name": "Rust"}),
        ),
        (
            "/student_ids",
            json!({"student_ids": [], "course_name": "Rust", "completion_date": "2026-01-15"}),
        ),
    ] {
        let answer = house.post(&admin, BULK, cohort).await;
        answer.is_problem(422, "invalid_body");
        assert_eq!(answer.at("/errors/0/pointer"), member);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_counts_what_was_issued_and_issues_nothing_more() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(100).await;
    let rows = (0..3_000).map(|n| (email_of(n % 100), format!("Course {}", n / 100)));
    let bulk = house.begin_csv(&admin, csv(rows).as_bytes()).await;
    let id = bulk.at("/bulk_id").to_owned();
    // Once some rows are counted the worker is in the middle of the next ones.
    while house.bulk(&admin, &id).await.body["issued"] == 0 {}
    let cancel = format!("{BULK}/{id}/cancel");
    let cancelled = house.post(&admin, &cancel, json!({})).await;
    assert_eq!(
        (cancelled.status, cancelled.at("/status")),
        (202, "cancelling"),
        "{cancelled:?}"
    );
    house.platform.quiesce().await;
    let over = house.bulk(&admin, &id).await;
    assert_eq!(over.at("/status"), "cancelled", "{over:?}");
    let issued = over.body["issued"].as_u64().expect("a number");
    assert!((1..3_000).contains(&issued), "{over:?}");
    let all = house
        .pages_of(&admin, CERTIFICATES, "certificates", 100)
        .await;
    assert_eq!(all.len() as u64, issued, "every certificate is counted");
    house
        .post(&admin, &cancel, json!({}))
        .await
        .is_problem(409, "not_cancellable");
    let told = house.mails().await;
    assert!(!told.contains_key(&format!("bulk/{id}/finished")));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_issue_whose_file_is_gone_says_so_and_tells_who_began_it() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(1).await;
    // The message is lost on its way, and brought about by the sweep once the file is gone.
    house.platform.lose_stream_records(true).await;
    let rows = [(email_of(0), "Rust".to_owned())];
    let bulk = house.begin_csv(&admin, csv(rows).as_bytes()).await;
    let id = bulk.at("/bulk_id").to_owned();
    house.platform.settle().await;
    let folder = house.s3_folder().join(house.bucket_name("imports"));
    std::fs::remove_dir_all(folder.join("imports/certificates")).expect("it is there");
    house.platform.lose_stream_records(false).await;
    let message = registrar_domain::effect::Effect::IssueBulk {
        bulk_id: id.parse().expect("a UUID"),
    };
    house.put(&message, 2).await;
    house.platform.quiesce().await;
    let bulk = house.bulk(&admin, &id).await;
    assert_eq!(
        (bulk.at("/status"), bulk.at("/reason")),
        ("failed", "file_gone")
    );
    assert_eq!(house.mails().await[&format!("bulk/{id}/finished")], 1);
    house.finish().await;
}
