//! Statistics and alerts.

use super::lists::open;
use crate::house::{ADMIN, DEVANAGARI, House, STUDENT};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn statistics_and_alerts_say_how_many_tickets_there_are_now() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (asha, anushka) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let nothing = house.get(&admin, "/api/admin/support/notifications").await;
    let none = json!({"open_tickets": 0, "in_progress": 0, "unassigned": 0, "has_alerts": false});
    assert_eq!(nothing.body, none);
    let empty = house.get(&asha, "/tickets/stats").await;
    assert_eq!(
        (&empty.body["total"], &empty.body["satisfaction"]["average"]),
        (&json!(0), &json!(null))
    );

    let mut opened = Vec::new();
    for (who, category, priority) in [
        (&asha, "payment", "low"),
        (&asha, "technical", "high"),
        (&anushka, "payment", "high"),
    ] {
        opened.push(open(&house, who, "A question", category, priority).await);
    }
    let all = "/api/admin/support/tickets";
    let path = format!("{all}/{}", opened[0]);
    let said = json!({"message": "Done."});
    assert_eq!(
        house
            .post(&admin, &format!("{path}/replies"), said)
            .await
            .status,
        201
    );
    let resolved = json!({"status": "resolved"});
    assert_eq!(
        house
            .patch(&admin, &format!("{path}/status"), resolved)
            .await
            .status,
        200
    );
    let given = json!({"assigned_to": admin.id});
    let path = format!("{all}/{}/assign", opened[1]);
    assert_eq!(house.patch(&admin, &path, given).await.status, 200);

    for path in [
        "/api/admin/support/notifications",
        "/api/support/notifications",
    ] {
        let alerts = house.get(&admin, path).await;
        assert_eq!(alerts.body["open_tickets"], 2, "{alerts:?}");
        assert_eq!(alerts.body["unassigned"], 1, "{alerts:?}");
        assert_eq!(alerts.body["has_alerts"], true, "{alerts:?}");
        house.get(&asha, path).await.is_problem(403, "forbidden");
    }
    for path in [
        "/api/admin/support/stats",
        "/api/admin/support/tickets/stats",
        "/tickets/stats",
    ] {
        let stats = house.get(&admin, path).await.body;
        assert_eq!(stats["total"], 3, "{stats}");
        assert_eq!(stats["by_status"]["open"], 2, "{stats}");
        assert_eq!(stats["by_status"]["resolved"], 1, "{stats}");
        assert_eq!(stats["by_status"]["closed"], 0, "{stats}");
        assert_eq!(stats["by_priority"]["high"], 2, "{stats}");
        assert_eq!(stats["by_category"]["payment"], 2, "{stats}");
        assert_eq!(stats["unassigned"], 1, "{stats}");
        assert_eq!(stats["open_closed_ratio"], 2.0, "{stats}");
        assert!(
            stats["average_first_response_seconds"].is_number(),
            "{stats}"
        );
        assert!(stats["average_resolution_seconds"].is_number(), "{stats}");
    }
    let own = house.get(&asha, "/tickets/stats").await.body;
    assert_eq!(
        (&own["total"], &own["by_status"]["resolved"]),
        (&json!(2), &json!(1))
    );
    assert!(own.get("unassigned").is_none(), "{own}");
    let open_ones = house.get(&admin, "/api/support/open-tickets").await;
    assert_eq!(open_ones.body["total"], 2, "{open_ones:?}");
    // Reopened, it is no longer resolved.
    let path = format!("{all}/{}/status", opened[0]);
    assert_eq!(
        house
            .patch(&admin, &path, json!({"status": "open"}))
            .await
            .status,
        200
    );
    let stats = house.get(&admin, "/api/admin/support/stats").await.body;
    assert_eq!(
        (&stats["resolved"], &stats["by_status"]["open"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(stats["average_resolution_seconds"], json!(null));
    house.finish().await;
}
