//! Many clients at once over HTTP, through the whole deployment, and what they leave behind: every number once, every ticket
//! there, counters that say what a recount says, and how evenly the partitions of the lists are filled.

use aws_sdk_dynamodb::{
    Client as DynamoDb,
    types::{AttributeValue, Select},
};
use registrar_domain::ticket::Status;
use registrar_local::{Platform, seed};
use registrar_store::keys;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// What goes wrong, in words.
pub type Fault = Box<dyn Error + Send + Sync>;

/// Partitions of each list, as the template sets them.
const SHARDS: u16 = 10;
/// Each seventh ticket is resolved by staff.
const RESOLVED: usize = 7;
const REQUESTERS: [&str; 4] = [
    "asha@example.org",
    "anushka@example.org",
    "adebayo@example.org",
    "noemie@example.org",
];
const STAFF: &str = "meera@example.org";
const CATEGORIES: [&str; 3] = ["payment", "technical", "course"];
const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];

/// What a crowd did, once all of it is checked.
#[derive(Debug)]
pub struct Crowd {
    /// How long opening and resolving took.
    pub elapsed: Duration,
    /// How many were resolved.
    pub resolved: usize,
    /// For each list, how many entries each of its partitions has.
    pub spread: Vec<(String, Vec<usize>)>,
}

impl Crowd {
    /// The fullest partition's share of its list, over all lists.
    pub fn largest_share(&self) -> f64 {
        let share = |counts: &Vec<usize>| {
            let sum: usize = counts.iter().sum();
            let most = counts.iter().max().copied().unwrap_or(0);
            float(most) / float(sum.max(1))
        };
        let shares = self.spread.iter().map(|(_, counts)| share(counts));
        shares.fold(0.0, f64::max)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

/// A deployment of `edu`, and whoever uses it.
#[derive(Clone, Debug)]
struct Desk {
    http: Client,
    api: Arc<str>,
    requesters: Arc<[String]>,
    staff: Arc<str>,
}

/// A ticket, as one who opened or listed it knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: String,
    number: String,
    status: String,
    priority: String,
    category: String,
}

impl Row {
    fn of(ticket: &Value) -> Result<Self, Fault> {
        let text = |member: &str| {
            let found = ticket[member].as_str().map(str::to_owned);
            found.ok_or_else(|| format!("no {member}: {ticket}"))
        };
        Ok(Self {
            id: text("id")?,
            number: text("ticket_number")?,
            status: text("status")?,
            priority: text("priority")?,
            category: text("category")?,
        })
    }
}

/// Has `clients` open `tickets` tickets at once, and checks what is left of it.
///
/// # Errors
/// A request that is refused; a number that was given twice; a ticket that is lost; a counter that a recount contradicts.
pub async fn crowd(platform: &Platform, clients: usize, tickets: usize) -> Result<Crowd, Fault> {
    let desk = Desk::open(platform).await?;
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut running = Vec::new();
    for _ in 0..clients {
        let (desk, next) = (desk.clone(), Arc::clone(&next));
        running.push(tokio::spawn(async move {
            let mut opened = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= tickets {
                    return Ok::<_, Fault>(opened);
                }
                opened.push(desk.one(n).await?);
            }
        }));
    }
    let mut opened = Vec::with_capacity(tickets);
    for client in running {
        opened.extend(client.await??);
    }
    let elapsed = began.elapsed();

    let numbers: BTreeSet<&str> = opened.iter().map(|row| row.number.as_str()).collect();
    if numbers.len() != tickets {
        return Err(format!("{} numbers for {tickets} tickets", numbers.len()).into());
    }
    let listed = desk.all().await?;
    let told: BTreeSet<&Row> = opened.iter().collect();
    let found: BTreeSet<&Row> = listed.iter().collect();
    if listed.len() != tickets || told != found {
        let lost = told.difference(&found).count();
        let others = found.difference(&told).count();
        return Err(format!(
            "of {tickets} tickets, {} are listed: {lost} are lost or otherwise than was said, {others} are others",
            listed.len()
        )
        .into());
    }
    desk.recount(&listed).await?;
    Ok(Crowd {
        elapsed,
        resolved: listed.iter().filter(|row| row.status == "resolved").count(),
        spread: spread(platform).await?,
    })
}

impl Desk {
    async fn open(platform: &Platform) -> Result<Self, Fault> {
        // A second installation is refused and changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().timeout(Duration::from_mins(1)).build()?;
        let api: Arc<str> = platform.api_url().into();
        let sign_in = async |email: &str| -> Result<String, Fault> {
            let body = json!({"email": email, "password": seed::PASSWORD});
            let request = http.post(format!("{api}/auth/sign-in")).json(&body);
            let answer = send(request).await?;
            let token = answer["access_token"].as_str();
            Ok(token.ok_or("a sign-in without a token")?.to_owned())
        };
        let mut requesters = Vec::new();
        for email in REQUESTERS {
            requesters.push(sign_in(email).await?);
        }
        let staff = sign_in(STAFF).await?.into();
        Ok(Self {
            http,
            api,
            requesters: requesters.into(),
            staff,
        })
    }

    fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.api);
        self.http.request(method, url).bearer_auth(token)
    }

    /// Opens the `n`th ticket; staff resolve each seventh.
    async fn one(&self, n: usize) -> Result<Row, Fault> {
        let body = json!({
            "subject": "Unable to access recordings",
            "description": "I cannot see any of them.",
            "category": CATEGORIES[n % CATEGORIES.len()],
            "priority": PRIORITIES[n % PRIORITIES.len()],
        });
        let token = &self.requesters[n % self.requesters.len()];
        let request = self.request(Method::POST, "/tickets", token);
        let request = request.header("idempotency-key", format!("crowd-{n}"));
        let mut row = Row::of(&send(request.json(&body)).await?)?;
        if n.is_multiple_of(RESOLVED) {
            let path = format!("/api/admin/support/tickets/{}/status", row.id);
            let request = self.request(Method::PATCH, &path, &self.staff);
            row = Row::of(&send(request.json(&json!({"status": "resolved"}))).await?)?;
        }
        Ok(row)
    }

    /// All tickets, page by page.
    async fn all(&self) -> Result<Vec<Row>, Fault> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/admin/support/tickets?limit=100{cursor}");
            let page = send(self.request(Method::GET, &path, &self.staff)).await?;
            for row in page["tickets"].as_array().ok_or("a page without tickets")? {
                rows.push(Row::of(row)?);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(rows),
            }
        }
    }

    /// Holds the statistics against what the list says.
    async fn recount(&self, rows: &[Row]) -> Result<(), Fault> {
        let path = "/api/admin/support/stats";
        let counted = send(self.request(Method::GET, path, &self.staff)).await?;
        let mut wanted: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for row in rows {
            for key in [
                ("by_status", row.status.as_str()),
                ("by_priority", row.priority.as_str()),
                ("by_category", row.category.as_str()),
            ] {
                *wanted.entry(key).or_default() += 1;
            }
        }
        for group in ["by_status", "by_priority", "by_category"] {
            for (name, count) in counted[group].as_object().ok_or("no counters")? {
                let recount = wanted.get(&(group, name.as_str())).copied().unwrap_or(0);
                if *count != json!(recount) {
                    return Err(format!("{group}, {name}: {count} and not {recount}").into());
                }
            }
        }
        if counted["total"] != json!(rows.len()) {
            return Err(format!("{} and not {}", counted["total"], rows.len()).into());
        }
        Ok(())
    }
}

/// The JSON of an answer; one that is no success is a fault.
async fn send(request: RequestBuilder) -> Result<Value, Fault> {
    let answer = request.send().await?;
    let (status, url) = (answer.status(), answer.url().to_string());
    let text = answer.text().await?;
    if !status.is_success() {
        return Err(format!("{url}: {status} {text}").into());
    }
    Ok(serde_json::from_str(&text)?)
}

/// How many entries each partition of each list of tickets has.
async fn spread(platform: &Platform) -> Result<Vec<(String, Vec<usize>)>, Fault> {
    let client = platform.clients().dynamodb();
    let named = |name: fn(u16) -> String| (0..SHARDS).map(name).collect::<Vec<_>>();
    let lists = [
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
    ];
    let mut spread = Vec::new();
    for (index, partitions) in lists {
        let mut counts = Vec::new();
        for partition in &partitions {
            counts.push(entries(&client, index, partition).await?);
        }
        spread.push((format!("{index} {}", partitions[0]), counts));
    }
    Ok(spread)
}

async fn entries(client: &DynamoDb, index: &str, partition: &str) -> Result<usize, Fault> {
    let (mut count, mut start) = (0, None);
    loop {
        let answer = client
            .query()
            .table_name("registrar-Table")
            .index_name(index)
            .key_condition_expression("#pk = :pk")
            .expression_attribute_names("#pk", format!("{index}PK"))
            .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
            .select(Select::Count)
            .set_exclusive_start_key(start)
            .send()
            .await?;
        count += usize::try_from(answer.count())?;
        start = answer.last_evaluated_key;
        if start.is_none() {
            return Ok(count);
        }
    }
}
