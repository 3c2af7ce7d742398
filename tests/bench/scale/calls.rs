//! The requests that are measured.

use super::{fill::Filled, table::Table};
use jiff::Timestamp;
use registrar_domain::{account::Account, id::TicketId};
use serde_json::{Value, json};

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Get,
    List,
    Filter,
    Search,
    Statistics,
    Reply,
    Create,
}

impl Call {
    /// What only reads comes first, so that it finds the table as it was filled.
    pub(super) const ALL: [Self; 7] = [
        Self::Get,
        Self::List,
        Self::Filter,
        Self::Search,
        Self::Statistics,
        Self::Reply,
        Self::Create,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "get, newest 20 messages",
            Self::List => "list, page of 20",
            Self::Filter => "list by status and priority, page of 20",
            Self::Search => "search for two words, page of 20",
            Self::Statistics => "statistics",
            Self::Reply => "reply",
            Self::Create => "create",
        }
    }

    /// Whether it must cost the same however much there is.
    pub(super) fn is_held_to_ratio(self) -> bool {
        match self {
            Self::Get | Self::List | Self::Filter | Self::Search | Self::Statistics => true,
            Self::Reply | Self::Create => false,
        }
    }

    /// The id of the `n`th request of this kind, by which its log line is found.
    pub(super) fn request_id(self, n: usize) -> String {
        format!("scale-{self:?}-{n}").to_lowercase()
    }
}

/// Two people's tokens, and a ticket in the middle.
pub(super) struct Caller<'a> {
    filled: &'a Filled,
    student: String,
    staff: String,
}

impl<'a> Caller<'a> {
    pub(super) fn new(table: &Table, filled: &'a Filled) -> Self {
        let now = Timestamp::now();
        let token =
            |account: &Account| table.signer().sign(account.actor(), uuid::Uuid::nil(), now);
        Self {
            student: token(&filled.student),
            staff: token(&filled.staff),
            filled,
        }
    }

    fn ticket(&self, n: usize) -> TicketId {
        let tickets = &self.filled.tickets;
        tickets[(tickets.len() / 2 + n) % tickets.len()]
    }

    /// The `n`th request of a kind, as an API Gateway HTTP API sends it.
    pub(super) fn event(&self, call: Call, n: usize) -> Value {
        let all = "/api/admin/support/tickets";
        let (method, path, query, token, body) = match call {
            Call::Get => {
                let path = format!("/tickets/{}", self.ticket(n));
                ("GET", path, "", &self.student, None)
            }
            Call::List => ("GET", all.to_owned(), "limit=20", &self.staff, None),
            Call::Filter => {
                let query = "limit=20&status=open&priority=high";
                ("GET", all.to_owned(), query, &self.staff, None)
            }
            Call::Search => {
                let query = "limit=20&search=invoice%20recordings";
                ("GET", all.to_owned(), query, &self.staff, None)
            }
            Call::Statistics => ("GET", "/tickets/stats".to_owned(), "", &self.staff, None),
            Call::Reply => {
                let path = format!("/tickets/{}/messages", self.ticket(n));
                let body =
                    json!({"message": "Thank you, it works now. I had not seen the switch."});
                ("POST", path, "", &self.student, Some(body))
            }
            Call::Create => {
                let body = json!({
                    "subject": "Unable to access recordings",
                    "description": "The recordings of last week do not appear in my dashboard.",
                    "category": "technical",
                    "priority": "high",
                });
                ("POST", "/tickets".to_owned(), "", &self.student, Some(body))
            }
        };
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "headers": {
                "host": "api.example",
                "accept": "application/json",
                "content-type": "application/json",
                "authorization": format!("Bearer {token}"),
                "x-request-id": call.request_id(n),
            },
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "bench",
                "domainName": "api.example",
                "domainPrefix": "api",
                "http": {
                    "method": method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "bench",
                },
                "requestId": call.request_id(n),
                "routeKey": "$default",
                "stage": "$default",
                "time": "01/Jan/2026:00:00:00 +0000",
                "timeEpoch": 1_767_225_600_000_u64,
            },
            "body": body.map(|body| body.to_string()),
            "isBase64Encoded": false,
        })
    }
}
