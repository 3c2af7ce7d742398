//! What may be done to an account, and by whom.

use super::{Account, Entry, Invitation, InvitationKey, Locale, PasswordHash, What};
use crate::{
    actor::{Actor, Role},
    clock::Moment,
    delivery::{Channel, Delivery},
    effect::{Effect, Fact},
    id::AccountId,
    value::{Email, PersonName, Phone, Reason},
};

/// A change of an account, complete before the store sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The account afterwards; nothing when it goes.
    pub account: Option<Account>,
    /// What the history says.
    pub entry: Entry,
    /// An invitation that takes the place of the one before.
    pub invitation: Option<Invitation>,
    /// The invitation that is used up, and the password that it brought.
    pub redeemed: Option<(Invitation, PasswordHash)>,
    /// What must happen outside.
    pub effects: Vec<Effect>,
}

/// Who is to have an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct New {
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: PersonName,
    /// Where they get the link.
    pub email: Email,
    /// Their number.
    pub phone: Option<Phone>,
    /// The language that they are written to in.
    pub locale: Locale,
}

/// Why an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Staff is the super admins' to decide on.
    #[error("only a super admin decides who is staff, and over staff")]
    NotYours,
    /// Nothing would change.
    #[error("the account is so already")]
    Already,
    /// Nobody may sign in to it.
    #[error("the account is disabled: enable it first")]
    Disabled,
    /// A link that is used up, too old or none.
    #[error("the link was used, has ended, or a newer one was sent")]
    Link,
}

/// Whether `by` may decide over accounts of a role.
fn may(by: Actor, role: Role) -> Result<(), Refusal> {
    let allowed = match by.role {
        Role::SuperAdmin => true,
        Role::Admin => !role.is_staff(),
        Role::Student | Role::Customer | Role::Tutor => false,
    };
    allowed.then_some(()).ok_or(Refusal::NotYours)
}

impl New {
    /// The account, and the letter with its link. Nobody's actor is whoever has the deployment's secret.
    ///
    /// # Errors
    /// [`Refusal::NotYours`].
    pub fn create(
        self,
        by: Option<Actor>,
        key: &InvitationKey,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        if let Some(by) = by {
            may(by, self.role)?;
        }
        let account = Account {
            id: moment.id(),
            role: self.role,
            name: self.name,
            email: self.email,
            phone: self.phone,
            locale: self.locale,
            created_at: moment.now,
            activated_at: None,
            disabled_at: None,
            version: 1,
        };
        let what = What::Created { role: account.role };
        let by_id = by.map_or(AccountId::SYSTEM, |actor| actor.id);
        let entry = account.entry(what, by_id, None, moment);
        Ok(account.with_invitation(by.is_none(), entry, key, moment))
    }
}

impl Account {
    fn entry(
        &self,
        what: What,
        by: AccountId,
        reason: Option<Reason>,
        moment: Moment<'_>,
    ) -> Entry {
        Entry {
            id: moment.id(),
            account_id: self.id,
            at: moment.now,
            by,
            what,
            reason,
        }
    }

    fn with_invitation(
        self,
        bootstrap: bool,
        entry: Entry,
        key: &InvitationKey,
        moment: Moment<'_>,
    ) -> Decision {
        let invitation = Invitation::new(self.id, bootstrap, key, moment);
        let letter = Effect::Deliver(Delivery {
            person: self.id,
            channel: Channel::Email,
            fact: Fact::AccountInvited {
                account_id: self.id,
                invitation_id: invitation.id,
            },
        });
        Decision {
            account: Some(self),
            entry,
            invitation: Some(invitation),
            redeemed: None,
            effects: vec![letter],
        }
    }

    fn next(&self) -> Self {
        Self {
            version: self.version + 1,
            ..self.clone()
        }
    }

    fn changed(&self, account: Option<Self>, entry: Entry) -> Decision {
        debug_assert_eq!(entry.account_id, self.id, "the entry is of this account");
        Decision {
            account,
            entry,
            invitation: None,
            redeemed: None,
            effects: Vec::new(),
        }
    }

    /// Gives another role.
    ///
    /// # Errors
    /// [`Refusal::NotYours`] where either role is not the actor's to decide on; [`Refusal::Already`].
    pub fn give_role(
        &self,
        to: Role,
        by: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        may(by, self.role)?;
        may(by, to)?;
        if to == self.role {
            return Err(Refusal::Already);
        }
        let what = What::RoleChanged {
            from: self.role,
            to,
        };
        let next = Self {
            role: to,
            ..self.next()
        };
        let entry = self.entry(what, by.id, Some(reason), moment);
        Ok(self.changed(Some(next), entry))
    }

    /// Lets nobody sign in, or lets them again.
    ///
    /// # Errors
    /// [`Refusal::NotYours`], [`Refusal::Already`].
    pub fn disable(
        &self,
        disabled: bool,
        by: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        may(by, self.role)?;
        if self.disabled_at.is_some() == disabled {
            return Err(Refusal::Already);
        }
        let next = Self {
            disabled_at: disabled.then_some(moment.now),
            ..self.next()
        };
        let what = if disabled {
            What::Disabled
        } else {
            What::Enabled
        };
        let entry = self.entry(what, by.id, Some(reason), moment);
        Ok(self.changed(Some(next), entry))
    }

    /// Takes the account away, with its address, number, password and link.
    ///
    /// # Errors
    /// [`Refusal::NotYours`].
    pub fn delete(
        &self,
        by: Actor,
        reason: Reason,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        may(by, self.role)?;
        let entry = self.entry(What::Deleted, by.id, Some(reason), moment);
        Ok(self.changed(None, entry))
    }

    /// Sends a new link; the one before opens nothing any more. A password that there is stays good until the link is used.
    ///
    /// # Errors
    /// [`Refusal::NotYours`], [`Refusal::Disabled`].
    pub fn invite(
        &self,
        by: Actor,
        key: &InvitationKey,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        may(by, self.role)?;
        if self.disabled_at.is_some() {
            return Err(Refusal::Disabled);
        }
        let entry = self.entry(What::Invited, by.id, None, moment);
        Ok(self.next().with_invitation(false, entry, key, moment))
    }

    /// Makes this account the first super admin's: it is sent a link that opens while there is none.
    pub fn bootstrap(&self, key: &InvitationKey, moment: Moment<'_>) -> Decision {
        let what = if self.role == Role::SuperAdmin {
            What::Invited
        } else {
            What::RoleChanged {
                from: self.role,
                to: Role::SuperAdmin,
            }
        };
        let entry = self.entry(what, AccountId::SYSTEM, None, moment);
        let next = Self {
            role: Role::SuperAdmin,
            disabled_at: None,
            // A password that there was does not make a super admin; the link does.
            activated_at: None,
            ..self.next()
        };
        next.with_invitation(true, entry, key, moment)
    }

    /// Sets the password that came with an invitation's token.
    ///
    /// # Errors
    /// [`Refusal::Link`], [`Refusal::Disabled`].
    pub fn redeem(
        &self,
        invitation: Invitation,
        token: &str,
        password: PasswordHash,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        if invitation.account_id != self.id || !invitation.opens(token, moment.now) {
            return Err(Refusal::Link);
        }
        if self.disabled_at.is_some() {
            return Err(Refusal::Disabled);
        }
        let next = Self {
            activated_at: self.activated_at.or(Some(moment.now)),
            ..self.next()
        };
        let entry = self.entry(What::PasswordSet, self.id, None, moment);
        Ok(Decision {
            redeemed: Some((invitation, password)),
            ..self.changed(Some(next), entry)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fixed::Fixed;
    use uuid::Uuid;

    const ROLES: [Role; 5] = Role::ALL;

    fn by(role: Role) -> Actor {
        let id = Uuid::from_u128(9).into();
        Actor { id, role }
    }

    fn account(role: Role) -> Account {
        serde_json::from_value(serde_json::json!({
            "id": Uuid::from_u128(7), "role": role, "name": "Asha Rao", "email": "asha@example.org",
            "created_at": "2026-11-21T10:00:00Z", "version": 3,
        }))
        .unwrap()
    }

    #[test]
    fn only_a_super_admin_decides_over_staff_and_others_over_nobody() {
        let source = Fixed::at("2026-11-21T10:00:00Z");
        let why = || Reason::new("a new post").unwrap();
        for actor in ROLES {
            for from in ROLES {
                for to in ROLES.into_iter().filter(|to| *to != from) {
                    let given = account(from).give_role(to, by(actor), why(), source.moment());
                    let may = match actor {
                        Role::SuperAdmin => true,
                        Role::Admin => !from.is_staff() && !to.is_staff(),
                        Role::Student | Role::Customer | Role::Tutor => false,
                    };
                    assert_eq!(given.is_ok(), may, "{actor:?} {from:?} {to:?}");
                }
            }
        }
    }

    #[test]
    fn a_change_says_who_when_from_to_and_why() {
        let source = Fixed::at("2026-11-21T10:00:00Z");
        let moment = source.moment();
        let why = Reason::new("a new post").unwrap();
        let decision = account(Role::Student)
            .give_role(Role::Admin, by(Role::SuperAdmin), why.clone(), moment)
            .unwrap();
        assert_eq!(decision.account.unwrap().version, 4);
        let entry = decision.entry;
        assert_eq!(
            (entry.by, entry.at, entry.reason),
            (by(Role::Admin).id, moment.now, Some(why))
        );
        let (from, to) = (Role::Student, Role::Admin);
        assert_eq!(entry.what, What::RoleChanged { from, to });
    }
}
