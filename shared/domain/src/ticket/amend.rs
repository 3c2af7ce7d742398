//! What a ticket is about, as staff put it right: its category, and the requester's things that it is linked with
//! (checklist T-04, T-14).

use super::{About, Change, Decision, Refusal, Ticket};
use crate::{
    actor::Actor,
    clock::Moment,
    id::{AppointmentId, OrderId, SiteId},
    profile::Profile,
};

/// What is to be put right; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Amend {
    /// Code, label or alias of a category.
    pub category: Option<String>,
    /// Another appointment, or none.
    pub appointment: Option<Option<AppointmentId>>,
    /// Another order, or none.
    pub order: Option<Option<OrderId>>,
    /// Another site, or none.
    pub site: Option<Option<SiteId>>,
}

impl Ticket {
    /// What of the requester's it is about.
    pub fn about(&self) -> About {
        About {
            appointment: self.appointment_id,
            order: self.order_id,
            site: self.site_id,
        }
    }

    /// Staff put right what a ticket is about; whoever asks has checked that what is named is the requester's own. Nobody
    /// is told. What is so already changes nothing.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], [`Refusal::UnknownCategory`]; [`Refusal::Merged`] for a ticket that
    /// went into another one.
    pub fn amend(
        &self,
        profile: &Profile,
        actor: Actor,
        command: Amend,
        moment: Moment<'_>,
    ) -> Result<Decision, Refusal> {
        self.staff_only(actor)?;
        if let Some(into) = self.merged_into() {
            return Err(Refusal::Merged { into });
        }
        let category = match command.category {
            None => self.category.clone(),
            Some(name) => profile
                .category(&name)
                .ok_or_else(|| Refusal::UnknownCategory {
                    known: profile.category_codes().map(str::to_owned).collect(),
                })?,
        };
        let from = self.about();
        let to = About {
            appointment: command.appointment.unwrap_or(from.appointment),
            order: command.order.unwrap_or(from.order),
            site: command.site.unwrap_or(from.site),
        };
        let mut history = Vec::new();
        if category != self.category {
            let change = Change::Category {
                from: self.category.clone(),
                to: category.clone(),
            };
            history.push(Self::entry(change, actor.id, moment));
        }
        if to != from {
            history.push(Self::entry(Change::About { from, to }, actor.id, moment));
        }
        if history.is_empty() {
            return Ok(Decision::of(self.clone()));
        }
        let mut next = self.touched(moment.now);
        next.category = category;
        next.appointment_id = to.appointment;
        next.order_id = to.order;
        next.site_id = to.site;
        Ok(Decision {
            history,
            ..Decision::of(next)
        })
    }
}
