//! Files: uploaded by the signed request really through S3, looked at before anybody sees them, and served to whoever may.

mod drafts;
mod families;
mod moves;
mod quarantine;
mod refusals;
mod serving;
mod staff;
mod sweep;
mod upload;

use crate::house::{Answer, Ask, House, Session};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";
const PDF: &[u8] = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

impl House {
    /// Begins an upload below `base`, such as `/tickets/<id>`.
    async fn begin(
        &self,
        who: &Session,
        base: &str,
        name: &str,
        content_type: &str,
        size: usize,
    ) -> Answer {
        let body = json!({"file_name": name, "content_type": content_type, "size": size});
        self.post(who, &format!("{base}/attachments"), body).await
    }

    /// The request that an upload's answer describes, without its body; the length is what the body says.
    fn signed(&self, begun: &Answer) -> RequestBuilder {
        let method = begun
            .at("/upload/method")
            .parse::<Method>()
            .expect("a method");
        let mut request = self.http.request(method, begun.at("/upload/url"));
        for (name, value) in begun.body["upload"]["headers"]
            .as_object()
            .expect("headers")
        {
            if name != "content-length" {
                request = request.header(name, value.as_str().expect("a text"));
            }
        }
        request
    }

    /// Sends the file as the answer says; the status.
    async fn send(&self, begun: &Answer, bytes: &[u8]) -> u16 {
        self.signed(begun)
            .body(bytes.to_vec())
            .answer()
            .await
            .status
    }

    async fn complete(&self, who: &Session, begun: &Answer) -> Answer {
        let path = format!("{}/complete", begun.at("/url"));
        self.post(who, &path, json!({})).await
    }

    /// Uploads a file from its beginning to its end; what completing it says.
    async fn upload(
        &self,
        who: &Session,
        base: &str,
        name: &str,
        content_type: &str,
        bytes: &[u8],
    ) -> Answer {
        let begun = self.begin(who, base, name, content_type, bytes.len()).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        assert_eq!(begun.at("/state"), "pending");
        assert_eq!(self.send(&begun, bytes).await, 200);
        let completed = self.complete(who, &begun).await;
        assert_eq!(completed.status, 200, "{completed:?}");
        assert_eq!(completed.at("/attachment_id"), begun.at("/attachment_id"));
        completed
    }

    /// Downloads an attachment as somebody who may.
    async fn download(&self, who: &Session, url: &str) -> Response {
        let link = self.get(who, url).await;
        assert_eq!(link.status, 200, "{link:?}");
        assert_eq!(link.header("x-content-type-options"), "nosniff");
        assert_eq!(link.body["expires_in"], 300);
        let response = self.http.get(link.at("/download_url")).send().await;
        let response = response.expect("an answer");
        assert_eq!(response.status(), 200, "{link:?}");
        response
    }

    /// Says something in a ticket, with these attachments.
    async fn say(&self, who: &Session, ticket: &str, files: &[&str], note: bool) -> Answer {
        let body = json!({
            "message": "see the file",
            "attachment_ids": files,
            "is_internal_note": note,
        });
        self.post(who, &format!("{ticket}/messages"), body).await
    }

    /// How many files the bucket of attachments has.
    fn stored_files(&self) -> usize {
        let keys = self.keys("attachments");
        let files = keys
            .iter()
            .filter(|key| key.starts_with("ticket-attachments/"));
        files.count()
    }
}

/// The texts of a list, by a member of its rows.
#[track_caller]
fn texts<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    let rows = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    let text = |row: &'a Value| row[member].as_str().expect("a text");
    rows.iter().map(text).collect()
}

/// The path of a ticket, as its requester writes it.
fn path(ticket: &Answer) -> String {
    format!("/tickets/{}", ticket.at("/id"))
}
