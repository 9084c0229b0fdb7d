//! Actors that come back: a registry that alone knows their addresses, and rebuilds whoever dies.
//!
//! actix's own supervisor does not survive a panic, and a dead actor's address serves nobody again. So an
//! actor is asked through [`Registry::ask`], which makes it when it is absent, and learns of its end from the
//! [`Obituary`] it carries.

mod arbiters;
mod deaths;
mod envelope;
mod io;
mod obituary;
mod registry;

pub use arbiters::Arbiters;
pub use deaths::RestartPolicy;
pub use envelope::{Command, Envelope};
pub use io::{Io, IoHandle};
pub use obituary::Obituary;
pub use registry::{AskError, Registry};
