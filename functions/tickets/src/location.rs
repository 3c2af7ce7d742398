//! Under which address the caller sees tickets, so that `Location` leads them where they may go.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::request::Parts,
};
use registrar_domain::id::{MessageId, TicketId};
use std::convert::Infallible;

/// The address of all tickets that a request's route lies under: `/tickets`, `/api/admin/support/tickets` or
/// `/api/support/tickets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tickets(String);

impl Tickets {
    fn of(route: &str) -> Self {
        const NAME: &str = "/tickets";
        let end = route.find(NAME).map_or(route.len(), |at| at + NAME.len());
        Self(route[..end].to_owned())
    }

    /// A ticket's.
    pub(crate) fn ticket(&self, id: TicketId) -> String {
        format!("{}/{id}", self.0)
    }

    /// That of one of its messages.
    pub(crate) fn message(&self, ticket: TicketId, id: MessageId) -> String {
        format!("{}/{ticket}/messages/{id}", self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Tickets {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let route = parts.extensions.get::<MatchedPath>();
        Ok(Self::of(route.map_or("/tickets", MatchedPath::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_begins_as_the_route_does() {
        for (route, base) in [
            ("/tickets", "/tickets"),
            ("/tickets/", "/tickets"),
            ("/tickets/{ticket}/replies", "/tickets"),
            (
                "/api/admin/support/tickets/{ticket}/split",
                "/api/admin/support/tickets",
            ),
            ("/api/support/tickets", "/api/support/tickets"),
        ] {
            assert_eq!(Tickets::of(route), Tickets(base.to_owned()), "{route}");
        }
    }
}
