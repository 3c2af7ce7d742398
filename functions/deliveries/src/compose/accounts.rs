//! What is said to people about their accounts.

use super::{Composed, Unsaid};
use crate::Deliveries;
use registrar_domain::{account::Account, id::InvitationId};
use registrar_store::StoreError;
use registrar_templates::{AccountInvited, Message};

impl Deliveries {
    /// The letter with the link by which a password is chosen. The token is derived here: no message and no item has it.
    pub(super) async fn account_invited(
        &self,
        id: InvitationId,
        person: &Account,
    ) -> Result<Composed<Message>, StoreError> {
        let invitation = self.shell.table.invitation(person.id).await?;
        let now = self.shell.now();
        let Some(invitation) = invitation.filter(|i| i.id == id && i.stands(now)) else {
            return Ok(Err(Unsaid::Never(
                "the link was used, replaced or has ended",
            )));
        };
        let Some(token) = self.invitations.token_of(&invitation) else {
            return Ok(Err(Unsaid::Never("the link was made with another key")));
        };
        let (base, language) = (&self.shell.app_base_url, person.locale.tag());
        Ok(Ok(Message::AccountInvited(AccountInvited {
            name: person.name.to_string(),
            url: format!("{base}/auth/set-password?token={token}&lang={language}"),
        })))
    }
}
