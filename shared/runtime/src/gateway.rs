//! Events of an API Gateway HTTP API, payload format 2.0, as requests, and answers as it wants them.
//!
//! Source of the shapes: "Create AWS Lambda proxy integrations for HTTP APIs" in the API Gateway developer guide.
//! An event that is not of this shape fails the invocation, which Lambda counts as a function error.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    response::Response,
};
use data_encoding::BASE64;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::{borrow::Cow, collections::BTreeMap};
use tower_service::Service;

/// What the gateway knows of a request beyond HTTP; an extension of it.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    /// The gateway's id of the request.
    pub request_id: Option<String>,
    /// The client's address, as the gateway saw it.
    pub source_ip: Option<String>,
}

/// Serves HTTP requests until Lambda ends the process.
pub async fn serve(router: Router) -> Result<(), Error> {
    // The runtime would remember the path to a member that it cannot read, which is code for every type below the event's.
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let mut router = router.clone();
        async move {
            let event: Event = serde_json::from_str(event.payload.get())?;
            let request = event.into_request()?;
            let answer = match router.call(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            Answer::of(answer).await
        }
    }))
    .await
}

/// An event.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    request_context: Context,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    http: Http,
    #[serde(default)]
    request_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    #[serde(default)]
    source_ip: Option<String>,
}

impl Event {
    /// The request that the client sent.
    pub(crate) fn into_request(self) -> Result<Request, Error> {
        let body = match self.body {
            Some(text) if self.is_base64_encoded => BASE64.decode(text.as_bytes())?.into(),
            text => Bytes::from(text.unwrap_or_default()),
        };
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = Method::from_bytes(self.request_context.http.method.as_bytes())?;
        *request.uri_mut() = address(&self.raw_path, &self.raw_query_string)?;
        for (name, value) in self.headers {
            request
                .headers_mut()
                .append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        if !self.cookies.is_empty() {
            let cookies = HeaderValue::try_from(self.cookies.join("; "))?;
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        request.extensions_mut().insert(Gateway {
            request_id: self.request_context.request_id,
            source_ip: self.request_context.http.source_ip,
        });
        Ok(request)
    }
}

/// The gateway hands a path on with its escapes undone: what cannot stand in an address is escaped again.
fn address(path: &str, query: &str) -> Result<Uri, Error> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut address = String::with_capacity(path.len() + 1 + query.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push('%');
            for digit in [byte >> 4, byte & 0xF] {
                address.push(char::from(HEX[usize::from(digit)]));
            }
        }
    }
    if !query.is_empty() {
        address.push('?');
        address.push_str(query);
    }
    Ok(Uri::try_from(address)?)
}

/// An answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    status_code: u16,
    headers: BTreeMap<String, String>,
    cookies: Vec<String>,
    body: String,
    is_base64_encoded: bool,
}

impl Answer {
    /// Text goes as it is, everything else in base64.
    pub(crate) async fn of(response: Response) -> Result<Self, Error> {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await?;
        let text = match std::str::from_utf8(&body) {
            Ok(text) if !parts.headers.contains_key(header::CONTENT_ENCODING) => Some(text),
            _ => None,
        };
        Ok(Self {
            status_code: parts.status.as_u16(),
            headers: headers(&parts.headers),
            cookies: values(&parts.headers, &header::SET_COOKIE)
                .map(Cow::into_owned)
                .collect(),
            body: text.map_or_else(|| BASE64.encode(&body), ToOwned::to_owned),
            is_base64_encoded: text.is_none(),
        })
    }
}

/// One value a name, as format 2.0 wants them: several are joined by commas. Cookies stand apart.
fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let names = headers.keys().filter(|name| *name != header::SET_COOKIE);
    names
        .map(|name| {
            let all: Vec<_> = values(headers, name).collect();
            (name.as_str().to_owned(), all.join(", "))
        })
        .collect()
}

fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = Cow<'a, str>> {
    let all = headers.get_all(name).into_iter();
    all.map(|value| String::from_utf8_lossy(value.as_bytes()))
}

#[cfg(test)]
mod tests;
