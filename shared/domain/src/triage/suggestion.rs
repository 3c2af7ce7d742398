//! What a first look says.

use super::{Policy, calibration::Outcome};
use crate::{
    profile::Profile,
    text,
    ticket::{Category, Priority},
    value::MessageBody,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How sure somebody is: 0 to 1 in thousandths, so that two of them compare exactly. A number from 0 to 1 in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(u16);

impl Confidence {
    /// From thousandths; more than 1000 is 1000.
    pub fn from_per_mille(thousandths: u16) -> Self {
        Self(thousandths.min(1000))
    }

    /// In thousandths.
    pub fn per_mille(self) -> u16 {
        self.0
    }
}

impl TryFrom<f64> for Confidence {
    type Error = &'static str;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        let in_range = (0.0..=1.0).contains(&value);
        // NaN is in no range. What is left of the product is a whole number from 0 to 1000.
        (0..=1000u16)
            .find(|thousandths| in_range && (value * 1000.0 - f64::from(*thousandths)).abs() <= 0.5)
            .map(Self)
            .ok_or("must be a number from 0 to 1")
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> Self {
        Self::from(confidence.0) / 1000.0
    }
}

/// What a model was asked to say: nothing in it is trusted before [`Suggestion::from_answer`] has looked at it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Answer {
    /// For each category, how likely it is.
    pub confidence: BTreeMap<String, f64>,
    /// How urgent it sounds.
    pub priority: String,
    /// Whether an answer that everybody would give is enough.
    pub simple: bool,
    /// How sure it is of the reply.
    #[serde(default)]
    pub reply_confidence: Option<f64>,
    /// What could be answered.
    #[serde(default)]
    pub suggested_reply: Option<String>,
    /// What staff should know.
    #[serde(default)]
    pub notes: Option<String>,
    /// Whether a person should look first.
    pub needs_human_review: bool,
}

/// Why an answer is not a suggestion; repeats nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} cannot be used")]
pub struct Unusable(&'static str);

/// A first look at a ticket, kept beside it for staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The likeliest category.
    pub category: Category,
    /// How likely each is; codes of the profile only.
    pub confidence: BTreeMap<String, Confidence>,
    /// How urgent it sounds.
    pub priority: Priority,
    /// Whether the question is simple.
    pub simple: bool,
    /// What could be answered, and how sure that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<SuggestedReply>,
    /// What staff should know.
    pub notes: String,
    /// Whether a person should look first.
    pub needs_human_review: bool,
    /// Who says so: a model's name, or `rules`.
    pub model: String,
    /// When.
    pub at: Timestamp,
    /// What staff decided in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// An answer that could be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedReply {
    /// The text.
    pub text: MessageBody,
    /// How sure the model is of it.
    pub confidence: Confidence,
}

/// The most that is kept of notes, in characters.
const NOTES: usize = 1000;

impl Suggestion {
    /// Checks what a model said: categories that the profile has, numbers from 0 to 1, texts within their limits.
    ///
    /// # Errors
    /// [`Unusable`] names the part. Whoever asked falls back on the rules.
    pub fn from_answer(
        profile: &Profile,
        answer: Answer,
        model: &str,
        at: Timestamp,
    ) -> Result<Self, Unusable> {
        let mut confidence = BTreeMap::new();
        for (name, value) in answer.confidence {
            let value = Confidence::try_from(value).map_err(|_| Unusable("a confidence"))?;
            // A category that the profile does not have says nothing.
            if let Some(category) = profile.category(&name) {
                confidence.insert(category.as_str().to_owned(), value);
            }
        }
        let (likeliest, _) = likeliest(&confidence).ok_or(Unusable("the category"))?;
        let category = profile
            .category(likeliest)
            .ok_or(Unusable("the category"))?;
        let priority = answer
            .priority
            .parse()
            .map_err(|_| Unusable("the priority"))?;
        let reply = match (answer.suggested_reply, answer.reply_confidence) {
            (None, _) => None,
            (Some(text), _) if text.trim().is_empty() => None,
            (Some(text), sure) => Some(SuggestedReply {
                text: MessageBody::new(&text).map_err(|_| Unusable("the suggested reply"))?,
                confidence: sure
                    .map_or(Ok(Confidence::from_per_mille(0)), Confidence::try_from)
                    .map_err(|_| Unusable("a confidence"))?,
            }),
        };
        Ok(Self {
            category,
            confidence,
            priority,
            simple: answer.simple,
            reply,
            notes: text::fit_lines(&answer.notes.unwrap_or_default(), NOTES),
            needs_human_review: answer.needs_human_review,
            model: model.to_owned(),
            at,
            outcome: None,
        })
    }

    /// The answer that may go out by itself under `policy`.
    pub fn answer(&self, policy: Policy) -> Option<&MessageBody> {
        let sure = |confidence: Confidence| confidence >= policy.threshold;
        let may = policy.automatic_replies
            && self.simple
            && !self.needs_human_review
            && sure(self.certainty());
        let reply = self.reply.as_ref().filter(|_| may)?;
        sure(reply.confidence).then_some(&reply.text)
    }

    /// How sure it is of its category.
    pub fn certainty(&self) -> Confidence {
        let known = self.confidence.get(self.category.as_str());
        known.copied().unwrap_or(Confidence::from_per_mille(0))
    }
}

/// The category with the most confidence; of equals the first by name.
pub(super) fn likeliest(of: &BTreeMap<String, Confidence>) -> Option<(&str, Confidence)> {
    of.iter()
        .map(|(name, confidence)| (name.as_str(), *confidence))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
}
