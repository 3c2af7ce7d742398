use super::Gateway;
use crate::testing::{Bench, End};
use axum::body::Body;
use axum::extract::connect_info::MockConnectInfo;
use axum::response::Response;
use http::Request;
use serde_json::{Value as Json, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;

async fn send(bench: &Bench, request: Request<Body>) -> Response {
    let gateway = Gateway::new(&bench.deployment, Arc::clone(&bench.functions));
    let router = gateway
        .router()
        .layer(MockConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))));
    router.oneshot(request).await.unwrap()
}

async fn body(response: Response) -> Json {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 24)
        .await
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_request_is_answered_by_the_function_of_its_route() {
    let bench = Bench::new().await;
    bench.play("EchoFunction", |event| {
        End::Answer(json!({"statusCode": 201, "headers": {"x-route": event["routeKey"]}, "body": event.to_string()}))
    });
    let response = send(
        &bench,
        Request::post("/echo/a/b").body(Body::from("hi")).unwrap(),
    )
    .await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["x-route"]),
        (201, &"ANY /echo/{proxy+}".parse().unwrap())
    );
    assert!(response.headers().contains_key("apigw-requestid"));
    let event = body(response).await;
    assert_eq!(
        (&event["body"], &event["pathParameters"]["proxy"]),
        (&json!("hi"), &json!("a/b"))
    );
    let rest = send(&bench, Request::get("/other").body(Body::empty()).unwrap()).await;
    assert_eq!(rest.headers()["x-route"], "$default");
}

#[tokio::test]
async fn a_failed_function_is_an_internal_server_error_in_the_words_of_api_gateway() {
    let bench = Bench::new().await;
    bench.play("EchoFunction", |_| {
        End::Error(json!({"errorMessage": "secret"}))
    });
    let response = send(&bench, Request::get("/echo").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 500);
    assert_eq!(
        body(response).await,
        json!({"message": "Internal Server Error"})
    );
}

#[tokio::test]
async fn a_body_over_the_limit_never_reaches_a_function() {
    let bench = Bench::new().await;
    let large = Body::from(vec![b'x'; super::BODY_LIMIT + 1]);
    let response = send(&bench, Request::post("/echo/1").body(large).unwrap()).await;
    assert_eq!(response.status(), 413);
    assert_eq!(
        body(response).await,
        json!({"message": "Request Entity Too Large"})
    );
}

#[tokio::test]
async fn cors_is_answered_here_when_the_template_has_it() {
    let bench = Bench::with(|deployment| {
        deployment.cors = Some(crate::template::HttpCors {
            origins: vec!["http://app".into()],
            methods: vec!["GET".into()],
            ..Default::default()
        });
    })
    .await;
    bench.play("EchoFunction", |_| End::Answer(json!({"statusCode": 200})));
    let preflight = Request::options("/echo")
        .header("origin", "http://app")
        .header("access-control-request-method", "GET");
    let response = send(&bench, preflight.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["access-control-allow-methods"]
        ),
        (204, &"GET".parse().unwrap())
    );
    let stranger = Request::get("/echo")
        .header("origin", "http://evil")
        .body(Body::empty())
        .unwrap();
    assert!(
        !send(&bench, stranger)
            .await
            .headers()
            .contains_key("access-control-allow-origin")
    );
}
