//! A small house for tests: a real database, a clock to move, ports that record, and nothing left running.

mod clock;
mod commits;
mod house;
mod people;
mod proxy;
mod recorder;

pub use clock::{CountedIds, TestClock};
pub use house::{House, Node};
pub use people::People;
pub use proxy::{Fate, Proxy};
pub use recorder::Recorder;
