//! 10,000 tickets by 32 clients at once, through the domain and the store against the table alone: the functions, mails
//! and queues around it would make this a test of the machine.

use crate::house::repository;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    actor::{Actor, Role},
    clock::Moment,
    id::AccountId,
    page::Limit,
    profile::Profile,
    ticket::{
        About, ChangeStatus, Open, Priority, Requester, RequesterKind, Statistics, Status, Tally,
        Ticket, open,
    },
    value::{Description, PersonName, Subject},
};
use registrar_local::{Options, Platform};
use registrar_runtime::sources::SystemIds;
use registrar_store::{Table, answers::Answer, find::TicketQuery, keys, tickets::TicketRow};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

const TICKETS: usize = 10_000;
const CLIENTS: usize = 32;
const SHARDS: u16 = 10;
/// Each seventh ticket is resolved, a minute after it was opened.
const RESOLVED: usize = 7;
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

const CATEGORIES: [&str; 3] = ["payment", "technical", "course"];

/// The deployment's table and nothing else of it.
async fn table_alone(folder: &std::path::Path) -> Platform {
    let whole = std::fs::read_to_string(repository().join("infra/template.yaml"));
    let whole = whole.expect("the template");
    let from = whole
        .find("\n  Table:\n")
        .expect("the template has a table");
    let to = whole[from..].find("\n  # ---").expect("something after it");
    // Nothing reads the stream here, and the stand-in looks through all that was never read at every write.
    let table: String = whole[from..from + to]
        .lines()
        .filter(|line| !line.contains("StreamSpecification"))
        .fold(String::new(), |text, line| text + line + "\n");
    let template = folder.join("table.yaml");
    let text = format!("Transform: AWS::Serverless-2016-10-31\nResources:{table}\n");
    std::fs::write(&template, text).expect("a template is written");
    let options = Options::new(template, folder.join("data"));
    Platform::start(options).await.expect("the table starts")
}

fn requester(n: usize) -> Requester {
    let id = format!("00000000-0000-7000-8000-{:012x}", 1000 + n % 50);
    Requester {
        id: id.parse().expect("a UUID"),
        name: PersonName::new("Asha Rao").expect("a name"),
        kind: RequesterKind::Student,
        phone: None,
        whatsapp_user_id: None,
        account_id: None,
    }
}

fn nothing() -> Answer {
    Answer {
        status: 200,
        body: String::new(),
        etag: None,
        location: None,
        shows: None,
    }
}

/// Opens the `n`th ticket, and resolves each seventh.
async fn client(table: &Table, profile: &Profile, start: Timestamp, n: usize) -> Ticket {
    let ids = SystemIds;
    let opened_at = start + SignedDuration::from_millis(i64::try_from(n).expect("a small number"));
    let moment = Moment::new(opened_at, &ids);
    let day = jiff::tz::Offset::UTC.to_datetime(opened_at).date();
    let count = table
        .count_up(&keys::tickets_of(day))
        .await
        .expect("a number");
    let requester = requester(n);
    let actor = Actor {
        id: requester.id,
        role: Role::Student,
    };
    let command = Open {
        subject: Subject::new("Unable to access recordings").expect("a subject"),
        description: Description::new("I cannot see any of them.").expect("a description"),
        category: Some(CATEGORIES[n % 3].to_owned()),
        priority: Some(Priority::ALL[n % 4]),
        about: About::default(),
        tags: Vec::new(),
    };
    let number = profile.ticket_number.number(day, count);
    let opened = open(profile, actor, &requester, command, number, moment).expect("it is opened");
    let committed = table
        .commit_ticket(None, &opened, moment, None, &nothing())
        .await;
    committed.expect("it is committed");
    if !n.is_multiple_of(RESOLVED) {
        return opened.ticket;
    }
    let staff = Actor {
        id: "00000000-0000-7000-8000-000000000005"
            .parse()
            .expect("a UUID"),
        role: Role::Admin,
    };
    let read = table
        .ticket(opened.ticket.id)
        .await
        .expect("the table")
        .expect("the ticket");
    let moment = Moment::new(opened_at + MINUTE, &ids);
    let command = ChangeStatus {
        to: Status::Resolved,
        reason: None,
    };
    let resolved = read
        .change_status(profile, staff, command, moment)
        .expect("it is resolved");
    let (version, answer) = (Some(read.version), nothing());
    let committed = table.commit_ticket(version, &resolved, moment, None, &answer);
    committed.await.expect("it is committed");
    resolved.ticket
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_tickets_by_thirty_two_clients_are_numbered_counted_and_spread() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let platform = table_alone(folder.path()).await;
    let table = Table::new(&platform.clients(), "registrar-Table", SHARDS);
    let profile = Arc::new(Profile::preset("edu").expect("a preset"));
    let start: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");

    let next = Arc::new(AtomicUsize::new(0));
    let began = std::time::Instant::now();
    let clients = (0..CLIENTS).map(|_| {
        let (table, profile, next) = (table.clone(), Arc::clone(&profile), Arc::clone(&next));
        tokio::spawn(async move {
            let mut tickets = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= TICKETS {
                    return tickets;
                }
                tickets.push(client(&table, &profile, start, n).await);
            }
        })
    });
    let mut written: Vec<Ticket> = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        written.extend(client.await.expect("a client that did not panic"));
    }
    eprintln!(
        "{TICKETS} tickets by {CLIENTS} clients in {:?}",
        began.elapsed()
    );

    // No duplicate, none lost.
    let rows = all_rows(&table).await;
    assert_eq!(rows.len(), TICKETS);
    let distinct =
        |of: fn(&TicketRow) -> String| rows.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(
        distinct(|row| row.number.clone()),
        TICKETS,
        "a number was given twice"
    );
    assert_eq!(distinct(|row| row.id.to_string()), TICKETS);
    let written_ids: BTreeSet<_> = written.iter().map(|ticket| ticket.id).collect();
    assert!(rows.iter().all(|row| written_ids.contains(&row.id)));

    // The counters say what a recount says.
    let statistics = table.statistics().await.expect("the counters");
    let mut recount = Statistics::default();
    for ticket in &written {
        recount.add_change(None, &Tally::of(ticket));
    }
    assert_eq!(statistics.total(), recount.total());
    for status in Status::ALL {
        for priority in Priority::ALL {
            let (status, priority) = ([*status], [*priority]);
            let of_rows = rows
                .iter()
                .filter(|r| r.status == status[0] && r.priority == priority[0]);
            let counted = statistics.count(&status, &priority);
            assert_eq!(
                usize::try_from(counted),
                Ok(of_rows.count()),
                "{status:?} {priority:?}"
            );
            assert_eq!(counted, recount.count(&status, &priority));
        }
    }
    for category in CATEGORIES {
        let of_rows = rows
            .iter()
            .filter(|row| row.category.as_str() == category)
            .count();
        assert_eq!(
            usize::try_from(statistics.in_category(category)),
            Ok(of_rows)
        );
    }
    assert_eq!(statistics.alerts(), recount.alerts());
    assert_eq!(statistics.average_resolution_seconds(), Some(60.0));
    let one: AccountId = requester(7).id;
    let own = table.statistics_of(one).await.expect("the counters");
    assert_eq!(own.total(), 200, "50 requesters have 200 each");

    spread(&platform.clients().dynamodb(), rows.len()).await;
    platform.shutdown().await;
}

async fn all_rows(table: &Table) -> Vec<TicketRow> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    let limit = Limit::try_from(100).expect("a limit");
    loop {
        let query = TicketQuery::default();
        let page = table
            .find_tickets(&query, cursor.as_deref(), limit, 0)
            .await;
        let page = page.expect("a page");
        rows.extend(page.rows);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return rows;
        }
    }
}

/// Prints how many entries each partition of each list has, and asserts that none has more than its share.
async fn spread(client: &aws_sdk_dynamodb::Client, tickets: usize) {
    let named = |name: fn(u16) -> String| (0..SHARDS).map(name).collect::<Vec<_>>();
    let lists: [(&str, Vec<String>); 6] = [
        ("GSI1", named(keys::tickets_shard)),
        ("GSI3", named(|shard| keys::tickets_in(Status::Open, shard))),
        (
            "GSI3",
            named(|shard| keys::tickets_in(Status::Resolved, shard)),
        ),
        (
            "GSI4",
            named(|shard| keys::tickets_assigned(None, true, shard)),
        ),
        ("GSI5", named(keys::tickets_updated)),
        ("", named(keys::outbox_shard)),
    ];
    for (index, partitions) in lists {
        let mut counts = Vec::new();
        for partition in &partitions {
            counts.push(entries(client, index, partition).await);
        }
        let sum: usize = counts.iter().sum();
        eprintln!("{index:5} {:32} {sum:6} = {counts:?}", partitions[0]);
        let most = counts.iter().max().copied().unwrap_or(0);
        assert!(sum > 0, "{index} has nothing");
        assert!(most * TICKETS <= most_of(sum) * sum, "{index}: {counts:?}");
    }
    assert_eq!(tickets, TICKETS);
}

/// What the fullest of ten partitions may have of 10,000 when only `sum` entries were spread: four standard deviations.
fn most_of(sum: usize) -> usize {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of 10,000"
    )]
    let most = {
        let (sum, tickets) = (sum as f64, TICKETS as f64);
        (0.1 * tickets + 4.0 * (0.09 / sum).sqrt() * tickets).ceil() as usize
    };
    most
}

async fn entries(client: &aws_sdk_dynamodb::Client, index: &str, partition: &str) -> usize {
    let (mut count, mut start) = (0, None);
    loop {
        let query = client
            .query()
            .table_name("registrar-Table")
            .set_index_name((!index.is_empty()).then(|| index.to_owned()))
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", format!("{index}PK"))
            .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
            .select(Select::Count)
            .set_exclusive_start_key(start);
        let answer = query.send().await.expect("an answer");
        count += usize::try_from(answer.count()).expect("a count");
        start = answer.last_evaluated_key;
        if start.is_none() {
            return count;
        }
    }
}
