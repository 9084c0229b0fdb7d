//! Credentials as admins see them, and how their use goes.

use entities::{CredentialId, Timestamp, credential};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::delays::Delays;

/// What a tenant is known by at a provider, without what proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Credential {
    pub id: CredentialId,
    pub provider: String,
    /// The provider took them when it was asked last.
    pub is_active: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_verified_at: Option<Timestamp>,
    /// Why the provider takes them no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_error: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub rev: i64,
    /// Names of accounts, the ends of secrets.
    #[serde(flatten)]
    pub shown: Map<String, Value>,
}

/// How it goes with a provider.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Integration {
    pub provider: String,
    /// Credentials are kept, and the provider takes them as far as is known.
    pub connected: bool,
    pub last_verified_at: Option<Timestamp>,
    pub verification_error: Option<String>,
    pub last_success_at: Option<Timestamp>,
    pub last_error: Option<Failed>,
    pub requests: Requests,
    /// Of the requests, 0 to 1; of none there is no rate.
    pub error_rate: Option<f64>,
    /// How long the provider took to tell of a first step after it was given a message, at the median; null when it told of none.
    pub callback_delay_ms: Option<i64>,
    /// The same of all but the slowest of a hundred.
    pub callback_delay_p99_ms: Option<i64>,
    /// Steps the provider told of only when it was asked.
    pub missing_callbacks: Option<i64>,
}

/// The last request that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failed {
    pub at: Timestamp,
    pub message: String,
}

/// How many requests were made, and since when they are counted: for a day at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    pub since: Option<Timestamp>,
    pub total: i64,
    pub failed: i64,
}

impl From<credential::Model> for Credential {
    fn from(row: credential::Model) -> Self {
        Self {
            id: row.id,
            provider: row.provider,
            is_active: row.is_active,
            last_verified_at: row.last_verified_at,
            verification_error: row.verification_error,
            created_at: row.created_at,
            updated_at: row.updated_at,
            rev: row.rev,
            shown: row.shown.0,
        }
    }
}

impl Integration {
    /// With a provider nothing is known of.
    #[must_use]
    pub fn none(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            connected: false,
            last_verified_at: None,
            verification_error: None,
            last_success_at: None,
            last_error: None,
            requests: Requests::default(),
            error_rate: None,
            callback_delay_ms: None,
            callback_delay_p99_ms: None,
            missing_callbacks: None,
        }
    }
}

impl From<credential::Model> for Integration {
    fn from(row: credential::Model) -> Self {
        let total = row.successes + row.failures;
        let failed = row.last_error_at.zip(row.last_error);
        let delays = Delays(row.callback_delays.0);
        Self {
            connected: row.is_active && row.sealed_config.is_some(),
            provider: row.provider,
            last_verified_at: row.last_verified_at,
            verification_error: row.verification_error,
            last_success_at: row.last_success_at,
            last_error: failed.map(|(at, message)| Failed { at, message }),
            requests: Requests { since: Some(row.counted_since), total, failed: row.failures },
            error_rate: (total > 0).then(|| row.failures as f64 / total as f64),
            callback_delay_ms: delays.percentile(50),
            callback_delay_p99_ms: delays.percentile(99),
            missing_callbacks: Some(row.missing_callbacks),
        }
    }
}
