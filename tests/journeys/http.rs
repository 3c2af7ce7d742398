//! What every client of the API meets: conditional reads, heads, ids of requests, other origins, icons.

use crate::house::{Answer, Ask, House, STUDENT, SUPER_ADMIN, Session};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

impl House {
    fn read_as(&self, who: &Session, path: &str) -> RequestBuilder {
        self.request(Method::GET, path).bearer_auth(&who.token)
    }

    async fn if_none_match(&self, who: &Session, path: &str, tag: &str) -> Answer {
        let request = self.read_as(who, path).header("if-none-match", tag);
        request.answer().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_a_client_has_is_not_sent_again_until_it_says_something_else() {
    let house = House::start().await;
    let (admin, student) = (
        house.sign_in(SUPER_ADMIN).await,
        house.sign_in(STUDENT).await,
    );
    let ticket = house.open_ticket(&student).await;
    let certificate = house.issue(&admin, &student, "Rust Seven").await;
    let endpoint = json!({"url": "https://hooks.example/r", "events": ["ticket.created"]});
    let endpoint = house.post(&admin, "/api/admin/webhooks", endpoint).await;
    let ticket = format!("/tickets/{}", ticket.at("/id"));
    let paths = [
        ticket.clone(),
        format!("/api/admin/certificates/{}", certificate.id),
        format!("/api/admin/webhooks/{}", endpoint.at("/id")),
        "/auth/me".to_owned(),
        "/tickets/categories".to_owned(),
        "/certificate-keys".to_owned(),
    ];
    for path in &paths {
        let whole = house.get(&admin, path).await;
        assert_eq!(whole.status, 200, "{path}: {whole:?}");
        let again = house
            .if_none_match(&admin, path, whole.header("etag"))
            .await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), whole.header("etag"), "{path}");
        let other = house.if_none_match(&admin, path, "\"0\"").await;
        assert_eq!((other.status, other.text), (200, whole.text), "{path}");
    }

    // A note is for staff: it leaves the version alone, and is still not missed by them.
    let (staffs, students) = (
        house.get(&admin, &ticket).await,
        house.get(&student, &ticket).await,
    );
    let note = json!({"message": "Called back, nobody there.", "is_internal_note": true});
    let noted = house
        .post(&admin, &format!("{ticket}/messages"), note)
        .await;
    assert_eq!(noted.status, 201, "{noted:?}");
    let seen = house
        .if_none_match(&admin, &ticket, staffs.header("etag"))
        .await;
    assert_eq!(seen.status, 200, "staff get the note");
    assert!(seen.text.contains("nobody there"), "{seen:?}");
    let unseen = house
        .if_none_match(&student, &ticket, students.header("etag"))
        .await;
    assert_eq!(unseen.status, 304, "the requester does not learn of it");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_has_the_length_of_what_a_get_sends() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    for path in ["/auth/me", "/tickets", "/nothing/here"] {
        let whole = house.get(&student, path).await;
        let head = house
            .request(Method::HEAD, path)
            .bearer_auth(&student.token);
        let head = head.answer().await;
        assert_eq!(
            (head.status, head.text.as_str()),
            (whole.status, ""),
            "{path}"
        );
        let length = whole.text.len().to_string();
        assert_eq!(head.header("content-length"), length, "{path}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_request_is_ours_and_every_answer_asks_for_encryption() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    for path in ["/auth/me", "/tickets/none", "/nothing/here"] {
        let request = house
            .read_as(&student, path)
            .header("x-request-id", "chosen-1");
        let answer = request.answer().await;
        let id = answer.header("x-request-id");
        assert!(id != "chosen-1" && !id.is_empty(), "{path}: {id}");
        assert_eq!(id, answer.header("apigw-requestid"), "{path}");
        let encrypted = answer.header("strict-transport-security");
        assert_eq!(encrypted, "max-age=63072000", "{path}");
    }
    let log = house.log_of("IdentityFunction");
    let line = log.lines().find(|line| line.contains("chosen-1"));
    let line = line.expect("the client's id is logged");
    assert!(
        line.contains("\"client_request_id\":\"chosen-1\""),
        "{line}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_refused_what_is_logged_as_an_event_with_the_account_and_nothing_they_wrote() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let refused = house.get(&student, "/api/admin/support/tickets").await;
    refused.is_problem(403, "forbidden");
    let log = house.log_of("TicketsFunction");
    let event = log.lines().find(|line| line.contains("security.event"));
    let event = event.expect("an event");
    for part in [
        "forbidden",
        &student.id,
        "student",
        "/api/admin/support/tickets",
    ] {
        assert!(event.contains(part), "{part}: {event}");
    }

    for (email, password) in [
        (STUDENT, "not-this-one"),
        ("nobody@example.org", "hunter2-hunter2"),
    ] {
        let wrong = json!({"email": email, "password": password});
        let answer = house.request(Method::POST, "/auth/sign-in").json(&wrong);
        assert_eq!(answer.answer().await.status, 401);
    }
    let log = house.log_of("IdentityFunction");
    let events: Vec<_> = log
        .lines()
        .filter(|line| line.contains("security.event"))
        .collect();
    let said = |what: &str, who: &str| {
        let mut events = events.iter();
        events.any(|line| line.contains(what) && line.contains(who))
    };
    assert!(said("signed_in", &student.id), "{events:?}");
    assert!(said("sign_in_failed", &student.id), "{events:?}");
    for private in ["example.org", "127.0.0.1", "hunter2", "not-this-one"] {
        assert!(!log.contains(private), "{private} in {log}");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_on_another_origin_is_let_in_once_it_is_named() {
    const PORTAL: &str = "https://portal.example";
    let house = House::start_with(&[("AllowedOrigins", PORTAL)]).await;
    let student = house.sign_in(STUDENT).await;
    let preflight = |path: &str, origin: &str| {
        let request = house
            .request(Method::OPTIONS, path)
            .header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        request.header(
            "access-control-request-headers",
            "authorization,idempotency-key",
        )
    };
    for path in [
        "/tickets",
        "/auth/sign-in",
        "/api/certificates",
        "/api/notifications",
    ] {
        let answer = preflight(path, PORTAL).answer().await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            PORTAL,
            "{path}"
        );
        let stranger = preflight(path, "https://stranger.example").answer().await;
        assert_eq!(stranger.header("access-control-allow-origin"), "", "{path}");
    }
    let answer = house
        .read_as(&student, "/auth/me")
        .header("origin", PORTAL)
        .answer()
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), PORTAL);
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("etag"),
        "{answer:?}"
    );
    let refused = house
        .read_as(&student, "/tickets/none")
        .header("origin", PORTAL)
        .answer()
        .await;
    assert_eq!(
        refused.header("access-control-allow-origin"),
        PORTAL,
        "problems are readable too"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_learn_that_there_is_no_icon() {
    let house = House::start().await;
    let edge = house
        .http
        .get(format!("{}/favicon.ico", house.platform.verify_url()));
    for request in [house.request(Method::GET, "/favicon.ico"), edge] {
        let answer = request.answer().await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(answer.header("cache-control"), "public, max-age=86400");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_stands_where_location_says_for_whoever_made_it() {
    let house = House::start().await;
    let (admin, student) = (
        house.sign_in(SUPER_ADMIN).await,
        house.sign_in(STUDENT).await,
    );
    let opened = house.open_ticket(&student).await;
    let id = opened.at("/id");
    assert_eq!(opened.header("location"), format!("/tickets/{id}"));
    let reply = json!({"message": "Which browser?"});
    let note = json!({"message": "Seen before.", "is_internal_note": true});
    for (who, base, body, add) in [
        (&student, "/tickets", &reply, "messages"),
        (&admin, "/tickets", &reply, "replies"),
        (&admin, "/api/admin/support/tickets", &reply, "replies"),
        (&admin, "/api/admin/support/tickets", &note, "messages"),
    ] {
        let added = house
            .post(who, &format!("{base}/{id}/{add}"), body.clone())
            .await;
        assert_eq!(added.status, 201, "{added:?}");
        let message = added.at("/message_id");
        assert_eq!(
            added.header("location"),
            format!("{base}/{id}/messages/{message}")
        );
        let found = house.get(who, added.header("location")).await;
        assert_eq!(
            (found.status, found.at("/message")),
            (200, added.at("/message"))
        );

        // Others: what is no note is the requester's too, under their own path; a stranger's is not there.
        let own = house
            .get(&student, &format!("/tickets/{id}/messages/{message}"))
            .await;
        let shown = if *body == note { 404 } else { 200 };
        assert_eq!(own.status, shown, "{own:?}");
        let stranger = house.sign_in(crate::house::YORUBA).await;
        let foreign = house
            .get(&stranger, &format!("/tickets/{id}/messages/{message}"))
            .await;
        foreign.is_problem(404, "not_found");
    }
    let path = format!("/api/admin/support/tickets/{id}/split");
    let messages = house.get(&admin, &format!("/tickets/{id}")).await;
    let first = messages.at("/messages/0/id").to_owned();
    let parted = house
        .post(&admin, &path, json!({"message_id": first}))
        .await;
    let location = format!("/api/admin/support/tickets/{}", parted.at("/id"));
    assert_eq!(
        (parted.status, parted.header("location")),
        (201, location.as_str()),
        "{parted:?}"
    );
    assert_eq!(house.get(&admin, &location).await.status, 200);
    house.finish().await;
}
