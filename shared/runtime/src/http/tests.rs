use super::*;
use crate::{
    auth::TokenSigner,
    extract::{Body as Json, Once, Segment, SignedIn, Staff, Visitor},
    problem::ApiResult,
    reply::Reply,
    shell::fixture,
};
use axum::{
    body::{Body, to_bytes},
    http::HeaderValue,
    routing::{get, post},
};
use registrar_domain::{
    actor::{Actor, Role},
    id::AccountId,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

const ISSUER: &str = "https://app.example";

fn signer() -> TokenSigner {
    TokenSigner::new(ISSUER.to_owned(), &[1; 32])
}

fn actor(role: Role) -> Actor {
    let id = match role {
        Role::Student => "019aa5c3-0000-7000-8000-000000000001",
        Role::Customer => "019aa5c3-0000-7000-8000-000000000002",
        Role::Tutor => "019aa5c3-0000-7000-8000-000000000003",
        Role::Admin => "019aa5c3-0000-7000-8000-000000000004",
        Role::SuperAdmin => "019aa5c3-0000-7000-8000-000000000005",
    };
    let id = id.parse().unwrap();
    Actor { id, role }
}

fn token(role: Role) -> String {
    let now = fixture::NOW.parse().unwrap();
    format!("Bearer {}", signer().sign(actor(role), Uuid::nil(), now))
}

fn authenticator() -> Authenticator {
    let auth = Authenticator::new(ISSUER.to_owned(), &signer().jwks().to_string()).unwrap();
    let roles = [
        Role::Student,
        Role::Customer,
        Role::Tutor,
        Role::Admin,
        Role::SuperAdmin,
    ];
    let now = fixture::NOW.parse().unwrap();
    let known = roles.into_iter().map(actor);
    known.fold(auth, |auth, actor| auth.knowing(actor, now))
}

fn app() -> Router {
    let routes = Router::new()
        .route(
            "/me",
            get(async |SignedIn(actor): SignedIn| -> ApiResult { Ok(Reply::ok(&actor.id)) }),
        )
        .route(
            "/staff",
            get(async |_: Staff| -> ApiResult { Ok(Reply::ok(&())) }),
        )
        .route(
            "/open",
            get(async |Visitor(actor): Visitor| -> ApiResult {
                Ok(Reply::ok(&actor.is_some()).public(60))
            }),
        )
        .route(
            "/things/{id}",
            get(async |Segment(id): Segment<AccountId>| -> ApiResult {
                Ok(Reply::ok(&id).etag(2))
            }),
        )
        .route(
            "/things",
            post(
                async |Once(claim): Once, Json(body): Json<Value>| -> ApiResult {
                    assert!(claim.is_none(), "no key was sent");
                    Ok(Reply::created(&body))
                },
            ),
        )
        .route(
            "/panic",
            get(async || -> ApiResult { panic!("for hunter2") }),
        );
    router(&fixture::shell(), authenticator(), routes)
}

async fn send(request: Request) -> (Response<()>, Value) {
    let (parts, body) = app().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let json = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&body).unwrap()
    };
    (Response::from_parts(parts, ()), json)
}

async fn get_as(path: &str, authorization: Option<&str>) -> (Response<()>, Value) {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    if let Some(value) = authorization {
        request
            .headers_mut()
            .insert("authorization", value.parse().unwrap());
    }
    send(request).await
}

fn seen(answer: &(Response<()>, Value)) -> (u16, &str) {
    (
        answer.0.status().as_u16(),
        answer.1["code"].as_str().unwrap_or_default(),
    )
}

#[tokio::test]
async fn an_unknown_address_is_a_problem_with_the_requests_id() {
    let answer = get_as("/nothing/here", None).await;
    assert_eq!(seen(&answer), (404, "not_found"));
    assert_eq!(
        answer.0.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(
        answer.1["request_id"].as_str().unwrap(),
        answer.0.headers()["x-request-id"]
    );
}

#[tokio::test]
async fn a_method_that_is_not_allowed_is_a_problem_that_names_those_that_are() {
    let answer = send(Request::delete("/things").body(Body::empty()).unwrap()).await;
    assert_eq!(seen(&answer), (405, "method_not_allowed"));
    assert_eq!(answer.0.headers()["allow"], "POST");
}

#[tokio::test]
async fn a_token_is_asked_for_where_it_is_needed_and_checked_where_it_is_sent() {
    let student = token(Role::Student);
    assert_eq!(seen(&get_as("/me", Some(&student)).await), (200, ""));
    assert_eq!(seen(&get_as("/open", None).await), (200, ""));
    let missing = get_as("/me", None).await;
    assert_eq!(seen(&missing), (401, "token_missing"));
    assert_eq!(missing.0.headers()["www-authenticate"], "Bearer");
    for bad in [
        "Bearer abc",
        "Basic dXNlcjpwYXNz",
        "Bearer",
        &format!("{student}x"),
    ] {
        for path in ["/me", "/open", "/nothing"] {
            assert_eq!(
                seen(&get_as(path, Some(bad)).await),
                (401, "token_invalid"),
                "{bad} {path}"
            );
        }
    }
}

#[tokio::test]
async fn an_expired_token_says_so() {
    let id = "019aa5c3-0000-7000-8000-000000000001".parse().unwrap();
    let earlier = "2026-11-21T08:00:00Z".parse().unwrap();
    let old = signer().sign(
        Actor {
            id,
            role: Role::Student,
        },
        Uuid::nil(),
        earlier,
    );
    assert_eq!(
        seen(&get_as("/open", Some(&format!("Bearer {old}"))).await),
        (401, "token_expired")
    );
}

#[tokio::test]
async fn what_is_for_staff_is_forbidden_to_others() {
    for role in [Role::Student, Role::Customer, Role::Tutor] {
        assert_eq!(
            seen(&get_as("/staff", Some(&token(role))).await),
            (403, "forbidden")
        );
    }
    assert_eq!(seen(&get_as("/staff", None).await), (401, "token_missing"));
    for role in [Role::Admin, Role::SuperAdmin] {
        assert_eq!(seen(&get_as("/staff", Some(&token(role))).await), (200, ""));
    }
}

#[tokio::test]
async fn what_cannot_be_an_id_names_nothing() {
    for bad in [
        "/things/7",
        "/things/%ff",
        "/things/019aa5c3-0000-7000-8000-00000000000g",
    ] {
        assert_eq!(seen(&get_as(bad, None).await), (404, "not_found"), "{bad}");
    }
    let answer = get_as("/things/019aa5c3-0000-7000-8000-000000000001", None).await;
    assert_eq!(answer.0.status(), 200);
}

#[tokio::test]
async fn a_panic_is_a_problem_that_tells_nothing() {
    let answer = get_as("/panic", None).await;
    assert_eq!(seen(&answer), (500, "internal"));
    assert!(!answer.1.to_string().contains("hunter2"));
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_it() {
    for path in ["/open", "/nothing", "/me"] {
        let (answer, _) = get_as(path, None).await;
        assert_eq!(
            answer.headers()["x-content-type-options"],
            "nosniff",
            "{path}"
        );
        assert_eq!(
            answer.headers()["strict-transport-security"],
            "max-age=63072000"
        );
        assert_eq!(
            answer.headers()["content-security-policy"],
            "default-src 'none'; frame-ancestors 'none'"
        );
        let cache = if path == "/open" {
            "public, max-age=60"
        } else {
            "no-store"
        };
        assert_eq!(answer.headers()["cache-control"], cache, "{path}");
    }
}

#[tokio::test]
async fn nobody_chooses_the_id_of_their_request() {
    for sent in ["client-7_a.b", "", "a b", &"x".repeat(129)] {
        let request = Request::get("/open").header("x-request-id", sent);
        let answer = send(request.body(Body::empty()).unwrap()).await;
        let id = answer.0.headers()["x-request-id"].to_str().unwrap();
        assert!(id != sent && id.parse::<Uuid>().is_ok(), "{sent}: {id}");
    }
}

async fn conditional(path: &str, tag: &str) -> (Response<()>, Value) {
    let request = Request::get(path)
        .header("authorization", token(Role::Student))
        .header("if-none-match", tag);
    send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let path = "/things/019aa5c3-0000-7000-8000-000000000001";
    let first = conditional(path, "\"2\"").await;
    assert_eq!(first.0.status(), 200, "a version alone is no tag of it");
    let tag = first.0.headers()["etag"].to_str().unwrap().to_owned();
    assert!(tag.starts_with("\"2-"), "{tag}");
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"9\", {tag}"),
        "*".to_owned(),
    ] {
        let again = conditional(path, &known).await;
        assert_eq!(
            (again.0.status().as_u16(), &again.1),
            (304, &Value::Null),
            "{known}"
        );
        assert_eq!(again.0.headers()["etag"], tag.as_str());
        assert!(again.0.headers().get("content-type").is_none());
    }
    let other = conditional("/things/019aa5c3-0000-7000-8000-000000000002", &tag).await;
    assert_eq!(other.0.status(), 200, "another body has another tag");
}

#[tokio::test]
async fn what_has_no_version_has_a_tag_too_and_a_refusal_has_none() {
    let open = conditional("/open", "\"x\"").await;
    let tag = open.0.headers()["etag"].to_str().unwrap();
    assert_eq!(conditional("/open", tag).await.0.status(), 304);
    let missing = conditional("/things/none", "*").await;
    assert_eq!(missing.0.status(), 404);
    assert!(missing.0.headers().get("etag").is_none());
}

#[tokio::test]
async fn the_head_of_a_resource_has_its_length_and_no_body() {
    let whole = app().oneshot(Request::get("/open").body(Body::empty()).unwrap());
    let whole = to_bytes(whole.await.unwrap().into_body(), usize::MAX)
        .await
        .unwrap();
    let head = app().oneshot(Request::head("/open").body(Body::empty()).unwrap());
    let (parts, body) = head.await.unwrap().into_parts();
    assert_eq!(parts.headers["content-length"], whole.len().to_string());
    assert!(to_bytes(body, usize::MAX).await.unwrap().is_empty());
}

fn preflight(origin: &str) -> Request {
    Request::options("/things")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn a_portal_on_another_origin_is_let_in_where_it_is_named_and_nobody_else() {
    let auth = || Authenticator::new(ISSUER.to_owned(), &signer().jwks().to_string()).unwrap();
    let mut shell = fixture::shell();
    let closed = router(&shell, auth(), Router::new());
    let answer = closed
        .oneshot(preflight("https://portal.example"))
        .await
        .unwrap();
    assert!(
        answer
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );

    shell.allowed_origins = [HeaderValue::from_static("https://portal.example")].into();
    let routes = Router::new().route("/things", post(async || "made"));
    let open = router(&shell, auth(), routes);
    let answer = open
        .clone()
        .oneshot(preflight("https://portal.example"))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    assert_eq!(
        headers["access-control-allow-origin"],
        "https://portal.example"
    );
    let allowed = headers["access-control-allow-headers"].to_str().unwrap();
    assert!(
        allowed.contains("authorization") && allowed.contains("idempotency-key"),
        "{allowed}"
    );
    assert!(headers.get("access-control-allow-credentials").is_none());

    let asked = Request::post("/things").header("origin", "https://portal.example");
    let answer = open
        .clone()
        .oneshot(asked.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let exposed = answer.headers()["access-control-expose-headers"]
        .to_str()
        .unwrap();
    assert!(
        exposed.contains("etag") && exposed.contains("retry-after"),
        "{exposed}"
    );

    let answer = open
        .oneshot(preflight("https://other.example"))
        .await
        .unwrap();
    assert!(
        answer
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused_before_anything_happens() {
    let request = Request::post("/things")
        .header("idempotency-key", "")
        .header("content-type", "application/json");
    assert_eq!(
        seen(&send(request.body(Body::from("{}")).unwrap()).await),
        (400, "invalid_idempotency_key")
    );
    let request = Request::post("/things")
        .header("content-type", "application/json")
        .body(Body::from("{\"a\":1}"))
        .unwrap();
    let answer = send(request).await;
    assert_eq!(
        (answer.0.status().as_u16(), answer.1),
        (201, json!({"a": 1}))
    );
}

#[tokio::test]
async fn a_key_on_a_body_over_the_limit_is_refused_by_the_limit() {
    let request = Request::post("/things")
        .header("idempotency-key", "k")
        .header("content-type", "application/json");
    let answer = send(
        request
            .body(Body::from(vec![b' '; crate::extract::BODY_BYTES + 1]))
            .unwrap(),
    )
    .await;
    assert_eq!(seen(&answer), (413, "body_too_large"));
}

#[tokio::test]
async fn an_event_of_api_gateway_becomes_a_request_with_the_gateways_id() {
    let event = include_str!("../../tests/events/http.json");
    let event: crate::gateway::Event = serde_json::from_str(event).unwrap();
    let request = event.into_request().unwrap();
    assert_eq!(
        (
            request.method().as_str(),
            request.uri().path(),
            request.uri().query()
        ),
        ("POST", "/things", Some("a=1"))
    );
    let (answer, body) = send(request).await;
    assert_eq!(
        (answer.status().as_u16(), body),
        (201, json!({"subject": "It does not print"}))
    );
    assert_eq!(answer.headers()["x-request-id"], "JKJaXmPLvHcESHA=");
}
