//! What the tenant tells and forgets: who is here, who looks at what, who types.

use std::sync::Arc;

use actix::{Context, Handler, MessageResult};
use entities::{BoardId, ConversationId, UserId, user::Role};

use crate::{
    event::{EventType, LiveEvent},
    topic::Topic,
    view::Viewer,
};

use super::{
    actor::TenantActor,
    audience::Gone,
    messages::{AskAttended, AskPresent, Heard, SessionKey, SetAvailability, Typing},
    presence::PresenceChange,
    signal::{ConversationSnapshot, Signal, SignalKind},
};

impl TenantActor {
    fn signal(&mut self, topic: Topic, kind: SignalKind, except: Option<SessionKey>) {
        self.audience.signal(&Signal::shared(topic, kind), except);
    }

    fn signal_at(&mut self, conversation: ConversationId, kind: SignalKind) {
        self.signal(Topic::Conversation(conversation), kind, None);
    }

    fn signal_presence(&mut self, change: Option<PresenceChange>) {
        if let Some(change) = change {
            self.signal(Topic::Presence, SignalKind::User(change), None);
        }
    }

    fn signal_viewing(&mut self, conversation: ConversationId, except: Option<SessionKey>) {
        let viewing = self.viewing.of(conversation);
        self.signal(Topic::Conversation(conversation), SignalKind::ViewingChanged { viewing }, except);
    }

    /// A session came.
    pub(super) fn arrived(&mut self, viewer: &Viewer) {
        let now = self.now();
        match viewer {
            Viewer::User { id, .. } => {
                let change = self.presence.join(*id, now);
                self.signal_presence(change);
                self.tell_of_user();
            }
            Viewer::Visitor { contact_id, conversation_id } => {
                if let Some(here) = self.viewing.arrive(*conversation_id, *contact_id, now) {
                    self.signal_at(*conversation_id, SignalKind::ContactJoined(here));
                }
            }
            // A program is nowhere.
            Viewer::Key { .. } => {}
        }
    }

    /// A session has these topics from now on. What it sees first of each; the others learn that it looks.
    pub(super) fn opened(
        &mut self,
        session: SessionKey,
        asked: &[Topic],
        fresh: &[Topic],
    ) -> Vec<Arc<Signal>> {
        let mut news = Vec::new();
        if let Some((Viewer::User { id, .. }, name)) = self.audience.person(session) {
            let opened = |topic: &Topic| match topic {
                Topic::Conversation(conversation) => {
                    self.viewing.open(*conversation, *id, name).then_some(*conversation)
                }
                _ => None,
            };
            news.extend(fresh.iter().filter_map(opened));
        }
        for conversation in news {
            self.signal_viewing(conversation, Some(session));
        }
        asked.iter().filter_map(|topic| self.snapshot(*topic)).collect()
    }

    fn snapshot(&self, topic: Topic) -> Option<Arc<Signal>> {
        let kind = match topic {
            Topic::Presence => SignalKind::Users(self.presence.snapshot()),
            Topic::Conversation(id) => SignalKind::Conversation(ConversationSnapshot {
                contact_online: self.viewing.has_visitor(id),
                viewing: self.viewing.of(id),
                typing: self.typing.of(id),
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
            if let Topic::Conversation(conversation) = topic
                && self.viewing.close(conversation, *id, now)
            {
                self.signal_viewing(conversation, None);
            }
        }
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
        match viewer {
            Viewer::User { id, .. } => {
                let change = self.presence.leave(id, now);
                self.signal_presence(change);
            }
            Viewer::Visitor { conversation_id, .. } => {
                if let Some(left) = self.viewing.depart(conversation_id, now) {
                    self.signal_at(conversation_id, SignalKind::ContactLeft(left));
                }
            }
            Viewer::Key { .. } => {}
        }
    }

    /// Tells what is over.
    pub(super) fn expire(&mut self) {
        let now = self.now();
        for (conversation, author) in self.typing.expire(now) {
            self.signal_at(conversation, SignalKind::TypingStopped { author });
        }
        for conversation in self.viewing.expire_watchers(now) {
            self.signal_viewing(conversation, None);
        }
        for (conversation, left) in self.viewing.expire_visitors(now) {
            self.signal_at(conversation, SignalKind::ContactLeft(left));
        }
        for change in self.presence.expire(now) {
            self.signal_presence(Some(change));
        }
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

    /// Somebody who works, can be asked, and sees this board.
    fn is_attended(&self, board: Option<BoardId>) -> bool {
        let answers = |id: &UserId, role: Role| role != Role::ReadOnly && self.presence.is_available(*id);
        self.audience.any(|viewer| match viewer {
            Viewer::User { id, role, .. } => answers(id, *role) && viewer.sees_board(board),
            Viewer::Key { .. } | Viewer::Visitor { .. } => false,
        })
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
        let change = self.presence.set(set.user, set.availability, self.now());
        self.signal_presence(change);
        self.tell_of_user();
    }
}

impl Handler<AskPresent> for TenantActor {
    type Result = MessageResult<AskPresent>;

    fn handle(&mut self, _: AskPresent, _: &mut Context<Self>) -> Self::Result {
        self.settle();
        MessageResult(self.presence.present())
    }
}

impl Handler<AskAttended> for TenantActor {
    type Result = bool;

    fn handle(&mut self, AskAttended(board): AskAttended, _: &mut Context<Self>) -> bool {
        self.is_attended(board)
    }
}
