//! A list of tickets as it is shown, and to whom.

use jiff::Timestamp;
use registrar_domain::{
    actor::Actor,
    id::{AccountId, TicketId},
    page::Page,
    profile::Profile,
    sla::Outlook,
    ticket::{Category, LastMessage, Priority, Requester, Sender, Status},
    value::{PersonName, Phone, Subject},
};
use registrar_runtime::Shell;
use registrar_store::{StoreError, tickets::TicketRow};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    tickets: Vec<RowView>,
    /// How many there are on all pages; null where no counter knows.
    total: Option<u64>,
    /// Where the next page starts, if there is one.
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
struct RowView {
    id: TicketId,
    /// The same as `id`.
    ticket_id: TicketId,
    ticket_number: String,
    /// The same as `ticket_number`.
    number: String,
    student_id: Option<AccountId>,
    /// The same as `student_id`.
    user_id: Option<AccountId>,
    phone_number: Option<Phone>,
    sender_name: PersonName,
    requester: Requester,
    subject: Subject,
    category: Category,
    /// Absent where the profile hides it from requesters.
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
    status: Status,
    /// Whether somebody works on it.
    is_assigned: bool,
    /// Null where the profile hides staff from requesters.
    assigned_to: Option<AccountId>,
    assignee: Option<AssigneeView>,
    message_count: u32,
    last_message_at: Timestamp,
    last_message: Option<LastMessageView>,
    /// Whether somebody else wrote since the person who asks has read it.
    unread: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// For staff, where the profile has service levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    sla: Option<Outlook>,
}

#[derive(Clone, Debug, Serialize)]
struct AssigneeView {
    id: AccountId,
    name: PersonName,
}

#[derive(Debug, Serialize)]
struct LastMessageView {
    at: Timestamp,
    sender_type: Sender,
    snippet: String,
}

impl ListView {
    /// A page as `actor` is shown it, with what they have read and who works on what.
    pub(crate) async fn read(
        shell: &Shell,
        actor: Actor,
        page: Page<TicketRow>,
        total: Option<u64>,
    ) -> Result<Self, StoreError> {
        let (table, profile) = (&shell.table, &*shell.profile);
        let ids = page.rows.iter().map(|row| row.id);
        let shown = profile.shows_staff(actor);
        let assignees = page.rows.iter().filter_map(|row| row.assigned_to);
        let assignees: BTreeSet<AccountId> = assignees.filter(|_| shown).collect();
        let (marks, names) = futures_util::future::try_join(
            table.read_marks(actor.id, ids),
            table.names_of(&assignees),
        )
        .await?;
        let Page { rows, next_cursor } =
            page.map(|row| RowView::new(profile, actor, row, &marks, &names));
        Ok(Self {
            tickets: rows,
            total,
            next_cursor,
        })
    }
}

impl RowView {
    fn new(
        profile: &Profile,
        actor: Actor,
        row: TicketRow,
        marks: &HashMap<TicketId, Timestamp>,
        names: &HashMap<AccountId, PersonName>,
    ) -> Self {
        let assigned_to = row.assigned_to.filter(|_| profile.shows_staff(actor));
        let assignee = assigned_to.and_then(|id| {
            let name = names.get(&id)?.clone();
            Some(AssigneeView { id, name })
        });
        let read_at = marks.get(&row.id);
        let is_new = |last: &LastMessage| {
            last.by != actor.id && read_at.is_none_or(|read_at| *read_at < last.at)
        };
        Self {
            id: row.id,
            ticket_id: row.id,
            ticket_number: row.number.clone(),
            number: row.number,
            student_id: row.requester.account_id,
            user_id: row.requester.account_id,
            phone_number: row.requester.phone.clone(),
            sender_name: row.requester.name.clone(),
            requester: row.requester,
            subject: row.subject,
            category: row.category,
            priority: profile.shown_priority(actor, row.priority),
            status: row.status,
            is_assigned: row.assigned_to.is_some(),
            assigned_to,
            assignee,
            message_count: row.message_count,
            last_message_at: row
                .last_message
                .as_ref()
                .map_or(row.created_at, |last| last.at),
            unread: row.last_message.as_ref().is_some_and(is_new),
            last_message: row.last_message.map(|last| LastMessageView {
                at: last.at,
                sender_type: last.sender,
                snippet: last.snippet,
            }),
            created_at: row.created_at,
            updated_at: row.updated_at,
            sla: row.sla.filter(|_| actor.role.is_staff()),
        }
    }
}
