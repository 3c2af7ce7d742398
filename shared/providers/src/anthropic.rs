//! Anthropic's Messages API: `POST /v1/messages`, headers `x-api-key` and `anthropic-version: 2023-06-01`.
//!
//! The answer is forced into a form by a tool with an input schema that the model must call; what comes back is that call's
//! input. A call may be repeated: it changes nothing but the bill.

use reqwest::header::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ProviderError;
use crate::settings::{Endpoint, Lookup, ProviderMode, SettingError, Vendor, setting};
use crate::transport::{Connections, Transport, body, tidy};

const VERSION: &str = "2023-06-01";
const KEY: HeaderName = HeaderName::from_static("x-api-key");
const VERSION_NAME: HeaderName = HeaderName::from_static("anthropic-version");

const VENDOR: Vendor = Vendor {
    mode: "AI_PROVIDER",
    base_url: "ANTHROPIC_BASE_URL",
    key: "ANTHROPIC_API_KEY",
    live_url: "https://api.anthropic.com",
    domain: "anthropic.com",
    simulator_key: "simulator-anthropic",
    is_live_key: |key| {
        key.strip_prefix("sk-ant-").is_some_and(|rest| {
            rest.len() >= 20
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        })
    },
};

/// Settings that were read and do not contradict one another.
#[derive(Clone, Debug)]
pub struct Settings {
    endpoint: Endpoint,
    model: String,
}

impl Settings {
    /// Reads `AI_PROVIDER`, `ANTHROPIC_BASE_URL`, `ANTHROPIC_API_KEY`, `ANTHROPIC_MODEL` and `PROVIDER_TIMEOUT_MS`.
    ///
    /// # Errors
    /// Names the setting that is missing, malformed or contradicts another.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let lookup: Lookup<'_> = &lookup;
        let endpoint = VENDOR.endpoint(lookup)?;
        let model = setting(lookup, "ANTHROPIC_MODEL")
            .ok_or_else(|| SettingError::new("ANTHROPIC_MODEL", "is missing"))?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._@:/".contains(&byte);
        if model.len() > 100 || !model.bytes().all(is_name) {
            return Err(SettingError::new(
                "ANTHROPIC_MODEL",
                "is not a model's name",
            ));
        }
        Ok(Self { endpoint, model })
    }

    /// Whether this is the vendor or its stand-in.
    pub fn mode(&self) -> ProviderMode {
        self.endpoint.mode
    }

    /// The model that is asked.
    pub fn model(&self) -> &str {
        &self.model
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the model is and how it should answer.
    pub system: String,
    /// What it is asked about.
    pub content: String,
    /// The tool that it must call.
    pub tool: Tool,
    /// The most that it may say, in tokens.
    pub max_tokens: u32,
}

/// The form of the answer.
#[derive(Clone, Debug, Serialize)]
pub struct Tool {
    /// The tool's name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// JSON Schema of its input.
    pub input_schema: Value,
}

/// One vendor's messages.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    transport: Transport,
}

impl Client {
    /// A client that connects with its first call.
    pub fn new(settings: Settings) -> Self {
        let transport = Transport::new(settings.endpoint.time_out, Connections::Kept);
        Self {
            settings,
            transport,
        }
    }

    /// The model that is asked.
    pub fn model(&self) -> &str {
        &self.settings.model
    }

    /// Asks and returns the input of the tool's call, as the model made it: unchecked.
    ///
    /// # Errors
    /// [`ProviderError::retryable_when_idempotent`] says whether to try again. An answer without the call is
    /// [`ProviderError::BadAnswer`], a refusal names the vendor's error type.
    #[tracing::instrument(name = "anthropic.ask", skip_all, fields(ai.model = self.settings.model))]
    pub async fn ask(&self, question: &Question) -> Result<Value, ProviderError> {
        let request = Request {
            model: &self.settings.model,
            max_tokens: question.max_tokens,
            system: &question.system,
            messages: [Message {
                role: "user",
                content: &question.content,
            }],
            tools: [&question.tool],
            tool_choice: Choice {
                kind: "tool",
                name: &question.tool.name,
            },
        };
        let mut key = HeaderValue::from_str(self.settings.endpoint.key.reveal())
            .map_err(|_| ProviderError::Unsendable { field: "key" })?;
        key.set_sensitive(true);
        let url = self.settings.endpoint.url("/v1/messages", &[]);
        let answered = self
            .transport
            .call(
                |client| {
                    client
                        .post(url)
                        .header(KEY, key)
                        .header(VERSION_NAME, VERSION)
                        .json(&request)
                },
                kind,
            )
            .await?;
        let bad = ProviderError::BadAnswer {
            status: answered.status().as_u16(),
        };
        let body = body(answered).await?;
        let Ok(answer) = serde_json::from_slice::<Answer>(&body) else {
            return Err(bad);
        };
        let mut blocks = answer.content.into_iter();
        blocks
            .find_map(|block| match block {
                Block::ToolUse { name, input } if name == question.tool.name => Some(input),
                Block::ToolUse { .. } | Block::Other => None,
            })
            .ok_or(bad)
    }
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    max_tokens: u32,
    system: &'a str,
    messages: [Message<'a>; 1],
    tools: [&'a Tool; 1],
    tool_choice: Choice<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct Choice<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    content: Vec<Block>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block {
    ToolUse {
        name: String,
        input: Value,
    },
    #[serde(other)]
    Other,
}

/// `{"type": "error", "error": {"type": "invalid_request_error", "message": …}}`: the type, never the prose.
fn kind(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: Kind,
    }
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: String,
    }
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    tidy(std::iter::once(refusal.error.kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stub::Stub;

    fn client(stub: &Stub) -> Client {
        let base = stub.url();
        let lookup = move |name: &str| match name {
            "ANTHROPIC_BASE_URL" => Some(format!("{base}/anthropic")),
            "ANTHROPIC_MODEL" => Some("claude-test".to_owned()),
            _ => None,
        };
        Client::new(Settings::read(lookup).unwrap())
    }

    fn question() -> Question {
        Question {
            system: "You sort tickets.".to_owned(),
            content: "<ticket>…</ticket>".to_owned(),
            tool: Tool {
                name: "triage".to_owned(),
                description: "What you found.".to_owned(),
                input_schema: json!({"type": "object"}),
            },
            max_tokens: 500,
        }
    }

    #[tokio::test]
    async fn the_question_goes_out_in_the_documented_form_and_the_tools_input_comes_back() {
        let answer = json!({
            "id": "msg_1", "type": "message", "role": "assistant", "stop_reason": "tool_use",
            "content": [
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "toolu_1", "name": "triage", "input": {"simple": true}},
            ],
        });
        let stub = Stub::json("200 OK", &answer.to_string()).await;
        assert_eq!(
            client(&stub).ask(&question()).await.unwrap(),
            json!({"simple": true})
        );
        let request = stub.request().await;
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /anthropic/v1/messages HTTP/1.1\r\n"));
        for header in [
            "x-api-key: simulator-anthropic",
            "anthropic-version: 2023-06-01",
            "content-type: application/json",
        ] {
            assert!(head.to_lowercase().contains(header), "{head}");
        }
        assert_eq!(
            serde_json::from_str::<Value>(body).unwrap(),
            json!({
                "model": "claude-test", "max_tokens": 500, "system": "You sort tickets.",
                "messages": [{"role": "user", "content": "<ticket>…</ticket>"}],
                "tools": [{"name": "triage", "description": "What you found.", "input_schema": {"type": "object"}}],
                "tool_choice": {"type": "tool", "name": "triage"},
            })
        );
    }

    #[tokio::test]
    async fn an_answer_without_the_tools_call_is_a_bad_one() {
        for body in [
            "",
            "{}",
            r#"{"content":[]}"#,
            r#"{"content":[{"type":"text","text":"no"}]}"#,
            r#"{"content":[{"type":"tool_use","id":"1","name":"other","input":{}}]}"#,
        ] {
            let stub = Stub::json("200 OK", body).await;
            let error = client(&stub).ask(&question()).await.unwrap_err();
            assert!(
                matches!(error, ProviderError::BadAnswer { status: 200 }),
                "{body}"
            );
        }
    }

    #[tokio::test]
    async fn refusals_name_their_type_and_overload_is_tried_again() {
        let body = r#"{"type":"error","error":{"type":"invalid_request_error","message":"Asha's ticket"}}"#;
        let stub = Stub::json("400 Bad Request", body).await;
        let error = client(&stub).ask(&question()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the provider refused with status 400: invalid_request_error"
        );
        let body = r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        let stub = Stub::json("529 Overloaded", body).await;
        let error = client(&stub).ask(&question()).await.unwrap_err();
        assert!(error.retryable_when_idempotent());
    }

    #[test]
    fn a_real_key_with_the_simulator_and_a_simulators_key_live_refuse_to_start() {
        let read = |settings: &[(&str, &str)]| {
            let settings: Vec<_> = settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            Settings::read(move |name| {
                let found = settings.iter().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone())
            })
            .map(|settings| settings.mode())
        };
        let (model, key) = (
            ("ANTHROPIC_MODEL", "claude-test"),
            ("ANTHROPIC_API_KEY", "sk-ant-abcdefghijklmnopqrstuvwxyz"),
        );
        let base = ("ANTHROPIC_BASE_URL", "http://127.0.0.1:1/anthropic");
        let live = ("AI_PROVIDER", "live");
        assert_eq!(read(&[model, base]), Ok(ProviderMode::Simulator));
        assert_eq!(read(&[model, live, key]), Ok(ProviderMode::Live));
        assert!(read(&[model, base, key]).is_err());
        assert!(read(&[model, live]).is_err());
        assert!(read(&[live, key]).is_err());
    }
}
