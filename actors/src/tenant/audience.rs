//! Who is here and who hears what. Pure but for the addresses it keeps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    net::IpAddr,
    sync::Arc,
};

use actix::{Recipient, dev::SendError};
use entities::{ContactId, ConversationId, KeyId, Networks, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    event::{EventType, Form, Head, LiveEvent},
    topic::Topic,
    view::Viewer,
};

use super::{
    messages::{CloseCode, Deliver, Joined, SessionKey},
    signal::Signal,
};

/// The sessions of a tenant. Each has exactly one address: a clone would have a mailbox slot of its own, and no
/// mailbox would ever be full.
#[derive(Default)]
pub(super) struct Audience {
    sessions: BTreeMap<SessionKey, Session>,
    by_topic: HashMap<Topic, HashSet<SessionKey>>,
    /// Taken by the tenant after whatever it did: a session can end in the middle of telling it something.
    gone: Vec<Gone>,
}

/// A session that was taken out, with what it was counted in.
pub(super) struct Gone {
    pub(super) key: SessionKey,
    pub(super) viewer: Viewer,
    pub(super) topics: HashSet<Topic>,
}

struct Session {
    viewer: Viewer,
    name: Arc<str>,
    from: IpAddr,
    address: Recipient<Deliver>,
    topics: HashSet<Topic>,
    /// Of its topics, the conversations that left its boards: it hears no signals of them.
    unseen: HashSet<ConversationId>,
    /// It has seen everything up to here by itself.
    seen: i64,
    attached: bool,
}

impl Session {
    fn hears(&self, signal: &Signal) -> bool {
        let seen = !matches!(&signal.topic, Topic::Conversation(id) if self.unseen.contains(id));
        seen && (self.viewer.form() == Form::Agent || signal.kind.is_for_visitors())
    }
}

/// Whose sessions are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    User(UserId),
    Contact(ContactId),
    Key(KeyId),
}

fn person(viewer: &Viewer) -> Person {
    match viewer {
        Viewer::User { id, .. } => Person::User(*id),
        Viewer::Key { id, .. } => Person::Key(*id),
        Viewer::Visitor { contact_id, .. } => Person::Contact(*contact_id),
    }
}

impl Audience {
    /// A session comes; the oldest of the same person goes when there are more than `limit`.
    pub(super) fn join(&mut self, joined: Joined, limit: usize) {
        let Joined { session: key, viewer, name, from, address } = joined;
        let who = person(&viewer);
        let own: Vec<SessionKey> = self.sessions_where(|session| person(&session.viewer) == who);
        if own.len() >= limit
            && let Some(oldest) = own.first()
        {
            self.close(*oldest, CloseCode::Replaced);
        }
        let (topics, unseen) = (HashSet::new(), HashSet::new());
        let session = Session { viewer, name, from, address, topics, unseen, seen: 0, attached: false };
        self.sessions.insert(key, session);
    }

    pub(super) fn leave(&mut self, key: SessionKey) {
        if let Some(session) = self.sessions.remove(&key) {
            for topic in &session.topics {
                self.forget_topic(key, topic);
            }
            self.gone.push(Gone { key, viewer: session.viewer, topics: session.topics });
        }
    }

    /// The sessions that were taken out since this was asked last.
    pub(super) fn take_gone(&mut self) -> Vec<Gone> {
        std::mem::take(&mut self.gone)
    }

    /// From now on the session hears of `topics` what lies behind `seen`. The answer is those it had not before.
    pub(super) fn attach(&mut self, key: SessionKey, topics: &[Topic], seen: i64) -> Vec<Topic> {
        let Some(session) = self.sessions.get_mut(&key) else { return Vec::new() };
        if !session.attached {
            session.seen = seen;
            session.attached = true;
        }
        let mut fresh = Vec::new();
        for &topic in topics {
            if let Topic::Conversation(id) = topic {
                session.unseen.remove(&id);
            }
            if session.topics.insert(topic) {
                self.by_topic.entry(topic).or_default().insert(key);
                fresh.push(topic);
            }
        }
        fresh
    }

    /// The answer is those it had.
    pub(super) fn detach(&mut self, key: SessionKey, topics: &[Topic]) -> Vec<Topic> {
        let mut had = Vec::new();
        for topic in topics {
            if self.sessions.get_mut(&key).is_some_and(|session| session.topics.remove(topic)) {
                self.forget_topic(key, topic);
                had.push(*topic);
            }
        }
        had
    }

    /// Whose session it is, and the name beside what he does.
    pub(super) fn person(&self, key: SessionKey) -> Option<(&Viewer, &Arc<str>)> {
        self.sessions.get(&key).map(|session| (&session.viewer, &session.name))
    }

    /// Does anybody listen to this topic?
    pub(super) fn listens(&self, topic: Topic) -> bool {
        self.by_topic.contains_key(&topic)
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
        for event in events {
            self.follow_move(&event.event.head);
        }
    }

    /// A conversation came to another board: who may not see it any more hears no signals of it, until it comes back.
    fn follow_move(&mut self, head: &Head) {
        let (EventType::ConversationMoved, Some(id)) = (&head.kind, head.conversation_id) else { return };
        for key in self.by_topic.get(&Topic::Conversation(id)).into_iter().flatten() {
            let Some(session) = self.sessions.get_mut(key) else { continue };
            match &session.viewer {
                Viewer::Visitor { .. } => session.unseen.remove(&id),
                viewer if viewer.sees_board(head.board_id) => session.unseen.remove(&id),
                _ => session.unseen.insert(id),
            };
        }
    }

    /// Tells those who listen to the signal's topic or to everything, each once, but not the one it came from.
    pub(super) fn signal(&mut self, signal: &Arc<Signal>, except: Option<SessionKey>) {
        self.signal_on(&[signal.topic, Topic::Console], signal, except);
    }

    /// Tells those who listen to the signal's topic alone.
    pub(super) fn signal_aside(&mut self, signal: &Arc<Signal>) {
        self.signal_on(&[signal.topic], signal, None);
    }

    fn signal_on(&mut self, topics: &[Topic], signal: &Arc<Signal>, except: Option<SessionKey>) {
        let keys: BTreeSet<SessionKey> =
            topics.iter().filter_map(|topic| self.by_topic.get(topic)).flatten().copied().collect();
        for key in keys.into_iter().filter(|key| Some(*key) != except) {
            if self.sessions.get(&key).is_some_and(|session| session.hears(signal)) {
                self.send(key, Deliver::Signal(signal.clone()));
            }
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

    pub(super) fn close_person(&mut self, who: Person, code: CloseCode) {
        for key in self.sessions_where(|session| person(&session.viewer) == who) {
            self.close(key, code);
        }
    }

    /// Whoever has an admin's power and comes from elsewhere goes.
    pub(super) fn keep_within(&mut self, networks: &Networks) {
        let is_outside = |session: &Session| session.viewer.administers() && !networks.admit(session.from);
        for key in self.sessions_where(is_outside) {
            self.close(key, CloseCode::Revoked);
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
