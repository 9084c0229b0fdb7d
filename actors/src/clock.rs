//! Where time and identity come from: both are passed in, so a test can hold them still.

use entities::Timestamp;
use uuid::Uuid;

/// Tells the time. Nothing in this crate reads the machine's clock in any other way.
pub trait Clock: Send + Sync + 'static {
    /// The present moment, in microseconds, never earlier than an answer given before.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may read it")]
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

/// Draws fresh ids. A pure state asks it for the ids of what it decides to make.
pub trait IdSource: Send + Sync + 'static {
    /// A UUIDv7 nobody has drawn before.
    fn draw(&self) -> Uuid;
}

/// Ids in order of the machine's time.
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeOrderedIds;

impl IdSource for TimeOrderedIds {
    fn draw(&self) -> Uuid {
        Uuid::now_v7()
    }
}
