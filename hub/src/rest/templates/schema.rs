//! The shape of a template, as the contract describes it.

use utoipa::ToSchema;
use uuid::Uuid;

/// A text that is sent again and again, with gaps to fill.
#[derive(ToSchema)]
pub struct Template {
    pub id: Uuid,
    pub name: String,
    /// What is typed to find it.
    #[schema(nullable = false)]
    pub shortcut: Option<String>,
    /// With `{{variable}}` wherever something is to be filled in.
    pub body: String,
    /// `conversational`, `transactional` or `marketing`: of the messages made of it that name none themselves.
    #[schema(nullable = false)]
    pub class: Option<String>,
    /// Who sees this board sees it; without one every user does.
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    /// Where it may be used; left out when it is everywhere.
    #[schema(required = false)]
    pub channel_types: Vec<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// One page of templates.
#[derive(ToSchema)]
pub struct TemplateList {
    pub data: Vec<Template>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
