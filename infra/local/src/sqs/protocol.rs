//! SQS's JSON protocol: one `POST /`, the action in `X-Amz-Target: AmazonSQS.<Action>`.

use super::actions;
use super::store::Store;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What an action refuses with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Shape name, `QueueDoesNotExist`.
    pub(crate) shape: &'static str,
    /// Code of the older protocol, which SDKs still read.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) status: StatusCode,
}

impl Refusal {
    pub(crate) fn new(shape: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            shape,
            code,
            message: message.into(),
            status: StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(
            "InvalidParameterValueException",
            "InvalidParameterValue",
            message,
        )
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "a queue statement failed");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new("InternalError", "InternalError", "the queue's store failed")
        }
    }
}

/// The service, over one store.
pub(crate) fn router(server: Arc<Server>) -> Router {
    Router::new().fallback(handle).with_state(server)
}

/// What the actions need.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) store: Arc<Store>,
    /// Address without a trailing slash.
    pub(crate) url: String,
    pub(crate) region: String,
    pub(crate) tasks: super::tasks::Tasks,
}

async fn handle(State(server): State<Arc<Server>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let request: Json = if body.is_empty() {
        json!({})
    } else {
        serde_json::from_slice(&body).unwrap_or(Json::Null)
    };
    let answer = match target.strip_prefix("AmazonSQS.") {
        None => Err(Refusal::new(
            "UnsupportedOperation",
            "InvalidAction",
            "X-Amz-Target: AmazonSQS.<Action> is needed",
        )),
        Some(_) if !request.is_object() => Err(Refusal::new(
            "SerializationException",
            "MalformedInput",
            "the body is not a JSON object",
        )),
        Some(action) => actions::run(&server, action, &request).await,
    };
    respond(answer)
}

fn respond(answer: Result<Json, Refusal>) -> Response {
    let (status, body, code) = match answer {
        Ok(body) => (StatusCode::OK, body, None),
        Err(refusal) => {
            let kind = if refusal.status.is_server_error() {
                "Receiver"
            } else {
                "Sender"
            };
            let body = json!({"__type": format!("com.amazonaws.sqs#{}", refusal.shape), "message": refusal.message});
            (
                refusal.status,
                body,
                HeaderValue::from_str(&format!("{};{kind}", refusal.code)).ok(),
            )
        }
    };
    let mut response = Response::new(body.to_string().into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(code) = code {
        headers.insert("x-amzn-query-error", code);
    }
    response
}
