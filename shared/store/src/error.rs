//! What can go wrong between the product and its storage.

use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
};

/// A failed storage operation. The cause is for logs; nothing of it is for a client.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the item since it was read, or it exists already.
    #[error("the item changed since it was read")]
    Conflict,
    /// The answer claim for this `Idempotency-Key` is no longer ours: another request took it over.
    #[error("the claim on the Idempotency-Key was lost")]
    ClaimLost,
    /// There are as many of something as there may be, or somebody did something as often as they may.
    #[error("a counter is at its limit")]
    LimitReached,
    /// An item is not of the shape that this version reads.
    #[error("an item of the table cannot be read: {0}")]
    Corrupt(String),
    /// A list cursor that this list did not give out.
    #[error("the cursor is not one of this list")]
    Cursor,
    /// The service throttled, timed out or failed.
    #[error("{service} failed: {cause}")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// Its error code or the kind of failure; no item content.
        cause: String,
    },
}

impl StoreError {
    /// Whether the same operation may succeed when it is tried again, from its start.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Conflict | Self::Unavailable { .. } => true,
            Self::ClaimLost | Self::LimitReached | Self::Corrupt(_) | Self::Cursor => false,
        }
    }

    /// Any SDK failure that has no meaning of its own.
    pub(crate) fn of<E: ProvideErrorMetadata, R>(
        service: &'static str,
        error: &SdkError<E, R>,
    ) -> Self {
        let cause = match error {
            SdkError::ServiceError(e) => {
                e.err().code().unwrap_or("unknown service error").to_owned()
            }
            SdkError::TimeoutError(_) => "time-out".to_owned(),
            SdkError::DispatchFailure(e) => format!("dispatch failure ({e:?})"),
            SdkError::ConstructionFailure(_) => "the request could not be built".to_owned(),
            SdkError::ResponseError(_) => "the answer could not be read".to_owned(),
            _ => "unknown failure".to_owned(),
        };
        Self::Unavailable { service, cause }
    }

    /// What a refused transaction means, given which of its items is the answer claim and from which on they are counters.
    pub(crate) fn of_transaction<R>(
        error: &SdkError<TransactWriteItemsError, R>,
        claim: Option<usize>,
        counters: usize,
    ) -> Self {
        if let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        {
            let failed = |reason: &aws_sdk_dynamodb::types::CancellationReason| {
                matches!(
                    reason.code(),
                    Some("ConditionalCheckFailed" | "TransactionConflict")
                )
            };
            let reasons = cancelled.cancellation_reasons();
            let claim_failed = claim
                .and_then(|index| reasons.get(index))
                .is_some_and(|reason| reason.code() == Some("ConditionalCheckFailed"));
            if claim_failed {
                return Self::ClaimLost;
            }
            let refused = |reason: &aws_sdk_dynamodb::types::CancellationReason| {
                reason.code() == Some("ConditionalCheckFailed")
            };
            let others = &reasons[..counters.min(reasons.len())];
            if !others.iter().any(failed) && reasons.iter().any(refused) {
                return Self::LimitReached;
            }
            if reasons.iter().any(failed) {
                return Self::Conflict;
            }
        }
        Self::of("DynamoDB", error)
    }
}

impl From<serde_dynamo::Error> for StoreError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}
