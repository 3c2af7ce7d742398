//! Badges, the issuer's profile and keys: what wallets read. All of it was signed before; nothing is signed here.
//!
//! The edge serves the same paths, from its KV or from here. Whoever names no form of a badge gets the RS256 JWT as
//! `text/plain`, as Open Badges 3.0 (5.2) has it.

use crate::{
    Deps, load,
    problem::{not_found, not_ready},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    routing::get,
};
use registrar_domain::{
    certificate::{Certificate, CertificateId},
    credential::{
        Addresses, BadgeRecord,
        badge::{JwkSet, Profile, payload},
    },
};
use registrar_runtime::{extract::Segment, problem::ApiResult, problem::Problem, reply::Reply};

/// For how many seconds badges, profile and keys may be cached.
const MAX_AGE: u32 = 300;
/// More than any picture has, in bytes.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// The routes of badges.
pub(crate) fn routes() -> Router<Deps> {
    Router::new()
        .route("/badges/{file}", get(badge))
        .route("/.well-known/openbadges/issuer", get(issuer))
        .route("/.well-known/openbadges/keys", get(keys))
        .route("/.well-known/openbadges/keys/{kid}", get(key))
}

/// The last part of a badge's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    id: CertificateId,
    face: Face,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    ByAccept,
    Rs256,
    EdDsa,
    Png,
    Svg,
}

impl std::str::FromStr for File {
    type Err = <CertificateId as std::str::FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let faces = [
            (".eddsa.jwt", Face::EdDsa),
            (".jwt", Face::Rs256),
            (".png", Face::Png),
            (".svg", Face::Svg),
            ("", Face::ByAccept),
        ];
        let named = faces
            .into_iter()
            .find_map(|(ending, face)| Some((text.strip_suffix(ending)?, face)));
        let (id, face) = named.unwrap_or((text, Face::ByAccept));
        let id = id.parse()?;
        Ok(Self { id, face })
    }
}

/// `GET /badges/{id}`, and with the ending of a form.
#[tracing::instrument(name = "certificates.badge", skip_all, fields(certificate.id = %file.id))]
pub(crate) async fn badge(
    State(deps): State<Deps>,
    Segment(file): Segment<File>,
    headers: HeaderMap,
) -> ApiResult {
    let certificate = load(&deps, &file.id).await?;
    let form = match file.face {
        Face::Png => {
            let key = Certificate::png_key_of(&file.id);
            return picture(&deps, &certificate, &key, "image/png").await;
        }
        Face::Svg => {
            let key = Certificate::svg_key_of(&file.id);
            return picture(&deps, &certificate, &key, "image/svg+xml").await;
        }
        Face::Rs256 => Form::Jwt,
        Face::EdDsa => {
            let jws = made(&deps, &certificate).await?.eddsa;
            return Ok(Reply::text("application/vc+jwt", jws, MAX_AGE));
        }
        Face::ByAccept => Form::liked(&headers),
    };
    if form == Form::Page {
        let address = certificate.verify_url(&deps.shell.verify_base_url);
        return Ok(Reply::see_other(address).varies());
    }
    let jws = made(&deps, &certificate).await?.rs256;
    let reply = match form {
        Form::Json => {
            let json = payload(&jws).ok_or_else(not_ready)?;
            Reply::text("application/json", json, MAX_AGE)
        }
        Form::Jwt => Reply::text("application/vc+jwt", jws, MAX_AGE),
        Form::Text | Form::Page => Reply::text("text/plain; charset=utf-8", jws, MAX_AGE),
    };
    Ok(match file.face {
        Face::ByAccept => reply.varies(),
        Face::Rs256 | Face::EdDsa | Face::Png | Face::Svg => reply,
    })
}

async fn made(deps: &Deps, certificate: &Certificate) -> Result<BadgeRecord, Problem> {
    let badge = deps.shell.table.badge(&certificate.id).await?;
    badge.ok_or_else(not_ready)
}

/// Its item is written after its pictures, so that it says that they are there. S3 does not: to whom may not list the bucket
/// it answers 403 for what is missing.
async fn picture(
    deps: &Deps,
    certificate: &Certificate,
    key: &str,
    content_type: &'static str,
) -> ApiResult {
    made(deps, certificate).await?;
    let object = deps.bucket.head(key, MOST_BYTES).await?;
    let bytes = object.ok_or_else(not_ready)?.bytes;
    Ok(Reply::bytes(content_type, bytes, MAX_AGE))
}

/// What a client wants of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Text,
    Json,
    Jwt,
}

impl Form {
    const NAMED: [(&str, Self); 6] = [
        ("text/html", Self::Page),
        ("text/plain", Self::Text),
        ("application/json", Self::Json),
        ("application/ld+json", Self::Json),
        ("application/vc+jwt", Self::Jwt),
        ("application/jwt", Self::Jwt),
    ];

    /// Whether a person's browser asks.
    pub(crate) fn is_page(headers: &HeaderMap) -> bool {
        Self::liked(headers) == Self::Page
    }

    /// The form of highest weight among those that `Accept` (RFC 9110, 12.5.1) names; the first of equals.
    fn liked(headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT);
        let accept = accept.and_then(|value| value.to_str().ok()).unwrap_or("");
        let mut best = (0.0, Self::Text);
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or("");
            let weight = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.strip_prefix('='));
            let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            let named = Self::NAMED
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            if let Some((_, form)) = named.filter(|_| weight > best.0) {
                best = (weight, *form);
            }
        }
        best.1
    }
}

/// `GET /.well-known/openbadges/issuer`
#[tracing::instrument(name = "certificates.issuer", skip_all)]
pub(crate) async fn issuer(State(deps): State<Deps>) -> ApiResult {
    let profile = Profile::new(addresses(&deps), &deps.organization).standalone();
    Ok(Reply::ok(&profile).public(MAX_AGE))
}

/// `GET /.well-known/openbadges/keys`
#[tracing::instrument(name = "certificates.badge_keys", skip_all)]
pub(crate) async fn keys(State(deps): State<Deps>) -> ApiResult {
    let set = JwkSet::new(addresses(&deps), deps.keys.public());
    Ok(Reply::text("application/jwk-set+json", set.json(), MAX_AGE))
}

/// `GET /.well-known/openbadges/keys/{n}`
#[tracing::instrument(name = "certificates.badge_key", skip_all)]
pub(crate) async fn key(State(deps): State<Deps>, Segment(kid): Segment<u16>) -> ApiResult {
    let key = JwkSet::of(addresses(&deps), deps.keys.public(), kid);
    let key = key.ok_or_else(not_found)?;
    Ok(Reply::text("application/jwk+json", key.json(), MAX_AGE))
}

fn addresses(deps: &Deps) -> Addresses<'_> {
    Addresses::under(&deps.shell.verify_base_url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_path_says_the_form_and_the_rest_is_an_id() {
        let id = "CERT-20261121-ABCDEFGHJK";
        for (ending, face) in [
            ("", Face::ByAccept),
            (".jwt", Face::Rs256),
            (".eddsa.jwt", Face::EdDsa),
            (".png", Face::Png),
            (".svg", Face::Svg),
        ] {
            let file: File = format!("{id}{ending}").parse().unwrap();
            assert_eq!((file.id.as_str(), file.face), (id, face), "{ending}");
        }
        for other in ["", ".jwt", "CERT-20261121-ABCDEFGHJK.gif", "CERT.png"] {
            assert!(other.parse::<File>().is_err(), "{other}");
        }
    }

    #[test]
    fn the_form_that_is_liked_best_is_given_and_the_signed_text_to_those_who_name_none() {
        for (accept, form) in [
            ("", Form::Text),
            ("*/*", Form::Text),
            ("text/html,application/xml;q=0.9,*/*;q=0.8", Form::Page),
            ("application/json", Form::Json),
            ("application/vc+jwt, application/json", Form::Jwt),
            ("application/vc+jwt;q=0.5, application/json", Form::Json),
            ("text/html;q=0, image/png", Form::Text),
            ("application/json;q=x", Form::Text),
            ("application/vc+jwt;Q=0.5, application/json", Form::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(Form::liked(&headers), form, "{accept}");
        }
    }
}
