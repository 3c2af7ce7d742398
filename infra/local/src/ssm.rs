//! Parameter Store: the secrets of this deployment, under the names that the template gives them.
//!
//! Its JSON protocol: one `POST /`, the action in `X-Amz-Target: AmazonSSM.GetParameters`, at most ten names. A parameter is
//! the member of `secrets.json` that its name ends with, unless the options say otherwise; all of them are `SecureString`s,
//! which are shown with decryption only.

use crate::template::{Secrets, parameter_arn};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Most names of a call.
const MOST: usize = 10;

/// The service, over these secrets.
pub(crate) fn router(secrets: Secrets, region: &str) -> Router {
    let server = Server {
        secrets,
        region: region.to_owned(),
    };
    Router::new().fallback(handle).with_state(Arc::new(server))
}

#[derive(Debug)]
struct Server {
    secrets: Secrets,
    region: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: bool,
}

/// Shape and words of a refusal.
type Refusal = (&'static str, &'static str);

async fn handle(State(server): State<Arc<Server>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target");
    let (status, body) = if target.is_some_and(|target| target == "AmazonSSM.GetParameters") {
        match serde_json::from_slice(&body) {
            Ok(request) => server.parameters(&request),
            Err(_) => Err(("SerializationException", "Names is a list of texts")),
        }
    } else {
        Err((
            "UnknownOperationException",
            "X-Amz-Target: AmazonSSM.GetParameters is needed",
        ))
    }
    .map_or_else(
        |(shape, message)| {
            let body = json!({"__type": shape, "message": message});
            (StatusCode::BAD_REQUEST, body)
        },
        |answer| (StatusCode::OK, answer),
    );
    let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (status, kind, body.to_string()).into_response()
}

impl Server {
    fn parameters(&self, request: &Request) -> Result<Json, Refusal> {
        if request.names.is_empty() || request.names.len() > MOST {
            return Err(("ValidationException", "Names has one to ten members"));
        }
        if !request.with_decryption {
            return Err(("ValidationException", "WithDecryption is needed here"));
        }
        let (mut found, mut invalid) = (Vec::new(), Vec::new());
        for name in &request.names {
            match self.secrets.parameter(name) {
                Some(value) => found.push(json!({"Name": name, "Type": "SecureString",
                    "Value": value, "Version": 1, "ARN": parameter_arn(&self.region, name)})),
                None => invalid.push(name),
            }
        }
        Ok(json!({"Parameters": found, "InvalidParameters": invalid}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn asked(names: &[&str], with_decryption: bool) -> Result<Json, Refusal> {
        let server = Server {
            secrets: Secrets {
                named: BTreeMap::from([(
                    "/registrar/settings/b".into(),
                    BTreeMap::from([(String::new(), "other".into())]),
                )]),
                any: BTreeMap::from([("a".into(), "1".into()), ("b".into(), "2".into())]),
            },
            region: "us-east-1".into(),
        };
        server.parameters(&Request {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            with_decryption,
        })
    }

    #[test]
    fn parameters_are_found_by_name_and_what_is_not_there_is_named() {
        let answer = asked(
            &["/registrar/settings/a", "/registrar/settings/b", "/x/c"],
            true,
        );
        let answer = answer.unwrap();
        let found = answer["Parameters"].as_array().unwrap().iter();
        let values: Vec<_> = found.map(|p| p["Value"].as_str().unwrap()).collect();
        assert_eq!(values, ["1", "other"]);
        assert_eq!(answer["InvalidParameters"], json!(["/x/c"]));
    }

    #[test]
    fn a_call_without_decryption_or_with_eleven_names_is_refused() {
        assert!(asked(&["/registrar/settings/a"], false).is_err());
        assert!(asked(&["/a"; 11], true).is_err());
        assert!(asked(&[], true).is_err());
    }
}
