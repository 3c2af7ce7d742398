//! `AiSensy`'s campaign API: `POST /campaign/t1/api/v2`.
//!
//! Body: `{"apiKey", "campaignName", "destination", "userName", "source"?, "media"?: {"url", "filename"}, "templateParams"?: [string], "tags"?: [string],
//! "attributes"?: {string: string}}`. `campaignName` names a campaign that is live, `destination` is a number with its country code, and
//! `templateParams` has as many texts as the campaign's template takes. Answer: `{"success": true, "campaign_id": "camp_…", "message_id": "wa_msg_…",
//! "status": "sent", "destination", "timestamp"}`. Tags that a project does not know are ignored; here they can be searched for.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::envelope::broken;
use crate::store::{Accepted, Provider, random_hex};
use crate::{Deps, Options};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    api_key: Option<String>,
    campaign_name: Option<String>,
    destination: Option<String>,
    user_name: Option<String>,
    source: Option<String>,
    media: Option<Media>,
    #[serde(default)]
    template_params: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Media {
    url: String,
    filename: String,
}

pub(crate) fn router() -> Router<Arc<Deps>> {
    Router::new().route("/campaign/t1/api/v2", post(send))
}

/// The recipients that a body names, for fault rules.
pub(crate) fn recipients(body: &[u8]) -> Vec<String> {
    serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|body| body["destination"].as_str().map(str::to_owned))
        .into_iter()
        .collect()
}

/// A refusal in the vendor's form.
pub(crate) fn error(status: StatusCode) -> Response {
    let mut response = refusal(status, status.canonical_reason().unwrap_or("Error"));
    if status == StatusCode::TOO_MANY_REQUESTS {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (
        status,
        Json(json!({ "success": false, "message": message })),
    )
        .into_response()
}

async fn send(State(deps): State<Arc<Deps>>, body: Bytes) -> Response {
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            return refusal(
                StatusCode::BAD_REQUEST,
                &format!("Invalid request body: {error}"),
            );
        }
    };
    if request.api_key.as_deref() != Some(deps.options.aisensy_key.as_str()) {
        return refusal(StatusCode::UNAUTHORIZED, "Invalid API key");
    }
    let (campaign, destination) = match check(&request, &deps.options) {
        Ok(checked) => checked,
        Err(message) => return refusal(StatusCode::BAD_REQUEST, &message),
    };
    let (campaign_id, message_id) = (
        format!("camp_{}", random_hex::<6>()),
        format!("wa_msg_{}", random_hex::<6>()),
    );
    let answer = json!({
        "success": true,
        "campaign_id": campaign_id,
        "message_id": message_id,
        "status": "sent",
        "destination": destination,
        "timestamp": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    });
    let accepted = Accepted {
        provider: Provider::Aisensy,
        kind: "whatsapp",
        to: destination,
        message_id,
        arguments: request
            .tags
            .iter()
            .map(|tag| ("tag".to_owned(), tag.clone()))
            .collect(),
        details: details(&request, &campaign, &campaign_id),
    };
    match deps.store.accept(&[accepted], |_| Ok(())) {
        Ok(()) => Json(answer).into_response(),
        Err(error) => broken(&error),
    }
}

fn check(request: &Request, options: &Options) -> Result<(String, String), String> {
    let campaign = required(request.campaign_name.as_ref(), "campaignName")?;
    let destination = required(request.destination.as_ref(), "destination")?;
    required(request.user_name.as_ref(), "userName")?;
    let digits = destination.strip_prefix('+').unwrap_or(&destination);
    if !(8..=15).contains(&digits.len())
        || !digits.bytes().all(|digit| digit.is_ascii_digit())
        || digits.starts_with('0')
    {
        return Err("destination is not a phone number with its country code".to_owned());
    }
    if request
        .media
        .as_ref()
        .is_some_and(|media| !media.url.starts_with("http") || media.filename.is_empty())
    {
        return Err("media needs a public url and a filename".to_owned());
    }
    // The rules of the template messages underneath: a parameter is one line without runs of spaces.
    if request
        .template_params
        .iter()
        .any(|text| text.is_empty() || text.contains(['\n', '\t']) || text.contains("     "))
    {
        return Err("Template params cannot be empty or have new-line or tab characters or more than 4 consecutive spaces".to_owned());
    }
    if !options.campaigns.is_empty() {
        let known = options
            .campaigns
            .iter()
            .find(|known| known.name == campaign)
            .ok_or("Campaign does not exist")?;
        if known.parameters != request.template_params.len() {
            return Err("Template params does not match the campaign".to_owned());
        }
    }
    Ok((campaign, destination))
}

fn required(value: Option<&String>, name: &str) -> Result<String, String> {
    value
        .filter(|text| !text.is_empty())
        .cloned()
        .ok_or_else(|| format!("{name} is required"))
}

fn details(request: &Request, campaign: &str, campaign_id: &str) -> Map<String, Value> {
    let media = request
        .media
        .as_ref()
        .map(|media| json!({ "url": media.url, "filename": media.filename }));
    Map::from_iter([
        ("campaign".to_owned(), json!(campaign)),
        ("campaign_id".to_owned(), json!(campaign_id)),
        ("user_name".to_owned(), json!(request.user_name)),
        ("params".to_owned(), json!(request.template_params)),
        ("media".to_owned(), json!(media)),
        ("source".to_owned(), json!(request.source)),
        ("tags".to_owned(), json!(request.tags)),
        ("attributes".to_owned(), json!(request.attributes)),
    ])
}
