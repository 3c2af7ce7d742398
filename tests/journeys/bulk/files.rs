//! Files that are refused as a whole, and rows that are errors.

use super::{BULK, csv, email_of, faults, id_of};
use crate::house::{ADMIN, Ask, House, STUDENT};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_meant_is_refused_at_once_and_says_why() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let columns = format!("{}\n", "email,".repeat(5_000));
    let open = format!("email\n\"never closed{}", "x".repeat(70_000));
    let cases: [(&[u8], &str, &str); 11] = [
        (b"", "empty_file", "empty"),
        (b"\r\n\r\n", "empty_file", "empty"),
        (b"email,course_name,completion_date\n", "no_rows", "no rows"),
        (
            b"email,curse_name,completion_date\na,b,c",
            "unknown_column",
            "curse_name; known are student_id",
        ),
        (
            b"email;curse_name;completion_date\na;b;c",
            "unknown_column",
            "curse_name; known are student_id",
        ),
        (b"email,EMAIL\na,b", "repeated_column", "email"),
        (
            b"course_name,completion_date\na,b",
            "missing_column",
            "student_id",
        ),
        (
            b"email,course_name\na,b",
            "missing_column",
            "completion_date",
        ),
        (columns.as_bytes(), "too_many_columns", "5001"),
        (open.as_bytes(), "row_too_long", "row 1 (line 2)"),
        (b"\xff\xfee\0m\0a\0i\0l", "not_utf8", "CSV UTF-8"),
    ];
    for (file, code, said) in cases {
        let answer = house.begin_csv(&admin, file).await;
        answer.is_problem(422, "invalid_file");
        assert_eq!(answer.at("/errors/0/code"), code, "{answer:?}");
        assert!(answer.at("/errors/0/detail").contains(said), "{answer:?}");
    }
    let huge = json!({"size": 1_u64 << 30});
    let huge = house.post(&admin, &format!("{BULK}/uploads"), huge).await;
    huge.is_problem(413, "file_too_large");
    assert_eq!(huge.body["max_bytes"], 16 * 1024 * 1024);
    let list = house.get(&admin, BULK).await;
    assert_eq!(list.body["bulks"], json!([]), "none of them was begun");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_takes_its_declared_size_alone_and_is_begun_once() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let file = csv([(STUDENT.to_owned(), "Rust".to_owned())]);
    let size = json!({"size": 10});
    let upload = house.post(&admin, &format!("{BULK}/uploads"), size).await;
    let put = house.http.put(upload.at("/url"));
    let put = put.header("content-type", "text/csv").body(file.clone());
    assert_eq!(put.send().await.expect("an answer").status(), 403);
    let early = json!({"upload_id": upload.at("/upload_id")});
    let early = house.post(&admin, BULK, early).await;
    early.is_problem(409, "not_uploaded");

    let id = house.upload_csv(&admin, file.as_bytes()).await;
    let body = json!({"upload_id": id});
    let keyed = async || {
        let request = house.request(Method::POST, BULK).bearer_auth(&admin.token);
        let request = request.header("idempotency-key", "spring").json(&body);
        request.answer().await
    };
    let first = keyed().await;
    assert_eq!(first.status, 202, "{first:?}");
    assert_eq!(first.at("/bulk_id"), id);
    let again = keyed().await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (202, "true")
    );
    let twice = house.post(&admin, BULK, body.clone()).await;
    twice.is_problem(409, "already_begun");
    assert_eq!(twice.header("location"), format!("{BULK}/{id}"));

    for body in [
        json!({}),
        json!({"upload_id": id, "student_ids": [student.id]}),
    ] {
        let answer = house.post(&admin, BULK, body).await;
        answer.is_problem(422, "invalid_body");
    }
    house
        .post(&student, BULK, json!({"upload_id": id}))
        .await
        .is_problem(403, "forbidden");
    for path in [
        BULK.to_owned(),
        format!("{BULK}/{id}"),
        format!("{BULK}/{id}/errors"),
    ] {
        house
            .get(&student, &path)
            .await
            .is_problem(403, "forbidden");
        let nobody = house.request(Method::GET, &path).answer().await;
        nobody.is_problem(401, "token_missing");
    }
    let other = format!("{BULK}/00000000-0000-7000-8000-00000000abcd");
    house.get(&admin, &other).await.is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_as_table_programs_write_it_is_read_and_each_fault_is_of_its_row() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(3).await;
    let (id, email) = (id_of(0), email_of(0));
    let file = format!(
        "\u{feff}Completion_Date,Grade,Email,Student_ID,Course_Name,Expires_On,Template\r\n\
         2026-01-15,A+,{upper},,\"Rust, \"\"from\"\"\r\nscratch\",,\r\n\
         2026-01-15,,{upper},,\"Rust, \"\"well\"\"\",2099-12-31,modern\r\n\
         \r\n\
         2026-01-15,,{email},{id},Both,,\r\n\
         2026-01-15,,{email},{other},Two people,,\r\n\
         2026-01-15,,,,Nobody,,\r\n\
         2026-01-15,,,{admin},Not a student,,\r\n\
         2099-01-15,,{email},,Not yet,,\r\n\
         2026-01-15,,{email},,Gone before it came,2026-01-16,\r\n\
         2026-01-15,,{email},,Baroque,,rococo\r\n\
         2026-01-15,{grade},{email},,Graded,,\r\n\
         2026-01-15,,{email},,BOTH,,\r\n\
         2026-01-15,,{email},,For ever,2149-06-07,\r\n\
         1899-12-31,,{email},,Long ago,,\r\n",
        upper = email.to_uppercase(),
        other = id_of(1),
        admin = admin.id,
        grade = "A".repeat(21),
    );
    let bulk = house.begin_csv(&admin, file.as_bytes()).await;
    assert_eq!(bulk.status, 202, "{bulk:?}");
    house.platform.quiesce().await;
    let id = bulk.at("/bulk_id");
    let bulk = house.bulk(&admin, id).await;
    assert_eq!(
        (bulk.at("/status"), bulk.at("/file_name")),
        ("finished", "spring.csv")
    );
    let errors = house.row_errors(&admin, id, 100).await;
    assert_eq!(
        faults(&errors),
        [
            (1, "course_name", "invalid_value"),
            (4, "email", "student_mismatch"),
            (5, "student_id", "missing_value"),
            (6, "student_id", "unknown_student"),
            (7, "completion_date", "future_completion_date"),
            (8, "expires_on", "expires_before_issue"),
            (9, "template", "invalid_value"),
            (10, "grade", "invalid_value"),
            (11, "", "duplicate_row"),
            (12, "expires_on", "expires_too_late"),
            (13, "completion_date", "completed_too_early"),
        ]
    );
    // The first field spans two lines, and an empty line is no row.
    assert_eq!(
        (&errors[0]["line"], &errors[1]["line"]),
        (&json!(2), &json!(7))
    );
    assert!(
        errors[8]["detail"]
            .as_str()
            .is_some_and(|detail| detail.starts_with("row 3 ")),
        "{errors:#?}"
    );
    assert_eq!(
        (&bulk.body["issued"], &bulk.body["failed"]),
        (&json!(2), &json!(11))
    );
    let all = house
        .pages_of(&admin, super::CERTIFICATES, "certificates", 20)
        .await;
    let rust = all.iter().find(|row| row["course"] == "Rust, \"well\"");
    assert_eq!(rust.expect("it is there")["expires_on"], "2099-12-31");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_fields_a_semicolon_parts_is_read_as_it_was_meant() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(2).await;
    let file = format!(
        "\u{feff}Email;Course_Name;Completion_Date;Grade\r\n\
         {};Rust, well;2026-01-15;A\r\n\
         {};\"Rust; \"\"well\"\"\";2026-01-15;\r\n\
         {},Rust,2026-01-15,\r\n",
        email_of(0),
        email_of(1),
        email_of(1),
    );
    let bulk = house.begin_csv(&admin, file.as_bytes()).await;
    assert_eq!(bulk.status, 202, "{bulk:?}");
    house.platform.quiesce().await;
    let id = bulk.at("/bulk_id");
    let errors = house.row_errors(&admin, id, 100).await;
    assert_eq!(faults(&errors), [(3, "email", "invalid_value")]);
    let all = house
        .pages_of(&admin, super::CERTIFICATES, "certificates", 20)
        .await;
    let mut courses: Vec<_> = all
        .iter()
        .filter_map(|row| row["course"].as_str())
        .collect();
    courses.sort_unstable();
    assert_eq!(courses, ["Rust, well", "Rust; \"well\""]);
    house.finish().await;
}
