//! What is known of somebody who calls before anybody takes his call: whether his number was verified, and why he is let through to
//! nobody.

use serde::{Deserialize, Serialize};

use super::shape::CallError;

/// What networks say of the number a call comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// It is the caller's own.
    Passed,
    /// It is forged, or known for calls nobody wants.
    Failed,
    /// Nobody vouches for it.
    None,
}

/// Why a caller is let through to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barred {
    /// The contact is blocked.
    Blocked,
    /// He shows no number.
    Anonymous,
    /// His number was found to be forged, or unwanted.
    Unverified,
}

impl Barred {
    /// As the call tells it.
    pub(super) fn error(self) -> CallError {
        let message = match self {
            Self::Blocked => "The contact is blocked",
            Self::Anonymous => "Callers without a number are refused here",
            Self::Unverified => "The number of the caller did not pass verification",
        };
        CallError::new("BLOCKED", message)
    }
}
