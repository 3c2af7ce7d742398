//! What the verifier needs from outside.

/// A clock, the key-value store and the origin.
pub trait Edge: Sync {
    /// Unix time in seconds.
    fn now(&self) -> u64;

    /// The value of a key of the KV namespace `CERTS`; `None` when it has none.
    fn kv(&self, key: &str) -> impl Future<Output = Result<Option<String>, Unreachable>> + Send;

    /// The origin's answer to a `GET` of this path, whatever its status. A time-out is [`Unreachable`].
    fn origin(&self, path: &str) -> impl Future<Output = Result<OriginAnswer, Unreachable>> + Send;

    /// As [`Self::origin`], of what is no text: gives the status only, and keeps the body for the response that follows
    /// ([`Body::Relayed`](crate::response::Body::Relayed)).
    fn relay(&self, path: &str) -> impl Future<Output = Result<u16, Unreachable>> + Send;
}

/// An answer of the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl OriginAnswer {
    /// Whether the issuer says itself that there is no such thing: 404 with a problem of that code. A 404 of anything else
    /// that stands at the origin's address says nothing.
    pub(crate) fn says_not_found(&self) -> bool {
        #[derive(serde::Deserialize)]
        struct Problem {
            code: String,
        }
        let problem = || serde_json::from_str::<Problem>(&self.body);
        self.status == 404 && problem().is_ok_and(|problem| problem.code == "not_found")
    }
}

/// There was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;
