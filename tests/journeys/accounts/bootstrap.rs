//! The first super admin of a fresh deployment.

use super::{ACCOUNTS, AT_ONCE, PASSWORD, list};
use crate::house::{Answer, Ask, House};
use reqwest::Method;
use serde_json::json;

impl House {
    async fn bootstrap(&self, secret: &str, email: &str) -> Answer {
        let body = json!({"email": email, "name": "Sade Okafor"});
        let request = self.request(Method::POST, "/auth/bootstrap");
        let request = request.header("x-bootstrap-secret", secret).json(&body);
        request.answer().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_deployment_gets_one_super_admin_by_its_secret_and_no_second_one() {
    let house = House::start_empty(&[AT_ONCE]).await;
    let secret = house.platform.secrets().bootstrap_secret.clone();
    let email = "sade@example.net";
    for wrong in ["", "wrong", &secret[1..]] {
        let refused = house.bootstrap(wrong, email).await;
        refused.is_problem(401, "bootstrap_secret_invalid");
    }
    let begun = house.bootstrap(&secret, email).await;
    assert_eq!((begun.status, begun.at("/status")), (202, "invited"));
    // Another one may be begun until the first of them is there.
    assert_eq!(
        house.bootstrap(&secret, "mallory@example.net").await.status,
        202
    );
    assert!(!begun.text.contains("token"), "{begun:?}");

    let link = house.link(email, 1).await;
    let other = house.link("mallory@example.net", 1).await;
    assert_eq!(house.choose(&link, PASSWORD).await.status, 303);
    let chief = house.sign_in_with(email, PASSWORD).await;
    let late = house.http.get(&other).answer().await;
    assert!(!late.text.contains("<form"), "{late:?}");
    let refused = house.bootstrap(&secret, email).await;
    refused.is_problem(409, "already_bootstrapped");

    let admin = house.member(&chief, "meera@example.net", "admin").await;
    let seen = house
        .get(&admin, &format!("{ACCOUNTS}?role=super_admin"))
        .await;
    let active: Vec<_> = list(&seen, "accounts")
        .iter()
        .filter(|a| a["status"] == "active")
        .collect();
    assert_eq!(active.len(), 1, "{seen:?}");
    let history = house
        .get(&chief, &format!("{ACCOUNTS}/{}/history", chief.id))
        .await;
    assert_eq!(list(&history, "history").len(), 2, "{history:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_letter_is_sent_again_while_nobody_came() {
    let house = House::start_empty(&[AT_ONCE]).await;
    let secret = house.platform.secrets().bootstrap_secret.clone();
    let email = "sade@example.net";
    let first = house.bootstrap(&secret, email).await;
    house.link(email, 1).await;
    let second = house.bootstrap(&secret, email).await;
    assert_eq!(first.at("/account_id"), second.at("/account_id"));
    house.link(email, 2).await;
    house.finish().await;
}
