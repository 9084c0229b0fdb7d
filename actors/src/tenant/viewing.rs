//! Who looks at a conversation: the users who have it open, and the visitor whose it is. Pure, and never stored.

use std::{collections::BTreeMap, sync::Arc};

use entities::{ContactId, ConversationId, Timestamp, UserId};
use serde::Serialize;

use super::everywhere::Everywhere;

/// Viewers of one conversation who are named; more look on unnamed.
const NAMED: usize = 100;

/// A user who has a conversation open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Watcher {
    pub user_id: UserId,
    pub name: Arc<str>,
}

/// The contact of a conversation, in the web chat or just gone from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ContactPresence {
    pub contact_id: ContactId,
    pub online: bool,
    /// Since when he is so.
    pub since: Timestamp,
}

impl Everywhere {
    /// Who has the conversation open, on whatever node, each user once.
    pub(super) fn viewing(&self, conversation: ConversationId) -> Vec<Watcher> {
        let watchers = self.rolls().flat_map(|roll| roll.watchers(conversation).take(NAMED));
        let each: BTreeMap<UserId, Watcher> = watchers.map(|watcher| (watcher.user_id, watcher)).collect();
        each.into_values().take(NAMED).collect()
    }

    pub(super) fn has_visitor(&self, conversation: ConversationId) -> bool {
        self.rolls().any(|roll| roll.visitor(conversation).is_some())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        bus::NodeId,
        tenant::{everywhere::News, told::Life},
    };

    fn nowhere() -> Everywhere {
        Everywhere::new(Life { node: NodeId(Uuid::from_u128(1)), born: 0 }, 5_000_000)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_user_is_named_once_however_many_tabs_he_has() {
        let mut everywhere = nowhere();
        let [here, there] = [1, 2].map(|id| ConversationId::from_uuid(Uuid::from_u128(id)));
        let [ada, grace] = [3, 4].map(|id| UserId::from_uuid(Uuid::from_u128(id)));
        assert!(everywhere.open(here, ada, &"Ada".into()));
        assert!(!everywhere.open(here, ada, &"Ada".into()));
        assert!(everywhere.open(here, grace, &"Grace".into()));
        assert!(everywhere.open(there, ada, &"Ada".into()));
        let named = |everywhere: &Everywhere, id| {
            everywhere.viewing(id).iter().map(|it| it.user_id).collect::<Vec<_>>()
        };
        assert_eq!((named(&everywhere, here), named(&everywhere, there)), (vec![ada, grace], vec![ada]));
        for user in [ada, ada, grace] {
            assert!(everywhere.close(here, user, at(0)).is_empty());
        }
        assert_eq!(named(&everywhere, here), [ada, grace], "they may be back at once");
        assert_eq!(everywhere.tick(at(5)), [News::Viewing(here)], "both at once");
        assert_eq!((named(&everywhere, here), named(&everywhere, there)), (Vec::new(), vec![ada]));
    }

    #[test]
    fn a_visitor_who_reloads_his_page_was_never_away() {
        let mut everywhere = nowhere();
        let here = ConversationId::from_uuid(Uuid::from_u128(1));
        let contact = ContactId::from_uuid(Uuid::from_u128(2));
        assert_eq!(everywhere.arrive(here, contact, at(0)).len(), 1);
        assert!(everywhere.depart(here, at(1)).is_empty());
        assert!(everywhere.arrive(here, contact, at(2)).is_empty());
        assert!(everywhere.tick(at(60)).is_empty() && everywhere.has_visitor(here));
        everywhere.depart(here, at(60));
        assert_eq!(everywhere.tick(at(65)).len(), 1);
        assert!(!everywhere.has_visitor(here));
    }
}
