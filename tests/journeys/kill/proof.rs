//! What must be true in the end: everything acknowledged is there, every effect happened, none twice.

use super::clients::{Done, Town};
use crate::house::{Answer, table};
use registrar_domain::{
    delivery::{Channel, Delivery, State},
    effect::Fact,
};
use registrar_local::{LocalSecrets, Urls, clients, seed};
use reqwest::Client;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};
use tokio::time::{interval, timeout};

/// The queues and their dead-letter queues.
const QUEUES: [&str; 3] = ["DeliveriesQueue", "RenderingQueue", "EdgeSyncQueue"];
/// How long the rest of the work may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How many mails were accepted so far.
pub(super) async fn accepted(http: &Client, urls: &Urls) -> u64 {
    get(
        http,
        &format!("{}/journal/count?provider=sendgrid", urls.simulators),
    )
    .await["count"]
        .as_u64()
        .expect("a count")
}

/// Asserts all of it, and says how much it was.
pub(super) async fn holds(town: &Town, urls: &Urls, data: &Path) {
    let (http, done) = (&town.http, town.done());
    let secrets = LocalSecrets::load_or_create(data).expect("the secrets of the deployment");
    let aws = clients(urls, &secrets);
    timeout(PATIENCE, drained(&aws.sqs(), &urls.sqs))
        .await
        .expect("the queues run empty");

    everything_acknowledged_is_there(town, &done).await;
    certificates_are_whole(town, urls, &done).await;

    let deliveries = deliveries(town, &done);
    let (mails, messages): (Vec<_>, Vec<_>) = deliveries
        .iter()
        .partition(|delivery| delivery.channel == Channel::Email);
    let sent = sent(http, urls).await;
    let twice: Vec<_> = sent.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    let wanted: BTreeSet<String> = deliveries.iter().map(Delivery::effect_key).collect();
    let strangers: Vec<_> = sent.keys().filter(|key| !wanted.contains(*key)).collect();
    assert!(
        strangers.is_empty(),
        "sent, and for nothing that was acknowledged: {strangers:?}"
    );
    let lost: Vec<_> = mails
        .iter()
        .filter(|mail| !sent.contains_key(&mail.effect_key()))
        .collect();
    assert!(lost.is_empty(), "acknowledged and never sent: {lost:?}");

    let table = table(&aws);
    let (mut uncertain, mut open) = (0, 0);
    for delivery in &deliveries {
        let entry = table
            .ledger_entry(delivery)
            .await
            .expect("a readable table")
            .expect("every delivery has an entry");
        uncertain += usize::from(entry.was_uncertain);
        match (&entry.state, delivery.channel) {
            (State::Sent { .. }, _) => assert!(
                sent.contains_key(&delivery.effect_key()),
                "{entry:?} is not in the journal"
            ),
            (State::Uncertain { .. }, Channel::Whatsapp) => open += 1,
            _ => panic!("not settled: {entry:?}"),
        }
    }
    for shard in 0..table.shards() {
        let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
        let left = table
            .outbox_left(shard, later, jiff::SignedDuration::ZERO, None)
            .await
            .expect("a readable table");
        assert!(left.items.is_empty(), "left in the outbox: {left:?}");
    }

    let died = died(data);
    assert!(
        died > 0,
        "no kill fell within a claim: the moments prove nothing"
    );
    let tickets = done
        .iter()
        .filter(|done| matches!(done, Done::Ticket { .. }))
        .count();
    eprintln!(
        "{} acknowledged ({tickets} tickets), {} unanswered and asked again, {} mails and {} WhatsApp messages due; \
         {uncertain} ever uncertain, {died} of a worker that died; {open} WhatsApp messages stay uncertain",
        done.len(),
        *town.unanswered.borrow(),
        mails.len(),
        messages.len(),
    );
}

/// How many workers died while they held a delivery, as those noticed that came after them.
pub(super) fn died(data: &Path) -> usize {
    let log = std::fs::read_to_string(data.join("logs/DeliveriesFunction.log"));
    // Without a log no worker ever ran.
    log.map_or(0, |log| {
        log.matches("a worker died while it held a delivery")
            .count()
    })
}

/// Waits until no queue has a message, and no dead-letter queue got one.
async fn drained(sqs: &aws_sdk_sqs::Client, base: &str) {
    let mut look = interval(Duration::from_millis(50));
    let mut quiet = 0;
    // Between the stream and a queue, and between two queues, a message is on neither: it must be quiet for a while.
    while quiet < 20 {
        look.tick().await;
        let mut left = 0;
        for queue in QUEUES {
            left += messages(sqs, base, queue).await;
            let dead = messages(sqs, base, &queue.replace("Queue", "DeadLetterQueue")).await;
            assert_eq!(dead, 0, "given up, of {queue}");
        }
        quiet = if left == 0 { quiet + 1 } else { 0 };
    }
}

async fn messages(sqs: &aws_sdk_sqs::Client, base: &str, queue: &str) -> u64 {
    use aws_sdk_sqs::types::QueueAttributeName::{
        ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
        ApproximateNumberOfMessagesNotVisible,
    };
    let names = [
        ApproximateNumberOfMessages,
        ApproximateNumberOfMessagesDelayed,
        ApproximateNumberOfMessagesNotVisible,
    ];
    let asked = sqs
        .get_queue_attributes()
        .queue_url(format!("{base}/000000000000/registrar-{queue}"));
    let answer = asked
        .set_attribute_names(Some(names.to_vec()))
        .send()
        .await
        .expect("an answer");
    let attributes = answer.attributes().expect("attributes");
    names
        .iter()
        .map(|name| attributes[name].parse::<u64>().expect("a number"))
        .sum()
}

async fn everything_acknowledged_is_there(town: &Town, done: &[Done]) {
    let mut numbers = BTreeSet::new();
    for thing in done {
        let Done::Ticket {
            id,
            number,
            student,
            subject,
        } = thing
        else {
            continue;
        };
        assert!(numbers.insert(number), "{number} was given twice");
        let found = read(
            town,
            &town.students[*student].token,
            &format!("/tickets/{id}"),
        )
        .await;
        assert_eq!(
            (found.at("/subject"), found.at("/ticket_number")),
            (subject.as_str(), number.as_str())
        );
        let said = |message: &Value| (message["message_id"].clone(), message["message"].clone());
        let found: Vec<_> = found.body["messages"]
            .as_array()
            .expect("a list")
            .iter()
            .map(said)
            .collect();
        let wanted: Vec<_> = done
            .iter()
            .filter_map(|done| match done {
                Done::Reply {
                    ticket,
                    message,
                    text,
                } if ticket == id => Some((message.as_str().into(), text.as_str().into())),
                _ => None,
            })
            .collect();
        assert_eq!(found, wanted, "the replies of {number}");
    }
    // No request that was sent again made a second ticket.
    let all = pages(town, "/api/admin/support/tickets", "tickets").await;
    assert_eq!(all.len(), numbers.len(), "tickets that nobody was told of");
}

async fn certificates_are_whole(town: &Town, urls: &Urls, done: &[Done]) {
    let mut wanted = 0;
    for thing in done {
        let Done::Certificate { id, .. } = thing else {
            continue;
        };
        wanted += 1;
        let link = read(
            town,
            &town.admin.token,
            &format!("/api/admin/certificates/{id}/download"),
        )
        .await;
        let pdf = town
            .http
            .get(link.at("/url"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(pdf.status(), 200);
        assert!(
            pdf.bytes().await.expect("a body").starts_with(b"%PDF-"),
            "{id}"
        );
        let verdict = get(&town.http, &format!("{}/verify/{id}", urls.verify)).await;
        assert_eq!(verdict["verdict"], "valid", "{verdict}");
    }
    let all = pages(town, "/api/admin/certificates", "certificates").await;
    assert_eq!(all.len(), wanted, "certificates that nobody was told of");
}

/// Who is to be told what.
fn deliveries(town: &Town, done: &[Done]) -> Vec<Delivery> {
    let staff = || {
        seed::PEOPLE
            .iter()
            .filter(|person| person.role.is_staff())
            .map(|person| person.id)
    };
    let tell = |person: &str, channel, fact: &Fact| {
        let person = person.parse().expect("a UUID");
        Delivery {
            person,
            channel,
            fact: fact.clone(),
        }
    };
    let requester = |wanted: &str| {
        done.iter().find_map(|done| match done {
            Done::Ticket { id, student, .. } if id == wanted => {
                Some(town.students[*student].id.as_str())
            }
            _ => None,
        })
    };
    let mut out = Vec::new();
    for thing in done {
        match thing {
            Done::Ticket { id, student, .. } => {
                let fact = Fact::TicketCreated {
                    ticket_id: id.parse().expect("a UUID"),
                };
                let people = std::iter::once(town.students[*student].id.as_str()).chain(staff());
                out.extend(people.map(|person| tell(person, Channel::Email, &fact)));
            }
            Done::Reply {
                ticket, message, ..
            } => {
                let (ticket_id, message_id) = (
                    ticket.parse().expect("a UUID"),
                    message.parse().expect("a UUID"),
                );
                let fact = Fact::TicketReplied {
                    ticket_id,
                    message_id,
                };
                out.push(tell(
                    requester(ticket).expect("its ticket"),
                    Channel::Email,
                    &fact,
                ));
            }
            Done::Certificate { id, student } => {
                let fact = Fact::CertificateIssued {
                    certificate_id: id.parse().expect("an id"),
                };
                let person = town.students[*student].id.as_str();
                out.push(tell(person, Channel::Email, &fact));
                let has_phone = seed::PEOPLE
                    .iter()
                    .any(|known| known.id == person && known.email == crate::house::DEVANAGARI);
                out.extend(has_phone.then(|| tell(person, Channel::Whatsapp, &fact)));
            }
        }
    }
    out
}

/// How often each effect is in the journal, by its key.
async fn sent(http: &Client, urls: &Urls) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let page = get(
            http,
            &format!("{}/journal?limit=1000{cursor}", urls.simulators),
        )
        .await;
        for entry in page["entries"].as_array().expect("a list") {
            let key = match entry["kind"].as_str() {
                Some("email") => entry["custom_args"]["effect_key"].as_str(),
                Some("whatsapp") => entry["tags"][0].as_str(),
                // KV: the same value may be put as often as one likes.
                _ => continue,
            };
            *out.entry(key.expect("its effect key").to_owned())
                .or_default() += 1;
        }
        let Some(next) = page["next_cursor"].as_str() else {
            return out;
        };
        cursor = format!("&cursor={next}");
    }
}

async fn read(town: &Town, token: &str, path: &str) -> Answer {
    let response = town
        .http
        .get(format!("{}{path}", town.api))
        .bearer_auth(token)
        .send()
        .await
        .expect("an answer");
    let answer = Answer::of(response).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer
}

/// All rows of a list.
async fn pages(town: &Town, path: &str, rows: &str) -> Vec<Value> {
    let mut out = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = read(
            town,
            &town.admin.token,
            &format!("{path}?limit=100{cursor}"),
        )
        .await;
        out.extend(page.body[rows].as_array().expect("a list").iter().cloned());
        let Some(next) = page.body["next_cursor"].as_str() else {
            return out;
        };
        cursor = format!("&cursor={next}");
    }
}

async fn get(http: &Client, url: &str) -> Value {
    let request = http.get(url).header("accept", "application/json");
    request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON")
}
