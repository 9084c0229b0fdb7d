//! One-time codes: what the room is given of a fresh one.

use std::fmt;

use entities::{Digest, TenantId, Timestamp, UserId, sign_in_code, sign_in_code::CodePurpose};

/// A fresh code, drawn by the door.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCode {
    /// For the link alone.
    pub text: String,
    /// What is kept.
    pub hash: Digest,
    pub expires_at: Timestamp,
}

impl NewCode {
    pub(crate) fn row(
        &self,
        (tenant_id, user_id): (TenantId, UserId),
        purpose: CodePurpose,
        now: Timestamp,
    ) -> sign_in_code::Model {
        sign_in_code::Model {
            code_hash: self.hash,
            tenant_id,
            user_id,
            purpose,
            created_at: now,
            expires_at: self.expires_at,
            used_at: None,
            rev: 1,
        }
    }
}

/// A code never reaches a log.
impl fmt::Debug for NewCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewCode(..)")
    }
}
