use super::{
    ids::RowIds,
    row::{Defaults, Student, wanted},
    sheet::{Fault, Survey, rows, survey},
    *,
};
use crate::{
    actor::{Actor, Role},
    clock::{Moment, fixed::Fixed},
    effect::{Effect, Fact},
    value::CourseName,
};
use uuid::Uuid;

const NOW: &str = "2026-11-21T10:00:00Z";
const STUDENT: &str = "00000000-0000-7000-8000-000000000001";

fn staff() -> Actor {
    Actor {
        id: AccountId::from(Uuid::from_u128(5)),
        role: Role::Admin,
    }
}

fn file(text: &str) -> Survey {
    survey(text.as_bytes(), &row::COLUMNS, 1000).unwrap()
}

fn bulk() -> Bulk {
    let survey = file("email,course_name,completion_date\na\nb\nc");
    let id = BulkId::from(Uuid::from_u128(9));
    let source = Fixed::at(NOW);
    let begun = Bulk::begin(
        id,
        staff(),
        None,
        survey,
        Defaults::default(),
        source.moment(),
    )
    .unwrap();
    assert_eq!(begun.effects, [Effect::IssueBulk { bulk_id: id }]);
    begun.bulk
}

fn progress(row: u32, issued: u32, failed: &[u32]) -> Progress {
    let error = |row: &u32| RowError {
        row: *row,
        line: u64::from(*row) + 1,
        column: None,
        code: "invalid_value".to_owned(),
        detail: "must be something else".to_owned(),
    };
    Progress {
        cursor: Cursor {
            byte: 100 + u64::from(row),
            row,
        },
        issued,
        errors: failed.iter().map(error).collect(),
        lists: Vec::new(),
    }
}

fn later() -> Timestamp {
    "2026-11-21T10:05:00Z".parse().unwrap()
}

#[test]
fn rows_are_counted_until_the_last_and_whoever_began_it_is_told() {
    let first = bulk().advance(progress(2, 1, &[2]), true, later()).unwrap();
    assert_eq!(first.bulk.status, Status::Running);
    assert_eq!((first.bulk.issued, first.bulk.failed), (1, 1));
    assert_eq!(first.bulk.version, 2);
    assert_eq!(first.errors.len(), 1);
    assert_eq!(
        first.effects,
        [Effect::IssueBulk {
            bulk_id: first.bulk.id
        }]
    );
    let last = first
        .bulk
        .advance(progress(3, 1, &[]), true, later())
        .unwrap();
    assert_eq!(last.bulk.status, Status::Finished);
    assert_eq!((last.bulk.issued, last.bulk.failed), (2, 1));
    assert_eq!(last.bulk.finished_at, Some(later()));
    let [Effect::Deliver(told)] = &last.effects[..] else {
        panic!("{:?}", last.effects)
    };
    assert_eq!(told.person, staff().id);
    assert_eq!(
        told.fact,
        Fact::BulkFinished {
            bulk_id: last.bulk.id
        }
    );
    assert_eq!(last.bulk.advance(progress(3, 1, &[]), true, later()), None);
}

#[test]
fn a_worker_that_does_not_yield_sends_no_message() {
    let some = bulk().advance(progress(1, 1, &[]), false, later()).unwrap();
    assert_eq!(some.effects, []);
    assert_eq!(some.bulk.status, Status::Running);
}

#[test]
fn cancelling_counts_what_was_begun_and_tells_nobody() {
    let cancelling = bulk().cancel(staff(), later()).unwrap();
    assert_eq!(cancelling.bulk.status, Status::Cancelling);
    assert_eq!(cancelling.effects, [], "two workers would count apart");
    assert_eq!(
        cancelling.bulk.cancel(staff(), later()),
        Err(Refusal::NotCancellable(Status::Cancelling))
    );
    let over = cancelling
        .bulk
        .advance(progress(2, 2, &[]), true, later())
        .unwrap();
    assert_eq!(over.bulk.status, Status::Cancelled);
    assert_eq!((over.bulk.issued, over.effects.len()), (2, 0));
    assert_eq!(over.bulk.advance(progress(3, 1, &[]), true, later()), None);
    assert_eq!(over.bulk.stop(Stop::FileGone, later()), None);
    let student = Actor {
        role: Role::Student,
        ..staff()
    };
    assert_eq!(bulk().cancel(student, later()), Err(Refusal::Forbidden));
}

#[test]
fn what_cannot_go_on_says_why_and_is_over() {
    let failed = bulk().stop(Stop::FileGone, later()).unwrap();
    let reason = Stop::FileGone;
    assert_eq!(failed.bulk.status, Status::Failed { reason });
    assert_eq!(failed.effects.len(), 1);
    assert!(failed.bulk.status.is_over());
    assert!(failed.bulk.cancel(staff(), later()).is_err());
}

#[test]
fn a_file_must_name_students_and_all_that_the_request_does_not_say() {
    let layout = |header: &str| file(&format!("{header}\nx")).layout;
    let nothing = Defaults::default();
    assert_eq!(
        nothing.suffice(&layout("course_name,completion_date")),
        Err(Fault::MissingColumn("student_id"))
    );
    assert_eq!(
        nothing.suffice(&layout("email,completion_date")),
        Err(Fault::MissingColumn("course_name"))
    );
    assert_eq!(
        nothing.suffice(&layout("email,course_name")),
        Err(Fault::MissingColumn("completion_date"))
    );
    let cohort = Defaults {
        course_name: Some(CourseName::new("Rust").unwrap()),
        completion_date: Some("2026-01-15".parse().unwrap()),
        ..Defaults::default()
    };
    assert_eq!(cohort.suffice(&layout("student_id")), Ok(()));
}

/// What the one row of a file asks for.
fn asked(header: &str, row: &str) -> Result<row::Wanted, RowError> {
    let text = format!("{header}\n{row}\n");
    let survey = file(&text);
    let read = rows(&survey.kept, Cursor::default(), true, 1);
    wanted(&read[0], &survey.layout, &Defaults::default())
}

#[test]
fn a_row_asks_for_what_it_says() {
    let header = "grade,student_id,email,completion_date,course_name,expires_on,template";
    let row = format!("A+,{STUDENT},Asha@Example.ORG,2026-01-15,Rust,,");
    let wanted = asked(header, &row).unwrap();
    let Student { id, email } = wanted.student;
    assert_eq!(id.unwrap().to_string(), STUDENT);
    assert_eq!(email.unwrap().lookup_form(), "asha@example.org");
    assert_eq!(wanted.issue.course.as_str(), "Rust");
    assert_eq!(wanted.issue.grade.unwrap().as_str(), "A+");
    assert_eq!(wanted.issue.expires_on, None);
}

#[test]
fn a_fault_names_its_column_and_repeats_nothing() {
    let header = "student_id,email,course_name,completion_date,template";
    let long = "x".repeat(201);
    for (row, column, code) in [
        ("secret,,Rust,2026-01-15,", "student_id", "invalid_value"),
        (",secret,Rust,2026-01-15,", "email", "invalid_value"),
        (",,Rust,2026-01-15,", "student_id", "missing_value"),
        (",a@b.org, ,2026-01-15,", "course_name", "missing_value"),
        (
            &format!(",a@b.org,{long},2026-01-15,"),
            "course_name",
            "invalid_value",
        ),
        (",a@b.org,Rust,,", "completion_date", "missing_value"),
        (
            ",a@b.org,Rust,01/05/2026,",
            "completion_date",
            "invalid_value",
        ),
        (
            ",a@b.org,Rust,15/01/26,",
            "completion_date",
            "invalid_value",
        ),
        (
            ",a@b.org,Rust,2026-02-30,",
            "completion_date",
            "invalid_value",
        ),
        (
            ",a@b.org,Rust,2026-01-15,secret",
            "template",
            "invalid_value",
        ),
    ] {
        let error = asked(header, row).unwrap_err();
        assert_eq!(
            (
                error.row,
                error.line,
                error.column.as_deref(),
                error.code.as_str()
            ),
            (1, 2, Some(column), code),
            "{row}"
        );
        assert!(!error.detail.contains("secret"), "{error:?}");
    }
}

#[test]
fn a_row_that_is_issued_again_makes_the_same_certificate_number() {
    let ids = RowIds {
        bulk: BulkId::from(Uuid::from_u128(9)),
        row: 7,
    };
    let moment = Moment::new(NOW.parse().unwrap(), &ids);
    let number = crate::certificate::CertificateId::new(
        ids.certificate(
            "CERT-20261121-ABCDEFGHJK"
                .parse::<crate::certificate::CertificateId>()
                .unwrap()
                .day(),
        )
        .day(),
        moment.random(),
    );
    assert!(ids.made(&number));
}
