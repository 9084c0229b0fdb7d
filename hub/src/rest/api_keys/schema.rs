//! The shape of a key, as the contract describes it.

use utoipa::ToSchema;
use uuid::Uuid;

/// What a customer's own system comes in with.
#[derive(ToSchema)]
pub struct ApiKey {
    pub id: Uuid,
    pub name: String,
    /// `conversations:read`, `conversations:write`, `contacts:read`, `contacts:write`, `calls:read`, `calls:write`,
    /// `messages:write`, `messages:override`, `events:read`, `webhooks:write`, `flows:write`, `admin`.
    pub scopes: Vec<String>,
    /// The board it is narrowed to.
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    /// `{kind, id}`.
    #[schema(value_type = Object)]
    pub created_by: (),
    #[schema(format = DateTime)]
    pub created_at: String,
    /// To the minute.
    #[schema(nullable = false, format = DateTime)]
    pub last_used_at: Option<String>,
    /// What it is used with: in the answer that made it, and never again.
    #[schema(nullable = false)]
    pub secret: Option<String>,
}

/// One page of keys.
#[derive(ToSchema)]
pub struct ApiKeyList {
    pub data: Vec<ApiKey>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
