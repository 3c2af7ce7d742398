//! The row that a path names, if whoever asks may see it.
//!
//! A foreign row and one that is not there get the same answer, whatever else is wrong with the request. So [`Visible`]
//! stands before everything but who asks: before query, conditional headers, body and whatever the body names.

use super::{FromChannel, Visitor, params};
use crate::{auth::TokenError, problem::Problem};
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use registrar_domain::actor::Actor;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// Who asks for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Somebody signed in.
    Person(Actor),
    /// The chat channel, for whoever writes from a phone.
    Channel,
}

/// Who asks, and what the path and the query say.
#[derive(Debug)]
pub struct Asked {
    /// Who.
    pub asker: Asker,
    names: Vec<(String, String)>,
    query: String,
}

impl Asked {
    /// Whoever signed in; 401 `token_missing` for a channel.
    pub fn person(&self) -> Result<Actor, Problem> {
        match self.asker {
            Asker::Person(actor) => Ok(actor),
            Asker::Channel => Err(TokenError::Missing.into()),
        }
    }

    /// A parameter of the path, if the route has it.
    pub fn name(&self, name: &str) -> Option<&str> {
        let found = self.names.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// An id in the path. What cannot be one names nothing.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        let text = self.name(name).unwrap_or_default();
        text.parse().map_err(|_| Problem::not_found())
    }

    /// The query, to be judged once the row is known to be visible.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        params::decode(&self.query)
    }
}

/// A row that paths name; `S` is what the handlers work with.
pub trait Row<S>: Sized {
    /// Reads it. One that whoever asks may not see is as good as absent: 404 `not_found`, the same in both cases.
    fn find(state: &S, asked: &Asked) -> impl Future<Output = Result<Self, Problem>> + Send;
}

/// The row that the path names; 404 `not_found` for a foreign one as for none.
#[derive(Clone, Debug)]
pub struct Visible<T>(pub T);

impl<T: Row<S>, S: Send + Sync> FromRequestParts<S> for Visible<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Visitor(actor) = Visitor::from_request_parts(parts, state).await?;
        let FromChannel(channel) = FromChannel::from_request_parts(parts, state).await?;
        let asker = match actor {
            Some(actor) => Asker::Person(actor),
            None if channel => Asker::Channel,
            None => return Err(TokenError::Missing.into()),
        };
        let names = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Path(names) = names.map_err(|_| Problem::not_found())?;
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let request = Asked {
            asker,
            names,
            query,
        };
        T::find(state, &request).await.map(Self)
    }
}
