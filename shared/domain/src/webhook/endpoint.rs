//! Where events go.

use super::{
    event::{Event, Topic, What},
    signature::{LiveSecret, Secret},
};
use crate::{
    clock::Moment,
    id::{AccountId, WebhookId},
    value::{Rule, ValueError},
    visibility::Reader,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many endpoints a deployment may have: each costs a call an event.
pub const MOST_ENDPOINTS: usize = 20;

/// How long the secret before signs beside a new one.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// The id of the endpoint that the deployment's own settings name.
pub const DEPLOYMENT: &str = "00000000-0000-8000-8000-000000000001";

/// An address as it was given: `http` or `https`, at most 2,000 characters of ASCII, no spaces. Whether it may be called is
/// decided where addresses are resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EndpointUrl(String);

impl EndpointUrl {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EndpointUrl {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        const FORM: ValueError = ValueError::Form("an https address of at most 2000 characters");
        let scheme = text.starts_with("https://") || text.starts_with("http://");
        let plain = text.len() <= 2000 && text.bytes().all(|c| c.is_ascii_graphic());
        if scheme && plain {
            Ok(Self(text))
        } else {
            Err(FORM)
        }
    }
}

impl From<EndpointUrl> for String {
    fn from(url: EndpointUrl) -> Self {
        url.0
    }
}

/// What an endpoint is for, in words: one line of at most 200 characters, or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Note(String);

impl TryFrom<String> for Note {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        if text.trim().is_empty() {
            return Ok(Self(String::new()));
        }
        let line = Rule {
            min: 1,
            max: 200,
            one_line: true,
        };
        line.check(&text).map(Self)
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}

/// Which events an endpoint gets: at least one topic, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Topic>", into = "Vec<Topic>")]
pub struct Topics(Vec<Topic>);

impl Topics {
    /// Every topic.
    pub fn all() -> Self {
        Self(Topic::ALL.to_vec())
    }
}

impl TryFrom<Vec<Topic>> for Topics {
    type Error = ValueError;
    fn try_from(mut topics: Vec<Topic>) -> Result<Self, ValueError> {
        topics.sort_unstable();
        topics.dedup();
        if topics.is_empty() {
            return Err(ValueError::Empty);
        }
        Ok(Self(topics))
    }
}

impl From<Topics> for Vec<Topic> {
    fn from(topics: Topics) -> Self {
        topics.0
    }
}

/// Who set an endpoint up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Origin {
    /// A member of staff.
    Staff {
        /// Who.
        account_id: AccountId,
    },
    /// The deployment's settings; its address follows them.
    Deployment,
}

/// Why an endpoint gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disabled {
    /// Staff switched it off.
    ByStaff,
    /// It answered 410.
    Gone,
}

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its id.
    pub id: WebhookId,
    /// Where it is.
    pub url: EndpointUrl,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Note>,
    /// What it gets.
    pub events: Topics,
    /// Whether it gets internal notes too.
    pub internal_notes: bool,
    /// What signs, the newest first: one secret, or two while they are exchanged.
    pub secrets: Vec<LiveSecret>,
    /// Why it is off; absent while it is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    /// Who set it up.
    pub origin: Origin,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// What a new endpoint is to be.
#[derive(Clone, Debug)]
pub struct New {
    /// Where it is.
    pub url: EndpointUrl,
    /// What it is for.
    pub description: Option<Note>,
    /// What it gets.
    pub events: Topics,
    /// Whether it gets internal notes too.
    pub internal_notes: bool,
    /// Who sets it up.
    pub origin: Origin,
}

/// What may change of an endpoint; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Where it is.
    pub url: Option<EndpointUrl>,
    /// What it is for.
    pub description: Option<Note>,
    /// What it gets.
    pub events: Option<Topics>,
    /// Whether it gets internal notes too.
    pub internal_notes: Option<bool>,
    /// Whether it is on.
    pub enabled: Option<bool>,
}

/// Why an endpoint stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its address and its being there follow the deployment's settings.
    #[error(
        "this endpoint is set up by the deployment's settings: change them, or disable it here"
    )]
    OfDeployment,
    /// It gets nothing now.
    #[error("the endpoint is disabled")]
    Disabled,
}

impl Endpoint {
    /// A new endpoint with a secret of its own.
    pub fn new(new: New, moment: Moment<'_>) -> Self {
        let id = match new.origin {
            Origin::Staff { .. } => moment.id(),
            Origin::Deployment => DEPLOYMENT.parse().expect("the id is a UUID"),
        };
        Self {
            id,
            url: new.url,
            description: new.description,
            events: new.events,
            internal_notes: new.internal_notes,
            secrets: vec![fresh(moment)],
            disabled: None,
            origin: new.origin,
            created_at: moment.now,
            updated_at: moment.now,
            version: 1,
        }
    }

    fn touched(&self, now: Timestamp) -> Self {
        Self {
            updated_at: now,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// The endpoint after a change by staff.
    ///
    /// # Errors
    /// [`Refusal::OfDeployment`] for the address of the deployment's own endpoint.
    pub fn changed(&self, change: Change, now: Timestamp) -> Result<Self, Refusal> {
        if change.url.is_some() && self.origin == Origin::Deployment {
            return Err(Refusal::OfDeployment);
        }
        let next = self.touched(now);
        Ok(Self {
            url: change.url.unwrap_or(next.url),
            description: change.description.or(next.description),
            events: change.events.unwrap_or(next.events),
            internal_notes: change.internal_notes.unwrap_or(next.internal_notes),
            disabled: match change.enabled {
                Some(true) => None,
                Some(false) => Some(Disabled::ByStaff),
                None => next.disabled,
            },
            ..next
        })
    }

    /// The deployment's endpoint once its settings name another address; `None` when they name the same.
    pub fn moved(&self, url: EndpointUrl, now: Timestamp) -> Option<Self> {
        (self.url != url).then(|| Self {
            url,
            ..self.touched(now)
        })
    }

    /// The endpoint after it said that it is gone.
    #[must_use]
    pub fn gone(&self, now: Timestamp) -> Self {
        Self {
            disabled: Some(Disabled::Gone),
            ..self.touched(now)
        }
    }

    /// The endpoint with a new secret; the one before signs beside it for a day, older ones no more.
    #[must_use]
    pub fn rotated(&self, moment: Moment<'_>) -> Self {
        let before = self.secrets.first().map(|live| LiveSecret {
            expires_at: Some(moment.now + OVERLAP),
            ..live.clone()
        });
        let secrets = std::iter::once(fresh(moment)).chain(before).collect();
        Self {
            secrets,
            ..self.touched(moment.now)
        }
    }

    /// Whether it may go for good.
    ///
    /// # Errors
    /// [`Refusal::OfDeployment`] for the deployment's own, which would come back with the next start.
    pub fn may_go(&self) -> Result<(), Refusal> {
        match self.origin {
            Origin::Staff { .. } => Ok(()),
            Origin::Deployment => Err(Refusal::OfDeployment),
        }
    }

    /// As whom it reads: opting in to notes opts in to all that is among staff.
    pub fn reader(&self) -> Reader {
        if self.internal_notes {
            Reader::Staff
        } else {
            Reader::Everyone
        }
    }

    /// Whether it gets an event.
    pub fn wants(&self, event: &Event) -> bool {
        let of_staff = matches!(event.what, What::TicketNoteAdded { .. });
        let opted_in = !of_staff || self.reader() == Reader::Staff;
        let asked = event
            .topic()
            .is_none_or(|topic| self.events.0.contains(&topic));
        self.disabled.is_none() && opted_in && asked
    }
}

fn fresh(moment: Moment<'_>) -> LiveSecret {
    LiveSecret {
        secret: Secret::new(moment.random()),
        created_at: moment.now,
        expires_at: None,
    }
}

#[cfg(test)]
mod tests;
