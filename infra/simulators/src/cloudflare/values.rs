//! One value: read, write (raw, or `multipart/form-data` with `value` and `metadata`), delete.

use std::sync::Arc;

use axum::extract::{FromRequest as _, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rusqlite::{OptionalExtension as _, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    LARGEST_VALUE, Namespace, Pair, entry, expiry, key_is_right, refusal, success, unauthorised,
};
use crate::Deps;
use crate::envelope::broken;

#[derive(Debug, Deserialize)]
pub(super) struct At {
    #[serde(flatten)]
    namespace: Namespace,
    key: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Expiry {
    expiration: Option<i64>,
    expiration_ttl: Option<i64>,
}

type Found = (Vec<u8>, Option<String>, Option<i64>);

fn find(deps: &Deps, at: &At) -> rusqlite::Result<Option<Found>> {
    let sql = "SELECT value, metadata, expires_at FROM kv WHERE account = ?1 AND namespace = ?2 AND key = ?3
        AND (expires_at IS NULL OR expires_at > ?4)";
    let now = jiff::Timestamp::now().as_second();
    deps.store
        .lock()
        .query_row(
            sql,
            params![at.namespace.account, at.namespace.namespace, at.key, now],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
}

fn missing() -> Response {
    refusal(StatusCode::NOT_FOUND, 10009, "get: 'key not found'")
}

pub(super) async fn read(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<At>,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    let (value, _, expires_at) = match find(&deps, &at) {
        Ok(Some(found)) => found,
        Ok(None) => return missing(),
        Err(error) => return broken(&error),
    };
    let mut response = value.into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    if let Some(at) = expires_at {
        response
            .headers_mut()
            .insert("expiration", HeaderValue::from(at));
    }
    response
}

pub(super) async fn metadata(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<At>,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    match find(&deps, &at) {
        Ok(Some((_, metadata, _))) => success(
            &metadata
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or(Value::Null),
        ),
        Ok(None) => missing(),
        Err(error) => broken(&error),
    }
}

pub(super) async fn write(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<At>,
    Query(asked): Query<Expiry>,
    request: Request,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    if !key_is_right(&at.key) {
        return refusal(StatusCode::BAD_REQUEST, 10033, "put: 'invalid key name'");
    }
    let expires_at = match expiry(asked.expiration, asked.expiration_ttl) {
        Ok(expires_at) => expires_at,
        Err(message) => return refusal(StatusCode::BAD_REQUEST, 10021, message),
    };
    let (value, metadata) = match body(request).await {
        Ok(read) => read,
        Err(message) => return refusal(StatusCode::BAD_REQUEST, 10012, message),
    };
    if value.len() > LARGEST_VALUE {
        return refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            10047,
            "put: 'value is too large'",
        );
    }
    let pair = Pair {
        key: at.key,
        value,
        metadata,
        expires_at,
    };
    let written = deps
        .store
        .accept(&[pair.accepted(&at.namespace)], |connection| {
            pair.store(&at.namespace, connection)
        });
    match written {
        Ok(()) => success(&json!({})),
        Err(error) => broken(&error),
    }
}

async fn body(request: Request) -> Result<(Vec<u8>, Option<Value>), &'static str> {
    let multipart = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    if !multipart {
        let raw = Bytes::from_request(request, &())
            .await
            .map_err(|_| "put: 'the body could not be read'")?;
        return Ok((raw.to_vec(), None));
    }
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| "put: 'invalid multipart body'")?;
    let (mut value, mut metadata) = (None, None);
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|_| "put: 'invalid multipart body'")?
    {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field
            .bytes()
            .await
            .map_err(|_| "put: 'invalid multipart body'")?;
        match name.as_str() {
            "value" => value = Some(bytes.to_vec()),
            "metadata" => {
                let read = serde_json::from_slice(&bytes);
                metadata = Some(read.map_err(|_| "put: 'metadata must be valid json'")?);
            }
            _ => {}
        }
    }
    Ok((value.ok_or("put: 'value is required'")?, metadata))
}

pub(super) async fn delete(
    deps: State<Arc<Deps>>,
    headers: HeaderMap,
    Path(at): Path<At>,
) -> Response {
    if let Some(refusal) = unauthorised(&deps, &headers) {
        return refusal;
    }
    let Namespace { account, namespace } = &at.namespace;
    let deleted = deps.store.accept(
        &[entry("kv_delete", &at.key, &at.namespace, [])],
        |connection| {
            connection.execute(
                "DELETE FROM kv WHERE account = ?1 AND namespace = ?2 AND key = ?3",
                params![account, namespace, at.key],
            )?;
            Ok(())
        },
    );
    // Deleting what is not there succeeds too.
    match deleted {
        Ok(()) => success(&json!({})),
        Err(error) => broken(&error),
    }
}
