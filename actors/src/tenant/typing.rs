//! Who types where. Pure.

use std::collections::HashMap;

use entities::{ConversationId, Timestamp, message::Author};

/// Typing ends by itself after this long, in microseconds; clients repeat every four seconds.
pub(super) const TYPING_MICROS: i64 = 6_000_000;

/// Entries that may be kept; more typists than this are not told of.
const ENTRIES: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct TypingState {
    /// Removed when it stops or after six seconds.
    until: HashMap<(ConversationId, String), (Author, Timestamp)>,
}

impl TypingState {
    /// True when this is news.
    pub(super) fn start(&mut self, conversation: ConversationId, author: &Author, now: Timestamp) -> bool {
        let key = (conversation, name_of(author));
        let fresh = !self.until.contains_key(&key);
        if fresh && self.until.len() >= ENTRIES {
            return false;
        }
        let until = Timestamp::from_micros(now.as_micros() + TYPING_MICROS);
        self.until.insert(key, (author.clone(), until));
        fresh
    }

    /// True when this is news.
    pub(super) fn stop(&mut self, conversation: ConversationId, author: &Author) -> bool {
        self.until.remove(&(conversation, name_of(author))).is_some()
    }

    /// Takes out everybody whose time is over.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<(ConversationId, Author)> {
        let over = |(_, until): &(Author, Timestamp)| *until <= now;
        let gone: Vec<_> =
            self.until.iter().filter(|(_, entry)| over(entry)).map(|(key, _)| key.clone()).collect();
        gone.into_iter()
            .filter_map(|key| self.until.remove(&key).map(|(author, _)| (key.0, author)))
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.until.is_empty()
    }
}

fn name_of(author: &Author) -> String {
    author.id.map_or_else(|| author.kind.to_string(), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use entities::message::AuthorKind;
    use uuid::Uuid;

    use super::*;

    fn author() -> Author {
        Author { kind: AuthorKind::User, id: Some(Uuid::from_u128(1)), name: "Ada".into() }
    }

    #[test]
    fn repeating_is_no_news_and_prolongs() {
        let (mut state, here) = (TypingState::default(), ConversationId::from_uuid(Uuid::from_u128(2)));
        assert!(state.start(here, &author(), Timestamp::from_micros(0)));
        assert!(!state.start(here, &author(), Timestamp::from_micros(4_000_000)));
        assert!(state.expire(Timestamp::from_micros(6_000_000)).is_empty());
        assert_eq!(state.expire(Timestamp::from_micros(10_000_000)), vec![(here, author())]);
        assert!(state.is_empty());
    }

    #[test]
    fn stopping_is_news_once() {
        let (mut state, here) = (TypingState::default(), ConversationId::from_uuid(Uuid::from_u128(2)));
        state.start(here, &author(), Timestamp::from_micros(0));
        assert!(state.stop(here, &author()));
        assert!(!state.stop(here, &author()));
    }
}
