//! What the room of the contacts can be told to do.

use entities::{ContactId, contact::Temperature};
use serde_json::{Map, Value};

use super::typed::Reach;

/// Make a contact.
#[derive(Clone, Debug, Default)]
pub struct CreateContact {
    pub reach: Reach,
    pub profile: Profile,
    pub taken: Taken,
}

/// Change a contact. What is not said stays as it is.
#[derive(Clone, Debug)]
pub struct UpdateContact {
    pub id: ContactId,
    pub reach: Reach,
    pub profile: Profile,
    pub taken: Taken,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

/// Take a contact out of all lists, and set its addresses free.
#[derive(Clone, Copy, Debug)]
pub struct RemoveContact {
    pub id: ContactId,
    pub rev: Option<i64>,
}

/// Everything about a contact but how to reach it. An inner `None` clears.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// 1 to 200 characters.
    pub name: Option<String>,
    pub temperature: Option<Option<Temperature>>,
    /// 1 to 50 characters.
    pub stage: Option<Option<String>>,
    /// 0 to 100.
    pub lead_score: Option<Option<i64>>,
    /// IANA name.
    pub time_zone: Option<Option<String>>,
    /// BCP 47.
    pub locale: Option<Option<String>>,
    /// At most 50 of 1 to 50 characters; all of them, not additions.
    pub tags: Option<Vec<String>>,
    /// At most 100 members and 16 KiB; all of them.
    pub attributes: Option<Map<String, Value>>,
    /// Its calls are refused; its texts are not.
    pub blocked: Option<bool>,
}

/// What to do about an address that belongs to another contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taken {
    /// Name that contact. For those who may see it.
    #[default]
    Refuse,
    /// Go on without the address and say nothing: a stranger must not learn whom we know.
    LeaveOut,
}
