//! A small house for tests: a real database, a clock to move, ports that record, and nothing left running.

mod clock;
mod house;
mod people;
mod recorder;

pub use clock::{CountedIds, TestClock};
pub use house::{House, Node};
pub use people::People;
pub use recorder::Recorder;
