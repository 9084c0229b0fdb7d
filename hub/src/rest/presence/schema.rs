//! The shape of a user's presence, as the contract describes it. What is answered is
//! [`actors::tenant::UserPresence`].

use utoipa::ToSchema;
use uuid::Uuid;

/// A user who is here.
#[derive(ToSchema)]
pub struct Presence {
    pub user_id: Uuid,
    /// He has a session, or had one a moment ago.
    pub online: bool,
    /// `online`, `away` or `busy`.
    pub availability: String,
    /// RFC 3339: since when he is so.
    pub since: String,
}

/// A page of users who are here.
#[derive(ToSchema)]
pub struct PresenceList {
    pub data: Vec<Presence>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
    /// `true` while the nodes of the hub do not hear each other, or have too many users to know them all: some may be
    /// missing, and some may be gone. Absent otherwise.
    #[schema(nullable = false)]
    pub uncertain: Option<bool>,
}
