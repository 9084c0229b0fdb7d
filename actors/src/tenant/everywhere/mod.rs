//! Who is here, on whatever node: this node's own sessions and what the others told of theirs, as one view. Pure.
//!
//! A node tells each change of its own set under a version that counts up by one, and now and then how its whole set looks.
//! Whoever missed something sees it by the version or the hash and asks for the set. Telling may fail, twice or out of order:
//! once nothing is lost for a while everybody sees the same.
//!
//! A node that leaves does not say so. Its users come back elsewhere within seconds, and were never away; whoever does not come
//! back is gone when its silence is counted.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use entities::{ContactId, ConversationId, Timestamp, UserId};

use super::{
    others::{Others, SILENCE, Step},
    own::Own,
    presence::{Availability, PresenceChange, PresenceChangeKind, UserPresence},
    roll::{Key, Roll, Said, Seat},
    told::{Life, Told, What},
    viewing::ContactPresence,
};

#[cfg(test)]
mod tests;

/// How often a node with sessions says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Everywhere {
    life: Life,
    own: Own,
    others: Others,
    /// The bus does not reach the others, or we do not hear them: nobody's silence counts.
    frozen: bool,
    beaten: Option<Timestamp>,
    /// When a tick found somebody here last.
    inhabited: Option<Timestamp>,
    /// Nobody answered at the beginning, and it was asked only once.
    may_ask_again: bool,
    /// Taken after whatever the tenant did.
    outbox: Vec<Told>,
}

/// What is new for those who look at the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    User(PresenceChange),
    /// Other users have it open.
    Viewing(ConversationId),
    /// The visitor came or left.
    Visitor(ConversationId, ContactPresence),
}

/// What can be seen of a key.
#[derive(Clone, Copy, Debug)]
enum Seen {
    User(UserPresence),
    Visitor(ContactPresence),
    Watcher,
}

impl Everywhere {
    /// Nobody is here, and the others are asked. `delay_micros`: who is away for less was never away.
    pub(super) fn new(life: Life, delay_micros: i64) -> Self {
        Self {
            life,
            own: Own::new(delay_micros),
            others: Others::default(),
            frozen: false,
            beaten: None,
            inhabited: None,
            may_ask_again: true,
            outbox: vec![Told::ask(life, None)],
        }
    }

    /// What the others are to be told now.
    pub(super) fn take_outbox(&mut self) -> Vec<Told> {
        let untold = self.own.take_untold();
        let mut told: Vec<Told> = Told::changed(self.life, self.own.roll().version(), &untold).collect();
        told.append(&mut self.outbox);
        told
    }

    /// A session of a user. Who is here already, on whatever node, is what he said there; else he is online.
    pub(super) fn join(&mut self, id: UserId, seat: Seat, now: Timestamp) -> Vec<News> {
        let said = self.said(id).unwrap_or(Said::arriving(now));
        self.during([Key::User(id)], now, |it| it.own.join(id, seat, said))
    }

    /// One session less. That he left is said later, unless too many are leaving.
    pub(super) fn leave(&mut self, id: UserId, now: Timestamp) -> Vec<News> {
        self.during([Key::User(id)], now, |it| it.own.leave(id, now))
    }

    /// What a user says of himself, in any of his sessions here, for those on all nodes.
    pub(super) fn set(&mut self, id: UserId, availability: Availability, now: Timestamp) -> Vec<News> {
        let Some(before) = self.said(id) else { return Vec::new() };
        let since = if before.availability == availability { before.since } else { now };
        // Nothing newer is known, whatever the clocks of the nodes.
        let at = now.max(before.at.plus(Duration::from_micros(1)));
        let said = Said { availability, since, at };
        self.during([Key::User(id)], now, |it| it.own.say(id, said))
    }

    /// A session of the visitor.
    pub(super) fn arrive(&mut self, id: ConversationId, contact: ContactId, now: Timestamp) -> Vec<News> {
        self.during([Key::Visitor(id)], now, |it| it.own.arrive(id, contact, now))
    }

    /// One session of the visitor less.
    pub(super) fn depart(&mut self, id: ConversationId, now: Timestamp) -> Vec<News> {
        self.during([Key::Visitor(id)], now, |it| it.own.depart(id, now))
    }

    /// A session of a user opens the conversation. True when he had it open in no other, on no node.
    pub(super) fn open(&mut self, id: ConversationId, user: UserId, name: &Arc<str>) -> bool {
        let seen = self.seen(Key::Watcher(id, user)).is_some();
        self.own.open(id, user, name);
        !seen
    }

    /// A session of a user closes the conversation.
    pub(super) fn close(&mut self, id: ConversationId, user: UserId, now: Timestamp) -> Vec<News> {
        self.during([Key::Watcher(id, user)], now, |it| it.own.close(id, user, now))
    }

    /// Whether what is told now reaches the others, and we hear them. When it does again, everybody is asked, and nobody was
    /// silent.
    pub(super) fn bus_is(&mut self, healthy: bool, now: Timestamp) {
        let heals = healthy && self.frozen;
        self.frozen = !healthy;
        if heals {
            self.others.begin_anew(now);
            self.ask_everybody();
            // Perhaps nobody heard who left meanwhile.
            (self.beaten, self.inhabited) = (None, Some(now));
        }
    }

    /// Another node told something.
    pub(super) fn hear(&mut self, Told { from, what }: Told, now: Timestamp) -> Vec<News> {
        if from.node == self.life.node {
            return Vec::new();
        }
        match what {
            What::Ask { whom } if whom.is_none_or(|whom| whom == self.life) => {
                self.outbox.extend(Told::whole(self.life, from, self.own.roll()));
            }
            What::Whole { to, .. } if to != self.life => return Vec::new(),
            _ => {}
        }
        let step = self.others.hear(from, what, now);
        let news = step.map_or_else(Vec::new, |step| self.carry_out(step, now));
        self.ask(now);
        news
    }

    /// Looks who is gone and who is silent, asks for what was lost, and says that this node lives.
    pub(super) fn tick(&mut self, now: Timestamp) -> Vec<News> {
        let over: BTreeSet<Key> = self.own.over(now).collect();
        let mut news = self.during(over, now, |it| it.own.expire(now));
        if !self.frozen {
            for lost in self.others.listen_for_silence(now) {
                news.extend(self.carry_out(lost, now));
            }
            self.ask(now);
        }
        self.beat(now);
        news
    }

    /// A set that has been empty for so long that everybody knows needs no more words.
    fn beat(&mut self, now: Timestamp) {
        if self.is_somebody_here() {
            self.inhabited = Some(now);
        }
        let known = self.inhabited.is_none_or(|at| now.since(at) >= SILENCE);
        let due = self.beaten.is_none_or(|beaten| now.since(beaten) >= HEARTBEAT);
        if due && !known {
            self.beaten = Some(now);
            self.outbox.push(Told { from: self.life, what: What::Alive(self.own.roll().summary()) });
        }
    }

    /// Asks those of whom something was lost. At the beginning it may be that the first question was lost itself.
    fn ask(&mut self, now: Timestamp) {
        if self.frozen {
            return;
        }
        let whom = self.others.ask_now(now);
        self.outbox.extend(whom.into_iter().map(|whom| Told::ask(self.life, Some(whom))));
    }

    /// Asks everybody once more, unless somebody was heard. Once in a life.
    pub(super) fn ask_again(&mut self) {
        if std::mem::take(&mut self.may_ask_again) && self.others.is_empty() {
            self.ask_everybody();
        }
    }

    /// What the others told was not heard until now.
    pub(super) fn ask_everybody(&mut self) {
        self.outbox.push(Told::ask(self.life, None));
    }

    fn carry_out(&mut self, step: Step, now: Timestamp) -> Vec<News> {
        let keys = self.others.touched(&step);
        self.during(keys.clone(), now, |it| {
            it.others.carry_out(step);
            keys.iter().for_each(|key| it.take_over(*key));
        })
    }

    /// What a user says on one node holds for his sessions on this one, also when he is on the other no more.
    fn take_over(&mut self, key: Key) {
        if let Key::User(id) = key
            && let Some(said) = self.said(id)
        {
            self.own.say(id, said);
        }
    }

    /// What `act` changes of what can be seen under these keys.
    fn during(
        &mut self,
        keys: impl IntoIterator<Item = Key>,
        now: Timestamp,
        act: impl FnOnce(&mut Self),
    ) -> Vec<News> {
        let before: Vec<_> = keys.into_iter().map(|key| (key, self.seen(key))).collect();
        act(self);
        let news = |(key, before)| News::between(key, before, self.seen(key), now);
        let mut news: Vec<News> = before.into_iter().filter_map(news).collect();
        // Keys are in order: a conversation that lost two viewers is told of once.
        news.dedup();
        news
    }

    fn seen(&self, key: Key) -> Option<Seen> {
        match key {
            Key::User(id) => self.user(id).map(Seen::User),
            Key::Visitor(id) => self.rolls().find_map(|roll| roll.visitor(id)).map(Seen::Visitor),
            Key::Watcher(..) => self.rolls().any(|roll| roll.get(key).is_some()).then_some(Seen::Watcher),
        }
    }

    fn user(&self, id: UserId) -> Option<UserPresence> {
        self.said(id).map(|said| UserPresence::of(id, said))
    }

    /// What holds of all he said.
    fn said(&self, id: UserId) -> Option<Said> {
        let all = self.rolls().filter_map(|roll| roll.user(id));
        all.map(|here| here.said).max_by(|one, other| one.rank().cmp(&other.rank()))
    }

    /// The sets of all nodes, this one's first.
    pub(super) fn rolls(&self) -> impl Iterator<Item = &Roll> {
        std::iter::once(self.own.roll()).chain(self.others.rolls())
    }

    /// The sets of those nodes whose sessions may be given work: of this one alone while nobody knows of the others.
    pub(super) fn working(&self) -> impl Iterator<Item = &Roll> {
        let reach = if self.frozen { 1 } else { usize::MAX };
        self.rolls().take(reach)
    }

    /// Somebody has a session on this node, or had one a moment ago.
    pub(super) fn is_somebody_here(&self) -> bool {
        !self.own.roll().is_empty()
    }

    /// Others may be here, and some who are named may be gone.
    pub(super) fn is_uncertain(&self) -> bool {
        self.frozen || self.others.is_full()
    }

    /// Somebody on another node is not kept for want of room.
    pub(super) fn is_full(&self) -> bool {
        self.others.is_full()
    }

    pub(super) fn is_frozen(&self) -> bool {
        self.frozen
    }
}

impl News {
    fn between(key: Key, before: Option<Seen>, after: Option<Seen>, now: Timestamp) -> Option<Self> {
        let user = |kind, user| Some(Self::User(PresenceChange { kind, user }));
        match (key, before, after) {
            (_, None, Some(Seen::User(came))) => user(PresenceChangeKind::Joined, came),
            (_, Some(Seen::User(was)), None) => {
                user(PresenceChangeKind::Left, UserPresence { online: false, since: now, ..was })
            }
            (_, Some(Seen::User(was)), Some(Seen::User(is))) if was.availability != is.availability => {
                user(PresenceChangeKind::Changed, is)
            }
            (Key::Visitor(id), None, Some(Seen::Visitor(came))) => Some(Self::Visitor(id, came)),
            (Key::Visitor(id), Some(Seen::Visitor(was)), None) => {
                Some(Self::Visitor(id, ContactPresence { online: false, since: now, ..was }))
            }
            (Key::Watcher(id, _), None, Some(_)) | (Key::Watcher(id, _), Some(_), None) => {
                Some(Self::Viewing(id))
            }
            _ => None,
        }
    }
}
