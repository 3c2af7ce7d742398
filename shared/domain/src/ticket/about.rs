//! What of a requester's a ticket can be about (checklist T-14): as much of it as a pick-list and a ticket show. Other
//! systems own these; staff's integrations keep the copies here true.

use crate::{
    id::{AccountId, AppointmentId, OrderId, SiteId},
    value::{CourseName, PersonName, Subject},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A lesson that was booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// Whose it is.
    pub student_id: AccountId,
    /// Of which course.
    pub course_title: CourseName,
    /// With whom.
    pub tutor_name: PersonName,
    /// When it starts.
    pub date: Timestamp,
}

/// Something that was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Whose it is.
    pub student_id: AccountId,
    /// What it costs, in the currency's smallest unit.
    pub total_minor: i64,
    /// In which currency.
    pub currency: Currency,
    /// How far it is.
    pub status: OrderStatus,
    /// When it was made.
    pub date: Timestamp,
}

/// A website that was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Whose it is.
    pub student_id: AccountId,
    /// What it is called.
    pub name: Subject,
    /// When it was made.
    pub date: Timestamp,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Not paid yet.
    Pending,
    /// Paid.
    Paid,
    /// Paid back.
    Refunded,
    /// Called off.
    Cancelled,
}

/// An ISO 4217 code, such as `CAD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

impl TryFrom<String> for Currency {
    type Error = crate::value::ValueError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err(crate::value::ValueError::Form(
                "a currency's three letters, such as CAD",
            ))
        }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

/// What is a requester's, and can be picked and linked.
pub trait Owned {
    /// What starts its keys.
    const KIND: &'static str;
    /// Its id, as text.
    fn id(&self) -> String;
    /// Whose it is.
    fn owner(&self) -> AccountId;
    /// What pick-lists are sorted by, newest first.
    fn date(&self) -> Timestamp;
}

macro_rules! owned {
    ($($name:ident = $kind:literal)*) => {$(
        impl Owned for $name {
            const KIND: &'static str = $kind;
            fn id(&self) -> String { self.id.to_string() }
            fn owner(&self) -> AccountId { self.student_id }
            fn date(&self) -> Timestamp { self.date }
        }
    )*};
}

owned! {
    Appointment = "APPOINTMENT"
    Order = "ORDER"
    Site = "SITE"
}
