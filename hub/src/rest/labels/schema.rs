//! The shape of a label, as the contract describes it.

use utoipa::ToSchema;
use uuid::Uuid;

/// A word that conversations are marked with.
#[derive(ToSchema)]
pub struct Label {
    pub id: Uuid,
    /// As it stands in `labels` of conversations. One label of a tenant has it.
    pub name: String,
    /// `#rrggbb`.
    #[schema(nullable = false)]
    pub color: Option<String>,
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// One page of labels.
#[derive(ToSchema)]
pub struct LabelList {
    pub data: Vec<Label>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
