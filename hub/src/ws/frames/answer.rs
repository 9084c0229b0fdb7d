//! The results of the methods that answer with something else than a noun of the domain.

use entities::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

/// Of `authenticate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Authenticated {
    pub expires_at: Option<Timestamp>,
}

/// Of `subscribe`. Everything of the topics up to `seq` was sent before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subscribed {
    pub seq: i64,
    /// There exactly when `since` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovered: Option<bool>,
    /// How many events were sent again.
    pub replayed: u64,
}

/// Of `history`.
#[derive(Clone, Debug, Serialize)]
pub struct History<'a> {
    /// The params of `event` frames, ascending.
    pub events: Vec<&'a RawValue>,
    /// Whether there is more in the direction that was asked for.
    pub more: bool,
    /// The lowest seq the log still holds.
    pub oldest_seq: i64,
}

/// Of `ping`. `seq` is a cursor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pong {
    pub seq: i64,
    pub at: Timestamp,
}

/// Of `unsubscribe`, and of notifications that were sent as requests: `{}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Done {}
