//! Reading many values at once, and the names of all keys.

use std::collections::HashMap;

use reqwest::{Method, StatusCode};
use serde::Deserialize;

use super::KvClient;
use crate::error::ProviderError;
use crate::transport::body;

/// The most values that one call reads.
pub const MOST_AT_ONCE: usize = 100;

/// A page of the names of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The names, in order.
    pub names: Vec<String>,
    /// What the next page is asked for with; none after the last.
    pub cursor: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    success: bool,
    result: T,
    #[serde(default)]
    result_info: Info,
}

#[derive(Default, Deserialize)]
struct Info {
    #[serde(default)]
    cursor: String,
}

#[derive(Deserialize)]
struct Values {
    values: HashMap<String, Option<String>>,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

impl KvClient {
    /// The values under `keys`, at most [`MOST_AT_ONCE`], as texts; those that are not there are left out.
    ///
    /// # Errors
    /// [`ProviderError::retryable_when_idempotent`] says whether to try again.
    #[tracing::instrument(name = "cloudflare.get_many", skip_all, fields(kv.keys = keys.len()))]
    pub async fn get_many(
        &self,
        keys: &[String],
    ) -> Result<HashMap<String, String>, ProviderError> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        if keys.len() > MOST_AT_ONCE {
            return Err(ProviderError::Unsendable { field: "keys" });
        }
        let wanted = serde_json::json!({"keys": keys, "type": "text"}).to_string();
        let url = self.below(&["bulk", "get"]);
        let response = self.send(Method::POST, url, Some(wanted.into())).await?;
        let values: Values = self.result(response).await?.0;
        let there = |(key, value): (String, Option<String>)| Some((key, value?));
        Ok(values.values.into_iter().filter_map(there).collect())
    }

    /// A page of at most `limit` (10 to 1000) names, from the first on or after a cursor of the page before.
    ///
    /// # Errors
    /// [`ProviderError::retryable_when_idempotent`] says whether to try again.
    #[tracing::instrument(name = "cloudflare.list", skip_all)]
    pub async fn list(&self, limit: u16, cursor: Option<&str>) -> Result<Listed, ProviderError> {
        let mut url = self.below(&["keys"]);
        url.query_pairs_mut()
            .append_pair("limit", &limit.to_string())
            .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        let response = self.send(Method::GET, url, None).await?;
        let (names, info): (Vec<Name>, Info) = self.result(response).await?;
        Ok(Listed {
            names: names.into_iter().map(|key| key.name).collect(),
            cursor: (!info.cursor.is_empty()).then_some(info.cursor),
        })
    }

    async fn result<T: for<'de> Deserialize<'de>>(
        &self,
        response: reqwest::Response,
    ) -> Result<(T, Info), ProviderError> {
        let status: StatusCode = response.status();
        match serde_json::from_slice::<Envelope<T>>(&body(response).await?) {
            Ok(answer) if answer.success => Ok((answer.result, answer.result_info)),
            Ok(_) | Err(_) => Err(ProviderError::BadAnswer {
                status: status.as_u16(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::client;
    use super::*;
    use crate::stub::Stub;

    #[tokio::test]
    async fn values_are_read_together_and_missing_ones_left_out() {
        let answer = r#"{"success":true,"errors":[],"messages":[],"result":{"values":{"cert/A":"{}","cert/B":null}}}"#;
        let stub = Stub::json("200 OK", answer).await;
        let keys = ["cert/A".to_owned(), "cert/B".to_owned()];
        let found = client(&stub).get_many(&keys).await.unwrap();
        assert_eq!(
            found,
            HashMap::from([("cert/A".to_owned(), "{}".to_owned())])
        );
        let request = stub.request().await;
        let path = "/cloudflare/client/v4/accounts/acc/storage/kv/namespaces/ns/bulk/get";
        assert!(request.starts_with(&format!("POST {path} HTTP/1.1\r\n")));
        assert!(
            request.ends_with(r#"{"keys":["cert/A","cert/B"],"type":"text"}"#),
            "{request}"
        );
        let many = vec!["k".to_owned(); MOST_AT_ONCE + 1];
        let stub = Stub::silent().await;
        assert!(client(&stub).get_many(&many).await.is_err());
    }

    #[tokio::test]
    async fn names_come_in_pages_until_there_is_no_cursor() {
        let page = r#"{"success":true,"result":[{"name":"a"},{"name":"b","metadata":{}}],"result_info":{"count":2,"cursor":"next"}}"#;
        let stub = Stub::json("200 OK", page).await;
        let listed = client(&stub).list(100, Some("be fore")).await.unwrap();
        assert_eq!(
            (listed.names.len(), listed.cursor.as_deref()),
            (2, Some("next"))
        );
        let request = stub.request().await;
        assert!(
            request.contains("/keys?limit=100&cursor=be+fore "),
            "{request}"
        );
        let last = page.replace("next", "");
        let stub = Stub::json("200 OK", &last).await;
        assert_eq!(client(&stub).list(100, None).await.unwrap().cursor, None);
    }

    #[tokio::test]
    async fn an_answer_of_another_shape_is_tried_again() {
        for body in [
            "",
            r#"{"success":false,"result":null}"#,
            r#"{"success":true,"result":[]}"#,
        ] {
            let stub = Stub::json("200 OK", body).await;
            let error = client(&stub).get_many(&["k".to_owned()]).await.unwrap_err();
            assert!(error.retryable_when_idempotent(), "{error:?}");
        }
    }
}
