//! Who types where. Pure.

use std::collections::BTreeMap;

use entities::{
    ConversationId, Principal, Timestamp,
    message::{Author, AuthorKind},
};
use uuid::Uuid;

use super::messages::SessionKey;

/// Typing ends by itself after this long, in microseconds; clients repeat every four seconds.
pub(super) const TYPING_MICROS: i64 = 6_000_000;

/// Entries that may be kept; more typists than this are not told of.
const ENTRIES: usize = 10_000;

/// A person in a conversation.
type Place = (ConversationId, String);

#[derive(Debug, Default)]
pub(super) struct TypingState {
    /// Removed when the last of the sessions stops, or after six seconds, or when the author's message is there.
    typists: BTreeMap<Place, Typist>,
}

#[derive(Debug)]
struct Typist {
    author: Author,
    /// The tabs in which the author types; `None` is another node.
    sessions: BTreeMap<Option<SessionKey>, Timestamp>,
}

impl TypingState {
    /// True when this is news.
    pub(super) fn start(
        &mut self,
        (conversation, author): (ConversationId, &Author),
        session: Option<SessionKey>,
        now: Timestamp,
    ) -> bool {
        let place = (conversation, name_of(author.kind, author.id));
        let fresh = !self.typists.contains_key(&place);
        if fresh && self.typists.len() >= ENTRIES {
            return false;
        }
        let until = Timestamp::from_micros(now.as_micros() + TYPING_MICROS);
        let typist = || Typist { author: author.clone(), sessions: BTreeMap::new() };
        self.typists.entry(place).or_insert_with(typist).sessions.insert(session, until);
        fresh
    }

    /// True when this is news: nobody else types under this name.
    pub(super) fn stop(
        &mut self,
        conversation: ConversationId,
        author: &Author,
        session: Option<SessionKey>,
    ) -> bool {
        let place = (conversation, name_of(author.kind, author.id));
        let Some(typist) = self.typists.get_mut(&place) else { return false };
        typist.sessions.remove(&session);
        typist.sessions.is_empty() && self.typists.remove(&place).is_some()
    }

    /// The author's message is there: he types no more, in any of his sessions.
    pub(super) fn wrote(&mut self, conversation: ConversationId, author: Principal) -> Option<Author> {
        let place = (conversation, name_of(author.kind(), author.id()));
        self.typists.remove(&place).map(|typist| typist.author)
    }

    /// A session ended, and what was typed in it.
    pub(super) fn leave(&mut self, session: SessionKey) -> Vec<(ConversationId, Author)> {
        self.drop_sessions(|key, _| *key == Some(session))
    }

    /// Takes out everybody whose time is over.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<(ConversationId, Author)> {
        self.drop_sessions(|_, until| *until <= now)
    }

    fn drop_sessions(
        &mut self,
        over: impl Fn(&Option<SessionKey>, &Timestamp) -> bool,
    ) -> Vec<(ConversationId, Author)> {
        let mut stopped = Vec::new();
        self.typists.retain(|(conversation, _), typist| {
            typist.sessions.retain(|session, until| !over(session, until));
            if typist.sessions.is_empty() {
                stopped.push((*conversation, typist.author.clone()));
            }
            !typist.sessions.is_empty()
        });
        stopped
    }

    /// Who types in the conversation.
    pub(super) fn of(&self, conversation: ConversationId) -> Vec<Author> {
        let here = self.typists.range((conversation, String::new())..);
        let here = here.take_while(|((id, _), _)| *id == conversation);
        here.map(|(_, typist)| typist.author.clone()).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.typists.is_empty()
    }
}

fn name_of(kind: AuthorKind, id: Option<Uuid>) -> String {
    id.map_or_else(|| kind.to_string(), |id| id.to_string())
}

#[cfg(test)]
mod tests {
    use entities::UserId;

    use super::*;

    fn author() -> Author {
        Author { kind: AuthorKind::User, id: Some(Uuid::from_u128(1)), name: "Ada".into() }
    }

    fn here() -> ConversationId {
        ConversationId::from_uuid(Uuid::from_u128(2))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn repeating_is_no_news_and_prolongs() {
        let mut state = TypingState::default();
        assert!(state.start((here(), &author()), None, at(0)));
        assert!(!state.start((here(), &author()), None, at(4)));
        assert!(state.expire(at(6)).is_empty());
        assert_eq!(state.expire(at(10)), vec![(here(), author())]);
        assert!(state.is_empty());
    }

    #[test]
    fn stopping_is_news_once() {
        let mut state = TypingState::default();
        state.start((here(), &author()), None, at(0));
        assert!(state.stop(here(), &author(), None));
        assert!(!state.stop(here(), &author(), None));
    }

    #[test]
    fn an_author_with_two_tabs_types_until_the_last_one_stops() {
        let (mut state, [one, other]) = (TypingState::default(), [1, 2].map(|key| Some(SessionKey(key))));
        assert!(state.start((here(), &author()), one, at(0)));
        assert!(!state.start((here(), &author()), other, at(3)));
        assert_eq!(state.of(here()), [author()]);
        assert!(!state.stop(here(), &author(), one));
        assert!(state.expire(at(8)).is_empty());
        assert_eq!(state.leave(SessionKey(2)), [(here(), author())]);
        assert!(state.of(here()).is_empty());
    }

    #[test]
    fn a_message_ends_the_typing_of_its_author_in_its_conversation() {
        let mut state = TypingState::default();
        let elsewhere = ConversationId::from_uuid(Uuid::from_u128(3));
        state.start((here(), &author()), Some(SessionKey(1)), at(0));
        state.start((elsewhere, &author()), Some(SessionKey(1)), at(0));
        let ada = Principal::User(UserId::from_uuid(Uuid::from_u128(1)));
        assert_eq!(state.wrote(here(), ada), Some(author()));
        assert_eq!(state.wrote(here(), ada), None);
        assert_eq!(state.of(elsewhere), [author()]);
    }
}
