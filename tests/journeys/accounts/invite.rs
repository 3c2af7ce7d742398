//! The invitation, with a mail program and a browser alone.

use super::{ACCOUNTS, PASSWORD};
use crate::house::{ADMIN, Ask, House, STUDENT, SUPER_ADMIN};
use registrar_domain::{account::Invitation, id::AccountId};
use registrar_store::{keys, transaction::UNLISTED};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_chooses_a_password_in_a_browser_and_signs_in() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let email = "irena@example.net";
    let body = json!({"email": email, "name": "Irena Duarte", "role": "student", "locale": "fr"});
    let made = house.post(&admin, ACCOUNTS, body).await;
    assert_eq!(
        (made.status, made.at("/status")),
        (201, "invited"),
        "{made:?}"
    );
    assert_eq!(
        made.header("location"),
        format!("{ACCOUNTS}/{}", made.at("/id"))
    );
    assert!(!made.text.contains("token") && !made.text.contains("password"));

    let link = house.link(email, 1).await;
    let mail = &house
        .journal(&format!("provider=sendgrid&to={email}"), 1)
        .await[0];
    assert!(
        mail["subject"]
            .as_str()
            .expect("a subject")
            .starts_with("Choisissez")
    );
    let page = house.http.get(&link).answer().await;
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{page:?}"
    );
    assert!(
        page.header("content-security-policy")
            .contains("form-action 'self'")
    );
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text.contains("lang=\"fr-CA\"") && !page.text.contains("<script"));

    let again = house.choose(&link, "short").await;
    assert_eq!(again.status, 303, "{again:?}");
    let back = again.header("location").to_owned();
    let page = house.request(Method::GET, &back).answer().await;
    assert!(page.text.contains("role=\"alert\""), "{page:?}");
    house
        .try_sign_in(email, "short-one")
        .await
        .is_problem(401, "invalid_credentials");

    let chosen = house.choose(&link, PASSWORD).await;
    assert_eq!(chosen.status, 303, "{chosen:?}");
    let done = house
        .request(Method::GET, chosen.header("location"))
        .answer()
        .await;
    assert!(
        done.status == 200 && done.text.contains("enregistré"),
        "{done:?}"
    );
    let signed_in = house.try_sign_in(email, PASSWORD).await;
    assert_eq!(signed_in.at("/account/status"), "active", "{signed_in:?}");

    // Once, and never again.
    let ended = house.http.get(&link).answer().await;
    assert!(!ended.text.contains("<form"), "{ended:?}");
    let (_, token) = link.split_once("token=").expect("a token");
    let token = token.split('&').next().expect("a token");
    let body = json!({"token": token, "password": "another password"});
    let request = house
        .request(Method::POST, "/auth/set-password")
        .json(&body);
    request.answer().await.is_problem(410, "link_ended");
    assert_eq!(house.try_sign_in(email, PASSWORD).await.status, 200);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_a_day_or_when_a_newer_one_is_sent_and_is_kept_as_a_digest() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let email = "irena@example.net";
    let body = json!({"email": email, "name": "Irena Duarte", "role": "customer"});
    let made = house.post(&admin, ACCOUNTS, body).await;
    let first = house.link(email, 1).await;
    let path = format!("{ACCOUNTS}/{}/invitation", made.at("/id"));
    assert_eq!(house.post(&admin, &path, json!({})).await.status, 200);
    let second = house.link(email, 2).await;
    let old = if house.http.get(&first).answer().await.text.contains("<form") {
        second.clone()
    } else {
        first.clone()
    };
    let new = if old == first { second } else { first };
    assert!(!house.http.get(&old).answer().await.text.contains("<form"));

    let table = house.table();
    let id: AccountId = made.at("/id").parse().expect("an id");
    let kept = table.invitation(id).await.expect("a table").expect("one");
    let mac = new.split(['.', '&']).find(|part| part.len() == 43);
    let mac = mac.expect("a token");
    let text = serde_json::to_string(&kept).expect("JSON");
    assert!(!text.contains(mac) && new.contains(mac), "{text}");
    let over = Invitation {
        expires_at: jiff::Timestamp::now().as_second(),
        ..kept
    };
    let mut transaction = table.transaction();
    let key = keys::invitation(id);
    transaction.set(&key, &over, UNLISTED).expect("an item");
    transaction.commit().await.expect("it is written");
    assert!(!house.http.get(&new).answer().await.text.contains("<form"));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_have_a_link_one_chooses_the_password() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let email = "irena@example.net";
    let body = json!({"email": email, "name": "Irena Duarte", "role": "tutor"});
    assert_eq!(house.post(&admin, ACCOUNTS, body).await.status, 201);
    let link = house.link(email, 1).await;
    let token = link.split_once("token=").expect("a token").1;
    let token = token.split('&').next().expect("a token");
    let choose = async |password: &str| {
        let body = json!({"token": token, "password": password});
        let request = house
            .request(Method::POST, "/auth/set-password")
            .json(&body);
        request.answer().await.status
    };
    let (one, other) = tokio::join!(choose("the first one"), choose("the second one"));
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert!(statuses[0] == 200 && statuses[1] >= 409, "{statuses:?}");
    let first = house.try_sign_in(email, "the first one").await.status;
    let second = house.try_sign_in(email, "the second one").await.status;
    assert_eq!((first == 200, second == 200), (one == 200, other == 200));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_made_once_a_key_and_once_an_address() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body = json!({"email": "irena@example.net", "name": "Irena Duarte", "role": "student"});
    let keyed = async || {
        let request = house
            .request(Method::POST, ACCOUNTS)
            .bearer_auth(&admin.token);
        request
            .header("idempotency-key", "k1")
            .json(&body)
            .answer()
            .await
    };
    let (made, again) = (keyed().await, keyed().await);
    assert_eq!((made.status, again.status), (201, 201), "{again:?}");
    assert_eq!(made.at("/id"), again.at("/id"));
    let twice = house.post(&admin, ACCOUNTS, body.clone()).await;
    twice.is_problem(409, "email_taken");
    house
        .post(&student, ACCOUNTS, body)
        .await
        .is_problem(403, "forbidden");
    let path = format!("{ACCOUNTS}/{}", made.at("/id"));
    house
        .get(&student, &path)
        .await
        .is_problem(403, "forbidden");
    let absent = format!("{ACCOUNTS}/00000000-0000-7000-8000-0000000000ff");
    house
        .get(&admin, &absent)
        .await
        .is_problem(404, "not_found");
    let query = "provider=sendgrid&to=irena@example.net";
    assert_eq!(house.journal_count_when_idle(query).await, 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_lies_apart_from_its_account_and_is_shown_to_nobody() {
    let house = House::start().await;
    let super_admin = house.sign_in(SUPER_ADMIN).await;
    let id: AccountId = super_admin.id.parse().expect("an id");
    let table = house.table();
    let account: serde_json::Value = table
        .get(&keys::account(id))
        .await
        .expect("a table")
        .expect("an account");
    assert!(!account.to_string().contains("argon2"), "{account}");
    let hash = table.password(id).await.expect("a table");
    assert!(hash.expect("a hash").as_phc().starts_with("$argon2id$"));
    let seen = house.get(&super_admin, &format!("{ACCOUNTS}/{id}")).await;
    assert!(
        seen.status == 200 && !seen.text.contains("argon2"),
        "{seen:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_to_the_staff_is_told_of_no_ticket_before_they_chose_a_password() {
    let house = House::start().await;
    let admin = house.sign_in(crate::house::SUPER_ADMIN).await;
    let invited =
        serde_json::json!({"email": "luc@example.org", "name": "Luc Roy", "role": "admin"});
    let invited = house.post(&admin, "/api/admin/accounts", invited).await;
    assert_eq!(invited.status, 201, "{invited:?}");
    house
        .open_ticket(&house.sign_in(crate::house::STUDENT).await)
        .await;
    house.platform.quiesce().await;
    let told = house
        .journal_count("provider=sendgrid&to=luc@example.org")
        .await;
    assert_eq!(told, 1, "the invitation alone");
    house.finish().await;
}
