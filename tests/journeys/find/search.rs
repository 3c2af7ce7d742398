//! Text search.

use super::lists::{numbers, open};
use crate::house::{ADMIN, DEVANAGARI, House, STUDENT};
use serde_json::json;

const ALL: &str = "/api/admin/support/tickets";

#[tokio::test(flavor = "multi_thread")]
async fn tickets_are_found_by_their_words_newest_first_and_by_nothing_else() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (asha, anushka) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let first = open(&house, &asha, "Refund of the course", "payment", "low").await;
    let second = open(&house, &anushka, "Où est l’école en ÉTÉ?", "course", "low").await;
    let third = open(&house, &asha, "REFUND, again", "payment", "high").await;
    let fourth = open(&house, &anushka, "प्रमाण पत्र नहीं मिला", "certificate", "low").await;
    let note = json!({"message": "the zebra knows", "is_internal_note": true});
    let path = format!("{ALL}/{first}/replies");
    assert_eq!(house.post(&admin, &path, note).await.status, 201);
    let moved = house
        .patch(
            &admin,
            &format!("{ALL}/{third}/status"),
            json!({"status": "resolved"}),
        )
        .await;
    assert_eq!(moved.status, 200, "{moved:?}");
    house.platform.quiesce().await;

    let cases: [(&str, &[&String]); 12] = [
        ("search=refund", &[&third, &first]),
        ("search=Refund%20course", &[&first]),
        ("q=course%20of%20refund", &[&first]),
        ("search=refund&status=resolved", &[&third]),
        ("search=refund&priority=low&category=payment", &[&first]),
        ("search=refund&order=asc", &[&first, &third]),
        ("search=ete", &[&second]),
        ("search=ecole", &[&second]),
        ("search=L%27ECOLE", &[&second]),
        ("search=%E0%A4%AA%E0%A4%A4%E0%A5%8D%E0%A4%B0", &[&fourth]),
        ("search=zebra", &[]),
        ("search=time", &[&fourth, &third, &second, &first]),
    ];
    for (query, wanted) in cases {
        let found = numbers(&house.get(&admin, &format!("{ALL}?{query}")).await);
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{query}");
    }
    // Page by page.
    let page = house
        .get(&admin, &format!("{ALL}?search=time&limit=3"))
        .await;
    assert_eq!(
        numbers(&page),
        [fourth.clone(), third.clone(), second.clone()]
    );
    let next = format!(
        "{ALL}?search=time&limit=3&cursor={}",
        page.at("/next_cursor")
    );
    assert_eq!(
        numbers(&house.get(&admin, &next).await),
        std::slice::from_ref(&first)
    );
    // A requester searches among their own.
    let own = house.get(&asha, "/tickets?search=time").await;
    assert_eq!(numbers(&own), [third.clone(), first.clone()]);
    let foreign = house.get(&asha, "/tickets?search=ete").await;
    assert_eq!(numbers(&foreign), [""; 0]);
    house.finish().await;
}
