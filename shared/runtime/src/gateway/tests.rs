use super::{Answer, Event, Gateway};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Response, header},
};
use serde_json::{Value, json};

fn event(change: impl FnOnce(&mut Value)) -> Event {
    let mut event: Value =
        serde_json::from_str(include_str!("../../tests/events/http.json")).unwrap();
    change(&mut event);
    serde_json::from_value(event).unwrap()
}

async fn bytes(request: Request) -> Bytes {
    axum::body::to_bytes(request.into_body(), usize::MAX)
        .await
        .unwrap()
}

async fn answer(response: Response<Body>) -> Value {
    serde_json::to_value(Answer::of(response).await.unwrap()).unwrap()
}

#[tokio::test]
async fn method_path_query_headers_and_a_body_in_base64_arrive() {
    let request = event(|_| {}).into_request().unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "/things?a=1");
    assert_eq!(request.headers()["content-type"], "application/json");
    let gateway = request.extensions().get::<Gateway>().unwrap();
    assert_eq!(
        (gateway.request_id.as_deref(), gateway.source_ip.as_deref()),
        (Some("JKJaXmPLvHcESHA="), Some("203.0.113.7"))
    );
    assert_eq!(bytes(request).await, r#"{"subject": "It does not print"}"#);
}

#[tokio::test]
async fn a_path_that_the_gateway_has_unescaped_is_escaped_again() {
    let request = event(|event| event["rawPath"] = json!("/things/a b/ü?x#y"))
        .into_request()
        .unwrap();
    assert_eq!(request.uri().path(), "/things/a%20b/%C3%BC%3Fx%23y");
    assert_eq!(request.uri().query(), Some("a=1"));
}

#[tokio::test]
async fn cookies_and_a_body_in_clear_arrive_and_one_without_is_empty() {
    let request = event(|event| {
        event["cookies"] = json!(["a=1", "b=2"]);
        event["body"] = json!("naïve");
        event["isBase64Encoded"] = json!(false);
    })
    .into_request()
    .unwrap();
    assert_eq!(request.headers()[header::COOKIE], "a=1; b=2");
    assert_eq!(bytes(request).await, "naïve");
    let request = event(|event| event["body"] = Value::Null).into_request();
    assert_eq!(bytes(request.unwrap()).await, "");
}

#[test]
fn an_event_that_cannot_be_a_request_is_an_error() {
    for change in [
        |event: &mut Value| event["body"] = json!("not base64"),
        |event: &mut Value| event["headers"]["bad name"] = json!("x"),
        |event: &mut Value| event["headers"]["x"] = json!("two\nlines"),
        |event: &mut Value| event["requestContext"]["http"]["method"] = json!("NO METHOD"),
    ] {
        assert!(event(change).into_request().is_err());
    }
}

#[tokio::test]
async fn text_goes_as_it_is_and_other_bytes_in_base64() {
    let text = answer(Response::new(Body::from("{\"name\":\"ü\"}"))).await;
    assert_eq!(
        (&text["statusCode"], &text["body"], &text["isBase64Encoded"]),
        (&json!(200), &json!("{\"name\":\"ü\"}"), &json!(false))
    );
    let bytes = answer(Response::new(Body::from(vec![0xFF, 0x00]))).await;
    assert_eq!(
        (&bytes["body"], &bytes["isBase64Encoded"]),
        (&json!("/wA="), &json!(true))
    );
    let mut packed = Response::new(Body::from("text"));
    packed
        .headers_mut()
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    assert_eq!(answer(packed).await["body"], "dGV4dA==");
}

#[tokio::test]
async fn headers_of_one_name_are_joined_and_cookies_stand_apart() {
    let mut response = Response::new(Body::empty());
    for (name, value) in [
        (header::VARY, "accept"),
        (header::VARY, "accept-language"),
        (header::SET_COOKIE, "a=1"),
        (header::SET_COOKIE, "b=2"),
    ] {
        response
            .headers_mut()
            .append(name, HeaderValue::from_static(value));
    }
    let answer = answer(response).await;
    assert_eq!(
        answer["headers"],
        json!({"vary": "accept, accept-language"})
    );
    assert_eq!(answer["cookies"], json!(["a=1", "b=2"]));
}
