use super::{body, *};
use axum::{
    body::Body as Bytes,
    extract::{FromRequest, Request},
};
use registrar_domain::{actor::Role, page::Limit, value::Subject};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticket {
    subject: Subject,
    #[serde(default)]
    count: u8,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    at: Option<jiff::Timestamp>,
    #[serde(default)]
    day: Option<jiff::civil::Date>,
    #[serde(default)]
    by: Option<registrar_domain::id::AccountId>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    name: String,
}

fn fault(json: &str) -> (String, &'static str, String) {
    let problem = body::decode::<Ticket>(json.as_bytes()).unwrap_err();
    assert_eq!(
        (problem.status().as_u16(), problem.code()),
        (422, "invalid_body"),
        "{json}"
    );
    let error = &problem.errors()[0];
    (error.pointer.clone(), error.code, error.detail.clone())
}

#[test]
fn a_good_body_is_read() {
    let ticket: Ticket =
        body::decode(br#"{"subject": "It does not print", "count": 3, "tags": [{"name": "x"}]}"#)
            .unwrap();
    assert_eq!(
        (ticket.subject.as_str(), ticket.count, ticket.role),
        ("It does not print", 3, None)
    );
    assert_eq!(ticket.tags[0].name, "x");
    assert_eq!((ticket.at, ticket.day, ticket.by), (None, None, None));
}

#[test]
fn a_list_is_no_body() {
    let (pointer, code, detail) = fault(r#" ["It does not print", 3, []]"#);
    assert_eq!((pointer.as_str(), code), ("", "wrong_type"));
    assert_eq!(detail, "must be an object");
    for cut in [r#"["It does not print", 3"#, r#"{"subject": 5} and more"#] {
        let problem = body::decode::<Ticket>(cut.as_bytes()).unwrap_err();
        assert_eq!(problem.code(), "malformed_json", "{cut}");
    }
}

#[test]
fn a_fault_names_its_member_and_its_kind() {
    let subject = r#""subject": "It does not print""#;
    let cases = [
        (
            "{}".to_owned(),
            "/subject",
            "missing_field",
            "must be given",
        ),
        (
            r#"{"subject": "abc"}"#.to_owned(),
            "/subject",
            "invalid_value",
            "must have at least 5 characters, has 3",
        ),
        (
            r#"{"subject": 5}"#.to_owned(),
            "/subject",
            "wrong_type",
            "must be a string",
        ),
        (
            format!(r#"{{{subject}, "count": "many"}}"#),
            "/count",
            "wrong_type",
            "must be u8",
        ),
        (
            format!(r#"{{{subject}, "count": 999}}"#),
            "/count",
            "invalid_value",
            "must be u8",
        ),
        (
            format!(r"{{{subject}, {subject}}}"),
            "/subject",
            "invalid_value",
            "must be given once",
        ),
        (
            format!(r#"{{{subject}, "tags": [{{"name": "a"}}, {{}}]}}"#),
            "/tags/1/name",
            "missing_field",
            "must be given",
        ),
        (
            format!(r#"{{{subject}, "tags": [{{"name": "a", "a/b~": 1}}]}}"#),
            "/tags/0/a~1b~0",
            "unknown_field",
            "is not known here: expected `name`",
        ),
        (
            format!(r#"{{{subject}, "day": "31/12/2030"}}"#),
            "/day",
            "invalid_value",
            "must be a date such as 2026-01-31, or a time such as 2026-01-31T09:30:00Z",
        ),
        (
            format!(r#"{{{subject}, "day": "2026-02-30"}}"#),
            "/day",
            "invalid_value",
            "must be a date that there is, such as 2026-01-31",
        ),
        (
            format!(r#"{{{subject}, "at": "today"}}"#),
            "/at",
            "invalid_value",
            "must be a date such as 2026-01-31, or a time such as 2026-01-31T09:30:00Z",
        ),
        (
            format!(r#"{{{subject}, "by": "abc"}}"#),
            "/by",
            "invalid_value",
            "must be a UUID",
        ),
        ("[]".to_owned(), "", "wrong_type", "must be an object"),
        ("7".to_owned(), "", "wrong_type", "must be struct Ticket"),
    ];
    for (json, pointer, code, detail) in cases {
        assert_eq!(
            fault(&json),
            (pointer.to_owned(), code, detail.to_owned()),
            "{json}"
        );
    }
}

#[test]
fn a_fault_never_repeats_the_value() {
    let subject = r#""subject": "It does not print""#;
    for member in [
        r#""count": "hunter2, expected hunter2""#,
        r#""role": "hunter2""#,
        r#""role": "a`, expected hunter2""#,
        r#""at": "hunter2""#,
        r#""tags": "hunter2""#,
    ] {
        let (_, _, detail) = fault(&format!("{{{subject}, {member}}}"));
        assert!(!detail.contains("hunter2"), "{member}: {detail}");
    }
}

#[test]
fn what_is_not_json_is_malformed_and_never_panics() {
    for text in [
        "",
        "{",
        "{\"subject\": }",
        "{\"subject\": \"abcde\"} x",
        "nul",
        "\u{feff}{}",
        &"[".repeat(100_000),
    ] {
        let problem = body::decode::<Ticket>(text.as_bytes()).unwrap_err();
        assert!(
            matches!(problem.code(), "malformed_json" | "invalid_body"),
            "{text:.20}: {}",
            problem.code()
        );
    }
    assert_eq!(
        body::decode::<Ticket>(b"{\"subject\": \"\xff\xff\xff\xff\xff\"}")
            .unwrap_err()
            .code(),
        "malformed_json"
    );
    assert_eq!(
        body::decode::<Value>("[".repeat(100_000).as_bytes())
            .unwrap_err()
            .code(),
        "malformed_json"
    );
}

async fn post(content_type: Option<&str>, body: Vec<u8>) -> Result<Value, Problem> {
    let mut request = Request::post("/").body(Bytes::from(body)).unwrap();
    if let Some(value) = content_type {
        request
            .headers_mut()
            .insert("content-type", value.parse().unwrap());
    }
    Body::<Value>::from_request(request, &())
        .await
        .map(|Body(value)| value)
}

#[tokio::test]
async fn a_body_is_json_by_name() {
    for good in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/merge-patch+json",
    ] {
        assert_eq!(
            post(Some(good), b"{}".to_vec()).await.unwrap(),
            json!({}),
            "{good}"
        );
    }
    for bad in [
        None,
        Some("text/plain"),
        Some("text/json"),
        Some("application/jsonp"),
        Some(""),
    ] {
        let problem = post(bad, b"{}".to_vec()).await.unwrap_err();
        assert_eq!(
            (problem.status().as_u16(), problem.code()),
            (415, "unsupported_media_type"),
            "{bad:?}"
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_read() {
    let of = |length: usize| {
        post(
            Some("application/json"),
            format!("\"{}\"", "x".repeat(length - 2)).into_bytes(),
        )
    };
    assert!(of(BODY_BYTES).await.is_ok());
    let problem = of(BODY_BYTES + 1).await.unwrap_err();
    assert_eq!(
        (problem.status().as_u16(), problem.code()),
        (413, "body_too_large")
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
    #[serde(default)]
    role: Option<Role>,
}

#[test]
fn parameters_are_read_by_their_types() {
    let wanted: Wanted = params::decode("cursor=a%2Fb+c&limit=50&role=super_admin").unwrap();
    assert_eq!(
        (wanted.cursor.as_deref(), wanted.limit.get(), wanted.role),
        (Some("a/b c"), 50, Some(Role::SuperAdmin))
    );
    let none: Wanted = params::decode("").unwrap();
    assert_eq!((none.cursor, none.limit.get(), none.role), (None, 20, None));
}

#[test]
fn a_parameter_that_is_unknown_or_bad_is_named() {
    let cases = [
        ("colour=red", "/colour", "unknown_field"),
        ("limit=many", "/limit", "invalid_value"),
        ("limit=1000", "/limit", "invalid_value"),
        ("role=hunter2", "/role", "invalid_value"),
        ("limit=5&limit=6", "/limit", "invalid_value"),
    ];
    for (query, pointer, code) in cases {
        let problem = params::decode::<Wanted>(query).unwrap_err();
        assert_eq!(
            (problem.status().as_u16(), problem.code()),
            (400, "invalid_query"),
            "{query}"
        );
        let error = &problem.errors()[0];
        assert_eq!(
            (error.pointer.as_str(), error.code),
            (pointer, code),
            "{query}"
        );
        assert!(
            !error.detail.contains("hunter2"),
            "{query}: {}",
            error.detail
        );
    }
}

#[test]
fn if_match_takes_one_of_our_etags() {
    assert_eq!(IfMatch::parse("\"3\""), Some(IfMatch(Some(3))));
    assert_eq!(IfMatch::parse("\"3-9f86d081\""), Some(IfMatch(Some(3))));
    assert_eq!(IfMatch::parse("*"), Some(IfMatch(None)));
    for bad in [
        "3",
        "\"\"",
        "W/\"3\"",
        "\"3\", \"4\"",
        "\"+3\"",
        "\"x\"",
        "\"99999999999999999999999\"",
        "\"",
    ] {
        assert_eq!(IfMatch::parse(bad), None, "{bad}");
    }
    assert!(IfMatch(Some(3)).check(3).is_ok() && IfMatch(None).check(9).is_ok());
    let problem = IfMatch(Some(3)).check(4).unwrap_err();
    assert_eq!(
        (problem.status().as_u16(), problem.code()),
        (412, "precondition_failed")
    );
}
