//! Roles: every function has an access key of its own, and tables, buckets, queues, keys and parameters ask here whether
//! its role lets it do what a request asks for, as IAM does on AWS. The deployment's own key may do everything: it is that
//! of whoever runs it.
//!
//! What a request asks for is in `asked`: actions, each with a resource and what conditions compare. Only the policies of
//! roles are known, which allow; those of buckets, queues and keys, which mostly deny, are not.

mod asked;

use crate::template::{Condition, Deployment, Operator, Statement};
use asked::Layout;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, Uri, header};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use asked::Asked;
pub(crate) use asked::Service;

/// Most bytes of a request: `DynamoDB`'s own limit.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// What stands between a deployment's access key and a function's name in the function's own.
const OF: &str = "-of-";

/// What every key may do.
#[derive(Clone, Debug)]
pub(crate) struct Access(Arc<Roles>);

#[derive(Debug)]
struct Roles {
    /// The access key that may do everything.
    account: String,
    /// Logical ids of functions, with what their roles allow; `None`: the template gives it no role.
    functions: BTreeMap<String, Option<Vec<Statement>>>,
    layout: Layout,
    denied: Mutex<Vec<String>>,
}

/// The access key of a function.
pub(crate) fn key_of(account: &str, function: &str) -> String {
    format!("{account}{OF}{function}")
}

impl Access {
    pub(crate) fn new(account: &str, deployment: &Deployment, region: &str) -> Self {
        let functions = deployment.functions.values();
        let role = |function: &crate::template::Function| {
            (function.logical_id.clone(), function.allowed.clone())
        };
        Self(Arc::new(Roles {
            account: account.to_owned(),
            functions: functions.map(role).collect(),
            layout: Layout::of(deployment, region),
            denied: Mutex::default(),
        }))
    }

    /// Every access key there is.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        let account = &self.0.account;
        let functions = self.0.functions.keys();
        std::iter::once(account.clone()).chain(functions.map(|id| key_of(account, id)))
    }

    /// What functions were denied, a line each.
    pub(crate) fn denied(&self) -> Vec<String> {
        let denied = self.0.denied.lock();
        denied.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets nothing through to a service's `router` that the caller's role does not allow.
    pub(crate) fn guard(&self, service: Service, router: Router) -> Router {
        router.layer(from_fn_with_state((self.clone(), service), check))
    }

    /// Whether the owner of a key may list a bucket as a whole.
    pub(crate) fn lists(&self, key: &str, bucket: &str) -> bool {
        self.allows(key, &Asked::of_a_list(bucket))
    }

    /// Whether the owner of a key may do this. Keys that nobody has are refused by whoever looks at signatures.
    fn allows(&self, key: &str, asked: &Asked) -> bool {
        match self.role(key) {
            Some(Some(statements)) => statements.iter().any(|statement| allows(statement, asked)),
            Some(None) | None => true,
        }
    }

    /// The role behind a function's key; `None` for other keys.
    fn role(&self, key: &str) -> Option<&Option<Vec<Statement>>> {
        let function = key.strip_prefix(&self.0.account)?.strip_prefix(OF)?;
        self.0.functions.get(function)
    }

    /// What a request asks for and its caller may not do. It is remembered where the function itself asks, and not whoever
    /// has an address that the function signed.
    fn refusal(&self, caller: &Caller, asked: &[Asked]) -> Option<String> {
        let key = &caller.key;
        let refused = asked.iter().find(|asked| !self.allows(key, asked))?;
        let function = key.rsplit(OF).next().unwrap_or_default();
        let message = format!("{function} is not authorized to perform: {refused}");
        if caller.itself {
            tracing::error!("{message}");
            let denied = self.0.denied.lock();
            let mut denied = denied.unwrap_or_else(PoisonError::into_inner);
            denied.push(message.clone());
        }
        Some(message)
    }
}

/// Whose key a request was signed with.
pub(crate) struct Caller {
    pub(crate) key: String,
    /// Its owner sends it; otherwise the signature stands in the address, which others may have.
    itself: bool,
}

/// The access key that a request was signed with, in its header or its address.
pub(crate) fn caller(uri: &Uri, headers: &HeaderMap) -> Option<Caller> {
    let header = headers.get(header::AUTHORIZATION);
    let signed = header.and_then(|value| value.to_str().ok()?.split_once("Credential="));
    let credential = match signed {
        Some((_, credential)) => credential.to_owned(),
        None => asked::query(uri, "X-Amz-Credential")?,
    };
    Some(Caller {
        key: credential.split('/').next()?.to_owned(),
        itself: signed.is_some(),
    })
}

async fn check(
    State((access, service)): State<(Access, Service)>,
    request: Request,
    next: Next,
) -> Response {
    let Some(caller) = caller(request.uri(), request.headers()) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    // Files are not read for that: what is asked of S3 stands in the request's head, but for a list of what to delete.
    if service == Service::S3 && asked::query(&parts.uri, "delete").is_none() {
        let asked = access.0.layout.of_s3(&parts, &[]);
        return match access.refusal(&caller, &asked) {
            Some(message) => service.refuse(&message),
            None => next.run(Request::from_parts(parts, body)).await,
        };
    }
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let asked = match service {
        Service::S3 => access.0.layout.of_s3(&parts, &body),
        _ => access.0.layout.of_json(service, &parts.headers, &body),
    };
    match access.refusal(&caller, &asked) {
        Some(message) => service.refuse(&message),
        None => next.run(Request::from_parts(parts, Body::from(body))).await,
    }
}

impl Service {
    fn refuse(self, message: &str) -> Response {
        if self == Self::S3 {
            let kind = [(header::CONTENT_TYPE, "application/xml")];
            return (StatusCode::FORBIDDEN, kind, crate::s3::DENIED).into_response();
        }
        let body = json!({"__type": "AccessDeniedException", "message": message});
        let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
        (StatusCode::BAD_REQUEST, kind, body.to_string()).into_response()
    }
}

fn allows(statement: &Statement, asked: &Asked) -> bool {
    let action = |action: &String| action.eq_ignore_ascii_case(&asked.action);
    let resource = |resource: &String| like(resource, &asked.resource);
    statement.actions.iter().any(action)
        && statement.resources.iter().any(resource)
        && statement.conditions.iter().all(|c| holds(c, asked))
}

fn holds(condition: &Condition, asked: &Asked) -> bool {
    let present = asked.context.iter().find(|(key, _)| *key == condition.key);
    let given = present.map_or(&[][..], |(_, values)| values.as_slice());
    let fits = |value: &String| condition.values.iter().any(|wanted| like(wanted, value));
    match condition.operator {
        Operator::Null => condition.values == [given.is_empty().to_string()],
        Operator::Equals => given.iter().any(|value| condition.values.contains(value)),
        Operator::Like | Operator::AnyLike => given.iter().any(fits),
        Operator::AllLike => given.iter().all(fits),
    }
}

/// `*` stands for any text.
fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests;
