//! Of the settings of tenants.

use actors::settings::SettingsError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::NotFound => Code::NotFound.into(),
            SettingsError::Invalid { field, reason } => invalid_field(&field, reason),
            SettingsError::RevMismatch { rev } => Self::rev_mismatch(rev),
            SettingsError::Busy => Self::rate_limited(super::A_MOMENT),
            SettingsError::Unavailable => Code::Unavailable.into(),
            SettingsError::Internal => Code::Internal.into(),
        }
    }
}
