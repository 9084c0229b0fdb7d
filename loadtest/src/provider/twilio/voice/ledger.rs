//! What became of the calls, as whoever audits a hub wants to know it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::call::Call;
use super::lines::Lines;

/// A call, whichever way it goes.
#[derive(Debug, Clone, Serialize)]
pub struct Called {
    pub sid: String,
    /// `inbound`, `outbound-api` or `outbound-dial`.
    pub direction: &'static str,
    pub from: String,
    pub to: String,
    /// How far it is by now.
    pub status: &'static str,
    /// The call that dialled it.
    pub parent: Option<String>,
    /// The calls it dialled.
    pub legs: Vec<String>,
    /// The name of the conference it is in, or was last in.
    pub conference: Option<String>,
    /// It was connected with the call that dialled it.
    pub was_bridged: bool,
    /// Microseconds since 1970.
    pub began_at_us: i64,
    pub answered_at_us: Option<i64>,
    pub ended_at_us: Option<i64>,
    /// The connection was cut before whoever asked for it was told.
    pub cut: bool,
    /// The events of which a callback was taken.
    pub told: Vec<&'static str>,
    /// When each of those was posted, in microseconds since 1970.
    pub posted_at_us: BTreeMap<&'static str, i64>,
    /// What was wrong with its documents, by code.
    pub problems: Vec<u32>,
}

impl Lines {
    /// Every call, in the order they began.
    pub(super) fn ledger(&self) -> Vec<Called> {
        self.calls.iter().map(|call| self.called(call)).collect()
    }

    fn called(&self, call: &Call) -> Called {
        let conference = call.last_conference.as_ref().and_then(|sid| self.conference(sid));
        Called {
            sid: call.sid.clone(),
            direction: call.begin.direction.as_str(),
            from: call.begin.from.clone(),
            to: call.begin.to.clone(),
            status: call.status.as_str(),
            parent: call.begin.parent.clone(),
            legs: call.legs.clone(),
            conference: conference.map(|it| it.name.clone()),
            was_bridged: call.was_bridged,
            began_at_us: call.created,
            answered_at_us: call.answered,
            ended_at_us: call.ended,
            cut: call.cut,
            told: call.told.clone(),
            posted_at_us: call.posted.clone(),
            problems: call.problems.clone(),
        }
    }
}
