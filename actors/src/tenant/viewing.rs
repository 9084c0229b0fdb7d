//! Who looks at a conversation: the users who have it open, and the visitor whose it is. Pure, and never stored.

use std::sync::Arc;

use entities::{ContactId, ConversationId, Timestamp, UserId};
use serde::Serialize;
use uuid::Uuid;

use super::attendance::Attendance;

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

#[derive(Debug)]
pub(super) struct Viewing {
    watchers: Attendance<(ConversationId, UserId), Arc<str>>,
    visitors: Attendance<ConversationId, ContactPresence>,
}

impl Viewing {
    pub(super) fn new(delay_micros: i64) -> Self {
        Self { watchers: Attendance::new(delay_micros), visitors: Attendance::new(delay_micros) }
    }

    /// A session of a user opens the conversation. True when he had it open in no other.
    pub(super) fn open(&mut self, conversation: ConversationId, user: UserId, name: &Arc<str>) -> bool {
        self.watchers.come((conversation, user), || name.clone())
    }

    /// A session of a user closes the conversation. True when he is no longer counted from now on; else that is told
    /// later.
    pub(super) fn close(&mut self, conversation: ConversationId, user: UserId, now: Timestamp) -> bool {
        self.watchers.go((conversation, user), now).is_some()
    }

    /// A session of the visitor.
    pub(super) fn arrive(
        &mut self,
        conversation: ConversationId,
        contact_id: ContactId,
        since: Timestamp,
    ) -> Option<ContactPresence> {
        let here = ContactPresence { contact_id, online: true, since };
        self.visitors.come(conversation, || here).then_some(here)
    }

    /// One session of the visitor less.
    pub(super) fn depart(&mut self, conversation: ConversationId, now: Timestamp) -> Option<ContactPresence> {
        let here = self.visitors.go(conversation, now)?;
        Some(ContactPresence { online: false, since: now, ..here })
    }

    /// The conversations that lost a viewer, each once.
    pub(super) fn expire_watchers(&mut self, now: Timestamp) -> Vec<ConversationId> {
        let gone = self.watchers.expire(now);
        let mut conversations: Vec<_> = gone.into_iter().map(|((conversation, _), _)| conversation).collect();
        conversations.sort_unstable();
        conversations.dedup();
        conversations
    }

    /// The visitors who are gone.
    pub(super) fn expire_visitors(&mut self, now: Timestamp) -> Vec<(ConversationId, ContactPresence)> {
        let gone = self.visitors.expire(now).into_iter();
        gone.map(|(id, here)| (id, ContactPresence { online: false, since: now, ..here })).collect()
    }

    /// Who has the conversation open, each user once.
    pub(super) fn of(&self, conversation: ConversationId) -> Vec<Watcher> {
        let [first, last] = [Uuid::nil(), Uuid::max()].map(|id| (conversation, UserId::from_uuid(id)));
        let watchers = self.watchers.between(first..=last).take(NAMED);
        watchers.map(|((_, user_id), name)| Watcher { user_id, name: name.clone() }).collect()
    }

    pub(super) fn has_visitor(&self, conversation: ConversationId) -> bool {
        self.visitors.get(conversation).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_user_is_named_once_however_many_tabs_he_has() {
        let mut viewing = Viewing::new(5_000_000);
        let [here, there] = [1, 2].map(|id| ConversationId::from_uuid(Uuid::from_u128(id)));
        let [ada, grace] = [3, 4].map(|id| UserId::from_uuid(Uuid::from_u128(id)));
        assert!(viewing.open(here, ada, &"Ada".into()));
        assert!(!viewing.open(here, ada, &"Ada".into()));
        assert!(viewing.open(here, grace, &"Grace".into()));
        assert!(viewing.open(there, ada, &"Ada".into()));
        let named = |viewing: &Viewing, id| viewing.of(id).iter().map(|it| it.user_id).collect::<Vec<_>>();
        assert_eq!((named(&viewing, here), named(&viewing, there)), (vec![ada, grace], vec![ada]));
        for user in [ada, ada, grace] {
            assert!(!viewing.close(here, user, at(0)));
        }
        assert_eq!(named(&viewing, here), [ada, grace], "they may be back at once");
        assert_eq!(viewing.expire_watchers(at(5)), [here]);
        assert_eq!((named(&viewing, here), named(&viewing, there)), (Vec::new(), vec![ada]));
    }

    #[test]
    fn a_visitor_who_reloads_his_page_was_never_away() {
        let mut viewing = Viewing::new(5_000_000);
        let here = ConversationId::from_uuid(Uuid::from_u128(1));
        let contact = ContactId::from_uuid(Uuid::from_u128(2));
        assert_eq!(viewing.arrive(here, contact, at(0)).map(|it| it.online), Some(true));
        assert_eq!(viewing.depart(here, at(1)), None);
        assert_eq!(viewing.arrive(here, contact, at(2)), None);
        assert!(viewing.expire_visitors(at(60)).is_empty() && viewing.has_visitor(here));
        viewing.depart(here, at(60));
        assert_eq!(viewing.expire_visitors(at(65)).len(), 1);
        assert!(!viewing.has_visitor(here));
    }
}
