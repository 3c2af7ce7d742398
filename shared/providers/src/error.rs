//! What can be wrong with a call, told apart by what may be done next.

use std::fmt;
use std::time::Duration;

/// Why a call did not end in a clear yes.
///
/// `Display` and `Debug` carry no secret, no address of a person and no body: they are fit for the ledger and for logs.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The provider answered that it will not do this, and would say so again.
    #[error("the provider refused with status {status}: {reason}")]
    Refused {
        /// The HTTP status, 4xx except 408 and 429 (200 where the vendor says no in the body).
        status: u16,
        /// What it refused: field names and codes of the vendor, never its prose, which may quote the request.
        reason: String,
    },
    /// The provider answered 429; nothing was accepted.
    #[error("the provider asked to slow down")]
    Throttled {
        /// How long it asked to wait, where it said so.
        retry_after: Option<Duration>,
    },
    /// The provider answered that it cannot serve now (5xx or 408); nothing was accepted.
    #[error("the provider is unavailable (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
    },
    /// No connection was made, so the request was certainly not sent.
    #[error("the provider could not be reached")]
    Unreachable(#[source] Cause),
    /// The answer was lost after the request may have been written: a time-out or a dropped connection.
    #[error("the provider's answer was lost")]
    Uncertain(#[source] Cause),
    /// The answer is not one that the vendor documents; the request may have been accepted.
    #[error("the provider's answer with status {status} could not be understood")]
    BadAnswer {
        /// The HTTP status, 2xx or 3xx.
        status: u16,
    },
    /// The request cannot be put on the wire as it is; nothing was sent.
    #[error("the request cannot be sent: {field} has a form that the provider does not take")]
    Unsendable {
        /// What cannot be sent.
        field: &'static str,
    },
}

/// What the delivery ledger does with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Nothing was accepted; another try may succeed, no sooner than `after` where the provider said so.
    TryAgain {
        /// The wait that the provider asked for.
        after: Option<Duration>,
    },
    /// Nothing was accepted and another try would end the same.
    Fail,
    /// It is not known whether the provider accepted; the channel's rule settles it.
    Uncertain,
}

impl ProviderError {
    /// What may be done next with a call that must not happen twice.
    pub fn settlement(&self) -> Settlement {
        match self {
            Self::Refused { .. } | Self::Unsendable { .. } => Settlement::Fail,
            Self::Throttled { retry_after } => Settlement::TryAgain {
                after: *retry_after,
            },
            Self::Unavailable { .. } | Self::Unreachable(_) => Settlement::TryAgain { after: None },
            Self::Uncertain(_) | Self::BadAnswer { .. } => Settlement::Uncertain,
        }
    }

    /// Whether the same call may be made again without the risk of doing it twice, and could succeed.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Throttled { .. } | Self::Unavailable { .. } | Self::Unreachable(_) => true,
            Self::Refused { .. }
            | Self::Uncertain(_)
            | Self::BadAnswer { .. }
            | Self::Unsendable { .. } => false,
        }
    }

    /// Whether a call whose repetition changes nothing (a KV write, a question) may be made again and could succeed.
    pub fn retryable_when_idempotent(&self) -> bool {
        match self {
            Self::Throttled { .. }
            | Self::Unavailable { .. }
            | Self::Unreachable(_)
            | Self::Uncertain(_)
            | Self::BadAnswer { .. } => true,
            Self::Refused { .. } | Self::Unsendable { .. } => false,
        }
    }
}

/// What happened on the wire, without the address that was called.
pub struct Cause(reqwest::Error);

impl Cause {
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self(error.without_url())
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cause({self})")
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_timeout() {
            "the time ran out"
        } else if self.0.is_connect() {
            "no connection was made"
        } else {
            "the connection broke"
        })
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.0)
    }
}
