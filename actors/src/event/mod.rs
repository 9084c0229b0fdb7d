//! Events: what happened, in the order of the tenant's log.

mod data;
mod form;
mod kind;
pub mod log;

use std::sync::Arc;

use entities::{
    BoardId, CallId, ContactId, ConversationId, EventId, Principal, Timestamp, UserId,
    event::{Audience, TopicKind},
};
use uuid::Uuid;

pub use data::{ContactData, ConversationData, Data, with_message_seq};
pub use form::{Form, LiveEvent};
pub use kind::{EventType, Room};

use crate::topic::Topic;

/// Everything about an event except what it carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub id: EventId,
    pub kind: EventType,
    /// The noun the event is about.
    pub topic_kind: TopicKind,
    pub topic_id: Uuid,
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    pub board_id: Option<BoardId>,
    pub left_board_id: Option<BoardId>,
    pub audience: Audience,
    /// The one who hears of it on his own topic: alone, when the audience is one user.
    pub user_id: Option<UserId>,
    /// The one it was taken from, who hears of it on his own topic, too.
    pub left_user_id: Option<UserId>,
    pub actor: Principal,
    pub client_id: Option<Arc<str>>,
    pub at: Timestamp,
}

/// An event on its way into the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub head: Head,
    pub data: Data,
}

/// An event in the log, its data as the text that was stored.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub seq: i64,
    pub head: Head,
    pub data: Arc<str>,
}

impl Head {
    /// The topic the event is shown under.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self.topic_kind {
            TopicKind::Conversation => Topic::Conversation(ConversationId::from_uuid(self.topic_id)),
            TopicKind::Call => Topic::Call(CallId::from_uuid(self.topic_id)),
            TopicKind::Contact => Topic::Contact(ContactId::from_uuid(self.topic_id)),
            TopicKind::User => Topic::User(UserId::from_uuid(self.topic_id)),
            TopicKind::Board => Topic::Board(BoardId::from_uuid(self.topic_id)),
            TopicKind::Task => self.topic_of_task(),
            TopicKind::Label | TopicKind::Template => Topic::Inbox,
            TopicKind::Tenant if self.kind.room() == Room::Inbox => Topic::Inbox,
            _ => Topic::Console,
        }
    }

    /// A task has no topic of its own: it is shown with what it is about.
    fn topic_of_task(&self) -> Topic {
        let conversation = self.conversation_id.map(Topic::Conversation);
        conversation.or(self.contact_id.map(Topic::Contact)).unwrap_or(Topic::Inbox)
    }

    /// Every topic the event travels on, its own first.
    pub fn topics(&self) -> impl Iterator<Item = Topic> + use<> {
        let room = self.kind.room();
        // What is for one user alone is told on his own topic.
        let shared = matches!(room, Room::Conversation | Room::Call | Room::Contact)
            && self.audience != Audience::User;
        let on_boards = shared || matches!(room, Room::Inbox | Room::Board);
        let topics = [
            self.conversation_id
                .filter(|_| matches!(room, Room::Conversation | Room::Call))
                .map(Topic::Conversation),
            (room == Room::Call).then(|| Topic::Call(CallId::from_uuid(self.topic_id))),
            (room == Room::Call).then_some(Topic::Calls),
            self.contact_id.filter(|_| shared).map(Topic::Contact),
            self.user_id.map(Topic::User),
            self.left_user_id.map(Topic::User),
            (shared || room == Room::Inbox).then_some(Topic::Inbox),
            self.board_id.filter(|_| on_boards).map(Topic::Board),
            self.left_board_id.filter(|_| on_boards).map(Topic::Board),
            Some(Topic::Console),
        ];
        topics.into_iter().flatten()
    }
}

impl Recorded {
    /// The seq of the message this event brings, which nobody knew when it was stored: of a new message its own, and a
    /// mention stands so far behind its message as its user among the mentioned.
    #[must_use]
    pub fn message_seq(&self) -> Option<i64> {
        match self.head.kind {
            EventType::MessageCreated => Some(self.seq),
            EventType::UserMentioned => {
                let mentions = self.parse().ok()?.message?.mentions;
                let place = mentions.iter().position(|user| Some(*user) == self.head.user_id)?;
                Some(self.seq - 1 - i64::try_from(place).ok()?)
            }
            _ => None,
        }
    }

    /// The data as types.
    ///
    /// # Errors
    /// When a later version wrote a noun that this one cannot read.
    pub fn parse(&self) -> Result<Data, serde_json::Error> {
        serde_json::from_str(&self.data)
    }
}
