//! The worker is killed while it issues, again and again.
//!
//! One row in a hundred is an error, or six where there are few, of every kind in turn. `BULK_ROWS` gives another number
//! of rows: `BULK_ROWS=10000 target/debug/deps/journeys-… a_bulk_issue_whose --nocapture` is the whole of it.

use super::{CERTIFICATES, csv, email_of, faults, id_of};
use crate::house::{ADMIN, House, Session};
use serde_json::json;
use std::{
    collections::BTreeSet,
    process::Command,
    time::{Duration, Instant},
};

/// Rows, unless `BULK_ROWS` says otherwise.
const ROWS: usize = 120;
/// Of how many rows one is an error, where there are enough.
const WRONG: usize = 100;
/// How many kinds of errors there are.
const KINDS: usize = 6;
/// How many courses each student completed.
const COURSES: usize = 5;
const KILLS: usize = 3;
/// Longer than a message of the worker's queue is hidden.
const HIDDEN: Duration = Duration::from_secs(361);

/// Row `number` (from 1) of a file, and what is wrong with it.
struct Row {
    line: Vec<u8>,
    fault: Option<(&'static str, &'static str)>,
}

/// What row `number` asks for, if it is right: student and course.
fn fact(number: usize) -> (usize, String) {
    (number / COURSES, format!("Course {}", number % COURSES))
}

/// Of how many rows of this many one is an error.
fn wrong_of(rows: usize) -> usize {
    (rows / KINDS).clamp(2, WRONG)
}

fn row(number: usize, rows: usize) -> Row {
    let wrong = wrong_of(rows);
    let (student, course) = fact(number);
    let right = format!("{},{course},2026-01-15", email_of(student));
    let kind = (number % wrong == wrong / 2).then_some(number / wrong % KINDS);
    let (line, fault) = match kind {
        Some(0) => (
            format!("nobody{number}@example.org,{course},2026-01-15").into(),
            Some(("email", "unknown_student")),
        ),
        Some(1) => (
            format!("{},{course},03.04.2026", email_of(student)).into(),
            Some(("completion_date", "invalid_value")),
        ),
        Some(2) => (
            format!("{},,2026-01-15", email_of(student)).into(),
            Some(("course_name", "missing_value")),
        ),
        Some(3) => {
            let (student, course) = fact(number - 1);
            (
                format!("{},{course},2026-01-15", email_of(student)).into(),
                Some(("", "duplicate_row")),
            )
        }
        Some(4) => (
            [email_of(student).as_bytes(), b",No\xebl,2026-01-15"].concat(),
            Some(("course_name", "not_utf8")),
        ),
        Some(_) => (
            format!("{right},and more").into(),
            Some(("", "wrong_field_count")),
        ),
        None => (right.into(), None),
    };
    Row { line, fault }
}

/// Kills the worker with `kill -9`; whether there was one.
fn kill(house: &House) -> bool {
    let ids = house.platform.process_ids("BulkFunction");
    for id in &ids {
        let killed = Command::new("kill").args(["-9", &id.to_string()]).status();
        assert!(killed.expect("kill runs").success());
    }
    !ids.is_empty()
}

/// Waits until so many rows were counted.
async fn counted(house: &House, admin: &Session, id: &str, rows: u64) {
    let limit = Instant::now() + Duration::from_hours(1);
    loop {
        let bulk = house.bulk(admin, id).await;
        let count = |name: &str| bulk.body[name].as_u64().expect("a number");
        if count("issued") + count("failed") >= rows {
            return;
        }
        assert!(Instant::now() < limit, "it does not go on: {bulk:?}");
    }
}

/// Waits until the worker has issued some rows that it has not counted yet.
async fn within_some_rows(house: &House, admin: &Session, id: &str) {
    loop {
        let bulk = house.bulk(admin, id).await;
        assert_eq!(bulk.at("/status"), "running", "{bulk:?}");
        let counts = house.get(admin, &format!("{CERTIFICATES}/counts")).await;
        let there = counts.body["total"].as_u64().expect("a number");
        if there >= bulk.body["issued"].as_u64().expect("a number") + 3 {
            return;
        }
    }
}

/// How many rows a worker found issued by one that was killed, as the workers' log says.
fn found(house: &House) -> u64 {
    let log = house.data.path().join("logs/BulkFunction.log");
    let log = std::fs::read_to_string(log).expect("a log");
    let number = |line: &str| {
        let (_, rest) = line.split_once("\"found\":")?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    log.lines().filter_map(number).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_issue_whose_worker_is_killed_three_times_issues_every_row_once() {
    let rows = std::env::var("BULK_ROWS").ok();
    let rows: usize = rows.map_or(ROWS, |text| text.parse().expect("BULK_ROWS is a number"));
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    house.students(rows / COURSES + 1).await;
    let mut file = csv([]).into_bytes();
    for number in 1..=rows {
        file.extend(row(number, rows).line);
        file.push(b'\n');
    }
    let wrong: Vec<_> = (1..=rows)
        .filter_map(|number| row(number, rows).fault.map(|fault| (number as u64, fault)))
        .collect();

    let begun = Instant::now();
    let bulk = house.begin_csv(&admin, &file).await;
    let answered = begun.elapsed();
    assert_eq!(
        (bulk.status, bulk.at("/status")),
        (202, "waiting"),
        "{bulk:?}"
    );
    assert_eq!(bulk.body["total"], rows);
    let id = bulk.at("/bulk_id").to_owned();
    for round in 1..=KILLS {
        let mark = rows * round / (KILLS + 1);
        counted(&house, &admin, &id, mark as u64).await;
        within_some_rows(&house, &admin, &id).await;
        assert!(kill(&house), "the worker runs");
        house.platform.advance(HIDDEN);
    }
    counted(&house, &admin, &id, rows as u64).await;
    println!(
        "{rows} rows ({} KB): answered after {answered:?}, issued after {:?}; {} rows found issued by a killed worker",
        file.len() / 1024,
        begun.elapsed(),
        found(&house)
    );

    let bulk = house.bulk(&admin, &id).await;
    let issued = rows - wrong.len();
    assert_eq!(bulk.at("/status"), "finished", "{bulk:?}");
    assert_eq!(
        (&bulk.body["issued"], &bulk.body["failed"]),
        (&json!(issued), &json!(wrong.len()))
    );
    assert!(found(&house) > 0, "no kill fell within some rows");
    let errors = house.row_errors(&admin, &id, 7).await;
    let wanted: Vec<_> = wrong
        .iter()
        .map(|(row, (c, code))| (*row, *c, *code))
        .collect();
    assert_eq!(faults(&errors), wanted);

    let all = house
        .pages_of(&admin, CERTIFICATES, "certificates", 100)
        .await;
    let facts: BTreeSet<_> = all
        .iter()
        .map(|row| (row["student_id"].to_string(), row["course"].to_string()))
        .collect();
    let asked: BTreeSet<_> = (1..=rows)
        .filter(|number| row(*number, rows).fault.is_none())
        .map(fact)
        .map(|(student, course)| (json!(id_of(student)).to_string(), json!(course).to_string()))
        .collect();
    assert_eq!((all.len(), facts), (issued, asked));

    println!("every row once, {} errors", errors.len());
    house.platform.quiesce().await;
    println!("all that follows done after {:?}", begun.elapsed());
    each_is_followed_through(&house, &all, &id).await;
    house.finish().await;
}

/// PDF, letter and the edge's record once each, and one letter to who began it.
async fn each_is_followed_through(house: &House, all: &[serde_json::Value], id: &str) {
    let keys = house.keys("certificates");
    let is_pdf = |key: &&String| key.rsplit('.').next() == Some("pdf");
    let pdfs: BTreeSet<_> = keys.iter().filter(is_pdf).collect();
    let mails = house.mails().await;
    let mut wanted = BTreeSet::from([format!("bulk/{id}/finished")]);
    for row in all {
        let id = row["certificate_id"].as_str().expect("an id");
        assert!(pdfs.contains(&format!("certificates/{id}.pdf")), "{id}");
        wanted.insert(format!("certificate/{id}/issued"));
    }
    assert_eq!(pdfs.len(), all.len());
    assert!(mails.values().all(|times| *times == 1), "{mails:?}");
    assert_eq!(mails.into_keys().collect::<BTreeSet<_>>(), wanted);
    for row in all.iter().step_by(all.len() / 10) {
        let id = row["certificate_id"].as_str().expect("an id");
        let record = house.kv(&format!("cert/{id}")).await;
        assert_eq!(record.at("/course"), row["course"], "{record:?}");
    }
}
