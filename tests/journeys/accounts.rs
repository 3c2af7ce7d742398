//! Accounts: invited, made from a list, given roles, disabled, taken away.

mod bootstrap;
mod cli;
mod import;
mod invite;
mod roles;

use crate::house::{Answer, Ask, House, Session};
use reqwest::Method;
use serde_json::{Value, json};

const ACCOUNTS: &str = "/api/admin/accounts";
const PASSWORD: &str = "correct horse battery";

/// What makes a change of a role hold at once: nothing is kept of what people may do.
const AT_ONCE: (&str, &str) = ("RoleCacheSeconds", "0");

impl House {
    /// The newest link that an address was sent, the `sent`th one.
    async fn link(&self, email: &str, sent: usize) -> String {
        let query = format!("provider=sendgrid&to={email}");
        let mails = self.journal(&query, sent).await;
        let links = mails.iter().flat_map(|mail| {
            let text = mail["text"].as_str().expect("a text");
            let words = text.split_whitespace();
            words.filter(|word| word.contains("/auth/set-password?token="))
        });
        let links: Vec<_> = links.collect();
        assert_eq!(links.len(), sent, "{mails:#?}");
        let mut newest = links.iter().filter(|link| {
            // The journal's order is not promised, so the last one is the one that differs.
            links[..sent - 1].iter().all(|other| other != *link)
        });
        (*newest.next().expect("a link")).to_owned()
    }

    /// Fills the form of a link's page, as a browser does.
    async fn choose(&self, link: &str, password: &str) -> Answer {
        let page = self.http.get(link).answer().await;
        assert_eq!(page.status, 200, "{page:?}");
        let value = |name: &str| {
            let input = format!("name=\"{name}\" value=\"");
            let found = page.text.split_once(&input);
            let (_, rest) = found.unwrap_or_else(|| panic!("no {name}: {page:?}"));
            rest.split('"').next().expect("a value").to_owned()
        };
        let form = format!(
            "token={}&lang={}&password={}",
            value("token"),
            value("lang"),
            password.replace(' ', "+")
        );
        self.request(Method::POST, "/auth/set-password")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .answer()
            .await
    }

    /// Makes an account and lets its person choose a password.
    async fn member(&self, by: &Session, email: &str, role: &str) -> Session {
        let body = json!({"email": email, "name": "Irena Duarte", "role": role});
        let made = self.post(by, ACCOUNTS, body).await;
        assert_eq!(made.status, 201, "{made:?}");
        let link = self.link(email, 1).await;
        assert_eq!(self.choose(&link, PASSWORD).await.status, 303);
        self.sign_in_with(email, PASSWORD).await
    }

    async fn delete(&self, who: &Session, id: &str) -> Answer {
        self.request(Method::DELETE, &format!("{ACCOUNTS}/{id}?reason=left"))
            .bearer_auth(&who.token)
            .answer()
            .await
    }

    async fn try_sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        let request = self.request(Method::POST, "/auth/sign-in").json(&body);
        request.answer().await
    }

    async fn give(&self, who: &Session, id: &str, role: &str) -> Answer {
        let body = json!({"role": role, "reason": "another post"});
        self.post(who, &format!("{ACCOUNTS}/{id}/role"), body).await
    }
}

fn list<'a>(answer: &'a Answer, member: &str) -> &'a Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body[member].as_array().expect("a list")
}
