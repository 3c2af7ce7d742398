//! Filling the table.

use super::table::Table;
use crate::Result;
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    account::{Account, Locale},
    actor::{Actor, Role},
    clock::Moment,
    id::{MessageId, TicketId},
    profile::Profile,
    ticket::{About, Message, Open, Priority, Requester, Sender, open},
    value::{Description, Email, MessageBody, PersonName, Subject},
};
use registrar_runtime::sources::SystemIds;
use registrar_store::{answers::Answer, keys};
use serde_json::{Map, Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Messages of each ticket.
const EACH: usize = 100;
/// How many tickets are opened at once.
const CLIENTS: usize = 8;
/// How many messages are imported at once.
const IMPORTED: usize = 10_000;
const STUDENT: &str = "00000000-0000-7000-8000-000000000001";
const STAFF: &str = "00000000-0000-7000-8000-000000000005";
const SAID: &str = "The recordings of last week's sessions do not appear in my dashboard. I signed out and \
    in again and tried another browser, without success. Could you please have a look?";
/// Words of subjects, of which each has one or two; every description has the words of [`SAID`].
const WORDS: [&str; 4] = ["invoice", "calendar", "password", "homework"];

/// What the table holds.
pub(super) struct Filled {
    pub(super) student: Account,
    pub(super) staff: Account,
    pub(super) tickets: Vec<TicketId>,
}

impl Table {
    /// Adds tickets until there are `messages` messages.
    pub(super) fn fill(&self, before: Option<Filled>, messages: usize) -> Result<Filled> {
        let mut filled = match before {
            Some(filled) => filled,
            None => self.accounts()?,
        };
        let wanted = messages.div_ceil(EACH);
        let from = filled.tickets.len();
        let next = Arc::new(AtomicUsize::new(from));
        let requester = Requester::of_account(&filled.student);
        let profile = Arc::new(Profile::preset("edu")?);
        let opened = self.runtime.block_on(async {
            let mut clients = Vec::new();
            for _ in 0..CLIENTS {
                let (store, next) = (self.store.clone(), Arc::clone(&next));
                let (requester, profile) = (requester.clone(), Arc::clone(&profile));
                clients.push(tokio::spawn(async move {
                    let mut opened = Vec::new();
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= wanted {
                            return Ok::<_, String>(opened);
                        }
                        opened.push(open_one(&store, &profile, &requester, n).await?);
                    }
                }));
            }
            let mut opened = Vec::new();
            for client in clients {
                opened.extend(client.await.map_err(|error| error.to_string())??);
            }
            Ok::<_, String>(opened)
        })?;
        let mut items = Vec::with_capacity(IMPORTED + EACH);
        for id in &opened {
            items.extend(conversation(*id, &filled)?);
            if items.len() >= IMPORTED {
                self.import(std::mem::take(&mut items))?;
            }
        }
        self.import(items)?;
        filled.tickets.extend(opened);
        Ok(filled)
    }

    fn accounts(&self) -> Result<Filled> {
        let account = |id: &str, role, name, email| {
            Ok::<_, Box<dyn std::error::Error>>(Account {
                id: id.parse()?,
                role,
                name: PersonName::new(name)?,
                email: Email::new(email)?,
                phone: None,
                locale: Locale::En,
                activated_at: Some(start()),
                disabled_at: None,
                version: 1,
                created_at: start(),
            })
        };
        let filled = Filled {
            student: account(STUDENT, Role::Student, "Asha Rao", "asha@example.org")?,
            staff: account(STAFF, Role::Admin, "Meera Iyer", "meera@example.org")?,
            tickets: Vec::new(),
        };
        self.runtime.block_on(async {
            self.store.create_account(&filled.student, None).await?;
            self.store.create_account(&filled.staff, None).await
        })?;
        Ok(filled)
    }
}

/// When the first ticket was opened.
fn start() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 55)
}

/// Opens a ticket as a request does, and posts its words as the worker does.
async fn open_one(
    store: &registrar_store::Table,
    profile: &Profile,
    requester: &Requester,
    n: usize,
) -> Result<TicketId, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let ids = SystemIds;
    let minutes = i64::try_from(n).map_err(|e| text(&e))?;
    let moment = Moment::new(start() + SignedDuration::from_mins(minutes), &ids);
    let pair = [WORDS[n % 4], WORDS[(n / 4 + n + 1) % 4]];
    let subject = format!("Question about {} and {}", pair[0], pair[1]);
    let command = Open {
        subject: Subject::new(&subject).map_err(|e| text(&e))?,
        description: Description::new(SAID).map_err(|e| text(&e))?,
        category: None,
        priority: Some(Priority::ALL[n % 4]),
        about: About::default(),
        tags: Vec::new(),
    };
    let actor = Actor {
        id: requester.id,
        role: Role::Student,
    };
    let number = format!("TKT-20250101-{n:06}");
    let mut opened = open(profile, actor, requester, command, number, moment)
        .map_err(|refusal| text(&refusal))?;
    opened.ticket.message_count = u32::try_from(EACH).unwrap_or(u32::MAX);
    let answer = Answer {
        status: 201,
        body: String::new(),
        etag: None,
        location: None,
        shows: None,
    };
    let committed = store
        .commit_ticket(None, &opened, moment, None, &answer)
        .await;
    committed.map_err(|e| text(&e))?;
    store
        .index_ticket(opened.ticket.id)
        .await
        .map_err(|e| text(&e))?;
    Ok(opened.ticket.id)
}

/// A ticket's messages, as items.
fn conversation(ticket: TicketId, filled: &Filled) -> Result<Vec<Value>> {
    let ids = SystemIds;
    let mut items = Vec::with_capacity(EACH);
    for n in 0..EACH {
        let by_staff = n % 2 == 0;
        let author = if by_staff {
            &filled.staff
        } else {
            &filled.student
        };
        let at = start() + SignedDuration::from_secs(i64::try_from(n)?);
        let id: MessageId = Moment::new(at, &ids).id();
        let message: Message = serde_json::from_value(json!({
            "id": id,
            "author_id": author.id,
            "author_name": author.name,
            "sender": if by_staff { Sender::Staff } else { Sender::Customer },
            "body": MessageBody::new(SAID)?,
            "created_at": at,
        }))?;
        let key = keys::message(ticket, id);
        let Value::Object(mut fields) = serde_json::to_value(&message)? else {
            return Err("a message is an object".into());
        };
        fields.insert("PK".to_owned(), key.pk.into());
        fields.insert("SK".to_owned(), key.sk.into());
        items.push(Value::Object(
            fields.into_iter().map(typed).collect::<Map<_, _>>(),
        ));
    }
    Ok(items)
}

/// A member as `DynamoDB` writes it.
fn typed((name, value): (String, Value)) -> (String, Value) {
    (name, attribute(value))
}

fn attribute(value: Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(value) => json!({"BOOL": value}),
        Value::Number(value) => json!({"N": value.to_string()}),
        Value::String(value) => json!({"S": value}),
        Value::Array(values) => json!({"L": values.into_iter().map(attribute).collect::<Vec<_>>()}),
        Value::Object(fields) => json!({"M": fields.into_iter().map(typed).collect::<Map<_, _>>()}),
    }
}
