//! What webhooks cannot be used for: reaching what only this network reaches.

use super::{BASE, fails, hook, later};
use crate::house::{House, STUDENT, SUPER_ADMIN, Session};
use jiff::Timestamp;
use registrar_domain::webhook::Endpoint;
use serde_json::{Value, json};
use std::time::Duration;

/// A house as it is deployed: this machine is no place for webhooks.
async fn strict() -> (House, Session) {
    let house = House::start_with(&[("WebhookLoopback", "false")]).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    (house, boss)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_refused_however_it_is_written() {
    let (house, boss) = strict().await;
    let simulators = house.platform.simulators_url().replace("http:", "https:");
    let own = format!("{simulators}/receiver/crm");
    for url in [
        own.as_str(),
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://10.0.0.1/hook",
        "https://172.16.3.4/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/iam",
        "https://[fd00:ec2::254]/latest",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://localhost/",
        "https://inside.localhost./",
        "http://hooks.example.org/",
        "https://me:password@hooks.example.org/",
    ] {
        let body = json!({"url": url, "events": ["ticket.created"]});
        let refused = house.post(&boss, BASE, body).await;
        refused.is_problem(422, "address_refused");
        assert_eq!(refused.at("/errors/0/pointer"), "/url", "{url}");
    }
    for url in ["ftp://hooks.example.org/", "not an address", ""] {
        let body = json!({"url": url, "events": ["ticket.created"]});
        house
            .post(&boss, BASE, body)
            .await
            .is_problem(422, "invalid_body");
    }
    let all = house.get(&boss, BASE).await;
    assert_eq!(all.body["webhooks"], json!([]));
    house.finish().await;
}

/// Puts an endpoint into the table past the door, as one whose name has come to lead elsewhere since.
async fn smuggled(house: &House, url: &str) -> String {
    let now = Timestamp::now();
    let id = "0193a5e0-0000-7000-8000-00000000abcd";
    let endpoint: Endpoint = serde_json::from_value(json!({
        "id": id,
        "url": url,
        "events": ["ticket.created"],
        "internal_notes": false,
        "secrets": [{"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "created_at": now}],
        "origin": {"by": "deployment"},
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }))
    .expect("an endpoint");
    let written = house.table().write_webhook(&endpoint, None).await;
    written.expect("it is written");
    id.to_owned()
}

async fn first_attempt(house: &House, boss: &Session, id: &str) -> Value {
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    house.platform.settle().await;
    let log = house.get(boss, &format!("{BASE}/{id}/deliveries")).await;
    assert_eq!(log.status, 200, "{log:?}");
    let attempt = log.body["deliveries"][0]["attempts"][0].clone();
    assert!(attempt["status_code"].is_null(), "{log:?}");
    attempt
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_that_came_in_otherwise_is_refused_when_it_is_to_be_called() {
    let (house, boss) = strict().await;
    let url = house.platform.simulators_url().replace("http:", "https:");
    let id = smuggled(&house, &format!("{url}/receiver/crm")).await;
    let attempt = first_attempt(&house, &boss, &id).await;
    assert_eq!(attempt["error"], "the address leads into a private network");
    house.platform.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_to_this_machine_is_refused_when_it_is_to_be_called() {
    let name = own_name();
    let (house, boss) = strict().await;
    let port = house
        .platform
        .simulators_url()
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    let url = format!("https://{name}:{port}/receiver/crm");
    let refused = house
        .post(
            &boss,
            BASE,
            json!({"url": url, "events": ["ticket.created"]}),
        )
        .await;
    refused.is_problem(422, "address_refused");
    let id = smuggled(&house, &url).await;
    let attempt = first_attempt(&house, &boss, &id).await;
    assert_eq!(attempt["error"], "the address leads into a private network");
    house.platform.shutdown().await;
}

/// A name that this machine resolves to an address of its own: another one than `localhost` where it has one.
fn own_name() -> String {
    use std::net::ToSocketAddrs as _;
    let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
    let names = hosts
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(|line| line.split_whitespace().skip(1))
        .filter(|name| !name.ends_with("localhost"));
    let private = |name: &&str| {
        let found = (*name, 443).to_socket_addrs();
        found.is_ok_and(|mut found| {
            found.any(|address| match address.ip() {
                std::net::IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
                std::net::IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
            })
        })
    };
    let mut names = names;
    names.find(private).unwrap_or("localhost").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_a_failure_and_nobody_goes_where_it_points() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    let other = super::receiver(&house, "elsewhere");
    for (n, (status, location)) in [
        (302, other.as_str()),
        (307, other.as_str()),
        (308, "http://169.254.169.254/latest"),
    ]
    .into_iter()
    .enumerate()
    {
        let rule = json!({"kind": "status", "status": status, "location": location, "times": 1});
        fails(&house, "crm", rule).await;
        if n == 0 {
            let student = house.sign_in(STUDENT).await;
            house.open_ticket(&student).await;
            house.platform.settle().await;
        } else {
            later(&house, Duration::from_secs(if n == 1 { 8 } else { 303 })).await;
        }
        let entry = hook.entry(&house, &boss).await;
        let attempt = &entry["attempts"][n];
        assert_eq!(attempt["status_code"], json!(status), "{entry}");
        assert_eq!(attempt["error"], "redirects are not followed");
        assert_eq!(entry["state"], "waiting");
    }
    house.faults(json!([])).await;
    later(&house, Duration::from_mins(31)).await;
    assert_eq!(hook.entry(&house, &boss).await["state"], "delivered");
    let elsewhere = house
        .journal_count_when_idle("provider=receiver&to=elsewhere")
        .await;
    assert_eq!(elsewhere, 0);
    house.finish().await;
}
