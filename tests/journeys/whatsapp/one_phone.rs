//! One phone has several numbers: whoever wrote from one is known by the others, and is written to by the one they used.

use super::phone::chat_house;
use crate::house::{ADMIN, DEVANAGARI, House};
use registrar_domain::{
    account::{Account, Locale},
    actor::Role,
    value::{Email, PersonName, Phone},
};
use reqwest::Method;
use serde_json::json;

/// A number as an account has it, and as the provider tells it.
const NUMBERS: [(&str, &str); 4] = [
    ("+5511987654321", "+551187654321"),
    ("+525512345678", "+5215512345678"),
    ("+541123456789", "+5491123456789"),
    ("+447911123456", "+4407911123456"),
];

impl House {
    /// Makes a customer with this number; their id.
    async fn customer(&self, n: usize, phone: &str) -> String {
        let id = format!("00000000-0000-7000-9000-{n:012x}");
        let account = Account {
            id: id.parse().expect("a UUID"),
            role: Role::Customer,
            name: PersonName::new("Maria").expect("a name"),
            email: Email::new(&format!("maria{n}@example.org")).expect("an address"),
            phone: Some(Phone::new(phone).expect("a number")),
            locale: Locale::En,
            activated_at: None,
            disabled_at: None,
            version: 1,
            created_at: "2026-01-01T00:00:00Z".parse().expect("a time"),
        };
        let table = self.table();
        table
            .create_account(&account, None)
            .await
            .expect("it is written");
        id
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_found_by_every_number_of_its_phone() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    for (n, (own, told)) in NUMBERS.into_iter().enumerate() {
        let account = house.customer(n, own).await;
        house.phone(told, json!({"choice": "chat_support"})).await;
        house.says(told, "I cannot submit my homework").await;
        let number = (n + 1).to_string();
        let ticket = house.ticket_as_staff(&admin, &number).await;
        assert_eq!(ticket.at("/requester/id"), account, "{ticket:?}");
        assert_eq!(ticket.at("/phone_number"), told);
        // A chat channel that knows the other number goes on in the same chat.
        let chat = format!(
            "/api/admin/support/chats?phone_number={}",
            own.replace('+', "%2B")
        );
        let stands = house.get(&admin, &chat).await;
        assert_eq!(stands.body["ticket_id"], ticket.body["id"], "{stands:?}");
        assert_eq!(stands.at("/student_id"), account);
        let before = house.got(told).await;
        let reply = json!({"message": "We are looking into it."});
        let replied = house.replies(&admin, &number, reply).await;
        assert_eq!(replied.status, 201, "{replied:?}");
        house.platform.quiesce().await;
        assert_eq!(house.got(told).await, before + 1, "the number that wrote");
        assert_eq!(house.got(own).await, 0);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_without_an_account_is_one_requester_by_all_its_numbers() {
    let house = chat_house().await;
    let admin = house.sign_in(ADMIN).await;
    for (n, (one, other)) in NUMBERS.into_iter().enumerate() {
        let opens = json!({"phone_number": one, "sender_name": "Maria", "issue_description": "I cannot sign in"});
        let opened = house
            .channel(Method::POST, "/api/support/tickets", &opens.to_string())
            .await;
        assert_eq!(opened.status, 201, "{opened:?}");
        house
            .says(other, "It says that the password is wrong")
            .await;
        let ticket = house.ticket_as_staff(&admin, &(n + 1).to_string()).await;
        assert_eq!(
            ticket.at("/messages/0/message"),
            "It says that the password is wrong"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signed_in_names_their_phone_by_any_of_its_numbers() {
    let house = chat_house().await;
    let anushka = house.sign_in(DEVANAGARI).await;
    for (phone, status) in [
        ("+919812345678", 201),
        ("+9109812345678", 201),
        ("+919812345679", 403),
    ] {
        let body = json!({"phone_number": phone, "issue_description": "I cannot sign in"});
        let opened = house.post(&anushka, "/api/support/tickets", body).await;
        assert_eq!(opened.status, status, "{phone}: {opened:?}");
    }
    house.platform.quiesce().await;
    house.finish().await;
}
