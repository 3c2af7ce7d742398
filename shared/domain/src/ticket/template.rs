//! Replies that staff have at hand (checklist T-20).

use super::Category;
use crate::{
    id::{AccountId, TemplateId},
    value::{MessageBody, TemplateName},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A reply for a common question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTemplate {
    /// Its id; sorts by time.
    pub id: TemplateId,
    /// What staff call it.
    pub name: TemplateName,
    /// For which category; for all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// What is said.
    pub body: MessageBody,
    /// Who wrote it last.
    pub written_by: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// How many templates a deployment has at most.
pub const MOST_TEMPLATES: usize = 500;
