//! Why a job is not done again.

use entities::job::JobStatus;

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    #[error("there is no such job")]
    NotFound,
    /// Only what was given up is done again.
    #[error("the job is {status}, not given up")]
    NotGivenUp { status: JobStatus },
    #[error("this key was used for another request")]
    IdempotencyMismatch,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<CommitError> for JobError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a job cannot be read");
        Self::Unavailable
    }
}
