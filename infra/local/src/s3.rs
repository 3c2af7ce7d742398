//! S3 over a folder: the buckets of the template, signed requests and links, and what the folder server lacks: CORS, and
//! that a file which is missing is 403 for whoever may not list the whole bucket.

use crate::access::{Access, Service, caller};
use crate::error::{Error, Result};
use crate::template::{Bucket, CorsRule};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::path::Path;
use std::sync::Arc;

/// The answer to whom may not know whether a file is there.
pub(crate) const DENIED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

struct Server {
    service: S3Service,
    buckets: Vec<Bucket>,
    access: Access,
}

/// Serves `folder`, one folder a bucket below it.
pub(crate) fn router(
    folder: &Path,
    buckets: &[Bucket],
    access: &Access,
    secret_key: &str,
) -> Result<Router> {
    std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
    for bucket in buckets {
        let path = folder.join(&bucket.name);
        std::fs::create_dir_all(&path).map_err(|e| Error::file(&path, e))?;
    }
    let files = FileSystem::new(folder).map_err(|e| Error::store("s3", format!("{e:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    let mut keys = SimpleAuth::new();
    for key in access.keys() {
        keys.register(key, secret_key.into());
    }
    builder.set_auth(keys);
    let server = Server {
        service: builder.build(),
        buckets: buckets.to_vec(),
        access: access.clone(),
    };
    let router = Router::new().fallback(handle).with_state(Arc::new(server));
    Ok(access.guard(Service::S3, router))
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response {
    let name = request
        .uri()
        .path()
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    let bucket = server.buckets.iter().find(|bucket| bucket.name == name);
    let rules = bucket.map_or(&[][..], |bucket| &bucket.cors);
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let key = caller(request.uri(), request.headers()).map_or_else(String::new, |c| c.key);
    let hides = reads && !server.access.lists(&key, name);
    let asked = Asked::read(request.method(), request.headers());
    let headers = asked.as_ref().and_then(|asked| asked.answer(rules));
    if asked.as_ref().is_some_and(|asked| asked.preflight) {
        return match headers {
            Some(headers) => (StatusCode::OK, headers).into_response(),
            None => (
                StatusCode::FORBIDDEN,
                "CORSResponse: this CORS request is not allowed",
            )
                .into_response(),
        };
    }
    let answer = server
        .service
        .call(request.map(s3s::Body::http_body_unsync))
        .await;
    let mut response = match answer {
        Ok(response) if hides && response.status() == StatusCode::NOT_FOUND => {
            let head = [(header::CONTENT_TYPE, "application/xml")];
            (StatusCode::FORBIDDEN, head, DENIED).into_response()
        }
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(?error, "s3");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    response.headers_mut().extend(headers.unwrap_or_default());
    response
}

/// A cross-origin request.
struct Asked {
    origin: String,
    method: String,
    headers: Vec<String>,
    preflight: bool,
}

impl Asked {
    fn read(method: &Method, headers: &HeaderMap) -> Option<Self> {
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = text(header::ORIGIN)?.to_owned();
        let asked =
            text(header::ACCESS_CONTROL_REQUEST_METHOD).filter(|_| method == Method::OPTIONS);
        let names = text(header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        Some(Self {
            origin,
            method: asked.unwrap_or(method.as_str()).to_owned(),
            headers: names
                .split(',')
                .map(|name| name.trim().to_lowercase())
                .filter(|name| !name.is_empty())
                .collect(),
            preflight: asked.is_some(),
        })
    }

    /// Headers of the first rule that fits.
    fn answer(&self, rules: &[CorsRule]) -> Option<HeaderMap> {
        let rule = rules.iter().find(|rule| {
            rule.origins
                .iter()
                .any(|allowed| fits(allowed, &self.origin))
                && rule.methods.contains(&self.method)
                && self
                    .headers
                    .iter()
                    .all(|name| rule.headers.iter().any(|allowed| fits(allowed, name)))
        })?;
        let every = rule.origins.iter().any(|allowed| allowed == "*");
        let mut out = HeaderMap::new();
        let mut set = |name: HeaderName, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text)
                && !text.is_empty()
            {
                out.insert(name, value);
            }
        };
        set(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            if every { "*" } else { &self.origin },
        );
        set(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            &rule.methods.join(", "),
        );
        set(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            &rule.exposed.join(", "),
        );
        if self.preflight {
            set(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                &self.headers.join(", "),
            );
            set(
                header::ACCESS_CONTROL_MAX_AGE,
                &rule.max_age.map(|age| age.to_string()).unwrap_or_default(),
            );
        }
        set(
            header::VARY,
            "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
        );
        Some(out)
    }
}

/// `*` stands for any text, once.
fn fits(allowed: &str, text: &str) -> bool {
    match allowed.split_once('*') {
        None => allowed == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len()
                && text.starts_with(before)
                && text.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Deployment;
    use tower::ServiceExt;

    fn served(folder: &Path) -> Router {
        let rule = CorsRule {
            origins: vec!["http://*.registrar.example".into()],
            methods: vec!["PUT".into()],
            headers: vec!["*".into()],
            exposed: vec!["ETag".into()],
            max_age: Some(60),
        };
        router(
            folder,
            &[Bucket {
                name: "files".into(),
                cors: vec![rule],
            }],
            &Access::new("key", &Deployment::default(), "us-east-1"),
            "secret",
        )
        .unwrap()
    }

    fn preflight(origin: &str, method: &str) -> Request {
        Request::options("/files/a/b")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", "Content-Type")
            .body(Body::empty())
            .unwrap()
    }

    #[tokio::test]
    async fn a_preflight_is_answered_by_the_first_rule_that_fits() {
        let folder = tempfile::tempdir().unwrap();
        let allowed = served(folder.path())
            .oneshot(preflight("http://app.registrar.example", "PUT"))
            .await
            .unwrap();
        assert_eq!(allowed.status(), 200);
        assert_eq!(
            allowed.headers()["access-control-allow-headers"],
            "content-type"
        );
        for refused in [
            preflight("http://evil.example", "PUT"),
            preflight("http://app.registrar.example", "DELETE"),
        ] {
            assert_eq!(
                served(folder.path())
                    .oneshot(refused)
                    .await
                    .unwrap()
                    .status(),
                403
            );
        }
    }

    #[tokio::test]
    async fn a_request_without_a_signature_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("files")).unwrap();
        std::fs::write(folder.path().join("files/a"), "x").unwrap();
        let request = Request::get("/files/a").body(Body::empty()).unwrap();
        assert_eq!(
            served(folder.path())
                .oneshot(request)
                .await
                .unwrap()
                .status(),
            403
        );
    }
}
