//! One party's part in a call, as a sum of what was heard of it. Hearing is commutative and idempotent: callbacks may
//! come late, twice and in any order, and the same ones always leave the same leg.

use std::time::Duration;

use entities::{Address, LegId, Timestamp, UserId, call::CallState};
use serde::{Deserialize, Serialize};

use super::{duty::Announcement, recording::Recordings, shape::CallError};

/// A call that is said to have lasted longer is not believed.
const LONGEST: i64 = 24 * 3600;

/// Which side of the call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one the call is with.
    Contact,
    /// One of us.
    Agent,
}

/// One party's part in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    pub id: LegId,
    pub side: Side,
    pub address: Address,
    /// Who it is, when he is one of us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// He is on it once that is confirmed: a user says that he takes it, a caller was asked for his name. What picks up before only
    /// rings, for us.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirms: bool,
    /// When it was decided to call him, or when he called.
    pub placed_at: Timestamp,
    /// What the provider calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiated_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ringing_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    #[serde(default)]
    pub muted: Latest,
    #[serde(default)]
    pub held: Latest,
    #[serde(default)]
    pub recordings: Recordings,
    /// It was ended before the provider heard of it: it is not to be called any more.
    #[serde(default)]
    pub unwanted: bool,
}

/// How a leg ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct End {
    /// The provider did not say when: it is the time at which we were told. One that says so counts before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    pub at: Timestamp,
    /// One that is over.
    pub how: CallState,
    /// From its answer, as the provider counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<CallError>,
}

/// A switch of which news may come in any order: what was switched last counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    pub on: bool,
    /// The place of that news among all of its room.
    #[serde(default)]
    pub order: i64,
}

/// What was heard of a leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is being called.
    Initiated,
    Ringing,
    /// Somebody or something picked up.
    Answered,
    /// He is put through to the others.
    Confirmed,
    Ended {
        how: CallState,
        duration_s: Option<i64>,
        error: Option<CallError>,
    },
    /// `None`: the provider says so now, in answer to a question or a request.
    Muted(bool, Option<i64>),
    Held(bool, Option<i64>),
    /// One of its recordings, by what the provider calls it, began or is over.
    Recording {
        id: String,
        on: bool,
    },
    /// Something was said to it, or why it was not.
    Announced(Announcement, Option<CallError>),
    /// What the contact said when he was asked for his name.
    Said(String),
}

impl Leg {
    /// A leg nothing was heard of yet.
    #[must_use]
    pub fn new(id: LegId, side: Side, address: Address, placed_at: Timestamp) -> Self {
        let (user_id, external_id, initiated_at, ringing_at, answered_at, end) = Default::default();
        let (muted, held, recordings) = Default::default();
        Self {
            id,
            side,
            address,
            user_id,
            confirms: false,
            placed_at,
            external_id,
            initiated_at,
            ringing_at,
            answered_at,
            end,
            muted,
            held,
            recordings,
            unwanted: false,
        }
    }

    /// Takes in what was heard of it.
    pub(super) fn hear(&mut self, step: &Step, (at, undated): (Timestamp, bool)) {
        match step {
            Step::Initiated => earliest(&mut self.initiated_at, at),
            Step::Ringing => earliest(&mut self.ringing_at, at),
            Step::Answered if self.confirms => earliest(&mut self.ringing_at, at),
            Step::Answered => earliest(&mut self.answered_at, at),
            Step::Confirmed if self.confirms => earliest(&mut self.answered_at, at),
            // Who picked up is on it.
            Step::Confirmed => {}
            Step::Ended { how, duration_s, error } => {
                let duration_s = duration_s.filter(|seconds| (0..=LONGEST).contains(seconds));
                self.end_with(End { undated, at, how: *how, duration_s, error: error.clone() });
            }
            Step::Muted(on, order) => self.muted.hear(*on, *order),
            Step::Held(on, order) => self.held.hear(*on, *order),
            Step::Recording { id, on } => self.recordings.hear(id, *on),
            // That is for the call to follow.
            Step::Announced(..) | Step::Said(_) => {}
        }
    }

    /// Two ends that contradict each other: the earlier one counts, whichever was heard first; one that says when counts before one
    /// that does not. What only one of them
    /// tells is kept.
    fn end_with(&mut self, heard: End) {
        self.end = Some(match self.end.take() {
            None => heard,
            Some(known) => {
                let (mut first, other) = if heard < known { (heard, known) } else { (known, heard) };
                if first.how == other.how {
                    first.duration_s = first.duration_s.max(other.duration_s);
                    first.error = first.error.or(other.error);
                }
                first
            }
        });
    }

    /// How far it came.
    #[must_use]
    pub fn state(&self) -> CallState {
        match &self.end {
            Some(end) => self.counted(end),
            None if self.answered_at.is_some() => CallState::InProgress,
            None if self.ringing_at.is_some() => CallState::Ringing,
            None if self.initiated_at.is_some() || self.external_id.is_some() => CallState::Initiated,
            None => CallState::Queued,
        }
    }

    /// When it was answered: as it was heard, or as its end tells when that was lost.
    #[must_use]
    pub fn answered(&self) -> Option<Timestamp> {
        let Some(end) = &self.end else { return self.answered_at };
        if self.confirms {
            // He was put through before it ended, whatever the clocks say; and nothing else tells of it.
            return self.answered_at.map(|at| at.min(end.at));
        }
        let heard = self.answered_at.filter(|at| *at <= end.at);
        heard.or_else(|| {
            let seconds = u64::try_from(end.duration_s.unwrap_or_default()).unwrap_or_default();
            (end.how == CallState::Completed).then(|| end.at.minus(Duration::from_secs(seconds)))
        })
    }

    /// How it ended. One that nobody was put through to was not answered, whatever picked up.
    #[must_use]
    pub fn ending(&self) -> Option<End> {
        self.end.as_ref().map(|end| End { how: self.counted(end), ..end.clone() })
    }

    fn counted(&self, end: &End) -> CallState {
        match end.how {
            CallState::Completed if self.confirms && self.answered_at.is_none() => CallState::NoAnswer,
            how => how,
        }
    }

    /// Somebody could still be on it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.end.is_none()
    }

    /// It ended, and nobody has said when.
    #[must_use]
    pub fn has_undated_end(&self) -> bool {
        self.end.as_ref().is_some_and(|end| end.undated)
    }

    /// Somebody is on it.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.end.is_none() && self.answered_at.is_some()
    }

    /// The provider has heard of it.
    #[must_use]
    pub fn is_placed(&self) -> bool {
        self.state() != CallState::Queued
    }
}

impl Latest {
    fn hear(&mut self, on: bool, order: Option<i64>) {
        match order {
            Some(order) if order < self.order => {}
            Some(order) => *self = Self { on, order },
            None => self.on = on,
        }
    }
}

fn earliest(known: &mut Option<Timestamp>, at: Timestamp) {
    *known = Some(known.map_or(at, |known| known.min(at)));
}
