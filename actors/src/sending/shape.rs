//! How much a tenant sends, as the world sees it.

use entities::{Timestamp, sending};
use serde::{Deserialize, Serialize};

use super::state::{self, SpikeRule};

/// Whether messages go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendingState {
    Open,
    /// They wait for a person.
    Held,
}

/// How much a tenant sends, and what would be too much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    pub state: SendingState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_at: Option<Timestamp>,
    /// Messages handed over in this hour of the clock.
    pub this_hour: i64,
    /// In the busiest hour of the week before it.
    pub busiest_hour: i64,
    /// With so many in an hour sending is held; `None`: never.
    pub limit: Option<i64>,
    /// Until when the limit is what a person made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_until: Option<Timestamp>,
}

impl Sending {
    pub(super) fn of(row: &sending::Model, rule: SpikeRule, now: Timestamp) -> Self {
        let row = state::moved_on(row.clone(), now);
        Self {
            state: if row.held_at.is_some() { SendingState::Held } else { SendingState::Open },
            held_at: row.held_at,
            this_hour: state::this_hour(&row),
            busiest_hour: state::busiest_before(&row),
            limit: state::limit(&row, rule, now),
            allowed_until: row.allowed_until.filter(|until| *until > now),
        }
    }
}
