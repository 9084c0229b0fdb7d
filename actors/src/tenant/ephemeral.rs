//! What the tenant tells and forgets: who is here, who looks at what, who types.

use std::sync::Arc;

use actix::{Context, Handler};
use entities::{ConversationId, user::Role};

use crate::{
    event::{EventType, LiveEvent},
    topic::Topic,
    view::Viewer,
};

use super::{
    actor::TenantActor,
    audience::Gone,
    everywhere::News,
    messages::{Heard, SessionKey, SetAvailability, Typing},
    roll::Seat,
    signal::{ConversationSnapshot, Signal, SignalKind},
};

/// News of one moment that are told one by one. Of more, as when another node comes or is lost, users are told of by a
/// snapshot, and those who listen to everything are spared what is about single conversations: it would fill their
/// mailboxes at once.
const ONE_BY_ONE: usize = 50;

impl TenantActor {
    fn signal(&mut self, topic: Topic, kind: SignalKind, except: Option<SessionKey>) {
        self.audience.signal(&Signal::shared(topic, kind), except);
    }

    fn signal_at(&mut self, conversation: ConversationId, kind: SignalKind) {
        self.signal(Topic::Conversation(conversation), kind, None);
    }

    fn viewing(&self, conversation: ConversationId) -> SignalKind {
        SignalKind::ViewingChanged { viewing: self.everywhere.viewing(conversation) }
    }

    /// Tells what is new of who is here.
    pub(super) fn tell_news(&mut self, news: &[News]) {
        let many = news.len() > ONE_BY_ONE;
        if many && news.iter().any(|news| matches!(news, News::User(_))) {
            self.tell_of_everybody();
        }
        for news in news {
            match news {
                News::User(change) if !many => {
                    self.signal(Topic::Presence, SignalKind::User(*change), None);
                }
                News::User(_) => {}
                News::Viewing(id) | News::Visitor(id, _) => self.tell_of(*id, news, many),
            }
        }
    }

    /// Tells who is here, all at once.
    pub(super) fn tell_of_everybody(&mut self) {
        self.signal(Topic::Presence, SignalKind::Users(self.everywhere.snapshot()), None);
    }

    fn tell_of(&mut self, conversation: ConversationId, news: &News, many: bool) {
        let topic = Topic::Conversation(conversation);
        if many && !self.audience.listens(topic) {
            return;
        }
        let kind = match news {
            News::Visitor(_, contact) if contact.online => SignalKind::ContactJoined(*contact),
            News::Visitor(_, contact) => SignalKind::ContactLeft(*contact),
            News::Viewing(_) | News::User(_) => self.viewing(conversation),
        };
        match many {
            true => self.audience.signal_aside(&Signal::shared(topic, kind)),
            false => self.signal(topic, kind, None),
        }
    }

    /// A session came.
    pub(super) fn arrived(&mut self, viewer: &Viewer) {
        let now = self.now();
        let news = match viewer {
            Viewer::User { id, role, .. } => {
                let boards = viewer.boards().map(Into::into);
                self.everywhere.join(*id, Seat { works: *role != Role::ReadOnly, boards }, now)
            }
            Viewer::Visitor { contact_id, conversation_id } => {
                self.everywhere.arrive(*conversation_id, *contact_id, now)
            }
            // A program is nowhere.
            Viewer::Key { .. } => Vec::new(),
        };
        self.tell_news(&news);
        self.tell_others();
        if matches!(viewer, Viewer::User { .. }) {
            self.tell_of_user();
        }
    }

    /// A session has these topics from now on. What it sees first of each; the others learn that it looks.
    pub(super) fn opened(
        &mut self,
        session: SessionKey,
        asked: &[Topic],
        fresh: &[Topic],
    ) -> Vec<Arc<Signal>> {
        self.look_at_bus(self.now());
        let mut news = Vec::new();
        if let Some((Viewer::User { id, .. }, name)) = self.audience.person(session) {
            let opened = |topic: &Topic| match topic {
                Topic::Conversation(conversation) => {
                    self.everywhere.open(*conversation, *id, name).then_some(*conversation)
                }
                _ => None,
            };
            news.extend(fresh.iter().filter_map(opened));
        }
        for conversation in news {
            self.signal(Topic::Conversation(conversation), self.viewing(conversation), Some(session));
        }
        self.tell_others();
        asked.iter().filter_map(|topic| self.snapshot(*topic)).collect()
    }

    fn snapshot(&self, topic: Topic) -> Option<Arc<Signal>> {
        let kind = match topic {
            Topic::Presence => SignalKind::Users(self.everywhere.snapshot()),
            Topic::Conversation(id) => SignalKind::Conversation(ConversationSnapshot {
                contact_online: self.everywhere.has_visitor(id),
                viewing: self.everywhere.viewing(id),
                typing: self.typing.of(id),
                uncertain: self.everywhere.is_uncertain(),
            }),
            _ => return None,
        };
        Some(Signal::shared(topic, kind))
    }

    /// A session has these topics no more.
    pub(super) fn closed(&mut self, viewer: &Viewer, topics: impl IntoIterator<Item = Topic>) {
        let Viewer::User { id, .. } = viewer else { return };
        let now = self.now();
        for topic in topics {
            if let Topic::Conversation(conversation) = topic {
                let news = self.everywhere.close(conversation, *id, now);
                self.tell_news(&news);
            }
        }
        self.tell_others();
    }

    /// Counts out the sessions that ended, also those that ended because they were told of another one's end.
    pub(super) fn settle(&mut self) {
        loop {
            let gone = self.audience.take_gone();
            if gone.is_empty() {
                return;
            }
            gone.into_iter().for_each(|gone| self.left(gone));
        }
    }

    fn left(&mut self, gone: Gone) {
        let Gone { key, viewer, topics } = gone;
        for (conversation, author) in self.typing.leave(key) {
            self.signal_at(conversation, SignalKind::TypingStopped { author });
        }
        self.closed(&viewer, topics);
        let now = self.now();
        let news = match viewer {
            Viewer::User { id, .. } => self.everywhere.leave(id, now),
            Viewer::Visitor { conversation_id, .. } => self.everywhere.depart(conversation_id, now),
            Viewer::Key { .. } => return,
        };
        self.tell_news(&news);
        self.tell_others();
    }

    /// Tells what is over.
    pub(super) fn expire(&mut self) {
        let now = self.now();
        for (conversation, author) in self.typing.expire(now) {
            self.signal_at(conversation, SignalKind::TypingStopped { author });
        }
        self.look_around(now);
    }

    /// Who wrote types no more.
    pub(super) fn wrote(&mut self, events: &[Arc<LiveEvent>]) {
        for event in events {
            let head = &event.event.head;
            let (EventType::MessageCreated, Some(conversation)) = (&head.kind, head.conversation_id) else {
                continue;
            };
            if let Some(author) = self.typing.wrote(conversation, head.actor) {
                self.signal_at(conversation, SignalKind::TypingStopped { author });
            }
        }
    }
}

impl Handler<Typing> for TenantActor {
    type Result = ();

    fn handle(&mut self, typing: Typing, _: &mut Context<Self>) {
        let Typing { conversation, author, typing, session } = typing;
        // What a session said last may come in behind its end.
        if session.is_some_and(|key| self.audience.person(key).is_none()) {
            return;
        }
        let (news, kind) = if typing {
            let news = self.typing.start((conversation, &author), session, self.now());
            (news, SignalKind::TypingStarted { author })
        } else {
            (self.typing.stop(conversation, &author, session), SignalKind::TypingStopped { author })
        };
        if news {
            self.signal(Topic::Conversation(conversation), kind, session);
        }
    }
}

impl Handler<Heard> for TenantActor {
    type Result = ();

    /// Each node ends typing by itself: the one where it began says nothing when it ends there.
    fn handle(&mut self, Heard(signal): Heard, _: &mut Context<Self>) {
        let news = match (signal.topic, &signal.kind) {
            (Topic::Conversation(id), SignalKind::TypingStarted { author }) => {
                self.typing.start((id, author), None, self.now())
            }
            (Topic::Conversation(id), SignalKind::TypingStopped { author }) => {
                self.typing.stop(id, author, None)
            }
            _ => true,
        };
        if news {
            self.audience.signal(&signal, None);
        }
    }
}

impl Handler<SetAvailability> for TenantActor {
    type Result = ();

    fn handle(&mut self, set: SetAvailability, _: &mut Context<Self>) {
        let news = self.everywhere.set(set.user, set.availability, self.now());
        self.tell_news(&news);
        self.tell_others();
        self.tell_of_user();
    }
}
