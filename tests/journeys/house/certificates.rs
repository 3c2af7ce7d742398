//! Certificates, as several journeys need them.

use super::{Answer, Ask, House, Session};
use serde_json::json;

impl House {
    /// Asks for a certificate of `course` for the student with this id, completed on 2026-01-15 with an A.
    pub(crate) async fn generate(&self, who: &Session, student_id: &str, course: &str) -> Answer {
        let body = json!({
            "student_id": student_id,
            "course_name": course,
            "completion_date": "2026-01-15",
            "grade": "A",
        });
        self.post(who, "/api/admin/certificates/generate", body)
            .await
    }

    /// Issues a certificate and waits until all that follows from it is done.
    pub(crate) async fn issue(
        &self,
        admin: &Session,
        student: &Session,
        course: &str,
    ) -> Certificate {
        let answer = self.generate(admin, &student.id, course).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.platform.quiesce().await;
        Certificate {
            id: answer.at("/certificate_id").to_owned(),
            token: answer.at("/token").to_owned(),
        }
    }

    /// Takes a certificate back.
    pub(crate) async fn revoke(&self, admin: &Session, id: &str) -> Answer {
        let path = format!("/api/admin/certificates/{id}/revoke");
        let answer = self
            .post(
                admin,
                &path,
                json!({"reason": "issued to the wrong person"}),
            )
            .await;
        assert_eq!(
            (answer.status, answer.at("/status")),
            (200, "revoked"),
            "{answer:?}"
        );
        answer
    }

    /// What an address on this machine serves.
    pub(crate) async fn bytes(&self, url: &str) -> Vec<u8> {
        let response = self.http.get(url).send().await.expect("an answer");
        assert_eq!(response.status(), 200, "{url}");
        response.bytes().await.expect("a body").to_vec()
    }

    /// The value that the edge's KV holds for a key.
    pub(crate) async fn kv(&self, key: &str) -> Answer {
        let key = key.replace('/', "%2F");
        let token = &self.platform.secrets().cloudflare_api_token;
        self.http
            .get(format!("{}/{key}", self.kv_values_url()))
            .bearer_auth(token)
            .answer()
            .await
    }

    /// Where the simulator of the edge's KV keeps values.
    pub(crate) fn kv_values_url(&self) -> String {
        let namespace = "accounts/simulated-account/storage/kv/namespaces/simulated-namespace";
        format!(
            "{}/cloudflare/client/v4/{namespace}/values",
            self.platform.simulators_url()
        )
    }
}

/// An issued certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) id: String,
    pub(crate) token: String,
}

impl Certificate {
    /// The verifier's path of its token.
    pub(crate) fn by_token(&self) -> String {
        format!("/v/{}", self.token)
    }

    /// The verifier's path of its id.
    pub(crate) fn by_id(&self) -> String {
        format!("/verify/{}", self.id)
    }
}
