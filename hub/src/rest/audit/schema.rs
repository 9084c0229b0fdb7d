//! The shape of an entry of the record, as the contract describes it.

use utoipa::ToSchema;
use uuid::Uuid;

/// What somebody did, and to what.
#[derive(ToSchema)]
pub struct AuditEntry {
    pub id: Uuid,
    #[schema(format = DateTime)]
    pub at: String,
    /// `{kind, id}`; `id` is null for the system.
    #[schema(value_type = Object)]
    pub actor: (),
    /// As `noun.verb`.
    pub action: String,
    /// `{kind, id}`.
    #[schema(value_type = Object)]
    pub target: (),
    /// Whose messages were read, or who was looked at.
    #[schema(nullable = false)]
    pub contact_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub ip: Option<String>,
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    #[schema(value_type = Object)]
    pub details: (),
}

/// One page of the record.
#[derive(ToSchema)]
pub struct AuditList {
    pub data: Vec<AuditEntry>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
