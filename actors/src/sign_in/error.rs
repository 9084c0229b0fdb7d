//! Why somebody is not let in.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, of an old generation, or revoked.
    #[error("this sign-in is not valid any more")]
    Revoked,
    #[error("this sign-in has ended")]
    Ended,
    #[error("this code has expired or was used")]
    CodeExpired,
    #[error(transparent)]
    Unwritten(#[from] CommitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
