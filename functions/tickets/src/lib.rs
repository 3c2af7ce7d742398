//! Support tickets over HTTP.
//!
//! The same handlers answer on the requester's paths and on the staff's; what they show depends on who asks, never on the
//! path. Both `replies` and `messages` add to the conversation, because both names are in use among clients.
//!
//! | path | what |
//! |---|---|
//! | `POST /tickets`, `POST /api/admin/support/tickets` | open |
//! | `GET /tickets` | the requester's own |
//! | `GET /api/admin/support/tickets` | all, for staff |
//! | `GET …/{id or number}` | one, with its newest messages |
//! | `GET …/{id or number}/messages/{message}` | one message, or for staff an internal note |
//! | `POST …/{id or number}/messages` or `/replies` | a reply, or for staff an internal note |
//! | `PATCH …/{id or number}/status` | move |
//! | `POST …/{id or number}/close` | resolve and tell the requester, for staff; close, for a requester |
//! | `POST …/{id or number}/rating` | rate, by the requester, once it is resolved |
//! | `PATCH /api/admin/support/tickets/{id or number}` | its category, appointment, order and site; for staff |
//! | `PATCH …/assign`, `PATCH …/priority`, `PUT …/tags` | who, how urgent, marked with what; for staff |
//! | `POST …/merge`, `POST …/split`, `POST …/links`, `DELETE …/links/{other}` | two tickets that are one, one that is two, related ones; for staff |
//! | `GET …/categories` | what a ticket can be about |
//! | `GET /api/admin/support/assignees` | whom a ticket can be assigned to |
//! | `/api/admin/support/templates` | reply templates and their use |
//! | `GET /tickets/{appointments, orders, sites}`, `PUT /api/admin/support/…/{id}` | what of a requester's a ticket can be about |
//! | `/api/support/tickets` | a chat channel's signed calls, or a requester's token: `channel` |
//! | `POST …/{id or number}/read` | the person who asks has read it |
//! | `GET /api/admin/support/students/{id}/tickets` | a student's, for staff |
//! | `GET /api/support/open-tickets` | new and open ones, for staff |
//! | `GET /tickets/stats` | statistics: of all for staff, of their own for a requester |
//! | `GET /api/admin/support/stats`, `…/tickets/stats` | statistics of all, for staff |
//! | `GET /api/admin/support/notifications`, `/api/support/notifications` | alert counts, for staff |
//!
//! Files: `attachments`. Who is given new tickets: `assignment`.
//!
//! Every path with a ticket takes it by `Visible<Ticket>`, before anything else of the request is looked at.
//!
//! A ticket's partition is read once per request (header and newest messages are one query) and written in one
//! transaction. Two writers on one ticket: the later one finds another version, reads again and decides again.

mod amend;
mod assign;
mod assignment;
mod attachments;
mod belongings;
mod categories;
mod change_status;
mod changing;
mod channel;
mod close;
mod get;
mod levels;
mod limits;
mod link;
mod list;
mod location;
mod merge;
mod message;
mod open;
mod problem;
mod query;
mod rate;
mod read;
mod reply;
mod rows;
mod set_priority;
mod set_tags;
mod split;
mod statistics;
mod templates;
mod triage;
mod view;
mod whatsapp;

use axum::{
    Router,
    extract::FromRef,
    routing::{delete, get, patch, post, put},
};
use belongings::{of_student, own};
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    id::TicketId,
    ticket::{Appointment, Author, Order, Site, Ticket},
};
use registrar_runtime::{
    Shell,
    extract::{Asked, Asker, Row},
    http::Names,
    problem::Problem,
    settings::{Settings, SettingsError},
};
use registrar_store::{StoreError, blobs::Bucket, keys};

pub(crate) use changing::{Changing, own_admin_id};

/// Addresses that one handler answers, and the parameter that takes a ticket's number for its id.
pub const NAMES: Names = Names {
    starts: &[
        ("/api/admin/support/tickets", "/tickets"),
        ("/api/support/tickets/{ticket}", "/tickets/{ticket}"),
    ],
    ends: &[("/replies", "/messages")],
    ticket: Some("ticket"),
    counted: &[
        "/tickets",
        "/tickets/",
        "/api/admin/support/tickets",
        "/api/support/tickets",
    ],
};

/// How often a decision is made anew because another writer came first.
const TRIES: u32 = 8;

/// What the handlers work with; each takes the part it needs.
#[derive(Clone, Debug)]
pub struct Deps {
    shell: Shell,
    attachments: Bucket,
    /// The longest free text to a phone, in characters.
    longest_to_phone: usize,
}

impl Deps {
    /// Reads `ATTACHMENTS_BUCKET` and `WHATSAPP_VIA`.
    pub fn from_settings(settings: &Settings, shell: Shell) -> Result<Self, SettingsError> {
        let attachments = Bucket::new(shell.aws(), &settings.need("ATTACHMENTS_BUCKET")?);
        let via = settings.optional("WHATSAPP_VIA");
        let longest_to_phone = whatsapp::longest(via.as_deref())
            .ok_or_else(|| SettingsError::invalid("WHATSAPP_VIA", "aisensy or cloud"))?;
        Ok(Self {
            shell,
            attachments,
            longest_to_phone,
        })
    }
}

impl FromRef<Deps> for Shell {
    fn from_ref(deps: &Deps) -> Self {
        deps.shell.clone()
    }
}

impl FromRef<Deps> for Bucket {
    fn from_ref(deps: &Deps) -> Self {
        deps.attachments.clone()
    }
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let mut routes: Router<Deps> = Router::new()
        .route("/tickets", post(open::open).get(list::own))
        .route("/tickets/", post(open::open).get(list::own))
        .route(
            "/api/admin/support/tickets",
            post(open::open).get(list::all),
        )
        .route(
            "/api/admin/support/students/{id}/tickets",
            get(list::of_student),
        );
    for path in [
        "/api/admin/support/stats",
        "/api/admin/support/tickets/stats",
    ] {
        routes = routes.route(path, get(statistics::all));
    }
    for path in [
        "/api/admin/support/notifications",
        "/api/support/notifications",
    ] {
        routes = routes.route(path, get(statistics::alerts));
    }
    routes = routes
        .route(
            "/api/admin/support/triage",
            get(triage::policy).put(triage::set_policy),
        )
        .route("/tickets/stats", get(statistics::own_or_all))
        .route("/api/support/open-tickets", get(list::open));
    for base in ["/tickets", "/api/admin/support/tickets"] {
        routes = routes
            .route(&format!("{base}/{{ticket}}"), get(get::get))
            .route(&format!("{base}/{{ticket}}/read"), post(read::read))
            .route(&format!("{base}/{{ticket}}/messages"), post(reply::reply))
            .route(&format!("{base}/{{ticket}}/replies"), post(reply::reply))
            .route(
                &format!("{base}/{{ticket}}/messages/{{message}}"),
                get(message::get),
            )
            .route(
                &format!("{base}/{{ticket}}/status"),
                patch(change_status::change_status),
            )
            .route(&format!("{base}/{{ticket}}/close"), post(close::close))
            .route(&format!("{base}/{{ticket}}/rating"), post(rate::rate))
            .route(&format!("{base}/categories"), get(categories::categories));
        routes = attachments::routes(routes, base);
    }
    routes = staff_routes(requester_routes(routes));
    routes.merge(assignment::routes()).with_state(deps)
}

/// What a requester has beside tickets, and the chat channel.
fn requester_routes(routes: Router<Deps>) -> Router<Deps> {
    routes
        .route("/tickets/appointments", get(own::<Appointment>))
        .route("/tickets/orders", get(own::<Order>))
        .route("/tickets/sites", get(own::<Site>))
        .route("/api/support/categories", get(categories::categories))
        .route("/api/support/tickets", post(channel::open))
        .route("/api/support/tickets/{ticket}", get(channel::get))
        .route(
            "/api/support/tickets/{ticket}/messages",
            post(channel::append),
        )
        .route(
            "/api/support/tickets/{ticket}/replies",
            post(channel::append),
        )
        .route(
            "/api/support/tickets/{ticket}/messages/{message}",
            get(channel::message),
        )
}

/// What staff alone does.
fn staff_routes(routes: Router<Deps>) -> Router<Deps> {
    let (base, one) = ("/api/admin/support", "/api/admin/support/tickets/{ticket}");
    let student = format!("{base}/students/{{id}}");
    routes
        .route(one, patch(amend::amend))
        .route(&format!("{one}/assign"), patch(assign::assign))
        .route(
            &format!("{one}/priority"),
            patch(set_priority::set_priority),
        )
        .route(&format!("{one}/tags"), put(set_tags::set_tags))
        .route(&format!("{one}/merge"), post(merge::merge))
        .route(&format!("{one}/split"), post(split::split))
        .route(&format!("{one}/links"), post(link::link))
        .route(&format!("{one}/links/{{other}}"), delete(link::unlink))
        .route(&format!("{base}/assignees"), get(assign::assignees))
        .route(&format!("{base}/chats"), get(whatsapp::chat))
        .route(&format!("{base}/categories"), get(categories::categories))
        .route(
            &format!("{base}/templates"),
            get(templates::list).post(templates::create),
        )
        .route(
            &format!("{base}/templates/{{id}}"),
            get(templates::get)
                .put(templates::replace)
                .delete(templates::delete),
        )
        .route(
            &format!("{student}/appointments"),
            get(of_student::<Appointment>),
        )
        .route(&format!("{student}/orders"), get(of_student::<Order>))
        .route(&format!("{student}/sites"), get(of_student::<Site>))
        .route(
            &format!("{base}/appointments/{{id}}"),
            put(belongings::put::<Appointment>),
        )
        .route(
            &format!("{base}/orders/{{id}}"),
            put(belongings::put::<Order>),
        )
        .route(
            &format!("{base}/sites/{{id}}"),
            put(belongings::put::<Site>),
        )
}

/// What names a ticket in a path: its id or its number.
pub(crate) async fn ticket_id(shell: &Shell, segment: &str) -> Result<TicketId, Problem> {
    if shell.profile.ticket_number.matches(segment) {
        return shell
            .table
            .ticket_by_number(segment)
            .await?
            .ok_or_else(problem::not_found);
    }
    segment.parse().map_err(|_| problem::not_found())
}

/// The number of the next ticket. A ticket that is refused after all leaves a gap.
pub(crate) async fn next_number(shell: &Shell, moment: Moment<'_>) -> Result<String, Problem> {
    let format = &shell.profile.ticket_number;
    let day = jiff::tz::Offset::UTC.to_datetime(moment.now).date();
    let counter = if format.is_daily() {
        keys::tickets_of(day)
    } else {
        keys::TICKETS_EVER.to_owned()
    };
    let count = shell.table.count_up(&counter).await?;
    Ok(format.number(day, count))
}

impl Row<Deps> for Ticket {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let id = ticket_id(&deps.shell, asked.name("ticket").unwrap_or_default()).await?;
        let ticket = header(&deps.shell, id).await?;
        if !shown_to(asked.asker, &ticket) {
            return Err(problem::not_found());
        }
        tracing::Span::current().record("ticket.id", tracing::field::display(id));
        Ok(ticket)
    }
}

/// Whether a ticket can be seen: by its requester and staff; by a channel, which speaks for phones, if it came from one.
pub(crate) fn shown_to(asker: Asker, ticket: &Ticket) -> bool {
    match asker {
        Asker::Person(actor) => actor.may_see(ticket.requester.id),
        Asker::Channel => ticket.requester.phone.is_some(),
    }
}

/// As whom a ticket is read: a channel reads as its requester.
pub(crate) fn reader(asker: Asker, ticket: &Ticket) -> Actor {
    match asker {
        Asker::Person(actor) => actor,
        Asker::Channel => Author::of_requester(&ticket.requester).actor(),
    }
}

/// A ticket's header.
pub(crate) async fn header(shell: &Shell, id: TicketId) -> Result<Ticket, Problem> {
    shell.table.ticket(id).await?.ok_or_else(problem::not_found)
}

/// Whether a commit that failed shall be decided again.
pub(crate) fn came_second(committed: &Result<(), StoreError>, tries: u32) -> bool {
    matches!(committed, Err(StoreError::Conflict)) && tries < TRIES
}
