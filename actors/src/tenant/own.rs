//! What this node's own sessions are at: counted, and each change kept until the others are told. Pure.

use std::sync::Arc;

use entities::{ContactId, ConversationId, Timestamp, UserId};

use super::{
    attendance::Attendance,
    roll::{Change, Entry, Here, Key, Roll, Said, Seat},
};

/// It holds an entry for everybody with a session here, and for who left within the delay ([`Attendance`]).
#[derive(Debug)]
pub(super) struct Own {
    users: Attendance<UserId>,
    visitors: Attendance<ConversationId>,
    watchers: Attendance<(ConversationId, UserId)>,
    roll: Roll,
    /// Taken after whatever the tenant did.
    untold: Vec<Change>,
}

impl Own {
    pub(super) fn new(delay_micros: i64) -> Self {
        Self {
            users: Attendance::new(delay_micros),
            visitors: Attendance::new(delay_micros),
            watchers: Attendance::new(delay_micros),
            roll: Roll::default(),
            untold: Vec::new(),
        }
    }

    pub(super) fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The changes nobody was told of yet. The last one led to the roll's version.
    pub(super) fn take_untold(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.untold)
    }

    fn put(&mut self, entry: Entry) {
        self.note(Change::Put(entry));
    }

    fn note(&mut self, change: Change) {
        self.roll.follow(change.clone());
        self.untold.push(change);
    }

    /// A session of a user. Who was not here says `said`.
    pub(super) fn join(&mut self, id: UserId, seat: Seat, said: Said) {
        self.users.come(id);
        let said = self.roll.user(id).map_or(said, |here| here.said);
        let sessions = self.users.sessions(id);
        self.put(Entry::User(Here { id, said, sessions, seat }));
    }

    /// One session less. That he left is said later, unless too many are leaving.
    pub(super) fn leave(&mut self, id: UserId, now: Timestamp) {
        if self.users.go(id, now) {
            return self.note(Change::Gone(Key::User(id)));
        }
        let sessions = self.users.sessions(id);
        if let Some(here) = self.roll.user(id).filter(|here| here.sessions != sessions) {
            self.put(Entry::User(Here { sessions, ..here.clone() }));
        }
    }

    /// What he says from now on, if he is here.
    pub(super) fn say(&mut self, id: UserId, said: Said) {
        if let Some(here) = self.roll.user(id).filter(|here| here.said != said) {
            self.put(Entry::User(Here { said, ..here.clone() }));
        }
    }

    /// A session of the visitor.
    pub(super) fn arrive(&mut self, conversation: ConversationId, contact: ContactId, since: Timestamp) {
        if self.visitors.come(conversation) {
            self.put(Entry::Visitor { conversation, contact, since });
        }
    }

    /// One session of the visitor less.
    pub(super) fn depart(&mut self, conversation: ConversationId, now: Timestamp) {
        if self.visitors.go(conversation, now) {
            self.note(Change::Gone(Key::Visitor(conversation)));
        }
    }

    /// A session of a user opens the conversation.
    pub(super) fn open(&mut self, conversation: ConversationId, user: UserId, name: &Arc<str>) {
        if self.watchers.come((conversation, user)) {
            self.put(Entry::Watcher { conversation, user, name: name.clone() });
        }
    }

    /// A session of a user closes the conversation.
    pub(super) fn close(&mut self, conversation: ConversationId, user: UserId, now: Timestamp) {
        if self.watchers.go((conversation, user), now) {
            self.note(Change::Gone(Key::Watcher(conversation, user)));
        }
    }

    /// Those who have been away for the whole delay.
    pub(super) fn over(&self, now: Timestamp) -> impl Iterator<Item = Key> {
        let users = self.users.over(now).map(Key::User);
        let visitors = self.visitors.over(now).map(Key::Visitor);
        let watchers = self.watchers.over(now).map(|(conversation, user)| Key::Watcher(conversation, user));
        users.chain(visitors).chain(watchers)
    }

    /// Takes them out.
    pub(super) fn expire(&mut self, now: Timestamp) {
        let over: Vec<Key> = self.over(now).collect();
        self.users.expire(now);
        self.visitors.expire(now);
        self.watchers.expire(now);
        over.into_iter().for_each(|key| self.note(Change::Gone(key)));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn ada() -> UserId {
        UserId::from_uuid(Uuid::from_u128(3))
    }

    fn seat() -> Seat {
        Seat { works: true, boards: None }
    }

    #[test]
    fn whoever_follows_what_is_told_has_the_same_set() {
        let (mut own, mut copy) = (Own::new(5_000_000), Roll::default());
        let [here, there] = [1, 2].map(|id| ConversationId::from_uuid(Uuid::from_u128(id)));
        let contact = ContactId::from_uuid(Uuid::from_u128(4));
        own.join(ada(), seat(), Said::arriving(at(0)));
        own.join(ada(), seat(), Said::arriving(at(1)));
        for conversation in [here, there] {
            own.open(conversation, ada(), &"Ada".into());
            own.arrive(conversation, contact, at(1));
            own.arrive(conversation, contact, at(2));
        }
        own.depart(here, at(3));
        own.depart(here, at(3));
        own.close(there, ada(), at(3));
        own.leave(ada(), at(3));
        own.expire(at(8));
        own.take_untold().into_iter().for_each(|change| copy.follow(change));
        assert_eq!(copy.summary(), own.roll().summary());
        assert_eq!((copy.len(), copy.user(ada()).map(|here| here.sessions)), (3, Some(1)));
        assert!(copy.visitor(here).is_none() && copy.watchers(there).next().is_none());
    }

    #[test]
    fn what_changes_nothing_is_not_told() {
        let mut own = Own::new(5_000_000);
        let here = ConversationId::from_uuid(Uuid::from_u128(1));
        own.leave(ada(), at(0));
        own.say(ada(), Said::arriving(at(0)));
        own.close(here, ada(), at(0));
        own.depart(here, at(0));
        assert!(own.take_untold().is_empty());
        own.join(ada(), seat(), Said::arriving(at(0)));
        own.say(ada(), Said::arriving(at(0)));
        own.leave(ada(), at(0));
        own.leave(ada(), at(0));
        assert_eq!(own.take_untold().len(), 2, "he came, and has no session now");
        assert_eq!(own.roll().version(), 2);
    }
}
