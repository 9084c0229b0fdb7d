//! A small house for tests: a real database, a clock to move, ports that record, and nothing left running.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops where it stands")]

mod clock;
mod commits;
mod crowd;
mod eventually;
mod house;
mod people;
mod proxy;
mod recorder;
mod redis;
mod wire;

pub use clock::{CountedIds, TestClock};
pub use crowd::Crowd;
pub use eventually::eventually;
pub use house::{House, Node};
pub use people::People;
pub use proxy::{Fate, Proxy};
pub use recorder::Recorder;
pub use redis::redis;
pub use wire::Wire;
