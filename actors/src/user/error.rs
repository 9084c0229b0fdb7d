//! Why something about users is refused.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    #[error("there is no such user")]
    NotFound,
    #[error("{field} {reason}")]
    Invalid { field: &'static str, reason: &'static str },
    #[error("a user of this tenant has this e-mail address already")]
    EmailTaken,
    #[error("this is beyond your role")]
    BeyondYourRole,
    #[error("a tenant keeps at least one active owner")]
    LastOwner,
    #[error("the user changed meanwhile")]
    RevMismatch { rev: i64 },
    #[error("this key was used for another request")]
    IdempotencyMismatch,
    #[error(transparent)]
    Unwritten(#[from] CommitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
