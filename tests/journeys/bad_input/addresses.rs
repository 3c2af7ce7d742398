//! Paths, methods and query parameters.

use super::blames;
use crate::house::{ADMIN, Ask, House, STUDENT};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_or_method_that_is_not_served_is_a_problem_of_ours() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    for path in [
        "/",
        "/index.html",
        "/nothing/here",
        "/auth",
        "/auth/sign-out",
        "/.well-known/openid-configuration",
        "/tickets/a/b/c",
        "/api/admin/support",
        "/api/admin/support/nothing",
        "/api/support",
        "/api/admin/certificates/a/b",
        "/api/certificates/a/b",
        "/status-lists",
        "/status-lists/7",
        "/status-lists/-1",
        "/status-lists/x",
        "/certificate-keys/1",
    ] {
        house.get(&student, path).await.is_problem(404, "not_found");
    }
    let cases = [
        (Method::DELETE, "/tickets", "POST,GET,HEAD"),
        (Method::PUT, "/tickets/TKT-20261121-0001", "GET,HEAD"),
        (Method::GET, "/tickets/TKT-20261121-0001/status", "PATCH"),
        (Method::GET, "/tickets/TKT-20261121-0001/messages", "POST"),
        (Method::GET, "/auth/sign-in", "POST"),
        (Method::POST, "/health", "GET,HEAD"),
        (Method::OPTIONS, "/tickets", "POST,GET,HEAD"),
        (Method::GET, "/api/admin/certificates/generate", "POST"),
        (
            Method::DELETE,
            "/api/certificates/CERT-20260307-ABCDEF",
            "GET,HEAD",
        ),
        (Method::POST, "/status-lists/0", "GET,HEAD"),
    ];
    for (method, path, allowed) in cases {
        let request = house.request(method, path).bearer_auth(&student.token);
        let answer = request.answer().await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(
            sorted(answer.header("allow")),
            sorted(allowed),
            "{answer:?}"
        );
    }
    house.finish().await;
}

fn sorted(methods: &str) -> Vec<&str> {
    let mut methods: Vec<_> = methods.split(',').map(str::trim).collect();
    methods.sort_unstable();
    methods
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_is_not_known_or_not_valid_is_named() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let student = house.sign_in(STUDENT).await;
    let opened = house.open_ticket(&student).await;
    let ticket = format!("/tickets/{}", opened.at("/id"));
    let lists = [
        "/tickets",
        "/api/admin/support/tickets",
        "/api/admin/certificates",
        "/api/certificates",
        ticket.as_str(),
    ];
    for path in lists {
        for (query, pointer, code) in [
            ("limit=0", "/limit", "invalid_value"),
            ("limit=101", "/limit", "invalid_value"),
            ("limit=-1", "/limit", "invalid_value"),
            ("limit=many", "/limit", "invalid_value"),
            ("limit=", "/limit", "invalid_value"),
            ("limit=1&limit=2", "/limit", "invalid_value"),
            ("page=2", "/page", "unknown_field"),
            ("LIMIT=2", "/LIMIT", "unknown_field"),
        ] {
            let answer = house.get(&admin, &format!("{path}?{query}")).await;
            answer.is_problem(400, "invalid_query");
            blames(&answer, pointer, code);
        }
        for cursor in [
            "",
            "x",
            "!!!!",
            "AAAA",
            "%F0%9F%92%A5",
            "Li4vLi4",
            "fn5-fn5-",
        ] {
            let answer = house.get(&admin, &format!("{path}?cursor={cursor}")).await;
            answer.is_problem(400, "invalid_cursor");
        }
    }
    // A cursor goes on in the list that gave it, and nowhere else.
    house.open_ticket(&student).await;
    let page = house.get(&admin, &format!("{}?limit=1", lists[1])).await;
    let cursor = page.at("/next_cursor");
    for (list, status) in [(1, 200), (0, 400), (2, 400), (3, 400), (4, 400)] {
        let answer = house
            .get(&admin, &format!("{}?cursor={cursor}", lists[list]))
            .await;
        assert_eq!(answer.status, status, "{}: {answer:?}", lists[list]);
    }
    for path in &lists[..4] {
        let answer = house.get(&admin, &format!("{path}?status=done")).await;
        answer.is_problem(400, "invalid_query");
        blames(&answer, "/status", "invalid_value");
    }
    let answer = house
        .get(&admin, "/api/admin/certificates?student_id=me")
        .await;
    answer.is_problem(400, "invalid_query");
    blames(&answer, "/student_id", "invalid_value");
    house
        .get(&admin, "/api/admin/support/students/me/tickets")
        .await
        .is_problem(404, "not_found");

    let request = house.request(Method::PATCH, &format!("{ticket}/status"));
    let answer = request.bearer_auth(&admin.token).header("if-match", "one");
    let answer = answer
        .json(&serde_json::json!({"status": "closed"}))
        .answer()
        .await;
    answer.is_problem(400, "invalid_if_match");
    house.finish().await;
}
