//! The shape of credentials, as the contract describes it. What is answered is [`actors::credential::Credential`].

use utoipa::ToSchema;
use uuid::Uuid;

/// What a tenant is known by at a provider, without what proves it. Names of accounts stand among the members, and of each
/// secret the last four characters.
#[derive(ToSchema)]
pub struct Credential {
    pub id: Uuid,
    /// `twilio`.
    pub provider: String,
    /// The provider took them when it was asked last.
    pub is_active: bool,
    #[schema(format = DateTime, nullable = false)]
    pub last_verified_at: Option<String>,
    /// Why the provider takes them no more.
    #[schema(nullable = false)]
    pub verification_error: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    pub rev: i64,
    /// Of Twilio.
    #[schema(nullable = false)]
    pub account_sid: Option<String>,
    /// Its end: `…cdef`.
    #[schema(nullable = false)]
    pub auth_token: Option<String>,
    #[schema(nullable = false)]
    pub api_key_sid: Option<String>,
    /// Its end.
    #[schema(nullable = false)]
    pub api_key_secret: Option<String>,
    /// Its end.
    #[schema(nullable = false)]
    pub secondary_auth_token: Option<String>,
    #[schema(nullable = false)]
    pub webhook_key_id: Option<String>,
    /// Its end.
    #[schema(nullable = false)]
    pub webhook_key_secret: Option<String>,
}
