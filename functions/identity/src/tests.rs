use super::*;
use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use registrar_domain::actor::{Actor, Role};
use registrar_runtime::{auth::Authenticator, http};
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

/// The function, with a table that nobody answers for.
fn app() -> (Router, Deps) {
    let settings = Settings::from_pairs([
        ("TABLE_NAME", "registrar"),
        ("PROFILE", "edu"),
        ("APP_BASE_URL", "https://app.example"),
        ("VERIFY_BASE_URL", "https://verify.example"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
        ("AUTH_ISSUER", "https://app.example"),
        ("AUTH_AUDIENCE", "https://app.example"),
        (
            "INVITATION_SECRET",
            "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=",
        ),
        (
            "BOOTSTRAP_SECRET",
            "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=",
        ),
        (
            "TOKEN_SIGNING_KEY",
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        ),
    ]);
    let shell = Shell::from_settings(&settings).unwrap();
    let deps = Deps::from_settings(&settings, shell.clone()).unwrap();
    let jwks = deps.signer.jwks().to_string();
    let auth = Authenticator::new("https://app.example".to_owned(), &jwks).unwrap();
    (http::router(&shell, auth, router(deps.clone())), deps)
}

async fn send(request: Request<Body>) -> (u16, Value) {
    let response = app().0.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn sign_in(body: &Value) -> (u16, Value) {
    let request = Request::post("/auth/sign-in").header("content-type", "application/json");
    send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn the_key_set_checks_the_tokens_of_this_function() {
    let (status, set) = send(
        Request::get("/.well-known/jwks.json")
            .body(Body::empty())
            .unwrap(),
    )
    .await;
    assert_eq!(status, 200);
    let (_, deps) = app();
    let actor = Actor {
        id: Uuid::from_u128(7).into(),
        role: Role::Admin,
    };
    let token = deps.signer.sign(actor, Uuid::nil(), deps.shell.now());
    let auth = Authenticator::new("https://app.example".to_owned(), &set.to_string()).unwrap();
    let checked = auth.check(&token, deps.shell.now());
    assert_eq!(checked.map(|token| token.subject), Ok(actor.id));
}

#[tokio::test]
async fn a_body_that_cannot_sign_in_is_refused_without_a_look_at_the_table() {
    let cases = [
        (
            json!({"email": "asha", "password": "correct horse"}),
            "/email",
            "invalid_value",
        ),
        (
            json!({"email": "asha@example.org", "password": "short"}),
            "/password",
            "invalid_value",
        ),
        (
            json!({"email": "asha@example.org"}),
            "/password",
            "missing_field",
        ),
        (
            json!({"email": "asha@example.org", "password": 12_345_678}),
            "/password",
            "wrong_type",
        ),
        (
            json!({"email": "asha@example.org", "password": "correct horse", "role": "admin"}),
            "/role",
            "unknown_field",
        ),
    ];
    for (body, pointer, code) in cases {
        let (status, problem) = sign_in(&body).await;
        assert_eq!(
            (status, &problem["code"]),
            (422, &json!("invalid_body")),
            "{body}"
        );
        assert_eq!(
            (
                &problem["errors"][0]["pointer"],
                &problem["errors"][0]["code"]
            ),
            (&json!(pointer), &json!(code))
        );
        assert!(!problem.to_string().contains("short"), "{problem}");
    }
}

#[tokio::test]
async fn a_table_that_cannot_be_reached_is_said_and_not_explained() {
    let (status, problem) =
        sign_in(&json!({"email": "asha@example.org", "password": "correct horse"})).await;
    assert_eq!((status, &problem["code"]), (503, &json!("unavailable")));
    assert!(!problem.to_string().contains("DynamoDB"), "{problem}");
    let (status, problem) = send(Request::get("/health").body(Body::empty()).unwrap()).await;
    assert_eq!((status, &problem["code"]), (503, &json!("unavailable")));
}

#[tokio::test]
async fn what_belongs_to_no_function_is_not_found() {
    for path in ["/", "/index.html", "/auth", "/auth/sign-out"] {
        let (status, problem) = send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(
            (status, &problem["code"]),
            (404, &json!("not_found")),
            "{path}"
        );
    }
    let (status, problem) = send(Request::get("/auth/sign-in").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (status, &problem["code"]),
        (405, &json!("method_not_allowed"))
    );
    let (status, problem) = send(Request::get("/auth/me").body(Body::empty()).unwrap()).await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_missing")));
}
