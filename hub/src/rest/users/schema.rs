//! The shape of a user, as the contract describes it. What is answered is [`actors::user::User`].

use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody who signs in.
#[derive(ToSchema)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    /// `owner`, `admin`, `manager`, `agent` or `read_only`.
    pub role: String,
    /// The boards the user is a member of; `null` means all.
    #[schema(required = true)]
    pub boards: Option<Vec<Uuid>>,
    /// `active`, `invited` or `disabled`.
    pub status: String,
    /// The most conversations routing gives him; absent: as his boards say.
    #[schema(nullable = false)]
    pub capacity: Option<i32>,
    /// RFC 3339.
    pub created_at: String,
    pub rev: i64,
}

/// A page of users.
#[derive(ToSchema)]
pub struct UserList {
    pub data: Vec<User>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// A user who was just made.
#[derive(ToSchema)]
pub struct InvitedUser {
    #[schema(inline)]
    pub user: User,
    /// Shown once: the link by which he sets his password, good for seven days.
    pub invite_url: String,
}
