//! The shape of how much is sent, as the contract describes it. What is answered is [`actors::sending::Sending`].

use utoipa::ToSchema;

/// How much the tenant sends to contacts through providers, and what would be too much.
#[derive(ToSchema)]
pub struct Sending {
    /// `open` or `held`.
    pub state: String,
    #[schema(format = DateTime, nullable = false)]
    pub held_at: Option<String>,
    /// Messages handed over in this hour of the clock.
    pub this_hour: i64,
    /// In the busiest hour of the week before it.
    pub busiest_hour: i64,
    /// With so many in an hour sending is held; null: never.
    #[schema(required = true)]
    pub limit: Option<i64>,
    /// Until when the limit is what a person made it.
    #[schema(format = DateTime, nullable = false)]
    pub allowed_until: Option<String>,
}
