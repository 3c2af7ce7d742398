//! All that a deployment keeps, to be searched for what must not be there.

use super::{Ask, House};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::BTreeSet;

/// Something kept: what kind of place it is in, and all that stands there.
pub(crate) struct Kept {
    pub(crate) place: String,
    pub(crate) text: String,
}

/// The places that hold all of these texts.
pub(crate) fn places(everything: &[Kept], texts: &[&str]) -> BTreeSet<String> {
    everything
        .iter()
        .filter(|kept| texts.iter().all(|text| kept.text.contains(text)))
        .map(|kept| kept.place.clone())
        .collect()
}

/// A key without what is one item's own: only its leading words.
fn kind(key: &str) -> &str {
    key.find('#').map_or(key, |at| &key[..at])
}

impl House {
    /// Every item of the table, object of a bucket, value of the edge's KV, and message on a queue or dead.
    pub(crate) async fn everything(&self) -> Vec<Kept> {
        let mut all = self.items().await;
        for bucket in self
            .platform
            .bucket_names()
            .map(str::to_owned)
            .collect::<Vec<_>>()
        {
            let root = self.s3_folder().join(&bucket);
            for key in self.keys(&bucket.to_lowercase()) {
                let bytes = std::fs::read(root.join(&key)).expect("an object");
                let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
                all.push(Kept {
                    place: format!("object {folder}"),
                    text: format!("{key} {}", String::from_utf8_lossy(&bytes)),
                });
            }
        }
        let url = self.kv_values_url().replace("/values", "/keys");
        let token = &self.platform.secrets().cloudflare_api_token;
        let keys = self.http.get(url).bearer_auth(token).answer().await;
        for key in keys.body["result"].as_array().expect("a list of keys") {
            let key = key["name"].as_str().expect("a name");
            let folder = key.split('/').next().unwrap_or_default();
            all.push(Kept {
                place: format!("kv {folder}"),
                text: format!("{key} {}", self.kv(key).await.text),
            });
        }
        for queue in ["Deliveries", "Rendering", "EdgeSync", "Bulk", "TicketWork"] {
            for dead in self.dead_letters(&format!("{queue}DeadLetterQueue")).await {
                all.push(Kept {
                    place: format!("dead {queue}"),
                    text: format!("{} {}", dead.body, dead.reason),
                });
            }
        }
        all
    }

    /// Every item of the table.
    async fn items(&self) -> Vec<Kept> {
        let (client, mut all, mut after) = (self.aws().dynamodb(), Vec::new(), None);
        loop {
            let scan = client.scan().table_name("registrar-Table");
            let page = scan.set_exclusive_start_key(after).send().await;
            let page = page.expect("a page of the table");
            for item in page.items() {
                let key = |name: &str| item.get(name).map(text).unwrap_or_default();
                let (partition, sort) = (key("PK"), key("SK"));
                all.push(Kept {
                    place: format!("item {} {}", kind(&partition), kind(&sort)),
                    text: text(&AttributeValue::M(item.clone())),
                });
            }
            after = page.last_evaluated_key;
            if after.is_none() {
                return all;
            }
        }
    }
}

/// All texts of a value.
fn text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        AttributeValue::M(members) => {
            let members = members.iter();
            let members: Vec<_> = members
                .map(|(name, value)| format!("{name} {}", text(value)))
                .collect();
            members.join(" ")
        }
        AttributeValue::L(values) => values.iter().map(text).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    }
}
