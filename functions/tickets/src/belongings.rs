//! What a ticket can be about: a requester's appointments, orders and sites (checklist T-14).
//!
//! Other systems own these. Staff's integrations write copies here (`PUT …/{kind}/{id}`); requesters pick from their own;
//! a ticket is linked with nothing that is not its requester's. Whose it is never changes: another owner is refused (409
//! `owner_changed`), and what a ticket shows is read as its requester's.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use jiff::Timestamp;
use registrar_domain::{
    id::{AccountId, AppointmentId, OrderId, SiteId},
    page::{Limit, Page},
    ticket::{About, Appointment, Currency, Order, OrderStatus, Owned, Site, Ticket},
    value::{CourseName, PersonName, Subject},
};
use registrar_runtime::{
    Shell,
    extract::{Body, Params, Segment, SignedIn, Staff},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::StoreError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::future::Future;

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

/// A kind of thing, as HTTP knows it.
pub(crate) trait Kind: Owned + Serialize + DeserializeOwned + Send + Sync {
    /// What its integration sends.
    type Sent: DeserializeOwned + Send;
    /// Its id's type.
    type Id: std::str::FromStr + Copy + Send;
    /// The member of a ticket that names one, as a JSON pointer.
    const MEMBER: &'static str;
    /// What is said of one that is not there.
    const UNKNOWN: &'static str;
    /// A page of them.
    fn page(rows: Vec<Self>, next_cursor: Option<String>) -> Listed;
    /// From what was sent.
    fn sent(id: Self::Id, sent: Self::Sent) -> Self;
}

/// A page of a pick-list.
#[derive(Debug, Serialize)]
pub(crate) struct Listed {
    #[serde(skip_serializing_if = "Option::is_none")]
    appointments: Option<Vec<Appointment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orders: Option<Vec<Order>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sites: Option<Vec<Site>>,
    next_cursor: Option<String>,
}

impl Listed {
    fn of(next_cursor: Option<String>) -> Self {
        Self {
            appointments: None,
            orders: None,
            sites: None,
            next_cursor,
        }
    }
}

/// What an integration sends of an appointment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppointmentBody {
    student_id: AccountId,
    course_title: CourseName,
    tutor_name: PersonName,
    date: Timestamp,
}

impl Kind for Appointment {
    type Sent = AppointmentBody;
    type Id = AppointmentId;
    const MEMBER: &'static str = "/appointment_id";
    const UNKNOWN: &'static str = "unknown_appointment";

    fn page(rows: Vec<Self>, next_cursor: Option<String>) -> Listed {
        Listed {
            appointments: Some(rows),
            ..Listed::of(next_cursor)
        }
    }

    fn sent(id: AppointmentId, sent: AppointmentBody) -> Self {
        Self {
            id,
            student_id: sent.student_id,
            course_title: sent.course_title,
            tutor_name: sent.tutor_name,
            date: sent.date,
        }
    }
}

/// What an integration sends of an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderBody {
    student_id: AccountId,
    total_minor: i64,
    currency: Currency,
    status: OrderStatus,
    date: Timestamp,
}

impl Kind for Order {
    type Sent = OrderBody;
    type Id = OrderId;
    const MEMBER: &'static str = "/order_id";
    const UNKNOWN: &'static str = "unknown_order";

    fn page(rows: Vec<Self>, next_cursor: Option<String>) -> Listed {
        Listed {
            orders: Some(rows),
            ..Listed::of(next_cursor)
        }
    }

    fn sent(id: OrderId, sent: OrderBody) -> Self {
        Self {
            id,
            student_id: sent.student_id,
            total_minor: sent.total_minor,
            currency: sent.currency,
            status: sent.status,
            date: sent.date,
        }
    }
}

/// What an integration sends of a site.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteBody {
    student_id: AccountId,
    name: Subject,
    date: Timestamp,
}

impl Kind for Site {
    type Sent = SiteBody;
    type Id = SiteId;
    const MEMBER: &'static str = "/site_id";
    const UNKNOWN: &'static str = "unknown_site";

    fn page(rows: Vec<Self>, next_cursor: Option<String>) -> Listed {
        Listed {
            sites: Some(rows),
            ..Listed::of(next_cursor)
        }
    }

    fn sent(id: SiteId, sent: SiteBody) -> Self {
        Self {
            id,
            student_id: sent.student_id,
            name: sent.name,
            date: sent.date,
        }
    }
}

/// `GET /tickets/{kind}`: one's own, to pick from.
#[tracing::instrument(name = "tickets.pick", skip_all)]
pub(crate) async fn own<T: Kind>(
    State(shell): State<Shell>,
    SignedIn(actor): SignedIn,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    list::<T>(&shell, actor.id, &wanted).await
}

/// `GET /api/admin/support/students/{id}/{kind}`: a requester's, for staff.
#[tracing::instrument(name = "tickets.pick_for", skip_all)]
pub(crate) async fn of_student<T: Kind>(
    State(shell): State<Shell>,
    _: Staff,
    Segment(student): Segment<AccountId>,
    Params(wanted): Params<Wanted>,
) -> ApiResult {
    list::<T>(&shell, student, &wanted).await
}

async fn list<T: Kind>(shell: &Shell, owner: AccountId, wanted: &Wanted) -> ApiResult {
    let found = shell
        .table
        .owned_by(owner, wanted.cursor.as_deref(), wanted.limit);
    let Page { rows, next_cursor } = found.await?;
    Ok(Reply::ok(&T::page(rows, next_cursor)))
}

/// `PUT /api/admin/support/{kind}/{id}`: the copy of one, new or again.
#[tracing::instrument(name = "tickets.put_belonging", skip_all)]
pub(crate) async fn put<T: Kind>(
    State(shell): State<Shell>,
    _: Staff,
    path: Result<Path<String>, PathRejection>,
    Body(sent): Body<T::Sent>,
) -> ApiResult {
    let Path(id) = path.map_err(|_| Problem::not_found())?;
    let id: T::Id = id.parse().map_err(|_| Problem::not_found())?;
    let thing = T::sent(id, sent);
    if shell.table.account(thing.owner()).await?.is_none() {
        return Err(crate::open::unknown_student());
    }
    match shell.table.put_owned(&thing).await {
        Err(StoreError::Conflict) => {
            let theirs = shell.table.owned::<T>(thing.owner(), thing.id()).await?;
            Err(theirs.map_or_else(owner_changed, |_| StoreError::Conflict.into()))
        }
        written => {
            written?;
            Ok(Reply::ok(&thing))
        }
    }
}

/// Tickets of whoever had it before name it.
fn owner_changed() -> Problem {
    let detail = "it is another person's, and stays theirs: write it under another id";
    Problem::new(StatusCode::CONFLICT, "owner_changed")
        .detail(detail)
        .field("/student_id", "owner_changed", detail)
}

/// The ids that a body names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Named {
    pub(crate) appointment: Option<AppointmentId>,
    pub(crate) order: Option<OrderId>,
    pub(crate) site: Option<SiteId>,
}

/// Checks that what a body names is the requester's own. Somebody else's is as good as absent: 422.
pub(crate) async fn check(
    shell: &Shell,
    requester: AccountId,
    named: Named,
) -> Result<About, Problem> {
    let table = &shell.table;
    own_one(named.appointment, |id| {
        table.owned::<Appointment>(requester, id)
    })
    .await?;
    own_one(named.order, |id| table.owned::<Order>(requester, id)).await?;
    own_one(named.site, |id| table.owned::<Site>(requester, id)).await?;
    Ok(About {
        appointment: named.appointment,
        order: named.order,
        site: named.site,
    })
}

async fn own_one<T: Kind, F: Future<Output = Result<Option<T>, StoreError>>>(
    named: Option<T::Id>,
    read: impl FnOnce(T::Id) -> F,
) -> Result<(), Problem> {
    let Some(id) = named else { return Ok(()) };
    if read(id).await?.is_some() {
        return Ok(());
    }
    let detail = "the requester has nothing with this id";
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, T::UNKNOWN)
        .detail(detail)
        .field(T::MEMBER, T::UNKNOWN, detail))
}

/// What a ticket is about, as it is shown with it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Context {
    #[serde(skip_serializing_if = "Option::is_none")]
    appointment: Option<Appointment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<Site>,
}

impl Context {
    /// Reads what a ticket is about; nothing is read for a ticket that is about none of them.
    pub(crate) async fn of(shell: &Shell, ticket: &Ticket) -> Result<Self, StoreError> {
        let (table, owner) = (&shell.table, ticket.requester.id);
        Ok(Self {
            appointment: match ticket.appointment_id {
                Some(id) => table.owned(owner, id).await?,
                None => None,
            },
            order: match ticket.order_id {
                Some(id) => table.owned(owner, id).await?,
                None => None,
            },
            site: match ticket.site_id {
                Some(id) => table.owned(owner, id).await?,
                None => None,
            },
        })
    }
}
