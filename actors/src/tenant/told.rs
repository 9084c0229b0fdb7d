//! What the nodes tell each other about who is here.

use serde::{Deserialize, Serialize};

use crate::bus::NodeId;

use super::roll::{Change, Entry, Roll, Summary};

/// Entries or changes in one message; what is more goes in several.
const PAGE: usize = 1_000;

/// One life of a tenant on a node: each begins with an empty set and version 0. A tenant that left memory, or died, and is
/// live again on the same node is another one; what the one before told goes by its silence, as that of any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Life {
    pub(super) node: NodeId,
    /// The moment of its beginning on that node, in microseconds.
    pub(super) born: i64,
}

/// Something a node tells the others about the sessions of a tenant. Nothing in it is trusted to be complete or in order:
/// versions and hashes show what was lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub(super) from: Life,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum What {
    /// What happened behind the version `after`, each change one version.
    Changed { after: u64, changes: Vec<Change> },
    /// I live, and this is how my set looks.
    Alive(Summary),
    /// Tell me your whole set. `None` asks everybody.
    Ask { whom: Option<Life> },
    /// A page of a whole set, counted from 0; an empty set is one empty page.
    Whole { to: Life, version: u64, page: usize, pages: usize, entries: Vec<Entry> },
}

impl Told {
    pub(super) fn ask(from: Life, whom: Option<Life>) -> Self {
        Self { from, what: What::Ask { whom } }
    }

    /// These changes, the last of which led to `version`.
    pub(super) fn changed(from: Life, version: u64, changes: &[Change]) -> impl Iterator<Item = Self> {
        let before = version.saturating_sub(changes.len() as u64);
        changes.chunks(PAGE).enumerate().map(move |(chunk, changes)| {
            let after = before + (chunk * PAGE) as u64;
            Self { from, what: What::Changed { after, changes: changes.to_vec() } }
        })
    }

    /// How many entries or changes it carries.
    pub(crate) fn len(&self) -> usize {
        match &self.what {
            What::Changed { changes, .. } => changes.len(),
            What::Whole { entries, .. } => entries.len(),
            What::Alive(_) | What::Ask { .. } => 0,
        }
    }

    /// The whole set, for one who asked.
    pub(super) fn whole(from: Life, to: Life, roll: &Roll) -> Vec<Self> {
        let version = roll.version();
        let pages = roll.len().div_ceil(PAGE).max(1);
        let mut entries = roll.iter().map(|(_, entry)| entry.clone());
        let page = |page| {
            let entries = entries.by_ref().take(PAGE).collect();
            Self { from, what: What::Whole { to, version, page, pages, entries } }
        };
        (0..pages).map(page).collect()
    }
}

#[cfg(test)]
mod tests {
    use entities::{BoardId, ContactId, ConversationId, Timestamp, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::tenant::roll::{Here, Key, Said, Seat};

    #[test]
    fn whatever_is_told_is_read_as_it_was_written() {
        let id = Uuid::from_u128;
        let life = |node| Life { node: NodeId(id(node)), born: 7 };
        let (conversation, user) = (ConversationId::from_uuid(id(1)), UserId::from_uuid(id(2)));
        let since = Timestamp::from_micros(1_700_000_000_123_456);
        let seat = Seat { works: true, boards: Some([BoardId::from_uuid(id(3))].into()) };
        let here = Here { id: user, said: Said::arriving(since), sessions: 2, seat };
        let entries = vec![
            Entry::User(here),
            Entry::Visitor { conversation, contact: ContactId::from_uuid(id(4)), since },
            Entry::Watcher { conversation, user, name: "Ada \"Byron\"".into() },
        ];
        let mut changes: Vec<Change> = entries.iter().cloned().map(Change::Put).collect();
        changes.push(Change::Gone(Key::Watcher(conversation, user)));
        let summary = Summary { version: u64::MAX, hash: u64::MAX - 1, entries: 3 };
        let all = [
            What::Changed { after: 5, changes },
            What::Alive(summary),
            What::Ask { whom: None },
            What::Ask { whom: Some(life(2)) },
            What::Whole { to: life(2), version: 9, page: 0, pages: 1, entries },
        ];
        for what in all {
            let told = Told { from: life(1), what };
            let text = serde_json::to_vec(&told).unwrap();
            assert_eq!(serde_json::from_slice::<Told>(&text).unwrap(), told);
        }
    }
}
