//! What the sessions of one node are at, as that node tells it and the others keep it: entries under a version that every
//! change raises by one, and a hash of them all. Pure.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use entities::{BoardId, ContactId, ConversationId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    presence::Availability,
    viewing::{ContactPresence, Watcher},
};

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Key {
    User(UserId),
    /// The visitor whose conversation it is.
    Visitor(ConversationId),
    /// A user who has the conversation open.
    Watcher(ConversationId, UserId),
}

/// Somebody at something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Entry {
    User(Here),
    Visitor {
        conversation: ConversationId,
        contact: ContactId,
        #[serde(with = "micros")]
        since: Timestamp,
    },
    Watcher {
        conversation: ConversationId,
        user: UserId,
        name: Arc<str>,
    },
}

/// A user on one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Here {
    pub(super) id: UserId,
    pub(super) said: Said,
    /// None: he left a moment ago, and may be back at once.
    pub(super) sessions: usize,
    pub(super) seat: Seat,
}

/// What a user may be asked for, as his newest session knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seat {
    /// His role does more than look.
    pub(super) works: bool,
    /// At most a hundred; `None` sees all.
    pub(super) boards: Option<Arc<[BoardId]>>,
}

impl Seat {
    pub(super) fn sees(&self, board: Option<BoardId>) -> bool {
        let all = self.boards.as_deref();
        all.is_none_or(|own| board.is_none_or(|board| own.contains(&board)))
    }
}

/// What a user said of himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) availability: Availability,
    /// Since when he is so.
    #[serde(with = "micros")]
    pub(super) since: Timestamp,
    /// When he said so last; [`Said::NEVER`] for who said nothing and is online because he came.
    #[serde(with = "micros")]
    pub(super) at: Timestamp,
}

impl Said {
    pub(super) const NEVER: Timestamp = Timestamp::from_micros(0);

    /// Of who comes and is nowhere else.
    pub(super) fn arriving(since: Timestamp) -> Self {
        Self { availability: Availability::Online, since, at: Self::NEVER }
    }

    /// Of two sayings the greater one holds, on every node the same: the newest, and of those who said nothing the one who
    /// came first.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        (self.at, Reverse(self.since), self.availability)
    }
}

impl Entry {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::User(here) => Key::User(here.id),
            Self::Visitor { conversation, .. } => Key::Visitor(*conversation),
            Self::Watcher { conversation, user, .. } => Key::Watcher(*conversation, *user),
        }
    }

    /// The same on every node, whatever it was built with.
    fn fingerprint(&self) -> u64 {
        // An entry is plain data: it can always be written.
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(text).iter().take(8).fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
    }
}

/// One step of a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Change {
    /// Came, or is so from now on.
    Put(Entry),
    Gone(Key),
}

impl Change {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Put(entry) => entry.key(),
            Self::Gone(key) => *key,
        }
    }
}

/// A whole set in a few words: whoever knows the same two first has the same set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Summary {
    pub(super) version: u64,
    pub(super) hash: u64,
    pub(super) entries: usize,
}

/// The set. What puts into it bounds it: a node's own sessions, or the room there is for others' ([`super::others`]).
#[derive(Debug, Default)]
pub(super) struct Roll {
    version: u64,
    /// The sum of the entries' fingerprints, so that one change costs one of them.
    hash: u64,
    entries: BTreeMap<Key, Entry>,
}

impl Roll {
    /// The set as it was told whole.
    pub(super) fn told(version: u64, entries: Vec<Entry>) -> Self {
        let mut roll = Self::default();
        entries.into_iter().for_each(|entry| roll.put(entry));
        Self { version, ..roll }
    }

    /// The next change.
    pub(super) fn follow(&mut self, change: Change) {
        self.skip();
        match change {
            Change::Put(entry) => self.put(entry),
            Change::Gone(key) => self.remove(key),
        }
    }

    /// The next change, for which there is no room.
    pub(super) fn skip(&mut self) {
        self.version += 1;
    }

    fn put(&mut self, entry: Entry) {
        self.hash = self.hash.wrapping_add(entry.fingerprint());
        if let Some(before) = self.entries.insert(entry.key(), entry) {
            self.hash = self.hash.wrapping_sub(before.fingerprint());
        }
    }

    fn remove(&mut self, key: Key) {
        if let Some(before) = self.entries.remove(&key) {
            self.hash = self.hash.wrapping_sub(before.fingerprint());
        }
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    pub(super) fn summary(&self) -> Summary {
        Summary { version: self.version, hash: self.hash, entries: self.entries.len() }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn get(&self, key: Key) -> Option<&Entry> {
        self.entries.get(&key)
    }

    /// All of it, in the order of the keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Entry)> {
        self.entries.iter().map(|(key, entry)| (*key, entry))
    }

    pub(super) fn user(&self, id: UserId) -> Option<&Here> {
        match self.entries.get(&Key::User(id)) {
            Some(Entry::User(here)) => Some(here),
            _ => None,
        }
    }

    /// In the order of their ids.
    pub(super) fn users(&self) -> impl Iterator<Item = &Here> {
        let all = Key::User(UserId::from_uuid(Uuid::nil()))..=Key::User(UserId::from_uuid(Uuid::max()));
        self.entries.range(all).filter_map(|(_, entry)| match entry {
            Entry::User(here) => Some(here),
            _ => None,
        })
    }

    pub(super) fn visitor(&self, id: ConversationId) -> Option<ContactPresence> {
        match self.entries.get(&Key::Visitor(id)) {
            Some(Entry::Visitor { contact, since, .. }) => {
                Some(ContactPresence { contact_id: *contact, online: true, since: *since })
            }
            _ => None,
        }
    }

    /// Who has the conversation open, in the order of their ids.
    pub(super) fn watchers(&self, id: ConversationId) -> impl Iterator<Item = Watcher> {
        let [first, last] = [Uuid::nil(), Uuid::max()].map(|user| Key::Watcher(id, UserId::from_uuid(user)));
        self.entries.range(first..=last).filter_map(|(_, entry)| match entry {
            Entry::Watcher { user, name, .. } => Some(Watcher { user_id: *user, name: name.clone() }),
            _ => None,
        })
    }
}

/// Instants between nodes: text would lose what is finer than a millisecond, and the copies would not be the same.
mod micros {
    use entities::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        at.as_micros().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_micros)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(number: u128, sessions: usize) -> Entry {
        let id = UserId::from_uuid(Uuid::from_u128(number));
        let said = Said::arriving(Timestamp::from_micros(1_700_000_000_123_456));
        let boards = Some([BoardId::from_uuid(Uuid::from_u128(7))].into());
        Entry::User(Here { id, said, sessions, seat: Seat { works: true, boards } })
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            (0..5u128, 0..3usize).prop_map(|(id, sessions)| Change::Put(user(id, sessions))),
            (0..5u128).prop_map(|id| Change::Gone(user(id, 0).key())),
        ]
    }

    proptest! {
        #[test]
        fn a_set_that_was_followed_and_one_that_was_told_whole_are_the_same(
            changes in prop::collection::vec(change(), 0..100),
        ) {
            let mut followed = Roll::default();
            let count = changes.len() as u64;
            changes.into_iter().for_each(|change| followed.follow(change));
            prop_assert_eq!(followed.version(), count);
            let text = serde_json::to_string(&followed.iter().map(|(_, entry)| entry).collect::<Vec<_>>());
            let entries = serde_json::from_str(&text.unwrap()).unwrap();
            prop_assert_eq!(Roll::told(count, entries).summary(), followed.summary());
        }
    }

    #[test]
    fn sets_of_the_same_size_differ_by_their_hash() {
        let one = Roll::told(1, vec![user(1, 1)]).summary();
        assert!(one != Roll::told(1, vec![user(1, 2)]).summary());
        assert!(one != Roll::told(1, vec![user(2, 1)]).summary());
    }

    #[test]
    fn what_stands_on_no_board_is_seen_by_all_and_the_rest_by_those_who_may() {
        let [own, other] = [7, 8].map(|id| Some(BoardId::from_uuid(Uuid::from_u128(id))));
        let Entry::User(Here { seat, .. }) = user(1, 1) else { panic!("a user") };
        assert!(seat.sees(None) && seat.sees(own) && !seat.sees(other));
        assert!(Seat { works: true, boards: None }.sees(other));
    }
}
