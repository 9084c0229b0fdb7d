//! The shape of integrations, as the contract describes it.

use utoipa::ToSchema;

/// How it goes with a provider.
#[derive(ToSchema)]
pub struct Integration {
    /// `twilio`.
    pub provider: String,
    /// Credentials are kept, and the provider takes them as far as is known.
    pub connected: bool,
    #[schema(format = DateTime, required = true)]
    pub last_verified_at: Option<String>,
    /// Why the provider takes the credentials no more.
    #[schema(required = true)]
    pub verification_error: Option<String>,
    #[schema(format = DateTime, required = true)]
    pub last_success_at: Option<String>,
    #[schema(required = true)]
    pub last_error: Option<FailedRequest>,
    pub requests: Requests,
    /// Of these requests, 0 to 1; null without any.
    #[schema(required = true)]
    pub error_rate: Option<f64>,
    /// How long the provider took to tell of a first step after it was given a text, at the median; null when it told of none.
    #[schema(required = true)]
    pub callback_delay_ms: Option<i64>,
    /// The same of all but the slowest of a hundred.
    #[schema(required = true)]
    pub callback_delay_p99_ms: Option<i64>,
    /// Steps of texts the provider told of only when it was asked; null when it was never connected.
    #[schema(required = true)]
    pub missing_callbacks: Option<i64>,
}

/// The last request that failed.
#[derive(ToSchema)]
pub struct FailedRequest {
    #[schema(format = DateTime)]
    pub at: String,
    pub message: String,
}

/// Requests to the provider, counted for a day at most.
#[derive(ToSchema)]
pub struct Requests {
    #[schema(format = DateTime, required = true)]
    pub since: Option<String>,
    pub total: i64,
    pub failed: i64,
}

/// All providers there are.
#[derive(ToSchema)]
pub struct IntegrationList {
    pub data: Vec<Integration>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
