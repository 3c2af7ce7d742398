//! What is not right is refused with a problem and a stable code, or at the verifier with a verdict.

mod addresses;
mod bodies;
mod certificates;
mod tokens;
mod verifier;

use crate::house::Answer;
use serde_json::Value;

/// A problem without what differs from request to request.
fn shape(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    let object = body.as_object_mut().expect("a problem is an object");
    object
        .remove("request_id")
        .expect("a problem names its request");
    body
}

/// Asserts that one member of the body, or one parameter, is named as the one that is wrong.
#[track_caller]
fn blames(answer: &Answer, pointer: &str, code: &str) {
    let error = &answer.body["errors"][0];
    assert_eq!(error["pointer"], pointer, "{answer:?}");
    assert_eq!(error["code"], code, "{answer:?}");
    assert!(
        error["detail"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{answer:?}"
    );
}
