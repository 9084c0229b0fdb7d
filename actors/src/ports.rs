//! What every room is given: the journal to write with, the time, and fresh ids.

use std::{future::Future, sync::Arc};

use entities::Timestamp;
use uuid::Uuid;

use crate::{
    clock::{Clock, IdSource},
    journal::{CommitError, Journal},
    store::Store,
};

/// How often a change is decided anew when somebody was faster, before its caller is told that it is too busy.
pub const TRIES: usize = 5;

/// The ports of a room. Cheap to clone.
#[derive(Clone)]
pub struct Ports {
    pub journal: Journal,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
}

/// How one try at a change ended, when it did not succeed.
#[derive(Debug)]
pub enum Attempt<E> {
    /// The room refuses: trying again would not help.
    Refused(E),
    /// The journal did not write it.
    Unwritten(CommitError),
}

impl<E> From<CommitError> for Attempt<E> {
    fn from(error: CommitError) -> Self {
        Self::Unwritten(error)
    }
}

impl Ports {
    /// The store behind the journal.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.journal.store()
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh UUIDv7.
    #[must_use]
    pub fn draw(&self) -> Uuid {
        self.ids.draw()
    }

    /// Load, decide, commit; and again from the load when somebody was faster. This is how a room without an actor
    /// changes anything.
    ///
    /// # Errors
    /// The room's refusal, or what the room makes of the journal's error: `Conflict` after the last try.
    pub async fn until_written<T, E, Fut>(&self, mut attempt: impl FnMut() -> Fut) -> Result<T, E>
    where
        E: From<CommitError>,
        Fut: Future<Output = Result<T, Attempt<E>>>,
    {
        for _ in 0..TRIES {
            match attempt().await {
                Ok(done) => return Ok(done),
                Err(Attempt::Refused(refusal)) => return Err(refusal),
                Err(Attempt::Unwritten(CommitError::Conflict)) => {}
                Err(Attempt::Unwritten(error)) => return Err(error.into()),
            }
        }
        Err(CommitError::Conflict.into())
    }
}
