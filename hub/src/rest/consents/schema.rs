//! The shape of consent, as the contract describes it. What is answered is [`actors::consent::Consent`].

use utoipa::ToSchema;
use uuid::Uuid;

/// What was said about writing to an address, and what holds from then on.
#[derive(ToSchema)]
pub struct Consent {
    pub id: Uuid,
    /// Whose address it was then.
    #[schema(nullable = false)]
    pub contact_id: Option<Uuid>,
    pub address: ConsentAddress,
    /// `granted`, `revoked` or `reinstated`.
    pub state: String,
    /// The classes of messages it is about: `conversational`, `transactional`, `marketing`.
    pub scope: Vec<String>,
    /// `keyword`, `opt_out_type`, `provider`, `agent` or `import`.
    pub source: String,
    /// The message that said it, or that was refused.
    #[schema(nullable = false)]
    pub message_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub note: Option<String>,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: ConsentGiver,
}

/// Where somebody is written to.
#[derive(ToSchema)]
pub struct ConsentAddress {
    /// `phone`, `short_code`, `sender_name` or `handle`.
    pub kind: String,
    /// The platform of a handle.
    #[schema(nullable = false)]
    pub label: Option<String>,
    pub value: String,
}

/// Who said or recorded it.
#[derive(ToSchema)]
pub struct ConsentGiver {
    /// `contact`, `user`, `key` or `system`.
    pub kind: String,
    #[schema(required = true)]
    pub id: Option<Uuid>,
}

/// One page of what was said.
#[derive(ToSchema)]
pub struct ConsentList {
    pub data: Vec<Consent>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
