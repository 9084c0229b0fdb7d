//! A user as others see him.

use entities::{
    BoardId, Timestamp, UserId,
    user::{self, Role, UserStatus},
};
use serde::{Deserialize, Serialize};

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// The boards the user is a member of; `None` means all.
    pub boards: Option<Vec<BoardId>>,
    pub status: UserStatus,
    /// The most conversations routing gives him; `None` leaves it to the board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
    pub created_at: Timestamp,
    pub rev: i64,
}

impl From<&user::Model> for User {
    fn from(row: &user::Model) -> Self {
        Self {
            id: row.id,
            email: row.email.clone(),
            name: row.name.clone(),
            role: row.role,
            boards: row.boards.as_ref().map(|boards| boards.0.clone()),
            status: row.status,
            capacity: row.capacity,
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}
