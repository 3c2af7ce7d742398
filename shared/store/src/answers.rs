//! Answers kept for whoever sends the same `Idempotency-Key` again (checklist I-08).
//!
//! ```text
//! (none) ──claim──▶ in flight ──in the transaction of the change──▶ done (kept 24 h)
//!                     │  └──refused, nothing was changed──▶ (none)
//!                     └──lease over──claim──▶ in flight, of another request
//! ```
//!
//! An answer that shows a certificate has its body in the certificate's partition, and goes with the certificate: the same
//! request is then told that it is gone.
//!
//! The claim has an id: only the request that holds it can complete it, so two requests with one key cannot both commit.

use crate::{
    StoreError, Table,
    keys::{self, Key},
    table::{Item, LAST, Range, item, sort_key},
};
use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, put_item::PutItemError},
    types::{
        AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, Update,
        builders::UpdateBuilder,
    },
};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{certificate::CertificateId, clock::Moment};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a request may hold its claim: longer than an HTTP API waits for a function (29 s).
pub const LEASE: SignedDuration = SignedDuration::from_secs(35);
/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: String,
    /// The `ETag`, where the answer had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The `Location`, where the answer had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The certificate that the body shows: the body is kept with it, and goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows: Option<CertificateId>,
}

/// The body of an answer, with the certificate that it shows.
#[derive(Serialize, Deserialize)]
struct Shown {
    body: String,
    expires_at: i64,
}

/// The right to answer a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    key: Key,
    id: Uuid,
    now: Timestamp,
}

/// What a request finds that brings a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// Nobody used it: go on.
    Fresh(Claim),
    /// It was answered before, to the same request.
    Replay(Answer),
    /// It was answered before, and what the answer showed was withdrawn since.
    Gone,
    /// It was used for another request.
    Mismatch,
    /// The same request is being worked on.
    InFlight,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    claim_id: Uuid,
    digest: String,
    lease_until: i64,
    expires_at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Answer>,
}

impl Claim {
    /// The update that completes the claim, for the transaction of the change.
    pub(crate) fn completion(&self, table: &str, answer: &Answer, update: UpdateBuilder) -> Update {
        let mut answer: Item =
            serde_dynamo::to_item(answer).expect("an answer is strings and a number");
        if answer.contains_key("shows") {
            answer.insert("body".to_owned(), AttributeValue::S(String::new()));
        }
        update
            .table_name(table)
            .key("PK", AttributeValue::S(self.key.pk.clone()))
            .key("SK", AttributeValue::S(self.key.sk.clone()))
            .update_expression("SET answer = :answer, expires_at = :expires")
            .condition_expression("claim_id = :claim AND attribute_not_exists(answer)")
            .expression_attribute_values(":answer", AttributeValue::M(answer))
            .expression_attribute_values(
                ":expires",
                AttributeValue::N((self.now + KEPT).as_second().to_string()),
            )
            .expression_attribute_values(":claim", AttributeValue::S(self.id.to_string()))
            .build()
            .expect("table name, key and expression are set")
    }

    /// The item of an answer's body, where it is kept with the certificate that it shows.
    pub(crate) fn body(&self, answer: &Answer) -> Option<Item> {
        let key = keys::certificate_answer(answer.shows.as_ref()?, &self.key);
        let shown = Shown {
            body: answer.body.clone(),
            expires_at: (self.now + KEPT).as_second(),
        };
        Some(item(&key, &shown).expect("a body is a string"))
    }
}

impl Table {
    /// Claims `key` for a request whose body has `digest`, for as long as `lease` unless it is completed or given back.
    pub async fn claim_answer(
        &self,
        key: Key,
        digest: &str,
        lease: SignedDuration,
        moment: Moment<'_>,
    ) -> Result<Claimed, StoreError> {
        let now = moment.now;
        let claim = Claim {
            key,
            id: moment.id(),
            now,
        };
        let record = Record {
            claim_id: claim.id,
            digest: digest.to_owned(),
            lease_until: (now + lease).as_millisecond(),
            expires_at: (now + KEPT).as_second(),
            answer: None,
        };
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item(&claim.key, &record)?))
            // Absent; or expired and not yet swept; or held past its lease by a request that died.
            .condition_expression(
                "attribute_not_exists(PK) OR expires_at < :now_s OR (attribute_not_exists(answer) AND lease_until < :now_ms AND digest = :digest)",
            )
            .expression_attribute_values(":now_s", AttributeValue::N(now.as_second().to_string()))
            .expression_attribute_values(":now_ms", AttributeValue::N(now.as_millisecond().to_string()))
            .expression_attribute_values(":digest", AttributeValue::S(digest.to_owned()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        let error = match put {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                return Ok(Claimed::Fresh(claim));
            }
            Err(error) => error,
        };
        let Some(PutItemError::ConditionalCheckFailedException(failed)) = error.as_service_error()
        else {
            return Err(StoreError::of("DynamoDB", &error));
        };
        let found: Option<Record> = match failed.item() {
            Some(item) => Some(serde_dynamo::from_item(item.clone())?),
            None => self.get(&claim.key).await?,
        };
        Ok(match found {
            Some(record) if record.digest != digest => Claimed::Mismatch,
            Some(Record {
                answer: Some(answer),
                ..
            }) => self.whole(&claim.key, answer).await?,
            Some(Record { answer: None, .. }) | None => Claimed::InFlight,
        })
    }

    /// A kept answer with its body.
    async fn whole(&self, key: &Key, answer: Answer) -> Result<Claimed, StoreError> {
        let Some(certificate) = &answer.shows else {
            return Ok(Claimed::Replay(answer));
        };
        let shown: Option<Shown> = self
            .get(&keys::certificate_answer(certificate, key))
            .await?;
        Ok(match shown {
            Some(Shown { body, .. }) => Claimed::Replay(Answer { body, ..answer }),
            None => Claimed::Gone,
        })
    }

    /// Completes a claim whose change needed no transaction of its own.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the certificate that the answer shows was withdrawn meanwhile.
    pub async fn keep_answer(&self, claim: &Claim, answer: &Answer) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        if let Some(shown) = &answer.shows {
            transaction.check(&keys::certificate(shown), keys::NOT_WITHDRAWN);
        }
        transaction.answer(Some(claim), answer);
        transaction.commit().await
    }

    /// Takes away the answers that show a certificate.
    pub async fn forget_answers(&self, id: &CertificateId) -> Result<(), StoreError> {
        for key in self.answers_of(id).await? {
            let mut one = self.transaction();
            one.delete(&key);
            one.commit().await?;
        }
        Ok(())
    }

    /// The keys of the answers that show a certificate, at most a thousand.
    pub(crate) async fn answers_of(&self, id: &CertificateId) -> Result<Vec<Key>, StoreError> {
        let pk = keys::certificate_partition(id);
        let range = Range {
            pk: &pk,
            from: keys::CERTIFICATE_ANSWER,
            to: &format!("{}{LAST}", keys::CERTIFICATE_ANSWER),
            oldest_first: true,
            limit: 1000,
        };
        let items = self.range(range).await?;
        let key = |item: &Item| Key {
            pk: pk.clone(),
            sk: sort_key(item).to_owned(),
        };
        Ok(items.iter().map(key).collect())
    }

    /// Gives a claim back after a refusal: nothing was changed, so the key may be used again.
    pub async fn release_answer(&self, claim: &Claim) -> Result<(), StoreError> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(claim.key.pk.clone()))
            .key("SK", AttributeValue::S(claim.key.sk.clone()))
            .condition_expression("claim_id = :claim AND attribute_not_exists(answer)")
            .expression_attribute_values(":claim", AttributeValue::S(claim.id.to_string()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match deleted {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                Ok(())
            }
            // Somebody else holds it by now, or it was answered: nothing of ours is left to give back.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
    }
}
