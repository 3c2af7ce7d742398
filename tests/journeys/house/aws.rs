//! The table and the queues of a deployment, by their own clients: for what no HTTP route shows.

use super::{Ask, House};
use aws_sdk_sqs::types::QueueAttributeName::QueueArn;
use registrar_domain::{
    delivery::{Channel, Delivery, Entry},
    effect::{Effect, Fact},
};
use registrar_local::seed;
use registrar_store::{Table, aws::Aws};
use std::path::PathBuf;

/// The table of the stack `registrar`, as the template shards it.
pub(crate) fn table(aws: &Aws) -> Table {
    Table::new(aws, "registrar-Table", 10)
}

/// Telling a demo person something.
pub(crate) fn telling(email: &str, channel: Channel, fact: &Fact) -> Delivery {
    let person = seed::PEOPLE.iter().find(|person| person.email == email);
    let person = person.expect("a demo person").id.parse().expect("a UUID");
    Delivery {
        person,
        channel,
        fact: fact.clone(),
    }
}

/// A message that was given up.
#[derive(Debug)]
pub(crate) struct DeadLetter {
    pub(crate) body: String,
    pub(crate) reason: String,
}

impl House {
    pub(super) fn aws(&self) -> Aws {
        self.platform.clients()
    }

    /// A client of the table's service, for what no version of the product writes.
    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        self.aws().dynamodb()
    }

    /// The table.
    pub(crate) fn table(&self) -> Table {
        table(&self.aws())
    }

    fn queue(&self, logical_id: &str) -> String {
        self.platform
            .queue_url(logical_id)
            .expect("a queue of the template")
    }

    /// Puts a message on a queue, as it is.
    pub(crate) async fn put_on(&self, queue: &str, body: &str) {
        let sent = self.aws().sqs().send_message().queue_url(self.queue(queue));
        sent.message_body(body).send().await.expect("it is taken");
    }

    /// Puts an effect on the queue that takes it, `times` times.
    pub(crate) async fn put(&self, effect: &Effect, times: usize) {
        use registrar_domain::effect::Queue::{
            Bulk, Deliveries, EdgeSync, HookDeliveries, Rendering, TicketWork, Triage,
        };
        let queue = match effect.queue() {
            Deliveries => "DeliveriesQueue",
            Rendering => "RenderingQueue",
            EdgeSync => "EdgeSyncQueue",
            Bulk => "BulkQueue",
            TicketWork => "TicketWorkQueue",
            Triage => "TriageQueue",
            HookDeliveries => "HookDeliveriesQueue",
        };
        let queues = registrar_store::queues::Queues::new(&self.aws());
        let copies = vec![effect.clone(); times];
        let sent = queues.send(&self.queue(queue), &copies).await;
        sent.expect("they are taken");
    }

    /// The messages of a dead-letter queue, at most ten; they stay there.
    pub(crate) async fn dead_letters(&self, queue: &str) -> Vec<DeadLetter> {
        let asked = self.aws().sqs().receive_message();
        let asked = asked
            .queue_url(self.queue(queue))
            .max_number_of_messages(10)
            .visibility_timeout(0);
        let answer = asked.message_attribute_names("reason").send().await;
        let messages = answer.expect("an answer").messages.unwrap_or_default();
        let read = |message: aws_sdk_sqs::types::Message| {
            let attributes = message.message_attributes.unwrap_or_default();
            let reason = attributes
                .get("reason")
                .and_then(|value| value.string_value());
            DeadLetter {
                reason: reason.expect("every dead letter has its reason").to_owned(),
                body: message.body.expect("a body"),
            }
        };
        messages.into_iter().map(read).collect()
    }

    /// Moves a queue's dead letters back to it; how many.
    pub(crate) async fn redrive(&self, queue: &str) -> i64 {
        let sqs = self.aws().sqs();
        let dead = queue.replace("Queue", "DeadLetterQueue");
        let mut arns = Vec::new();
        for name in [dead.as_str(), queue] {
            let asked = sqs.get_queue_attributes().queue_url(self.queue(name));
            let answer = asked
                .attribute_names(QueueArn)
                .send()
                .await
                .expect("an answer");
            arns.push(answer.attributes().expect("attributes")[&QueueArn].clone());
        }
        let task = sqs.start_message_move_task().source_arn(&arns[0]);
        task.destination_arn(&arns[1]).send().await.expect("a task");
        let tasks = sqs
            .list_message_move_tasks()
            .source_arn(&arns[0])
            .send()
            .await;
        let tasks = tasks.expect("an answer").results.unwrap_or_default();
        assert_eq!(tasks[0].status(), Some("COMPLETED"), "{tasks:?}");
        tasks[0].approximate_number_of_messages_moved()
    }

    /// What the ledger knows of a delivery.
    pub(crate) async fn entry(&self, delivery: &Delivery) -> Entry {
        let entry = self.table().ledger_entry(delivery).await;
        let entry = entry.expect("a readable table");
        entry.unwrap_or_else(|| panic!("no entry of {}", delivery.effect_key()))
    }

    /// How many entries the ledger has in a state that somebody looks for.
    pub(crate) async fn entries_in(&self, state: &str) -> usize {
        let table = self.table();
        let page = table.ledger_in_state(state, None, registrar_domain::page::Limit::default());
        page.await.expect("a readable table").rows.len()
    }

    /// How often a provider took a delivery, as its journal counts it.
    pub(crate) async fn taken(&self, delivery: &Delivery) -> u64 {
        let argument = match delivery.channel {
            Channel::Email => "effect_key",
            Channel::Whatsapp => "tag",
            Channel::InApp => unreachable!("no provider is called for it"),
        };
        self.journal_count(&format!("arg.{argument}={}", delivery.effect_key()))
            .await
    }

    /// How many entries of `query` the journal has now.
    pub(crate) async fn journal_count(&self, query: &str) -> u64 {
        let url = format!("{}/journal/count?{query}", self.platform.simulators_url());
        let answer = self.http.get(url).answer().await;
        answer.body["count"]
            .as_u64()
            .unwrap_or_else(|| panic!("no count: {answer:?}"))
    }

    /// How many times each of the rules given to `faults` happened, in their order.
    pub(crate) async fn fault_hits(&self) -> Vec<u64> {
        let url = format!("{}/faults", self.platform.simulators_url());
        let answer = self.http.get(url).answer().await;
        let rules = answer.body.as_array().expect("a list of rules").clone();
        rules
            .iter()
            .map(|rule| rule["hits"].as_u64().expect("a count"))
            .collect()
    }

    /// The folder behind the bucket of certificates.
    pub(crate) fn certificates_folder(&self) -> PathBuf {
        let mut names = self.platform.bucket_names();
        let name = names.find(|name| name.to_lowercase().contains("certificates"));
        self.data
            .path()
            .join("s3")
            .join(name.expect("a bucket for certificates"))
    }
}
