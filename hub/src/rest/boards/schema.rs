//! The shape of a board, as the contract describes it.

use utoipa::ToSchema;
use uuid::Uuid;

/// A group of users that shares conversations.
#[derive(ToSchema)]
pub struct Board {
    pub id: Uuid,
    /// One board of a tenant has it.
    pub name: String,
    /// `routing` and `sla`.
    #[schema(value_type = Object)]
    pub settings: (),
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// One page of boards.
#[derive(ToSchema)]
pub struct BoardList {
    pub data: Vec<Board>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
