//! What became of the calls, as whoever audits a hub wants to know it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::call::Call;
use super::lines::Lines;
use super::recording::{Of, Recording};
use super::sound::Sound;

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
    /// When it first came into a conference.
    pub joined_at_us: Option<i64>,
    pub ended_at_us: Option<i64>,
    /// The connection was cut before whoever asked for it was told.
    pub cut: bool,
    /// The events of which a callback was taken.
    pub told: Vec<&'static str>,
    /// When each of those was posted, in microseconds since 1970.
    pub posted_at_us: BTreeMap<&'static str, i64>,
    /// What whoever is at the other end was given to hear.
    pub heard: Vec<Sound>,
    /// What was wrong with its documents, by code.
    pub problems: Vec<u32>,
}

/// A recording, whether or not who it was made for has deleted it.
#[derive(Debug, Clone, Serialize)]
pub struct Recorded {
    pub sid: String,
    /// The call it is of; else it is of a conference.
    pub call: Option<String>,
    /// The SID of the conference.
    pub conference: Option<String>,
    /// Who wanted it, such as `RecordVerb`.
    pub source: &'static str,
    pub status: &'static str,
    /// What was said in it.
    pub said: Option<String>,
    /// How far it is written down: `in-progress`, `completed` or `failed`.
    pub transcription: Option<&'static str>,
    pub is_deleted: bool,
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
            joined_at_us: call.joined,
            ended_at_us: call.ended,
            cut: call.cut,
            told: call.told.clone(),
            posted_at_us: call.posted.clone(),
            heard: call.heard.clone(),
            problems: call.problems.clone(),
        }
    }

    /// Every recording, in the order they began.
    pub(super) fn recorded(&self, now: i64) -> Vec<Recorded> {
        self.recordings.iter().map(|recording| recording.recorded(now)).collect()
    }
}

impl Recording {
    fn recorded(&self, now: i64) -> Recorded {
        let (call, conference) = match &self.of {
            Of::Call(sid) => (Some(sid.clone()), None),
            Of::Conference(sid) => (None, Some(sid.clone())),
        };
        Recorded {
            sid: self.sid.clone(),
            call,
            conference,
            source: self.wish.source.as_str(),
            status: self.state.as_str(),
            said: self.said.clone(),
            transcription: self.transcription.as_ref().map(|it| it.status(now)),
            is_deleted: self.is_deleted,
        }
    }
}
