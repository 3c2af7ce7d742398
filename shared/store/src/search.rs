//! Text search: which words a text has, and the postings by which tickets are found.
//!
//! A ticket has one posting for each word of its subject and description, and one for each of its facets (priority and
//! category, each with whether it is active), in the partition of the word and the ticket's shard. Messages and internal
//! notes have none. The worker behind the outbox writes them with [`Table::index_ticket`]: in the ticket's own transaction
//! they would cost twice and meet its limit of 100 items.
//!
//! Words are those of [`registrar_domain::text::words`], here and in what is asked. A ticket's number is a term as a whole,
//! of the ticket itself and of those that speak of it. Of a ticket the first [`WORDS`] different terms are posted, the
//! number and the subject's first; a query has at most [`ASKED`]. A search
//! walks the postings of its rarest word, as a look into one shard tells, and checks the others on the ticket itself.

use crate::{
    StoreError, Table, keys,
    lists::{
        Index,
        merge::{Merge, Span},
    },
    table::{LAST, item},
};
use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{AttributeValue, DeleteRequest, PutRequest, ReturnConsumedCapacity, WriteRequest},
};
use registrar_domain::{
    id::TicketId,
    text::{folded, words},
    ticket::{Category, Priority, Ticket},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most words of a ticket that are posted.
pub const WORDS: usize = 256;
/// The most words of a query.
pub const ASKED: usize = 8;
/// How many postings a look at a word reads: what one read unit holds.
const LOOK: usize = 40;
/// The most items of one batch.
const BATCH: usize = 25;
/// How often a batch or a record is tried.
const TRIES: usize = 8;

/// What a text asks for: ticket numbers, and its other words.
pub fn asked(text: &str) -> Vec<String> {
    let rest = text
        .split_whitespace()
        .filter(|token| number(token).is_none());
    let rest = rest.collect::<Vec<_>>().join(" ");
    numbers(text).chain(words(&rest)).collect()
}

/// What a ticket is found by.
fn terms(number: &str, subject: &str, description: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let of = |text| words(text).into_iter().chain(numbers(text));
    std::iter::once(folded(number))
        .chain(of(subject))
        .chain(of(description))
        .filter(|term| seen.insert(term.clone()))
        .collect()
}

fn numbers(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().filter_map(number)
}

/// A ticket's number with its day, as `TKT-20261121-0001`, whatever stands around it. One without is a word.
fn number(token: &str) -> Option<String> {
    let token = token.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = token.splitn(3, '-');
    let (prefix, day, count) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = !prefix.is_empty()
        && prefix.bytes().all(|b| b.is_ascii_alphanumeric())
        && day.len() == 8
        && digits(day)
        && !count.is_empty()
        && digits(count);
    is_number.then(|| folded(token))
}

/// Whether a ticket has all that is asked for, as [`asked`] gives it.
pub(crate) fn has_all(number: &str, subject: &str, description: &str, asked: &[String]) -> bool {
    if asked.is_empty() {
        return true;
    }
    let has = terms(number, subject, description);
    asked.iter().all(|term| has.contains(term))
}

/// Terms that no word is: an equals sign is none of a word's characters.
#[derive(Debug)]
pub(crate) struct Facet;

impl Facet {
    /// Tickets of a priority, active or done.
    pub(crate) fn priority(priority: Priority, active: bool) -> String {
        format!("=priority/{}/{}", priority.code(), state(active))
    }

    /// Tickets of a category, active or done.
    pub(crate) fn category(category: &Category, active: bool) -> String {
        format!("=category/{}/{}", category.as_str(), state(active))
    }

    fn all(ticket: &Ticket) -> Vec<String> {
        let active = ticket.status.is_active();
        vec![
            Self::priority(ticket.priority, active),
            Self::category(&ticket.category, active),
        ]
    }
}

fn state(active: bool) -> &'static str {
    if active { "active" } else { "done" }
}

/// What was posted of a ticket. Its words never change.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Indexed {
    version: u64,
    facets: Vec<String>,
}

impl Table {
    /// Brings a ticket's postings to what its header says. Done again, late, or by two at once, it does no harm.
    pub async fn index_ticket(&self, id: TicketId) -> Result<(), StoreError> {
        // What another worker's record does not know of.
        let mut ours: Vec<String> = Vec::new();
        for _ in 0..TRIES {
            let Some(ticket) = self.ticket(id).await? else {
                return Ok(());
            };
            let key = keys::indexed(id);
            let before: Option<Indexed> = self.get(&key).await?;
            if before
                .as_ref()
                .is_some_and(|before| before.version >= ticket.version)
                && ours.is_empty()
            {
                return Ok(());
            }
            let facets = Facet::all(&ticket);
            let had = before
                .as_ref()
                .map_or(&[][..], |before| before.facets.as_slice());
            let mut new: Vec<String> = facets
                .iter()
                .filter(|f| !had.contains(f))
                .cloned()
                .collect();
            if before.is_none() {
                let (subject, description) = (ticket.subject.as_str(), ticket.description.as_str());
                let terms = terms(&ticket.number, subject, description);
                new.extend(terms.into_iter().take(WORDS));
            }
            let old = had
                .iter()
                .chain(&ours)
                .filter(|facet| !facets.contains(facet));
            let old: BTreeSet<String> = old.cloned().collect();
            self.post(id, &new, &old).await?;
            let indexed = Indexed {
                version: ticket.version,
                facets,
            };
            if self
                .put_indexed(id, before.map(|before| before.version), &indexed)
                .await?
            {
                return Ok(());
            }
            ours = indexed.facets;
        }
        Err(StoreError::Conflict)
    }

    /// Records what was posted, unless another worker has recorded something since.
    async fn put_indexed(
        &self,
        id: TicketId,
        before: Option<u64>,
        indexed: &Indexed,
    ) -> Result<bool, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item(&keys::indexed(id), indexed)?))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let put = match before {
            None => put.condition_expression("attribute_not_exists(PK)"),
            Some(version) => put
                .condition_expression("version = :before")
                .expression_attribute_values(":before", AttributeValue::N(version.to_string())),
        };
        match put.send().await {
            Ok(answer) => {
                self.count_write(answer.consumed_capacity());
                Ok(true)
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(StoreError::of("DynamoDB", &error)),
        }
    }

    /// Writes and takes away postings.
    async fn post(
        &self,
        id: TicketId,
        new: &[String],
        old: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        #[derive(Serialize)]
        struct Nothing {}
        let mut requests = Vec::with_capacity(new.len() + old.len());
        for term in new {
            let posting = item(&keys::posting(term, id, self.shards), &Nothing {})?;
            let put = PutRequest::builder().set_item(Some(posting)).build();
            let put = put.expect("the item is set");
            requests.push(WriteRequest::builder().put_request(put).build());
        }
        for term in old {
            let posting = item(&keys::posting(term, id, self.shards), &Nothing {})?;
            let delete = DeleteRequest::builder().set_key(Some(posting)).build();
            let delete = delete.expect("the key is set");
            requests.push(WriteRequest::builder().delete_request(delete).build());
        }
        for batch in requests.chunks(BATCH) {
            self.write_batch(batch.to_vec()).await?;
        }
        Ok(())
    }

    pub(crate) async fn write_batch(&self, mut left: Vec<WriteRequest>) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let answer = self
                .client
                .batch_write_item()
                .request_items(&self.name, std::mem::take(&mut left))
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|e| StoreError::of("DynamoDB", &e))?;
            for capacity in answer.consumed_capacity() {
                self.count_write(Some(capacity));
            }
            let unprocessed = answer.unprocessed_items.into_iter().flatten();
            left = unprocessed.flat_map(|(_, requests)| requests).collect();
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable {
            service: "DynamoDB",
            cause: "unprocessed items".to_owned(),
        })
    }

    /// The word that the fewest tickets have, as far as a look into one shard tells.
    pub(crate) async fn rarest(&self, words: &[String]) -> Result<String, StoreError> {
        if let [word] = words {
            return Ok(word.clone());
        }
        let looks = words.iter().map(async |word| {
            let span = Span {
                index: Index::Table,
                partitions: vec![keys::postings(word, 0)],
                from: "!".to_owned(),
                to: LAST.to_string(),
                descending: true,
                filter: None,
            };
            // A walk over one partition asks for one more than is expected.
            let mut merge = Merge::start(self, span, None, LOOK - 1).await?;
            let (mut count, mut oldest) = (0, String::new());
            while count < LOOK {
                let Some(entry) = merge.next().await? else {
                    break;
                };
                count += 1;
                oldest = entry.key;
            }
            // Of two words with more than a look shows, the one whose postings reach further back is rarer.
            let commonness = if count < LOOK { String::new() } else { oldest };
            Ok::<_, StoreError>((count, commonness, word))
        });
        let looks = futures_util::future::try_join_all(looks).await?;
        let rarest = looks.into_iter().min().map(|(_, _, word)| word.clone());
        Ok(rarest.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_has_the_words_of_subject_and_description_and_its_number_only() {
        let has = |text: &str, description| {
            let number = "TKT-20261121-0001";
            has_all(
                number,
                "Unable to access recordings",
                description,
                &asked(text),
            )
        };
        assert!(has("RECORDINGS dashboard", "in my dashboard"));
        assert!(!has("RECORDINGS dashboard", "in my inbox"));
        assert!(has("(tkt-20261121-0001) recordings", "at all"));
        assert!(!has("0001", "at all") && !has("tkt", "at all"));
        assert!(!has("TKT-20261121-0002", "at all"));
        assert!(has("TKT-20261121-0002", "as in TKT-20261121-0002."));
        assert!(has_all("1", "anything", "at all", &[]));
        assert!(has_all("42", "anything", "at all", &asked("42")));
    }

    #[test]
    fn no_word_is_a_facet() {
        let facet = Facet::priority(Priority::High, true);
        assert!(words(&facet).iter().all(|word| *word != facet));
    }
}
