//! A foreign row and one that is not there get the same answer, byte for byte, by every path with an id and whatever else is
//! right or wrong with the request.

use crate::house::{ADMIN, Answer, Ask, DEVANAGARI, House, STUDENT, SUPER_ADMIN, Session};
use registrar_domain::actor::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// No row has it.
const NOBODY: &str = "01930000-0000-7000-8000-0000000000ff";

/// A path below an id, with a body that it takes; null where it takes none.
struct Route {
    method: Method,
    path: String,
    good: Value,
}

fn route(method: &Method, path: impl Into<String>, good: Value) -> Route {
    Route {
        method: method.clone(),
        path: path.into(),
        good,
    }
}

/// Every path with a ticket, `{t}`, and an attachment, `{a}`, for both sides.
fn of_tickets() -> Vec<Route> {
    let (get, post, patch) = (Method::GET, Method::POST, Method::PATCH);
    let mut routes = Vec::new();
    for base in ["/tickets", "/api/admin/support/tickets"] {
        let one = format!("{base}/{{t}}");
        let said = json!({"message": "Any news?"});
        let file = json!({"file_name": "a.png", "content_type": "image/png", "size": 68});
        routes.extend([
            route(&get, &one, Value::Null),
            route(&post, format!("{one}/read"), Value::Null),
            route(&post, format!("{one}/messages"), said.clone()),
            route(&post, format!("{one}/replies"), said),
            route(&get, format!("{one}/messages/{{n}}"), Value::Null),
            route(
                &patch,
                format!("{one}/status"),
                json!({"status": "in_progress"}),
            ),
            route(&post, format!("{one}/close"), json!({})),
            route(&post, format!("{one}/rating"), json!({"rating": 5})),
            route(&post, format!("{one}/attachments"), file),
            route(&get, format!("{one}/attachments"), Value::Null),
            route(&get, format!("{one}/attachments/{{a}}"), Value::Null),
            route(
                &Method::DELETE,
                format!("{one}/attachments/{{a}}"),
                Value::Null,
            ),
            route(
                &post,
                format!("{one}/attachments/{{a}}/complete"),
                Value::Null,
            ),
        ]);
    }
    let one = "/api/support/tickets/{t}";
    for what in ["messages", "replies"] {
        let said = json!({"message": "Any news?"});
        routes.push(route(&post, format!("{one}/{what}"), said));
    }
    routes.push(route(&get, one, Value::Null));
    routes.push(route(&get, format!("{one}/messages/{{n}}"), Value::Null));
    routes
}

/// Every path with something else of a person's: `{a}` a draft, `{c}` a certificate, `{n}` a notification.
fn of_others() -> Vec<Route> {
    let get = Method::GET;
    let mut routes = vec![
        route(&get, "/tickets/attachments/{a}", Value::Null),
        route(&Method::DELETE, "/tickets/attachments/{a}", Value::Null),
        route(
            &Method::POST,
            "/tickets/attachments/{a}/complete",
            Value::Null,
        ),
        route(&get, "/api/certificates/{c}", Value::Null),
        route(&get, "/api/certificates/{c}/download", Value::Null),
        route(&get, "/api/admin/certificates/{c}/download", Value::Null),
    ];
    for base in ["/api/notifications", "/api/admin/notifications"] {
        routes.extend([
            route(&get, format!("{base}/{{n}}"), Value::Null),
            route(&Method::DELETE, format!("{base}/{{n}}"), Value::Null),
            route(&Method::PATCH, format!("{base}/{{n}}/read"), Value::Null),
            route(&Method::PATCH, format!("{base}/{{n}}/unread"), Value::Null),
        ]);
    }
    routes
}

/// Every path with an id that is for staff.
fn of_staff() -> Vec<Route> {
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    let one = "/api/admin/support/tickets/{t}";
    let certificate = "/api/admin/certificates/{c}";
    let bulk = "/api/admin/certificates/bulk/{n}";
    let hook = "/api/admin/webhooks/{n}";
    let template = "/api/admin/support/templates/{n}";
    let why = json!({"reason": "a word"});
    let delivery = "00001732000000_x";
    vec![
        route(&Method::PATCH, one, json!({"category": "payment"})),
        route(
            &Method::PATCH,
            format!("{one}/assign"),
            json!({"assigned_to": null}),
        ),
        route(
            &Method::PATCH,
            format!("{one}/priority"),
            json!({"priority": "low"}),
        ),
        route(&put, format!("{one}/tags"), json!({"tags": []})),
        route(&post, format!("{one}/merge"), json!({"into": NOBODY})),
        route(&post, format!("{one}/split"), json!({"message_id": NOBODY})),
        route(&post, format!("{one}/links"), json!({"ticket": NOBODY})),
        route(
            &Method::DELETE,
            format!("{one}/links/{NOBODY}"),
            Value::Null,
        ),
        route(&get, template, Value::Null),
        route(
            &put,
            template,
            json!({"name": "Thanks", "body": "Thank you"}),
        ),
        route(&Method::DELETE, template, Value::Null),
        route(&post, format!("{certificate}/revoke"), why.clone()),
        route(&post, format!("{certificate}/suspend"), why.clone()),
        route(&post, format!("{certificate}/reinstate"), why.clone()),
        route(&post, format!("{certificate}/reissue"), why.clone()),
        route(&post, format!("{certificate}/withdraw"), why),
        route(&get, format!("{certificate}/history"), Value::Null),
        route(&get, "/api/admin/certificates/previews/{n}", Value::Null),
        route(&get, bulk, Value::Null),
        route(&get, format!("{bulk}/errors"), Value::Null),
        route(&post, format!("{bulk}/cancel"), Value::Null),
        route(&get, hook, Value::Null),
        route(&Method::PATCH, hook, json!({"enabled": false})),
        route(&Method::DELETE, hook, Value::Null),
        route(&post, format!("{hook}/rotate-secret"), Value::Null),
        route(&post, format!("{hook}/test"), Value::Null),
        route(&get, format!("{hook}/deliveries"), Value::Null),
        route(&get, format!("{hook}/deliveries/{delivery}"), Value::Null),
        route(
            &post,
            format!("{hook}/deliveries/{delivery}/replay"),
            Value::Null,
        ),
    ]
}

/// Ids for the placeholders of a path.
struct Ids<'a> {
    ticket: &'a str,
    attachment: &'a str,
    certificate: &'a str,
    other: &'a str,
}

impl Ids<'_> {
    fn in_path(&self, path: &str) -> String {
        path.replace("{t}", self.ticket)
            .replace("{a}", self.attachment)
            .replace("{c}", self.certificate)
            .replace("{n}", self.other)
    }
}

/// What can be wrong with a request, each time with the row's id as the only difference.
fn requests(
    route: &Route,
    ask: impl Fn(&str) -> RequestBuilder,
) -> Vec<(&'static str, RequestBuilder)> {
    let plain = || ask("");
    let json = |text: &str| {
        plain()
            .header("content-type", "application/json")
            .body(text.to_owned())
    };
    let mut all = vec![
        ("a wrong query", ask("?limit=many&colour=red&cursor=!")),
        ("a wrong If-Match", plain().header("if-match", "seven")),
    ];
    if route.method == Method::GET {
        all.push(("as it should be", plain()));
        all.push(("a foreign cursor", ask("?cursor=!")));
        return all;
    }
    let mut named = route.good.clone();
    if let Some(members) = named.as_object_mut() {
        for name in ["template_id", "admin_id", "message_id"] {
            members.insert(name.to_owned(), json!(NOBODY));
        }
        members.insert("template".to_owned(), json!("none"));
        members.insert("attachment_ids".to_owned(), json!([NOBODY]));
        members.insert("is_internal".to_owned(), json!(true));
    }
    let template = json!({"message": "Hello", "template_id": NOBODY});
    let missing = json!({"message": "Hello", "attachment_ids": [NOBODY]});
    all.extend([
        ("as it should be", plain().json(&route.good)),
        (
            "with a key",
            plain().header("idempotency-key", "one").json(&route.good),
        ),
        ("an unknown template", json(&template.to_string())),
        ("an unknown file", json(&missing.to_string())),
        (
            "a note",
            json(r#"{"message": "x", "is_internal_note": true}"#),
        ),
        ("members that name others", json(&named.to_string())),
        ("an unknown member", json(r#"{"colour": "red"}"#)),
        ("no object", json("[7]")),
        ("no JSON", json("{")),
        ("no body", plain()),
        (
            "another type",
            plain().header("content-type", "text/plain").body("x"),
        ),
    ]);
    all
}

/// All of an answer but what names the request itself.
fn whole(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter_map(|(name, value)| {
        let own = [
            "x-request-id",
            "date",
            "x-amzn-requestid",
            "apigw-requestid",
        ];
        let text = value.to_str().expect("a text").to_owned();
        (!own.contains(&name.as_str())).then(|| (name.to_string(), text))
    });
    let id = answer.body["request_id"].as_str().unwrap_or("none");
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    (answer.status, headers, answer.text.replace(id, ""))
}

/// Asks for two ids in every way and compares the answers; those to `wanted` where the rows are to be as good as absent.
async fn same(
    house: &House,
    who: Option<&Session>,
    routes: &[Route],
    (foreign, absent): (&Ids<'_>, &Ids<'_>),
    wanted: Option<u16>,
) {
    for route in routes {
        let ask = |ids: &Ids<'_>| {
            let path = ids.in_path(&route.path);
            let method = route.method.clone();
            let request = move |query: &str| {
                let request = house.request(method.clone(), &format!("{path}{query}"));
                match who {
                    Some(who) => request.bearer_auth(&who.token),
                    None => request,
                }
            };
            requests(route, request)
        };
        for ((what, one), (_, other)) in ask(foreign).into_iter().zip(ask(absent)) {
            let (one, other) = (one.answer().await, other.answer().await);
            let name = format!("{} {}, {what}", route.method, route.path);
            assert_eq!(whole(&one), whole(&other), "{name}");
            assert!(one.status >= 400, "{name}: {one:?}");
            if let Some(wanted) = wanted {
                assert_eq!(one.status, wanted, "{name}: {one:?}");
            }
        }
    }
}

/// What the student has: two names of a ticket, a file of it, a draft, a certificate, a notification.
struct Belongings {
    id: String,
    number: String,
    file: String,
    draft: String,
    certificate: String,
    notification: String,
}

async fn belongings(house: &House, student: &Session, admin: &Session) -> Belongings {
    let ticket = house.open_ticket(student).await;
    let id = ticket.at("/id").to_owned();
    let file = json!({"file_name": "a.png", "content_type": "image/png", "size": 68});
    let begin = async |base: &str| {
        let path = format!("{base}/attachments");
        let begun = house.post(student, &path, file.clone()).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        begun.at("/id").to_owned()
    };
    let (file, draft) = (
        begin(&format!("/tickets/{id}")).await,
        begin("/tickets").await,
    );
    let certificate = house.issue(admin, student, "Rust").await.id;
    let bell = house.get(student, "/api/notifications").await;
    Belongings {
        number: ticket.at("/ticket_number").to_owned(),
        id,
        file,
        draft,
        certificate,
        notification: bell.at("/notifications/0/id").to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_row_is_answered_as_one_that_is_not_there_whatever_the_request_says() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let theirs = belongings(&house, &student, &admin).await;
    let no_number = format!("{}9999", &theirs.number[..theirs.number.len() - 4]);
    let strangers = [
        Some(house.sign_in(DEVANAGARI).await),
        Some(house.somebody(Role::Customer).await),
        None,
    ];
    let ids = |ticket, attachment, certificate, other| Ids {
        ticket,
        attachment,
        certificate,
        other,
    };
    let no_certificate = "CERT-20260101-N0B0DY";
    for who in &strangers {
        let who = who.as_ref();
        let wanted = Some(who.map_or(401, |_| 404));
        for (there, absent) in [(&theirs.id, NOBODY), (&theirs.number, no_number.as_str())] {
            let foreign = ids(
                there,
                &theirs.file,
                &theirs.certificate,
                &theirs.notification,
            );
            let absent = ids(absent, NOBODY, no_certificate, NOBODY);
            same(&house, who, &of_tickets(), (&foreign, &absent), wanted).await;
        }
        let foreign = ids(
            &theirs.id,
            &theirs.draft,
            &theirs.certificate,
            &theirs.notification,
        );
        let absent = ids(NOBODY, NOBODY, no_certificate, NOBODY);
        same(&house, who, &of_others(), (&foreign, &absent), wanted).await;
        let refused = Some(who.map_or(401, |_| 403));
        same(&house, who, &of_staff(), (&foreign, &absent), refused).await;
    }
    // Also what staff have of their own.
    let foreign = ids(
        &theirs.id,
        &theirs.draft,
        &theirs.certificate,
        &theirs.notification,
    );
    let absent = ids(NOBODY, NOBODY, no_certificate, NOBODY);
    let own: Vec<Route> = of_others()
        .into_iter()
        .filter(|route| !route.path.contains("{c}"))
        .collect();
    same(&house, Some(&admin), &own, (&foreign, &absent), Some(404)).await;
    let untouched = house
        .get(&student, &format!("/tickets/{}", theirs.id))
        .await;
    assert_eq!(untouched.body["message_count"], 0);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_told_that_a_row_is_not_there_before_what_is_wrong_with_the_request() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let one = Ids {
        ticket: NOBODY,
        attachment: NOBODY,
        certificate: "CERT-20260101-N0B0DY",
        other: NOBODY,
    };
    let another = Ids {
        ticket: "01930000-0000-7000-8000-0000000000fe",
        certificate: "CERT-20260101-N0B0DZ",
        other: "01930000-0000-7000-8000-0000000000fe",
        ..one
    };
    for routes in [of_tickets(), of_others(), of_staff()] {
        same(&house, Some(&boss), &routes, (&one, &another), Some(404)).await;
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_not_told_of_a_ticket_that_came_from_no_phone() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = house.open_ticket(&student).await;
    for (method, below, body) in [
        (Method::GET, "", ""),
        (Method::POST, "/messages", r#"{"message": "Any news?"}"#),
        (Method::POST, "/messages", r#"{"message": 7}"#),
        (Method::POST, "/replies", "{"),
        (
            Method::POST,
            "/replies",
            r#"{"message": "x", "template_id": "01930000-0000-7000-8000-0000000000ff"}"#,
        ),
    ] {
        let path = |id: &str| format!("/api/support/tickets/{id}{below}");
        let theirs = path(ticket.at("/id"));
        let foreign = house.channel(method.clone(), &theirs, body).await;
        let absent = house.channel(method.clone(), &path(NOBODY), body).await;
        foreign.is_problem(404, "not_found");
        assert_eq!(whole(&foreign), whole(&absent), "{method} {below} {body}");
    }
    house.finish().await;
}
