//! Query parameters.

use super::body::{Fault, escaped};
use crate::problem::Problem;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

/// The query string as `T`, whose `deny_unknown_fields` refuses what it does not know: 400 `invalid_query`.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        decode(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

pub(crate) fn decode<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let deserializer =
        serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let name = error.path().iter().next().map(ToString::to_string);
        let fault = Fault::of(&error.inner().to_string());
        let name = fault.name.clone().or(name).unwrap_or_default();
        invalid(&name, &fault)
    })
}

fn invalid(name: &str, fault: &Fault) -> Problem {
    let pointer = if name.is_empty() {
        String::new()
    } else {
        format!("/{}", escaped(name))
    };
    Problem::new(StatusCode::BAD_REQUEST, "invalid_query")
        .detail("the query string does not have the parameters or the values that this takes")
        .field(pointer, fault.code, fault.detail.clone())
}
