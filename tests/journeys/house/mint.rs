//! Tokens that no sign-in gives, and what the functions wrote to their logs.

use super::{House, Session};
use data_encoding::BASE64;
use jiff::Timestamp;
use registrar_domain::actor::{Actor, Role};
use registrar_runtime::auth::TokenSigner;

impl House {
    /// The deployment's own signer of tokens.
    pub(crate) fn signer(&self) -> TokenSigner {
        self.signer_as(self.platform.api_url())
    }

    /// A signer that has the deployment's key and another name.
    pub(crate) fn signer_as(&self, issuer: &str) -> TokenSigner {
        let seed = &self.platform.secrets().token_signing_key;
        let seed = BASE64.decode(seed.as_bytes()).expect("base64");
        TokenSigner::new(issuer.to_owned(), &seed.try_into().expect("32 bytes"))
    }

    /// Somebody with a role who is none of the demo people.
    pub(crate) async fn somebody(&self, role: Role) -> Session {
        let id = uuid::Uuid::from_u128(0xf000 + role as u128).to_string();
        let account = serde_json::from_value(serde_json::json!({
            "id": id, "role": role, "name": "Irena Duarte", "email": format!("{}@example.net", role.code()),
            "created_at": "2026-01-01T00:00:00Z", "activated_at": "2026-01-01T00:00:00Z", "version": 1,
        }));
        let account = account.expect("an account");
        let created = self.table().create_account(&account, None).await;
        created.expect("it is written");
        self.mint(role, &id)
    }

    /// A good token for an account that need not be there; what it may do is what the account says.
    pub(crate) fn mint(&self, role: Role, id: &str) -> Session {
        let token = token(&self.signer(), role, id, Timestamp::now());
        Session {
            token,
            id: id.to_owned(),
        }
    }

    /// What the function of this logical id has logged so far.
    pub(crate) fn log_of(&self, function: &str) -> String {
        let wanted = format!("{function}.log");
        let logs = self.logs().into_iter();
        let mut logs = logs.filter(|(file, _)| *file == wanted);
        logs.next().expect("the function had work").1
    }

    /// What all functions have logged so far, by file.
    pub(crate) fn logs(&self) -> Vec<(String, String)> {
        let folder = self.data.path().join("logs");
        let files = std::fs::read_dir(folder).expect("the folder of logs");
        files
            .map(|file| {
                let path = file.expect("an entry").path();
                let text = std::fs::read(&path).expect("a log");
                let name = path.file_name().expect("a name").to_string_lossy();
                (
                    name.into_owned(),
                    String::from_utf8_lossy(&text).into_owned(),
                )
            })
            .collect()
    }
}

/// A token of `signer` as of `now`.
pub(crate) fn token(signer: &TokenSigner, role: Role, id: &str, now: Timestamp) -> String {
    let id = id.parse().expect("a UUID");
    signer.sign(Actor { id, role }, uuid::Uuid::nil(), now)
}
