//! How a command travels to an actor.

use std::{sync::Arc, time::Instant};

use actix::Message;
use parking_lot::Mutex;
use tokio::sync::OwnedSemaphorePermit;

/// What an actor can be asked to do, and what it answers.
pub trait Command: Send + 'static {
    type Reply: Send + 'static;
}

/// A command under way. The sender keeps a hold on it, so a command that nobody took can be sent again, and
/// one that was taken never is.
pub struct Envelope<C: Command> {
    command: Arc<Mutex<Option<C>>>,
    deadline: Instant,
    /// The place in the actor's queue. It travels with the command: a caller that gave up does not free it.
    _permit: Arc<OwnedSemaphorePermit>,
}

impl<C: Command> Envelope<C> {
    pub(super) fn new(command: C, deadline: Instant, permit: OwnedSemaphorePermit) -> Self {
        Self { command: Arc::new(Mutex::new(Some(command))), deadline, _permit: Arc::new(permit) }
    }

    /// A second envelope around the same command.
    pub(super) fn copy(&self) -> Self {
        Self { command: self.command.clone(), deadline: self.deadline, _permit: self._permit.clone() }
    }

    /// Nobody carried the command out yet.
    pub(super) fn untaken(&self) -> bool {
        self.command.lock().is_some()
    }

    /// The command, for the one who carries it out: `None` when its deadline passed, for its caller has been
    /// told that it was not done.
    #[must_use]
    pub fn take(&self) -> Option<C> {
        if Instant::now() >= self.deadline {
            return None;
        }
        self.command.lock().take()
    }
}

impl<C: Command> Message for Envelope<C> {
    /// `None`: the command was not taken.
    type Result = Option<C::Reply>;
}
