//! Calls that the chat channel signs, see [`registrar_domain::signed_call`].

use super::Authenticator;
use crate::{
    extract::{Signed, read},
    problem::Problem,
};
use axum::{
    body::Body,
    extract::Request,
    http::{StatusCode, request::Parts},
};
use jiff::Timestamp;
use registrar_domain::signed_call::{Call, CallError, CallKey, HEADER};

/// Why a signed call is refused: 401 `channel_signature_invalid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// This function takes no signed calls.
    #[error("signed calls are not taken here")]
    NotTaken,
    /// A token says who it is, and a signature says that it is somebody else.
    #[error("send a token or a signature, not both")]
    Both,
    /// The signature is no good.
    #[error(transparent)]
    Signature(#[from] CallError),
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "channel_signature_invalid").detail(error.to_string())
    }
}

impl Authenticator {
    /// Checks the signature of a request that has one, and lets it through as the channel's.
    pub(crate) async fn channel(
        &self,
        request: Request,
        now: Timestamp,
    ) -> Result<Request, Problem> {
        if !request.headers().contains_key(HEADER) {
            return Ok(request);
        }
        let Some(key) = &self.channel else {
            return Err(ChannelError::NotTaken.into());
        };
        if request.headers().contains_key("authorization") {
            return Err(ChannelError::Both.into());
        }
        let (mut parts, body) = request.into_parts();
        let body = read(body).await?;
        let signature = check(key, &parts, &body, now).map_err(ChannelError::from)?;
        parts.extensions.insert(Signed(signature));
        Ok(Request::from_parts(parts, Body::from(body)))
    }
}

/// The signature, which names the call.
fn check(key: &CallKey, parts: &Parts, body: &[u8], now: Timestamp) -> Result<String, CallError> {
    let mut values = parts.headers.get_all(HEADER).iter();
    let header = values.next().and_then(|value| value.to_str().ok());
    let header = header
        .filter(|_| values.next().is_none())
        .ok_or(CallError::Malformed)?;
    let call = Call {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        body,
    };
    key.verify(call, header, now)?;
    Ok(header.to_ascii_lowercase())
}
