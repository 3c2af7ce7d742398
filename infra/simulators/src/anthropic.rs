//! Anthropic's Messages API: `POST /v1/messages`.
//!
//! Headers `x-api-key` and `anthropic-version`; body `{"model", "max_tokens", "system"?, "messages": [{"role", "content"}], "tools"?,
//! "tool_choice"?}`. Answers with one `tool_use` block of the tool that `tool_choice` forces. Its input is what a person
//! wrote between `⟦` and `⟧` in the last message, as JSON, so that a test says in the ticket what the model shall say; else a
//! fixed careful answer. Real models see those brackets as text.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::Deps;
use crate::envelope::broken;
use crate::store::{Accepted, Provider, random_hex};

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new().route("/v1/messages", post(messages))
}

/// A refusal in the vendor's form.
pub(crate) fn error(status: StatusCode) -> Response {
    let kind = match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        400..=499 => "invalid_request_error",
        _ => "api_error",
    };
    let mut response = refusal(status, kind, status.canonical_reason().unwrap_or("Error"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Response {
    let body = json!({"type": "error", "error": {"type": kind, "message": message}});
    (status, Json(body)).into_response()
}

async fn messages(State(deps): State<Arc<Deps>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if header("x-api-key") != Some(deps.options.anthropic_key.as_str()) {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "authentication_error",
            "invalid x-api-key",
        );
    }
    if header("anthropic-version").is_none() {
        return refusal(
            StatusCode::BAD_REQUEST,
            "invalid_request_error",
            "anthropic-version: header is required",
        );
    }
    let request: Value = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "invalid_request_error",
                &format!("The request body is not valid JSON: {error}"),
            );
        }
    };
    let asked = match check(&request) {
        Ok(asked) => asked,
        Err(message) => {
            return refusal(StatusCode::BAD_REQUEST, "invalid_request_error", message);
        }
    };
    let id = format!("msg_{}", random_hex::<12>());
    let answer = json!({
        "id": id, "type": "message", "role": "assistant", "model": asked.model, "stop_reason": "tool_use", "stop_sequence": null,
        "content": [{"type": "tool_use", "id": format!("toolu_{}", random_hex::<12>()), "name": asked.tool, "input": input(&asked)}],
        "usage": {"input_tokens": body.len() / 4, "output_tokens": 100},
    });
    let accepted = Accepted {
        provider: Provider::Anthropic,
        kind: "message",
        to: asked.model.to_owned(),
        message_id: id,
        arguments: Vec::new(),
        details: Map::from_iter([
            ("content".to_owned(), json!(asked.content)),
            ("tool".to_owned(), json!(asked.tool)),
        ]),
    };
    match deps.store.accept(&[accepted], |_| Ok(())) {
        Ok(()) => Json(answer).into_response(),
        Err(error) => broken(&error),
    }
}

struct Asked<'a> {
    model: &'a str,
    content: &'a str,
    tool: &'a str,
    schema: &'a Value,
}

fn check(request: &Value) -> Result<Asked<'_>, &'static str> {
    let model = request["model"]
        .as_str()
        .filter(|model| !model.is_empty())
        .ok_or("model: field required")?;
    if request["max_tokens"].as_u64().unwrap_or(0) == 0 {
        return Err("max_tokens: must be greater than or equal to 1");
    }
    let last = request["messages"]
        .as_array()
        .and_then(|messages| messages.last())
        .ok_or("messages: at least one message is required")?;
    if last["role"] != "user" {
        return Err("messages: the last message must be the user's");
    }
    let content = last["content"]
        .as_str()
        .filter(|content| !content.trim().is_empty())
        .ok_or("messages: text content must be non-empty")?;
    if request["tool_choice"]["type"] != "tool" {
        return Err("tool_choice: this stand-in answers by a forced tool only");
    }
    let tool = request["tool_choice"]["name"]
        .as_str()
        .ok_or("tool_choice.name: field required")?;
    let tools = request["tools"].as_array().ok_or("tools: field required")?;
    let found = tools.iter().find(|known| known["name"] == tool);
    let schema = &found.ok_or("tool_choice.name: no such tool")?["input_schema"];
    if schema["type"] != "object" {
        return Err("tools.0.input_schema.type: field required");
    }
    Ok(Asked {
        model,
        content,
        tool,
        schema,
    })
}

/// What the text asks for, else a value for each required property of the tool.
fn input(asked: &Asked<'_>) -> Value {
    let wanted = asked
        .content
        .split_once('⟦')
        .and_then(|(_, rest)| rest.split_once('⟧'))
        .and_then(|(json, _)| serde_json::from_str(json).ok());
    wanted.unwrap_or_else(|| example(asked.schema))
}

/// The least that a schema takes: no, zero, the first of a choice, empty.
fn example(schema: &Value) -> Value {
    if let Some(first) = schema["enum"].as_array().and_then(|choice| choice.first()) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten();
            let properties = required
                .filter_map(Value::as_str)
                .map(|name| (name.to_owned(), example(&schema["properties"][name])));
            Value::Object(properties.collect())
        }
        Some("array") => json!([]),
        Some("number" | "integer") => json!(0),
        Some("boolean") => json!(false),
        _ => json!(""),
    }
}
