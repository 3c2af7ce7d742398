//! A chat channel's signed calls, and requests with any method.

use super::{Answer, Ask, House, Session};
use jiff::Timestamp;
use registrar_domain::signed_call::{Call, CallKey, HEADER};
use reqwest::Method;
use serde_json::Value;

impl House {
    /// The deployment's channel secret.
    pub(crate) fn channel_key(&self) -> CallKey {
        CallKey::from_base64(&self.platform.secrets().channel_secret).expect("a channel secret")
    }

    /// A call that the channel signs now.
    pub(crate) async fn channel(&self, method: Method, path: &str, body: &str) -> Answer {
        let signature = self.signature(&method, path, body, Timestamp::now());
        self.channel_signed(method, path, body, &signature).await
    }

    /// The signature of a call at a time.
    pub(crate) fn signature(
        &self,
        method: &Method,
        path: &str,
        body: &str,
        at: Timestamp,
    ) -> String {
        let path = path.split('?').next().expect("a path");
        let call = Call {
            method: method.as_str(),
            path,
            body: body.as_bytes(),
        };
        self.channel_key().sign(call, at)
    }

    /// A call with some signature.
    pub(crate) async fn channel_signed(
        &self,
        method: Method,
        path: &str,
        body: &str,
        signature: &str,
    ) -> Answer {
        self.request(method, path)
            .header(HEADER, signature)
            .header("content-type", "application/json")
            .body(body.to_owned())
            .answer()
            .await
    }

    /// A request with any method as somebody.
    pub(crate) async fn ask(
        &self,
        who: &Session,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self.request(method, path).bearer_auth(&who.token);
        match body {
            Some(body) => request.json(&body).answer().await,
            None => request.answer().await,
        }
    }
}
