//! What a call owes the outside: jobs that the commit of a decision carries, and whoever speaks for the provider does.

use entities::{CallId, JobId, LegId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::journal::NewJob;

use super::{shape::Control, standing::Standing};

/// The job that calls one party: its effect is outside, and nobody is called twice.
pub const DIAL: &str = "call.dial";
/// The job that has the provider do something to a leg. Doing it twice is doing it once.
pub const CONTROL: &str = "call.control";
/// The job that looks at a call when nothing was heard of it.
pub const LOOK: &str = "call.look";

/// What is to be done outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Call this party.
    Dial(LegId),
    /// Have this done to the leg.
    Control(Control, LegId),
    /// Tell the caller that nobody is there.
    TurnAway(LegId),
}

/// What [`DIAL`] and [`CONTROL`] know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    pub call_id: CallId,
    pub leg_id: LegId,
    /// Of a control; without one the caller is turned away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
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
    let mut owed: Vec<NewJob> = duties.iter().map(|duty| job(after, *duty, draw(), now)).collect();
    owed.extend(after.next_look().map(|at| NewJob {
        id: after.look_id,
        kind: LOOK,
        key: None,
        run_at: at.max(now),
        payload: serde_json::json!(LookAt { call_id: after.id }),
        contact_id: Some(after.contact_id),
    }));
    owed
}

fn job(after: &Standing, duty: Duty, id: JobId, now: Timestamp) -> NewJob {
    let (kind, leg_id, control) = match duty {
        Duty::Dial(leg) => (DIAL, leg, None),
        Duty::Control(control, leg) => (CONTROL, leg, Some(control)),
        Duty::TurnAway(leg) => (CONTROL, leg, None),
    };
    let owed = Owed { call_id: after.id, leg_id, control };
    NewJob {
        id,
        kind,
        key: Some(format!("leg:{leg_id}")),
        run_at: now,
        payload: serde_json::json!(owed),
        contact_id: Some(after.contact_id),
    }
}
