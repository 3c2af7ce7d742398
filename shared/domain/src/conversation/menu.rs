//! The menu of four, and what the product says by itself.

use crate::text;
use serde::{Deserialize, Serialize};

/// A choice of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// "Ask Question".
    AskQuestion,
    /// "💬 Chat Support".
    ChatSupport,
    /// "View Homework".
    ViewHomework,
    /// "My Subscription".
    MySubscription,
}

impl Choice {
    /// All, in the order in which the menu offers them.
    pub const ALL: [Self; 4] = [
        Self::AskQuestion,
        Self::ChatSupport,
        Self::ViewHomework,
        Self::MySubscription,
    ];

    /// The choice as it stands in keys and in the ids of buttons.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AskQuestion => "ask_question",
            Self::ChatSupport => "chat_support",
            Self::ViewHomework => "view_homework",
            Self::MySubscription => "my_subscription",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::AskQuestion => "Ask Question",
            Self::ChatSupport => "💬 Chat Support",
            Self::ViewHomework => "View Homework",
            Self::MySubscription => "My Subscription",
        }
    }

    /// The choice that a button's id names.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.code() == code)
    }

    /// The choice that a text names: its number in the menu, or its label in any letter case, with or without the picture.
    pub fn of_text(text: &str) -> Option<Self> {
        let said = words(text);
        let number = said.trim_end_matches(['.', ')']);
        Self::ALL
            .into_iter()
            .zip(["1", "2", "3", "4"])
            .find(|(choice, position)| number == *position || said == words(choice.label()))
            .map(|(choice, _)| choice)
    }

    /// What choosing it is answered with.
    pub const fn prompt(self) -> Prompt {
        match self {
            Self::AskQuestion => Prompt::AskQuestion,
            Self::ChatSupport => Prompt::ChatSupport,
            Self::ViewHomework => Prompt::ViewHomework,
            Self::MySubscription => Prompt::MySubscription,
        }
    }
}

/// As texts are compared, without pictures.
fn words(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '.' | ')');
    let plain: String = text.chars().filter(kept).collect();
    text::folded(&plain)
}

/// Whether a text asks for the menu, from wherever the conversation stands.
pub(super) fn asks_for_menu(text: &str) -> bool {
    words(text) == "menu"
}

/// What the product says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// The menu.
    Menu,
    /// Where questions are asked.
    AskQuestion,
    /// "Live Chat Support", and the request to describe the issue.
    ChatSupport,
    /// Where homework is.
    ViewHomework,
    /// Where the subscription is.
    MySubscription,
}

impl Prompt {
    /// The prompt as it stands in keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::AskQuestion => Choice::AskQuestion.code(),
            Self::ChatSupport => Choice::ChatSupport.code(),
            Self::ViewHomework => Choice::ViewHomework.code(),
            Self::MySubscription => Choice::MySubscription.code(),
        }
    }
}
