//! Files that nobody has are deleted, and no other; uploads are counted.

use super::{PDF, PNG, path};
use crate::house::{ADMIN, Ask, House, OTHER_ADMIN, STUDENT};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

impl House {
    /// Puts a file into the bucket, as a worker leaves it that died before it committed.
    fn orphan(&self, key: &str) {
        let file = self.s3_folder().join(self.bucket_name("attachments"));
        let file = file.join(key);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
        std::fs::write(file, PNG).expect("it is written");
    }

    /// Lets the sweep run as of `later` from now in all.
    async fn sweep(&self, later: Duration) {
        self.platform.quiesce().await;
        self.platform.advance(later);
        let fired = self.platform.fire_schedule("SchedulesFunction/SweepFiles");
        fired.await.expect("it runs");
        self.platform.quiesce().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_no_record_names_goes_after_a_day_and_every_other_stays() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let ticket = path(&house.open_ticket(&student).await);
    let file = house
        .upload(&student, &ticket, "bill.pdf", "application/pdf", PDF)
        .await;
    let said = house.say(&student, &ticket, &[file.at("/id")], false).await;
    assert_eq!(said.status, 201, "{said:?}");
    let secret = house
        .upload(&admin, &ticket, "among us.png", "image/png", PNG)
        .await;
    let said = house.say(&admin, &ticket, &[secret.at("/id")], true).await;
    assert_eq!(said.status, 201, "{said:?}");
    let draft = house
        .upload(&student, "/tickets", "later.png", "image/png", PNG)
        .await;
    let named = house.keys("attachments");

    let id = &ticket["/tickets/".len()..];
    let orphans = [
        format!("ticket-attachments/{id}/20261121T100000Z_copied.png"),
        format!("ticket-attachments/{id}/20261121T100000Z_プリント 2.png"),
        "ticket-attachments/0193a5e0-0000-7000-8000-000000000001/1_of nobody.png".to_owned(),
    ];
    for key in &orphans {
        house.orphan(key);
    }
    house.sweep(Duration::ZERO).await;
    for key in &orphans {
        assert!(
            house.keys("attachments").contains(key),
            "what takes it may be on its way"
        );
    }

    house.sweep(2 * DAY).await;
    let left = house.keys("attachments");
    for key in &orphans {
        assert!(!left.contains(key), "{key}");
    }
    for key in &named {
        assert!(left.contains(key), "{key} is somebody's: {left:?}");
    }
    let served = house.download(&student, file.at("/url")).await;
    assert_eq!(served.bytes().await.expect("a body"), PDF);
    let served = house.download(&admin, secret.at("/url")).await;
    assert_eq!(served.bytes().await.expect("a body"), PNG);
    assert_eq!(draft.at("/state"), "visible");

    // What is older than all walks that have looked at it costs none any more.
    house.orphan(&orphans[0]);
    house.sweep(20 * DAY).await;
    assert!(house.keys("attachments").contains(&orphans[0]));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_files_than_a_message_walks_are_walked_by_several() {
    let house = House::start().await;
    for ticket in 0..3 {
        for n in 0..350 {
            house.orphan(&format!(
                "ticket-attachments/0193a5e0-0000-7000-8000-00000000000{ticket}/{n:04}_x.png"
            ));
        }
    }
    house.sweep(2 * DAY).await;
    assert_eq!(house.stored_files(), 0);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_begins_sixty_uploads_an_hour_and_no_more() {
    const MOST: usize = 60;
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let other = house.sign_in(OTHER_ADMIN).await;
    let ticket = path(&house.open_ticket(&student).await);
    let hour = jiff::Timestamp::now().as_second() / 3600;
    // What is refused for itself counts nothing.
    for _ in 0..3 {
        let bad = house
            .begin(&student, &ticket, "x.exe", "application/x-msdownload", 7)
            .await;
        assert_eq!(bad.status, 422, "{bad:?}");
    }
    for n in 0..MOST {
        let base = if n % 2 == 0 {
            "/tickets"
        } else {
            ticket.as_str()
        };
        let begun = house.begin(&student, base, "x.png", "image/png", 7).await;
        assert_eq!(begun.status, 201, "{n}: {begun:?}");
    }
    let refused = house
        .begin(&student, "/tickets", "x.png", "image/png", 7)
        .await;
    if jiff::Timestamp::now().as_second() / 3600 == hour {
        refused.is_problem(429, "too_many_uploads");
        let wait: u32 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=3600).contains(&wait), "{wait}");
        assert_eq!(refused.body["most_an_hour"], MOST);
    }
    // Others are not held up, and neither is anything else of theirs.
    for who in [&admin, &other] {
        let begun = house.begin(who, &ticket, "x.png", "image/png", 7).await;
        assert_eq!(begun.status, 201, "{begun:?}");
    }
    let body = json!({"message": "without a file"});
    let said = house.request(Method::POST, &format!("{ticket}/messages"));
    let said = said.bearer_auth(&student.token).json(&body).answer().await;
    assert_eq!(said.status, 201, "{said:?}");
    house.finish().await;
}
