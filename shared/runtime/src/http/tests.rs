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

fn token(role: Role) -> String {
    let id = "019aa5c3-0000-7000-8000-000000000001".parse().unwrap();
    format!(
        "Bearer {}",
        signer().sign(
            Actor { id, role },
            Uuid::nil(),
            fixture::NOW.parse().unwrap()
        )
    )
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
    let auth = Authenticator::new(ISSUER.to_owned(), &signer().jwks().to_string()).unwrap();
    router(&fixture::shell(), auth, routes)
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
    assert_eq!(
        (answer.0.status().as_u16(), &answer.0.headers()["etag"]),
        (200, &"\"2\"".parse().unwrap())
    );
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
async fn a_request_keeps_its_own_id_if_that_is_well_formed() {
    let id_for = async |sent: &str| {
        let request = Request::get("/open")
            .header("x-request-id", sent)
            .body(Body::empty())
            .unwrap();
        send(request).await.0.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(id_for("client-7_a.b").await, "client-7_a.b");
    for bad in ["", "a b", "<script>", &"x".repeat(129)] {
        let id = id_for(bad).await;
        assert!(id != bad && id.parse::<Uuid>().is_ok(), "{bad} became {id}");
    }
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
