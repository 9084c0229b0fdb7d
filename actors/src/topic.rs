//! What a client can subscribe to.

use std::{fmt, str::FromStr};

use entities::{BoardId, CallId, ContactId, ConversationId, UserId};
use uuid::Uuid;

/// A stream of events and signals inside one tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    Inbox,
    Calls,
    Board(BoardId),
    Conversation(ConversationId),
    Call(CallId),
    Contact(ContactId),
    Presence,
    User(UserId),
    Console,
}

/// The string names no topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a topic")]
pub struct UnknownTopic;

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inbox => f.write_str("inbox"),
            Self::Calls => f.write_str("calls"),
            Self::Board(id) => write!(f, "board:{id}"),
            Self::Conversation(id) => write!(f, "conversation:{id}"),
            Self::Call(id) => write!(f, "call:{id}"),
            Self::Contact(id) => write!(f, "contact:{id}"),
            Self::Presence => f.write_str("presence"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Console => f.write_str("console"),
        }
    }
}

impl FromStr for Topic {
    type Err = UnknownTopic;

    fn from_str(text: &str) -> Result<Self, UnknownTopic> {
        let Some((kind, id)) = text.split_once(':') else {
            return match text {
                "inbox" => Ok(Self::Inbox),
                "calls" => Ok(Self::Calls),
                "presence" => Ok(Self::Presence),
                "console" => Ok(Self::Console),
                _ => Err(UnknownTopic),
            };
        };
        let id = Uuid::parse_str(id).map_err(|_| UnknownTopic)?;
        match kind {
            "board" => Ok(Self::Board(BoardId::from_uuid(id))),
            "conversation" => Ok(Self::Conversation(ConversationId::from_uuid(id))),
            "call" => Ok(Self::Call(CallId::from_uuid(id))),
            "contact" => Ok(Self::Contact(ContactId::from_uuid(id))),
            "user" => Ok(Self::User(UserId::from_uuid(id))),
            _ => Err(UnknownTopic),
        }
    }
}

impl serde::Serialize for Topic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_reads_back_as_it_was_written() {
        let id = Uuid::from_u128(7);
        for topic in [
            Topic::Inbox,
            Topic::Calls,
            Topic::Presence,
            Topic::Console,
            Topic::Board(BoardId::from_uuid(id)),
            Topic::Conversation(ConversationId::from_uuid(id)),
            Topic::Call(CallId::from_uuid(id)),
            Topic::Contact(ContactId::from_uuid(id)),
            Topic::User(UserId::from_uuid(id)),
        ] {
            assert_eq!(topic.to_string().parse(), Ok(topic));
        }
    }

    #[test]
    fn nonsense_is_no_topic() {
        for text in ["", "inbox:", "conversation:", "conversation:1", "queue:0", "INBOX"] {
            assert_eq!(text.parse::<Topic>(), Err(UnknownTopic), "{text}");
        }
    }
}
