//! Jobs: everything that is owed and not done yet, and every timer. A commit owes them
//! ([`Commit::owing`](crate::journal::Commit::owing)), a kind carries them out ([`JobKind`]), and whatever dies on the way,
//! the database remembers.

mod carry;
mod catalogue;
mod error;
mod handle;
mod kind;
mod running;
mod shape;
mod state;
mod store;
mod sweeper;
mod worker;

pub use catalogue::catalogue;
pub use error::JobError;
pub use handle::{Jobs, JobsOptions};
pub use kind::{Due, JobKind, Nature, Outcome, Rules};
pub use shape::{Attempt, Job};
pub use store::{attempts, get, page};
pub use sweeper::{Sweeper, SweeperOptions};
