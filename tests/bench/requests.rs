//! Requests through the whole release deployment: how long one takes, and what it reads and writes.
//!
//! Request units are those that the table reports and the function logs. The stand-in charges as
//! DynamoDB does: a transaction's writes to the table count twice, index writes once, items are
//! rounded up to 1 KB (writes) and a query's sum to 4 KB (reads, half when eventually consistent).

use crate::{
    Result,
    http::Http,
    local::Local,
    place::Place,
    report::{Figure, median, percentile, short},
};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use std::{fs, path::Path, time::Duration};

/// Requests that are timed, of each kind, after [`WARM`] that are not.
const TIMED: usize = 300;
const WARM: usize = 30;
/// Messages of the ticket that is read.
const MESSAGES: usize = 10;
/// Rows of a page.
const PAGE: usize = 20;
/// Without a mail for so long, what requests caused has happened.
const STILL: Duration = Duration::from_secs(1);
/// More mails than these are without end.
const MAILS: usize = 1_000;

const TEXT: &str = "The recordings of last week's sessions do not appear in my dashboard. I signed \
    out and in again and tried another browser, without success. Could you please have a look?";

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let data = tempfile::tempdir()?;
    let local = Local::program(place, "release", data.path())?;
    let http = Http::new()?;
    let desk = Desk {
        student: local.sign_in(&http, "asha@example.org")?,
        staff: local.sign_in(&http, "meera@example.org")?,
        http,
        local,
    };
    let mut figures = desk.units(data.path())?;
    figures.extend(desk.times()?);
    Ok(figures)
}

/// Two people and a deployment.
struct Desk {
    http: Http,
    local: Local,
    student: String,
    staff: String,
}

impl Desk {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.local.api)
    }

    fn get(&self, client: &Client, token: &str, path: &str) -> RequestBuilder {
        client.get(self.url(path)).bearer_auth(token)
    }

    fn post(&self, client: &Client, token: &str, path: &str, body: &Value) -> RequestBuilder {
        client.post(self.url(path)).bearer_auth(token).json(body)
    }

    fn open(&self, client: &Client) -> RequestBuilder {
        let body = json!({
            "subject": "Unable to access recordings",
            "description": TEXT,
            "category": "Technical Support",
            "priority": "high",
        });
        self.post(client, &self.student, "/tickets", &body)
    }

    fn reply(&self, client: &Client, token: &str, ticket: &str, note: bool) -> RequestBuilder {
        let path = format!("/api/admin/support/tickets/{ticket}/replies");
        let mut body = json!({"message": TEXT});
        if note {
            body["is_internal_note"] = true.into();
        }
        self.post(client, token, &path, &body)
    }

    fn opened(&self) -> Result<String> {
        let answer = self.http.send(|client| self.open(client))?;
        let id = answer.body["id"].as_str();
        Ok(id
            .ok_or_else(|| format!("a ticket without an id: {}", answer.body))?
            .to_owned())
    }

    /// Waits until no mail is sent any more, so that what was caused before is not measured.
    fn quiet(&self) -> Result<()> {
        let journal = format!("{}/journal", self.local.simulators);
        let url = format!("{journal}/count?provider=sendgrid");
        let mut count = self.http.get(&url)?.body["count"].as_u64();
        for _ in 0..MAILS {
            let before = count.ok_or("a journal that does not count")?;
            let next = before + 1;
            let url = format!(
                "{journal}/wait?provider=sendgrid&at_least={next}&timeout_ms={}",
                STILL.as_millis()
            );
            let waited = self.http.get(&url)?.body;
            if waited["reached"] == false {
                return Ok(());
            }
            count = waited["count"].as_u64();
        }
        Err("mails are sent without end".into())
    }

    /// What each kind of request reads and writes.
    fn units(&self, data: &Path) -> Result<Vec<Figure>> {
        let marked = |name: &str, request: RequestBuilder| {
            request.header("x-request-id", format!("bench-{name}"))
        };
        let ticket = self.opened()?;
        for number in 0..MESSAGES {
            let who = if number % 2 == 0 {
                &self.staff
            } else {
                &self.student
            };
            self.http
                .send(|client| self.reply(client, who, &ticket, false))?;
        }
        for _ in 0..PAGE {
            self.opened()?;
        }
        let own = format!("/tickets/{ticket}");
        let all = format!("/api/admin/support/tickets/{ticket}");
        let page = format!("?limit={PAGE}");
        self.http
            .send(|c| marked("get-student", self.get(c, &self.student, &own)))?;
        self.http
            .send(|c| marked("get-staff", self.get(c, &self.staff, &all)))?;
        let lists = ["/tickets", "/api/admin/support/tickets"].map(|path| format!("{path}{page}"));
        let list = self
            .http
            .send(|c| marked("list-own", self.get(c, &self.student, &lists[0])))?;
        self.http
            .send(|c| marked("list-all", self.get(c, &self.staff, &lists[1])))?;
        self.http.send(|c| marked("open", self.open(c)))?;
        self.http
            .send(|c| marked("reply", self.reply(c, &self.staff, &ticket, false)))?;
        self.http
            .send(|c| marked("note", self.reply(c, &self.staff, &ticket, true)))?;
        let rows = list.body["tickets"].as_array().map_or(0, Vec::len);
        if rows != PAGE {
            return Err(format!("the page has {rows} rows: {}", list.body).into());
        }

        let log = fs::read_to_string(data.join("logs/TicketsFunction.log"))?;
        let counted = |name: &str, what: &str| -> Result<(String, [f64; 2])> {
            Ok((
                format!("request units: {what}"),
                consumed(&log, &format!("bench-{name}"))?,
            ))
        };
        let shown = |(what, [read, write]): (String, [f64; 2])| {
            let measured = format!("{} RRU, {} WRU", short(read), short(write));
            Figure::shown(what, measured, json!({"read": read, "write": write}))
        };
        let (what, [read, write]) = counted("open", "create a ticket")?;
        let create = Figure::at_most(what, 20.0, write, "WRU")
            .with(&format!("{} RRU", short(read)))
            .value("read", read);
        let (what, [read, _]) = counted("get-student", "get with 10 messages, student")?;
        let get = Figure::at_most(what, 2.0, read, "RRU");
        let (what, [read, _]) = counted("get-staff", "get with 10 messages, staff")?;
        let get_staff = Figure::at_most(what, 2.0, read, "RRU").with("notes and history too");
        Ok(vec![
            create,
            shown(counted("reply", "reply")?),
            shown(counted("note", "internal note")?),
            get,
            get_staff,
            shown(counted("list-own", "page of 20, own")?),
            shown(counted("list-all", "page of 20, all")?),
        ])
    }

    /// How long each kind of request takes, one client after the other.
    fn times(&self) -> Result<Vec<Figure>> {
        let ticket = self.opened()?;
        self.quiet()?;
        let path = format!("/tickets/{ticket}");
        let health = self.timed(|client| client.get(self.url("/health")))?;
        let get = self.timed(|client| self.get(client, &self.student, &path))?;
        let mark = format!("{path}/read");
        let mark = self.timed(|client| self.post(client, &self.student, &mark, &json!({})))?;
        let note = self.timed(|client| self.reply(client, &self.staff, &ticket, true))?;
        let open = self.timed(|client| self.open(client))?;
        let percentiles = |times: &[f64]| {
            format!(
                "p50 {} ms, p95 {} ms",
                short(median(times)),
                short(percentile(times, 95))
            )
        };
        let shown = |what: &str, times: &[f64]| {
            let values = json!({"p50": median(times), "p95": percentile(times, 95)});
            Figure::shown(what, percentiles(times), values)
        };
        let p95 = percentile(&mark, 95);
        Ok(vec![
            Figure::at_most(
                "HTTP → function → put+get (a ticket is marked as read), p50",
                3.0,
                median(&mark),
                "ms",
            )
            .with(&format!("p95 {} ms", short(p95)))
            .value("p95", p95),
            shown("HTTP → function → 1 get (health)", &health),
            shown("HTTP → function → 1 query (get a ticket)", &get),
            shown(
                "HTTP → function → 2 gets side by side, 1 transaction (internal note)",
                &note,
            ),
            shown(
                "HTTP → function → create a ticket, its mails sent meanwhile",
                &open,
            ),
        ])
    }

    fn timed(&self, request: impl Fn(&Client) -> RequestBuilder) -> Result<Vec<f64>> {
        let mut times = Vec::with_capacity(TIMED);
        for number in 0..WARM + TIMED {
            let answer = self.http.send(&request)?;
            if number >= WARM {
                times.push(answer.ms);
            }
        }
        Ok(times)
    }
}

/// Units read and written by the request that was sent with this id, as its log line says.
pub(crate) fn consumed(log: &str, id: &str) -> Result<[f64; 2]> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut found = lines
        .filter(|line| line["span"]["client_request_id"] == id && line["read_units"].is_number());
    let line = found
        .next()
        .ok_or_else(|| format!("no log line of the request {id}"))?;
    let units = |name: &str| {
        line[name]
            .as_f64()
            .ok_or_else(|| format!("no {name} in {line}"))
    };
    Ok([units("read_units")?, units("write_units")?])
}
