//! Messages that wait for their time. They are part of their conversation and of nobody's thread: when the time comes, one
//! is said as if its author said it then, or is told to have failed.

mod due;
mod messages;
mod models;
mod state;
mod timer;

pub use messages::{CancelMessage, RescheduleMessage, SayScheduled};
pub use timer::SayInTime;

pub(super) use due::decide_due;
pub(super) use state::{
    decide_abandon, decide_cancel, decide_edit, decide_reschedule, decide_schedule, looked_at, schedule,
};

/// The most messages that wait in one conversation, those that failed included.
pub(super) const MOST: usize = 50;
