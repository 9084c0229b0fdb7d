//! The shape of a contact, as the contract describes it. What is answered is [`actors::contact::Contact`].

use utoipa::ToSchema;
use uuid::Uuid;

/// A person a tenant talks with.
#[derive(ToSchema)]
pub struct Contact {
    pub id: Uuid,
    pub name: String,
    /// E.164, the main one first.
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub handles: Vec<Handle>,
    /// `cold`, `warm` or `hot`.
    #[schema(required = true)]
    pub temperature: Option<String>,
    /// new, contacted, booked, lost, …
    #[schema(required = true)]
    pub stage: Option<String>,
    /// 0 to 100.
    #[schema(nullable = false)]
    pub lead_score: Option<i64>,
    /// IANA name.
    #[schema(nullable = false)]
    pub time_zone: Option<String>,
    /// BCP 47.
    #[schema(nullable = false)]
    pub locale: Option<String>,
    pub tags: Vec<String>,
    #[schema(value_type = Object)]
    pub attributes: (),
    /// Its calls are refused.
    pub blocked: bool,
    #[schema(format = DateTime)]
    pub activity_at: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// An address that is neither a phone nor an e-mail.
#[derive(ToSchema)]
pub struct Handle {
    /// The platform.
    pub kind: String,
    pub value: String,
}

/// One page of contacts.
#[derive(ToSchema)]
pub struct ContactList {
    pub data: Vec<Contact>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
