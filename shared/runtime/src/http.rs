//! Layers that every HTTP function has, from the outside in:
//! request id, log line and headers → other origins (CORS) → who sends it, and whether too often → `Idempotency-Key` → panics → the routes.

mod conditional;
mod cors;
mod request;

pub use idempotency::Names;

use crate::{Shell, auth::Authenticator, extract::Resolved, idempotency, limits, problem::Problem};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use registrar_domain::actor::Actor;
use std::{panic::AssertUnwindSafe, sync::Arc};
use tower::util::option_layer;

/// `routes` with all that surrounds them. Unknown paths and methods are answered with problems as well.
pub fn router(shell: &Shell, auth: Authenticator, routes: Router) -> Router {
    router_naming(shell, auth, routes, Names::default())
}

/// As [`router`], for routes of which some are one and the same.
pub fn router_naming(shell: &Shell, auth: Authenticator, routes: Router, names: Names) -> Router {
    problems(routes)
        .layer(from_fn_with_state(
            (shell.clone(), names),
            idempotency::once,
        ))
        .layer(from_fn_with_state(
            (shell.clone(), Arc::new(auth), names),
            authenticate,
        ))
        .layer(option_layer(cors::cors(&shell.allowed_origins)))
        .layer(from_fn_with_state(shell.clone(), request::request))
}

/// `routes` for callers that prove who they are in their own way: no token and no `Idempotency-Key` is looked at.
pub fn unauthenticated(shell: &Shell, routes: Router) -> Router {
    problems(routes).layer(from_fn_with_state(shell.clone(), request::request))
}

/// `routes` whose unknown paths, unknown methods and panics are problems too.
fn problems(routes: Router) -> Router {
    routes
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
                .detail("this address does not take this method; the header Allow names those that it takes")
        })
        .layer(from_fn(panics))
}

/// Finds out who sends the request.
async fn authenticate(
    State((shell, auth, names)): State<(Shell, Arc<Authenticator>, Names)>,
    mut request: Request,
    next: Next,
) -> Response {
    match actor(&shell, &auth, request.headers()).await {
        Ok(actor) => {
            request.extensions_mut().insert(Resolved(actor));
        }
        Err(problem) => return problem.into_response(),
    }
    let measured = limits::measured(&shell, names, &request);
    if let Err(problem) = limits::measure(&shell, measured).await {
        return problem.into_response();
    }
    match auth.channel(request, shell.now()).await {
        Ok(request) => {
            let resolved = request.extensions().get::<Resolved>().copied();
            let mut response = next.run(request).await;
            // For the request's log line, which is written outside of this layer.
            if let Some(resolved) = resolved {
                response.extensions_mut().insert(resolved);
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whose token came along, as what their account says now.
async fn actor(
    shell: &Shell,
    auth: &Authenticator,
    headers: &HeaderMap,
) -> Result<Option<Actor>, Problem> {
    let now = shell.now();
    match auth.resolve(headers, now)? {
        Some(token) => auth.actor(&shell.table, token, now).await.map(Some),
        None => Ok(None),
    }
}

/// Makes a problem of a panic, inside the idempotency layer, so that the claim is given back.
async fn panics(request: Request, next: Next) -> Response {
    // Nothing of the request is used again, and the shell holds no state that a panic could leave half changed.
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Problem::internal("a handler panicked").into_response())
}

#[cfg(test)]
mod tests;
