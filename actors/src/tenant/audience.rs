//! Who is here and who hears what. Pure but for the addresses it keeps.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use actix::{Recipient, dev::SendError};
use entities::{ContactId, UserId};

use crate::{event::LiveEvent, topic::Topic, view::Viewer};

use super::messages::{CloseCode, Deliver, SessionKey, Signal};

/// The sessions of a tenant. Each has exactly one address: a clone would have a mailbox slot of its own, and no
/// mailbox would ever be full.
#[derive(Default)]
pub(super) struct Audience {
    sessions: BTreeMap<SessionKey, Session>,
    by_topic: HashMap<Topic, HashSet<SessionKey>>,
}

struct Session {
    viewer: Viewer,
    address: Recipient<Deliver>,
    topics: HashSet<Topic>,
    /// It has seen everything up to here by itself.
    seen: i64,
    attached: bool,
}

/// Whose sessions are counted together.
#[derive(PartialEq, Eq)]
enum Person {
    User(UserId),
    Contact(ContactId),
}

fn person(viewer: &Viewer) -> Person {
    match viewer {
        Viewer::User { id, .. } => Person::User(*id),
        Viewer::Visitor { contact_id, .. } => Person::Contact(*contact_id),
    }
}

impl Audience {
    /// A session comes; the oldest of the same person goes when there are more than `limit`.
    pub(super) fn join(
        &mut self,
        key: SessionKey,
        viewer: Viewer,
        address: Recipient<Deliver>,
        limit: usize,
    ) {
        let who = person(&viewer);
        let own: Vec<SessionKey> = self.sessions_where(|session| person(&session.viewer) == who);
        if own.len() >= limit
            && let Some(oldest) = own.first()
        {
            self.close(*oldest, CloseCode::Replaced);
        }
        let session = Session { viewer, address, topics: HashSet::new(), seen: 0, attached: false };
        self.sessions.insert(key, session);
    }

    pub(super) fn leave(&mut self, key: SessionKey) {
        if let Some(session) = self.sessions.remove(&key) {
            for topic in &session.topics {
                self.forget_topic(key, topic);
            }
        }
    }

    /// From now on the session hears of `topics` what lies behind `seen`.
    pub(super) fn attach(&mut self, key: SessionKey, topics: Vec<Topic>, seen: i64) {
        let Some(session) = self.sessions.get_mut(&key) else { return };
        if !session.attached {
            session.seen = seen;
            session.attached = true;
        }
        for topic in topics {
            session.topics.insert(topic);
            self.by_topic.entry(topic).or_default().insert(key);
        }
    }

    pub(super) fn detach(&mut self, key: SessionKey, topics: &[Topic]) {
        for topic in topics {
            let had = self.sessions.get_mut(&key).is_some_and(|session| session.topics.remove(topic));
            if had {
                self.forget_topic(key, topic);
            }
        }
    }

    fn forget_topic(&mut self, key: SessionKey, topic: &Topic) {
        if let Some(sessions) = self.by_topic.get_mut(topic) {
            sessions.remove(&key);
            if sessions.is_empty() {
                self.by_topic.remove(topic);
            }
        }
    }

    /// Of `events`, those this session would be shown under `topics`.
    pub(super) fn filter(
        &self,
        key: SessionKey,
        topics: &[Topic],
        events: Vec<Arc<LiveEvent>>,
    ) -> Vec<Arc<LiveEvent>> {
        let Some(session) = self.sessions.get(&key) else { return Vec::new() };
        let shown = |event: &Arc<LiveEvent>| {
            let head = &event.event.head;
            head.topics().any(|topic| topics.contains(&topic)) && session.viewer.may_see(head)
        };
        events.into_iter().filter(shown).collect()
    }

    /// Tells each session those of `events` that it may see and asked for, each once, and that it is at `seq`.
    pub(super) fn tell(&mut self, events: &[Arc<LiveEvent>], seq: i64) {
        let mut told: BTreeMap<SessionKey, Vec<Arc<LiveEvent>>> = BTreeMap::new();
        for event in events {
            let head = &event.event.head;
            let listeners = head.topics().filter_map(|topic| self.by_topic.get(&topic)).flatten();
            for key in listeners {
                let Some(session) = self.sessions.get(key) else { continue };
                let heard = told.get(key).and_then(|events| events.last());
                let again = heard.is_some_and(|last| last.event.seq == event.event.seq);
                if !again && session.seen < event.event.seq && session.viewer.may_see(head) {
                    told.entry(*key).or_default().push(event.clone());
                }
            }
        }
        for (key, events) in told {
            self.send(key, Deliver::Events { events, seq });
        }
    }

    pub(super) fn signal(&mut self, signal: &Arc<Signal>, except: Option<SessionKey>) {
        let listeners: Vec<SessionKey> =
            self.by_topic.get(&signal.topic).into_iter().flatten().copied().collect();
        for key in listeners.into_iter().filter(|key| Some(*key) != except) {
            self.send(key, Deliver::Signal(signal.clone()));
        }
    }

    /// Puts a message into the session's mailbox. One that is full belongs to a peer that does not read: the session
    /// is forgotten and told so once, behind the clean prefix it already has.
    pub(super) fn send(&mut self, key: SessionKey, message: Deliver) {
        let Some(session) = self.sessions.get(&key) else { return };
        match session.address.try_send(message) {
            Ok(()) => {}
            Err(SendError::Full(_)) => {
                metrics::counter!("sessions_too_slow_total").increment(1);
                self.close(key, CloseCode::TooSlow);
            }
            Err(SendError::Closed(_)) => self.leave(key),
        }
    }

    pub(super) fn close(&mut self, key: SessionKey, code: CloseCode) {
        if let Some(session) = self.sessions.get(&key) {
            session.address.do_send(Deliver::Close(code));
        }
        self.leave(key);
    }

    pub(super) fn close_user(&mut self, user: UserId, code: CloseCode) {
        for key in self.sessions_where(|session| person(&session.viewer) == Person::User(user)) {
            self.close(key, code);
        }
    }

    pub(super) fn close_all(&mut self, code: CloseCode) {
        for key in self.sessions_where(|_| true) {
            self.close(key, code);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    fn sessions_where(&self, wanted: impl Fn(&Session) -> bool) -> Vec<SessionKey> {
        self.sessions.iter().filter(|(_, session)| wanted(session)).map(|(key, _)| *key).collect()
    }
}

impl Drop for Audience {
    /// The tenant lost its place, by a panic or its arbiter's end: its sessions come again and resume.
    fn drop(&mut self) {
        self.close_all(CloseCode::Resync);
    }
}
