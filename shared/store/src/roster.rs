//! The roster: who of staff is given tickets, how many they have, and whose turn it was.
//!
//! See [`registrar_domain::assignment`] for why assignments follow one another: the cursor is read first, everything else
//! after it, and a commit moves the cursor on condition that it is where it was.

use crate::{
    StoreError, Table, keys,
    table::{Range, passed_over, readable, sort_key},
    transaction::{Counted, Transaction, UNLISTED},
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use jiff::Timestamp;
use registrar_domain::{
    account::Account,
    actor::Role,
    assignment::{Member, Roster},
    clock::Moment,
    id::AccountId,
    page::{Limit, Page},
    ticket::{Decision, Ticket},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The name of the counter of a member's tickets.
const LOAD: &str = "load";
/// How many members are read at a time.
const AT_ONCE: usize = 1000;

/// Whose turn it was.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Cursor {
    last: Option<AccountId>,
    version: u64,
}

/// What is kept of a member. Without an item: on duty, and no tickets.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Kept {
    #[serde(default)]
    load: i64,
    #[serde(default = "on_duty")]
    on_duty: bool,
}

/// What the roster needs of an account.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Person {
    id: AccountId,
    role: Role,
    #[serde(default)]
    disabled_at: Option<Timestamp>,
}

fn on_duty() -> bool {
    true
}

fn member(id: AccountId, role: Role, kept: Option<&Kept>) -> Member {
    Member {
        id,
        senior: role == Role::SuperAdmin,
        on_duty: kept.is_none_or(|kept| kept.on_duty),
        load: kept.map_or(0, |kept| u64::try_from(kept.load).unwrap_or(0)),
    }
}

/// A roster as it was read, to decide on.
#[derive(Debug)]
pub struct ReadRoster {
    /// Who, and whose turn it was.
    pub roster: Roster,
    cursor: Cursor,
}

/// What an assignment means for whose turn it is. Either way the cursor moves, so that assignments follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was this member's turn.
    Of(AccountId),
    /// An escalation: it takes nobody's turn.
    Nobodys,
}

impl Table {
    /// Moves a ticket into the load of whoever has it now, unless it is done, and out of the load that it was in.
    pub(crate) fn put_load(&self, transaction: &mut Transaction<'_>, ticket: &mut Ticket) {
        let load_of = ticket.assigned_to.filter(|_| ticket.status.is_active());
        if load_of == ticket.kept.load_of {
            return;
        }
        let shard = keys::shard(&ticket.id.to_string(), self.shards);
        for (member, by) in [(ticket.kept.load_of, -1), (load_of, 1)] {
            if let Some(member) = member {
                let change = BTreeMap::from([(LOAD.to_owned(), by)]);
                transaction.count(Counted::Load(member), shard, &change);
            }
        }
        ticket.kept.load_of = load_of;
    }

    /// The roster: the cursor first, so that whatever was assigned before it is counted in the loads.
    pub async fn roster(&self) -> Result<ReadRoster, StoreError> {
        let cursor: Option<Cursor> = self.get(&keys::roster_cursor()).await?;
        let cursor = cursor.unwrap_or_default();
        let mut members = Vec::new();
        let mut page = None;
        loop {
            let staff = self.roster_page(page.as_deref(), Limit::default()).await?;
            members.extend(staff.rows);
            page = staff.next_cursor;
            if page.is_none() {
                break;
            }
        }
        let roster = Roster {
            members,
            last: cursor.last,
        };
        Ok(ReadRoster { roster, cursor })
    }

    /// A page of the roster's members.
    pub async fn roster_page(
        &self,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Member>, StoreError> {
        let staff = self.staff(cursor, limit).await?;
        let (Some(least), Some(greatest)) = (staff.rows.iter().min(), staff.rows.iter().max())
        else {
            return Ok(Page {
                rows: Vec::new(),
                next_cursor: staff.next_cursor,
            });
        };
        let kept = self.roster_items(*least, *greatest).await?;
        let ids: Vec<_> = staff.rows.iter().copied().map(keys::account).collect();
        let accounts = self.get_many(&ids, &[]).await?;
        let accounts: Vec<Person> = readable(accounts);
        let works = |person: &Person| person.role.is_staff() && person.disabled_at.is_none();
        let people = accounts.into_iter().filter(works);
        let mut rows: Vec<_> = people
            .map(|Person { id, role, .. }| member(id, role, kept.get(&id)))
            .collect();
        rows.sort_by_key(|member| member.id);
        Ok(Page {
            rows,
            next_cursor: staff.next_cursor,
        })
    }

    /// One of the members, if it is staff.
    pub async fn roster_member(&self, id: AccountId) -> Result<Option<Member>, StoreError> {
        let Some(account) = self.account(id).await?.filter(Account::is_staff) else {
            return Ok(None);
        };
        let kept = self.get::<Kept>(&keys::roster_member(id)).await?;
        Ok(Some(member(id, account.role, kept.as_ref())))
    }

    /// What is kept of the members from one id to another.
    async fn roster_items(
        &self,
        from: AccountId,
        to: AccountId,
    ) -> Result<HashMap<AccountId, Kept>, StoreError> {
        let range = Range {
            pk: keys::ROSTER,
            from: &keys::roster_member(from).sk,
            to: &keys::roster_member(to).sk,
            oldest_first: true,
            limit: AT_ONCE,
        };
        let items = self.range(range).await?;
        let read = |item: crate::table::Item| {
            let id = sort_key(&item).strip_prefix(keys::ROSTER_MEMBER);
            let id = id.and_then(|id| id.parse().ok());
            let read = id.zip(serde_dynamo::from_item(item).ok());
            if read.is_none() {
                passed_over("RosterMember");
            }
            read
        };
        Ok(items.into_iter().filter_map(read).collect())
    }

    /// Takes a member of staff on duty or off it; what they have stays theirs.
    pub async fn set_on_duty(&self, member: AccountId, on_duty: bool) -> Result<(), StoreError> {
        let key = keys::roster_member(member);
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(key.pk))
            .key("SK", AttributeValue::S(key.sk))
            .update_expression("SET on_duty = :on_duty")
            .expression_attribute_values(":on_duty", AttributeValue::Bool(on_duty))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StoreError::of("DynamoDB", &e))?;
        self.count_write(answer.consumed_capacity());
        Ok(())
    }

    /// Commits what a worker decided on a ticket. When it `gave` the ticket to somebody of a roster, the roster's cursor
    /// moves with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the ticket, or since the roster was read the cursor, was changed: decide again.
    pub async fn commit_ticket_work(
        &self,
        version: u64,
        decision: &Decision,
        gave: Option<(&ReadRoster, Turn)>,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.put_ticket(&mut transaction, Some(version), decision, moment)?;
        if let Some((read, turn)) = gave {
            let (key, seen) = (keys::roster_cursor(), read.cursor.version);
            let cursor = Cursor {
                last: match turn {
                    Turn::Of(member) => Some(member),
                    Turn::Nobodys => read.cursor.last,
                },
                version: seen + 1,
            };
            if seen == 0 {
                transaction.create(&key, &cursor, UNLISTED)?;
            } else {
                transaction.replace(&key, seen, &cursor, UNLISTED)?;
            }
        }
        transaction.commit().await
    }
}
