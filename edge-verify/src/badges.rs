//! Badges, and the issuer's profile and keys at their well-known addresses: from the KV, else from the origin.
//!
//! Nothing here is judged or signed: wallets verify for themselves. The texts come from the KV (`badge/<ID>`, `jwks`);
//! what it lacks, and the images, come from the origin, at the same path. The profile and the keys are also remembered,
//! so that an origin that fails later takes them from nobody.

use std::sync::Arc;

use registrar_credential::CertificateId;
use registrar_credential::base::{decode_base64url, encode_base64url};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::document;
use crate::edge::{Edge, OriginAnswer, Unreachable};
use crate::memory::Memory;
use crate::negotiate::{Credential, credential};
use crate::request::{Face, Request};
use crate::response::{Kind, Response};

const KEYS_PATH: &str = "/.well-known/openbadges/keys";
const ISSUER_PATH: &str = "/.well-known/openbadges/issuer";
/// Characters of a signature that tell one text from another: 96 bits.
const TAG_CHARS: usize = 16;

/// The value of `badge/<ID>`.
#[derive(Deserialize)]
struct Kept {
    #[serde(default)]
    rs256: String,
    #[serde(default)]
    eddsa: String,
    #[serde(default)]
    withdrawn: bool,
}

/// What became of a badge.
enum Found {
    Jwt(String),
    NotReady,
    Withdrawn,
    Nothing,
}

/// The two signatures of a badge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Rs256,
    EdDsa,
}

/// A badge in the form that is asked for.
pub(crate) async fn badge(edge: &impl Edge, request: &Request, id: &str, face: Face) -> Response {
    // What cannot be an id is looked up nowhere.
    let Ok(id) = id.parse::<CertificateId>() else {
        return document::not_found(request);
    };
    match face {
        Face::Rs256 => jwt(edge, request, &id, By::Rs256, Kind::Jwt).await,
        Face::EdDsa => jwt(edge, request, &id, By::EdDsa, Kind::Jwt).await,
        Face::Png => image(edge, request, &format!("/badges/{id}.png"), Kind::Png).await,
        Face::Svg => image(edge, request, &format!("/badges/{id}.svg"), Kind::Svg).await,
        Face::Negotiated => match credential(&request.accept) {
            Credential::Jwt => jwt(edge, request, &id, By::Rs256, Kind::Jwt).await,
            Credential::Text => jwt(edge, request, &id, By::Rs256, Kind::JwtText).await,
            Credential::Json => readable(edge, request, &id).await,
            Credential::Page => Response::see_other(format!("/verify/{id}")),
        },
    }
}

async fn jwt(
    edge: &impl Edge,
    request: &Request,
    id: &CertificateId,
    by: By,
    kind: Kind,
) -> Response {
    match find(edge, id, by).await {
        Ok(Found::Jwt(jwt)) => {
            let tag = tag_of_jws(&jwt);
            Response::tagged(kind, jwt, tag)
        }
        other => refused(request, &other),
    }
}

/// The credential itself, which nothing vouches for in this form.
async fn readable(edge: &impl Edge, request: &Request, id: &CertificateId) -> Response {
    match find(edge, id, By::Rs256).await {
        Ok(Found::Jwt(jwt)) => match payload(&jwt) {
            Some(json) => Response::tagged(Kind::Json, json, format!("json-{}", tag_of_jws(&jwt))),
            None => document::origin_unreachable(request),
        },
        other => refused(request, &other),
    }
}

fn refused(request: &Request, found: &Result<Found, Unreachable>) -> Response {
    match found {
        Ok(Found::NotReady) => document::not_ready(request),
        Ok(Found::Withdrawn) => document::withdrawn(request),
        Ok(Found::Nothing) => document::not_found(request),
        Ok(Found::Jwt(_)) | Err(Unreachable) => document::origin_unreachable(request),
    }
}

async fn find(edge: &impl Edge, id: &CertificateId, by: By) -> Result<Found, Unreachable> {
    let kept = edge.kv(&format!("badge/{id}")).await.ok().flatten();
    let kept = kept.and_then(|text| serde_json::from_str::<Kept>(&text).ok());
    if let Some(kept) = kept {
        if kept.withdrawn {
            return Ok(Found::Withdrawn);
        }
        let jwt = match by {
            By::Rs256 => kept.rs256,
            By::EdDsa => kept.eddsa,
        };
        if !jwt.is_empty() {
            return Ok(Found::Jwt(jwt));
        }
    }
    let suffix = match by {
        By::Rs256 => "jwt",
        By::EdDsa => "eddsa.jwt",
    };
    let answer = edge.origin(&format!("/badges/{id}.{suffix}")).await?;
    match answer.status {
        200 => Ok(Found::Jwt(answer.body.trim().to_owned())),
        _ if answer.says_not_found() => Ok(Found::Nothing),
        409 => Ok(Found::NotReady),
        410 => Ok(Found::Withdrawn),
        _ => Err(Unreachable),
    }
}

async fn image(edge: &impl Edge, request: &Request, path: &str, kind: Kind) -> Response {
    match edge.relay(path).await {
        Ok(200) => Response::relayed(kind),
        Ok(404) => document::not_found(request),
        Ok(409) => document::not_ready(request),
        Ok(410) => document::withdrawn(request),
        Ok(_) | Err(Unreachable) => document::origin_unreachable(request),
    }
}

/// The issuer's profile.
pub(crate) async fn issuer(edge: &impl Edge, memory: &Memory, request: &Request) -> Response {
    match published(edge, memory, None, ISSUER_PATH).await {
        Ok(text) => whole(Kind::Json, &text),
        Err(Unreachable) => document::origin_unreachable(request),
    }
}

/// Every key that ever signed a badge or list.
pub(crate) async fn keys(edge: &impl Edge, memory: &Memory, request: &Request) -> Response {
    match published(edge, memory, Some("jwks"), KEYS_PATH).await {
        Ok(text) => whole(Kind::Keys, &text),
        Err(Unreachable) => document::origin_unreachable(request),
    }
}

/// One of the keys.
pub(crate) async fn key(
    edge: &impl Edge,
    memory: &Memory,
    request: &Request,
    name: &str,
) -> Response {
    let Ok(text) = published(edge, memory, Some("jwks"), KEYS_PATH).await else {
        return document::origin_unreachable(request);
    };
    match named(&text, name) {
        Some(key) => whole(Kind::Key, key),
        None => document::not_found(request),
    }
}

/// The key whose `kid` is this name, or an address that ends with it, as it stands in the set. A key has no object in it,
/// so each pair of braces after the set's own is one.
fn named<'a>(jwks: &'a str, name: &str) -> Option<&'a str> {
    #[derive(Deserialize)]
    struct Key<'a> {
        kid: &'a str,
    }
    let is_it = |key: &&str| {
        let key = serde_json::from_str::<Key<'_>>(key);
        key.is_ok_and(|key| key.kid.rsplit('/').next() == Some(name))
    };
    let (_, keys) = jwks.split_once('[')?;
    keys.split_inclusive('}')
        .filter_map(|part| part.find('{').map(|from| &part[from..]))
        .find(is_it)
}

/// From the KV where it is put there, else from the origin, else as the origin last said it.
async fn published(
    edge: &impl Edge,
    memory: &Memory,
    kept: Option<&str>,
    path: &'static str,
) -> Result<Arc<str>, Unreachable> {
    if let Some(key) = kept
        && let Ok(Some(text)) = edge.kv(key).await
    {
        return Ok(text.into());
    }
    match edge.origin(path).await {
        Ok(OriginAnswer { status: 200, body }) => {
            let text = body.into();
            memory.keep_published(path, &text);
            Ok(text)
        }
        Ok(_) | Err(Unreachable) => memory.published(path).ok_or(Unreachable),
    }
}

fn whole(kind: Kind, text: &str) -> Response {
    Response::tagged(kind, text.to_owned(), tag_of(text))
}

/// A signature differs wherever what it is over does: its end is tag enough.
pub(crate) fn tag_of_jws(jws: &str) -> String {
    let from = jws.len().saturating_sub(TAG_CHARS);
    let tail = jws.get(from..).unwrap_or_default();
    tail.chars()
        .filter(|character| character.is_ascii_alphanumeric() || "-_".contains(*character))
        .collect()
}

/// Of any other text, its digest.
pub(crate) fn tag_of(text: &str) -> String {
    let mut tag = encode_base64url(&Sha256::digest(text.as_bytes()));
    tag.truncate(TAG_CHARS);
    tag
}

fn payload(jwt: &str) -> Option<String> {
    let bytes = decode_base64url(jwt.split('.').nth(1)?).ok()?;
    String::from_utf8(bytes).ok()
}
