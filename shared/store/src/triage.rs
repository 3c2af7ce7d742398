//! First looks at tickets: the suggestion beside the ticket, the policy of answers, and how often models were right.
//!
//! A model's counters are one item, three attributes a bin: `n900` decided, `r900` with the suggested category, `p900` with
//! the suggested priority, for the bin that begins at 0.900.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    table::{Item, LAST, Range, readable, sort_key},
    transaction::UNLISTED,
};
use aws_sdk_dynamodb::types::{AttributeValue, Update};
use registrar_domain::{
    clock::Moment,
    id::TicketId,
    ticket::{Marks, Triaged},
    triage::{self, Calibration, Count, EDGES, Outcome, Policy, Suggestion},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many notes and history entries of a ticket are looked through: a first look comes seconds after it was opened.
const MARKS: usize = 200;
/// How many models' counters are shown.
const MODELS: usize = 100;

/// A model's counters as they are stored.
#[derive(Deserialize)]
struct Counters {
    model: String,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

impl From<Counters> for Calibration {
    fn from(stored: Counters) -> Self {
        let number = |kind: char, edge: u16| {
            let value = stored.others.get(&format!("{kind}{edge}"));
            value.and_then(serde_json::Value::as_i64).unwrap_or(0)
        };
        let count = |edge: u16| Count {
            decisions: number('n', edge),
            right: number('r', edge),
            priority_right: number('p', edge),
        };
        Self {
            bins: EDGES.into_iter().map(|edge| (edge, count(edge))).collect(),
            model: stored.model,
        }
    }
}

impl Table {
    /// What a first look at a ticket said; for staff.
    pub async fn suggestion(&self, ticket: TicketId) -> Result<Option<Suggestion>, StoreError> {
        self.get(&keys::suggestion(ticket)).await
    }

    /// Keeps a suggestion, once a ticket, with all that follows from it; `version` is the one that was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the ticket changed meanwhile or has a suggestion.
    pub async fn commit_triage(
        &self,
        version: u64,
        triaged: &Triaged,
        suggestion: &Suggestion,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let ticket = &triaged.decision.ticket;
        let mut transaction = self.transaction();
        transaction.create(&keys::suggestion(ticket.id), suggestion, UNLISTED)?;
        self.put_ticket(&mut transaction, Some(version), &triaged.decision, moment)?;
        transaction.commit().await
    }

    /// When answers may go out by themselves; the default until staff have said something else.
    pub async fn triage_policy(&self) -> Result<Policy, StoreError> {
        Ok(self.get(&keys::triage_policy()).await?.unwrap_or_default())
    }

    /// Sets that.
    pub async fn set_triage_policy(
        &self,
        policy: Policy,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction
            .set(&keys::triage_policy(), &policy, UNLISTED)?
            .answer(claim, answer);
        transaction.commit().await
    }

    /// What was done to a ticket that its header does not tell.
    pub async fn marks(&self, ticket: TicketId) -> Result<Marks, StoreError> {
        let range = Range {
            pk: &keys::ticket_partition(ticket),
            from: keys::HISTORY,
            to: &format!("{}{LAST}", keys::NOTE),
            oldest_first: true,
            limit: MARKS,
        };
        let (notes, history): (Vec<Item>, Vec<Item>) = self
            .range(range)
            .await?
            .into_iter()
            .partition(|item| sort_key(item).starts_with(keys::NOTE));
        Ok(Marks {
            notes: serde_dynamo::from_items(notes)?,
            history: readable(history),
        })
    }

    /// Notes what staff decided in the end beside the suggestion as it was read, and moves the model's counters.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another outcome was noted meanwhile.
    pub async fn settle_triage(
        &self,
        ticket: TicketId,
        suggestion: &Suggestion,
        outcome: &Outcome,
    ) -> Result<(), StoreError> {
        let key = keys::suggestion(ticket);
        let value = AttributeValue::M(serde_dynamo::to_item(outcome)?);
        let mut noted = Update::builder()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("SET outcome = :outcome")
            .expression_attribute_values(":outcome", value);
        noted = match &suggestion.outcome {
            None => noted.condition_expression("attribute_not_exists(outcome)"),
            Some(before) => noted
                .condition_expression("outcome.#at = :before")
                .expression_attribute_names("#at", "at")
                .expression_attribute_values(":before", AttributeValue::S(before.at.to_string())),
        };
        let edge = triage::bin(suggestion.certainty());
        let Count {
            decisions,
            right,
            priority_right,
        } = suggestion.judged(outcome);
        let key = keys::calibration(&suggestion.model);
        let number = |value: i64| AttributeValue::N(value.to_string());
        let counted = Update::builder()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression(format!(
                "SET #model = :model ADD n{edge} :n, r{edge} :r, p{edge} :p"
            ))
            .expression_attribute_names("#model", "model")
            .expression_attribute_values(":model", AttributeValue::S(suggestion.model.clone()))
            .expression_attribute_values(":n", number(decisions))
            .expression_attribute_values(":r", number(right))
            .expression_attribute_values(":p", number(priority_right));
        let mut transaction = self.transaction();
        for update in [noted, counted] {
            transaction.update(update.build().expect("table, key and expression are set"));
        }
        transaction.commit().await
    }

    /// How often a model was right; nothing counted before staff have decided anything.
    pub async fn calibration(&self, model: &str) -> Result<Calibration, StoreError> {
        let stored: Option<Counters> = self.get(&keys::calibration(model)).await?;
        Ok(stored.map_or_else(
            || Calibration {
                model: model.to_owned(),
                ..Calibration::default()
            },
            Calibration::from,
        ))
    }

    /// The same of every model that was ever asked.
    pub async fn calibrations(&self) -> Result<Vec<Calibration>, StoreError> {
        let range = Range {
            pk: keys::CALIBRATIONS,
            from: "!",
            to: &LAST.to_string(),
            oldest_first: true,
            limit: MODELS,
        };
        let stored: Vec<Counters> = readable(self.range(range).await?);
        Ok(stored.into_iter().map(Calibration::from).collect())
    }
}
