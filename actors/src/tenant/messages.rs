//! What sessions and the live tenant say to each other.

use std::{net::IpAddr, sync::Arc, time::Duration};

use actix::{Message, Recipient};
use entities::{BoardId, ConversationId, UserId, message::Author};
use serde::{Deserialize, Serialize};

use crate::{
    event::{LiveEvent, Recorded},
    topic::Topic,
    view::Viewer,
};

use super::{
    presence::{Availability, Present, WhoIsHere},
    signal::Signal,
    told::Told,
};

/// A session within this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(pub u64);

/// Why the hub ends a session. The numbers are the door's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCode {
    GoingAway,
    TooSlow,
    Resync,
    Revoked,
    Replaced,
}

/// What reaches a session, in this order and no other. A seq in it moves the client's cursor: everything of its
/// topics up to that seq came before. `snapshots` tell who is here, as of the answer they come with: changes follow.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub enum Deliver {
    Events {
        events: Vec<Arc<LiveEvent>>,
        seq: i64,
    },
    Signal(Arc<Signal>),
    /// The answer to `Attach`: registered. `events` are those between the session's cursor and now.
    Attached {
        request: u64,
        events: Vec<Arc<LiveEvent>>,
        seq: i64,
        snapshots: Vec<Arc<Signal>>,
    },
    /// The answer to `Attach`: the cursor is too old for the ring; read on in the log and come again.
    Behind {
        request: u64,
    },
    /// The answer to `AddTopics` and `AskCursor`.
    Cursor {
        request: u64,
        seq: i64,
        snapshots: Vec<Arc<Signal>>,
    },
    Close(CloseCode),
}

/// A new session, with the one address it will ever be reached by.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Joined {
    pub session: SessionKey,
    pub viewer: Viewer,
    /// Shown to colleagues beside what he has open.
    pub name: Arc<str>,
    /// Where its client comes from.
    pub from: IpAddr,
    pub address: Recipient<Deliver>,
}

/// The session saw everything of `topics` up to `cursor` and wants what follows.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Attach {
    pub(super) session: SessionKey,
    pub(super) request: u64,
    pub(super) topics: Vec<Topic>,
    pub(super) cursor: i64,
}

/// Topics of an attached session that start now.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct AddTopics {
    pub(super) session: SessionKey,
    pub(super) request: u64,
    pub(super) topics: Vec<Topic>,
}

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct RemoveTopics {
    pub(super) session: SessionKey,
    pub(super) topics: Vec<Topic>,
}

/// How far is this session? Answered through its mailbox, behind the events.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct AskCursor {
    pub(super) session: SessionKey,
    pub(super) request: u64,
}

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Left(pub(super) SessionKey);

/// Events that were committed, by this node or another.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Announced(pub(super) Arc<[Arc<Recorded>]>);

/// The end of the log, as the store knows it.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Head {
    pub(super) last_seq: i64,
    /// What is not behind it is gone.
    pub(super) trimmed_seq: i64,
}

/// A stretch of the log, fetched to fill a gap. `None`: the store did not answer.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Fetched(pub(super) Option<Vec<Recorded>>);

/// Somebody types, or stopped.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Typing {
    pub(super) conversation: ConversationId,
    pub(super) author: Author,
    pub(super) typing: bool,
    /// Is not told what it said itself.
    pub(super) session: Option<SessionKey>,
}

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Heard(pub(super) Arc<Signal>);

#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct ClosePerson {
    pub(super) who: super::Person,
    pub(super) code: CloseCode,
}

/// Close everything: the hub is going away.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct CloseAll(pub(super) CloseCode);

/// What a user says of himself.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct SetAvailability {
    pub(super) user: UserId,
    pub(super) availability: Availability,
}

/// Another node told who is there.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct HeardTold(pub(super) Arc<Told>);

/// An answer by what this node knows.
#[derive(Debug)]
pub(super) struct Known<T> {
    pub(super) answer: T,
    /// The others were asked a moment ago: after this long it is known better.
    pub(super) settles_in: Option<Duration>,
}

/// Who is here?
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Known<WhoIsHere>")]
pub(super) struct AskPresent;

/// Who can be given work?
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Known<Vec<Present>>")]
pub(super) struct AskAvailable;

/// Is somebody here who can answer for this board?
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Known<bool>")]
pub(super) struct AskAttended(pub(super) Option<BoardId>);

/// From now on this node hears everything that others tell of the tenant.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Hears;
