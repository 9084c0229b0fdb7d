//! What a call owes the outside: jobs that the commit of a decision carries, and whoever speaks for the provider does.

use entities::{CallId, JobId, LegId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::journal::NewJob;

use super::{announcing, shape::Control, standing::Standing};

/// The job that calls one party: its effect is outside, and nobody is called twice.
pub const DIAL: &str = "call.dial";
/// The job that has the provider do something to a leg. Doing it twice is doing it once.
pub const CONTROL: &str = "call.control";
/// The job that looks at a call when nothing was heard of it.
pub const LOOK: &str = "call.look";

/// What is to be done outside, and to which leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duty(pub Task, pub LegId);

/// What [`DIAL`] and [`CONTROL`] know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    pub call_id: CallId,
    pub leg_id: LegId,
    pub what: Task,
}

/// What is done to the leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// It is called.
    Dial,
    HangUp,
    Mute(bool),
    Hold(bool),
    /// Its leaving ends the call, or does not.
    Anchor(bool),
    /// It hears that nobody is there.
    TurnAway,
    /// Something is said.
    Announce(Announcement),
    /// It is recorded, or no longer.
    Record(bool),
}

/// What is said into a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announcement {
    /// To everybody: the call is recorded from now on.
    Notice,
    /// To the one leg, as tones.
    Digits,
}

impl Task {
    /// The control that it carries out, when somebody asked for it.
    #[must_use]
    pub const fn control(self) -> Option<Control> {
        match self {
            Self::HangUp => Some(Control::HangUp),
            Self::Mute(true) => Some(Control::Mute),
            Self::Mute(false) => Some(Control::Unmute),
            Self::Hold(true) => Some(Control::Hold),
            Self::Hold(false) => Some(Control::Resume),
            Self::Announce(what) => Some(announcing::control(what)),
            Self::Record(true) => Some(Control::Record),
            Self::Record(false) => Some(Control::StopRecording),
            Self::Dial | Self::Anchor(_) | Self::TurnAway => None,
        }
    }
}

/// What [`LOOK`] knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAt {
    pub call_id: CallId,
}

/// The jobs of a decision. What is done to one leg is done in the order in which it was decided.
pub(super) fn jobs(
    after: &Standing,
    duties: &[Duty],
    now: Timestamp,
    mut draw: impl FnMut() -> JobId,
) -> Vec<NewJob> {
    duties.iter().map(|duty| job(after, *duty, draw(), now)).collect()
}

/// The job that looks at the call when its time has come: at once, when somebody waits and nobody is asked to take him.
pub(super) fn look(after: &Standing, now: Timestamp) -> Option<NewJob> {
    let waits_unasked = after.waits() && after.offers.is_empty();
    after.next_look().map(|at| NewJob {
        id: after.look_id,
        kind: LOOK,
        key: None,
        run_at: if waits_unasked { now } else { at.max(now) },
        payload: serde_json::json!(LookAt { call_id: after.id }),
        contact_id: Some(after.contact_id),
    })
}

fn job(after: &Standing, Duty(what, leg_id): Duty, id: JobId, now: Timestamp) -> NewJob {
    let owed = Owed { call_id: after.id, leg_id, what };
    NewJob {
        id,
        kind: if what == Task::Dial { DIAL } else { CONTROL },
        key: Some(format!("leg:{leg_id}")),
        run_at: now,
        payload: serde_json::json!(owed),
        contact_id: Some(after.contact_id),
    }
}
