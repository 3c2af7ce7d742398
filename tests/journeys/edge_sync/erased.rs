//! A holder who is erased while nothing can be pushed.

use super::issued;
use crate::house::{Ask, House};
use serde_json::json;

const NAME: &str = "Asha Rao";

impl House {
    /// The verifier's page.
    async fn page_at(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.platform.verify_url());
        let page = self.http.get(url).header("accept", "text/html");
        let page = page.answer().await;
        (page.status, page.text)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_holder_is_gone_from_the_edge_although_every_push_is_given_up() {
    let (house, admin, certificates) = issued(2).await;
    house.command(&admin, &certificates[1], "revoke").await;
    house.platform.quiesce().await;
    for certificate in &certificates {
        let (status, page) = house.page_at(&certificate.by_id()).await;
        assert!(status == 200 && page.contains(NAME), "{page}");
    }
    let failing = json!({"provider": "cloudflare", "match": {"method": "PUT"}, "kind": "status", "status": 500});
    house.faults(json!([failing])).await;
    for certificate in &certificates {
        house.command(&admin, certificate, "withdraw").await;
    }
    house.retried().await;
    let dead = house.platform.queue_counts("EdgeSyncDeadLetterQueue");
    assert!(dead.expect("a queue").visible > 0, "pushes were given up");
    for certificate in &certificates {
        let there = house.kv(&certificate.record()).await;
        assert!(there.text.contains(NAME), "the KV is behind: {there:?}");
        for path in [certificate.by_id(), certificate.by_token()] {
            let judged = house.verify(&path).await;
            assert_eq!((judged.status, judged.at("/verdict")), (410, "withdrawn"));
            let (status, page) = house.page_at(&path).await;
            assert_eq!(status, 410);
            assert!(!page.contains(NAME), "{page}");
        }
    }
    house.finish().await;
}
