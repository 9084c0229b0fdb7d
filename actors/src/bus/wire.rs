//! How it travels: JSON, sealed, behind a version and the id of the node that tells. Nodes of different versions live together: a
//! type of event nobody knows here is kept by its name, and what cannot be read at all is left to the log.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use entities::{
    BoardId, ContactId, ConversationId, EventId, Principal, TenantId, Timestamp, UserId,
    event::{Audience, TopicKind},
    message::Author,
    sealed::{NodeKey, SealError, WireKey},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    event::{EventType, Head, Recorded},
    tenant::{CloseCode, Person, Told},
};

use super::{BusMessage, NodeId};

/// The first byte of everything.
const VERSION: u8 = 1;
/// Nodes whose keys are kept. Each start of a node is a new one; when there are more, the keys are made anew.
const NODES: usize = 64;

/// Why a message cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("it is of another version")]
    Version,
    #[error(transparent)]
    Sealed(#[from] SealError),
    #[error("it is not understood: {0}")]
    Meaning(#[from] serde_json::Error),
}

/// What this node tells, ready to be sent.
pub(super) struct Mouth {
    node: NodeId,
    key: NodeKey,
    /// How many were sealed.
    told: AtomicU64,
}

/// What other nodes told.
pub(super) struct Reader {
    node: NodeId,
    wire: WireKey,
    keys: HashMap<Uuid, NodeKey>,
}

impl Mouth {
    pub(super) fn new(node: NodeId, wire: &WireKey) -> Self {
        Self { node, key: wire.of(node.0), told: AtomicU64::new(0) }
    }

    /// # Errors
    /// [`Unreadable::Sealed`], of a message of many gigabytes.
    pub(super) fn write(&self, tenant: TenantId, message: &BusMessage) -> Result<Vec<u8>, Unreadable> {
        let plain = serde_json::to_vec(&Letter::from(message))?;
        let number = self.told.fetch_add(1, Ordering::Relaxed);
        let sealed = self.key.seal(tenant, number, &plain)?;
        Ok([&[VERSION], self.node.0.as_bytes().as_slice(), &sealed].concat())
    }
}

impl Reader {
    pub(super) fn new(node: NodeId, wire: WireKey) -> Self {
        Self { node, wire, keys: HashMap::new() }
    }

    /// What was told of the tenant; `None` when we said it ourselves.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub(super) fn read(&mut self, tenant: TenantId, frame: &[u8]) -> Result<Option<BusMessage>, Unreadable> {
        let (node, sealed) = match frame.split_first() {
            Some((&VERSION, rest)) => rest.split_first_chunk::<16>().ok_or(SealError::Broken)?,
            _ => return Err(Unreadable::Version),
        };
        let node = Uuid::from_bytes(*node);
        if node == self.node.0 {
            return Ok(None);
        }
        if self.keys.len() >= NODES && !self.keys.contains_key(&node) {
            self.keys.clear();
        }
        let key = self.keys.entry(node).or_insert_with(|| self.wire.of(node));
        let plain = key.open(tenant, sealed)?;
        Ok(Some(serde_json::from_slice::<Letter>(&plain)?.into()))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Letter {
    Events(Vec<Line>),
    Typing { conversation: ConversationId, author: Author, typing: bool },
    Close { who: Person, code: CloseCode },
    Presence(Arc<Told>),
}

/// An event, in the words of its row.
#[derive(Serialize, Deserialize)]
struct Line {
    seq: i64,
    id: EventId,
    #[serde(rename = "type")]
    kind: String,
    topic_kind: TopicKind,
    topic_id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_id: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation_id: Option<ConversationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    board_id: Option<BoardId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_board_id: Option<BoardId>,
    audience: Audience,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_user_id: Option<UserId>,
    actor: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<Arc<str>>,
    at: i64,
    data: Arc<str>,
}

impl From<&BusMessage> for Letter {
    fn from(message: &BusMessage) -> Self {
        match message {
            BusMessage::Events(events) => {
                Self::Events(events.iter().map(|event| (&**event).into()).collect())
            }
            BusMessage::Typing { conversation, author, typing } => {
                Self::Typing { conversation: *conversation, author: author.clone(), typing: *typing }
            }
            BusMessage::Close { who, code } => Self::Close { who: *who, code: *code },
            BusMessage::Presence(told) => Self::Presence(told.clone()),
        }
    }
}

impl From<Letter> for BusMessage {
    fn from(letter: Letter) -> Self {
        match letter {
            Letter::Events(lines) => {
                Self::Events(lines.into_iter().map(|line| Arc::new(line.into())).collect())
            }
            Letter::Typing { conversation, author, typing } => Self::Typing { conversation, author, typing },
            Letter::Close { who, code } => Self::Close { who, code },
            Letter::Presence(told) => Self::Presence(told),
        }
    }
}

impl From<&Recorded> for Line {
    fn from(Recorded { seq, head, data }: &Recorded) -> Self {
        Self {
            seq: *seq,
            id: head.id,
            kind: head.kind.name().to_owned(),
            topic_kind: head.topic_kind,
            topic_id: head.topic_id,
            contact_id: head.contact_id,
            conversation_id: head.conversation_id,
            board_id: head.board_id,
            left_board_id: head.left_board_id,
            audience: head.audience,
            user_id: head.user_id,
            left_user_id: head.left_user_id,
            actor: head.actor.to_string(),
            client_id: head.client_id.clone(),
            at: head.at.as_micros(),
            data: data.clone(),
        }
    }
}

impl From<Line> for Recorded {
    fn from(line: Line) -> Self {
        let Ok(kind) = line.kind.parse::<EventType>();
        let head = Head {
            id: line.id,
            kind,
            topic_kind: line.topic_kind,
            topic_id: line.topic_id,
            contact_id: line.contact_id,
            conversation_id: line.conversation_id,
            board_id: line.board_id,
            left_board_id: line.left_board_id,
            audience: line.audience,
            user_id: line.user_id,
            left_user_id: line.left_user_id,
            actor: line.actor.parse().unwrap_or(Principal::System),
            client_id: line.client_id,
            at: Timestamp::from_micros(line.at),
        };
        Self { seq: line.seq, head, data: line.data }
    }
}

#[cfg(test)]
mod tests {
    use entities::{KeyId, message::AuthorKind, sealed::MasterKey};

    use super::*;

    fn pair() -> (Mouth, Reader, TenantId) {
        let master = MasterKey::generate().unwrap();
        let [here, there] = [1, 2].map(|id| NodeId(Uuid::from_u128(id)));
        let tenant = TenantId::from_uuid(Uuid::from_u128(9));
        (Mouth::new(here, &master.wire_key()), Reader::new(there, master.wire_key()), tenant)
    }

    fn event(kind: &str) -> Recorded {
        let Ok(kind) = kind.parse::<EventType>();
        let uuid = Uuid::from_u128;
        let head = Head {
            id: EventId::from_uuid(uuid(1)),
            kind,
            topic_kind: TopicKind::Conversation,
            topic_id: uuid(2),
            contact_id: Some(ContactId::from_uuid(uuid(3))),
            conversation_id: Some(ConversationId::from_uuid(uuid(2))),
            board_id: Some(BoardId::from_uuid(uuid(4))),
            left_board_id: None,
            audience: Audience::Agents,
            user_id: None,
            left_user_id: Some(UserId::from_uuid(uuid(5))),
            actor: Principal::Key(KeyId::from_uuid(uuid(6))),
            client_id: Some("c-1".into()),
            at: Timestamp::from_micros(1_234_567),
        };
        Recorded { seq: 7, head, data: r#"{"body":"ü \"quoted\" \u0000"}"#.into() }
    }

    #[test]
    fn events_arrive_as_they_were_told_also_those_of_a_later_version() {
        let (mouth, mut reader, tenant) = pair();
        let told: Vec<_> = ["message.created", "moon.landed"].map(event).into_iter().map(Arc::new).collect();
        let frame = mouth.write(tenant, &BusMessage::Events(told.clone().into())).unwrap();
        assert!(!String::from_utf8_lossy(&frame).contains("quoted"), "nobody reads it on its way");
        let Some(BusMessage::Events(heard)) = reader.read(tenant, &frame).unwrap() else {
            panic!("no events")
        };
        for (told, heard) in told.iter().zip(heard.iter()) {
            assert_eq!((told.seq, &told.head, &told.data), (heard.seq, &heard.head, &heard.data));
        }
        assert_eq!(heard.len(), 2);
    }

    #[test]
    fn what_is_no_event_arrives_too() {
        let (mouth, mut reader, tenant) = pair();
        let author = Author { kind: AuthorKind::User, id: Some(Uuid::from_u128(3)), name: "Ada".to_owned() };
        let conversation = ConversationId::from_uuid(Uuid::from_u128(2));
        let typing = BusMessage::Typing { conversation, author, typing: true };
        let close =
            |code| BusMessage::Close { who: Person::User(UserId::from_uuid(Uuid::from_u128(3))), code };
        let codes = [
            CloseCode::GoingAway,
            CloseCode::TooSlow,
            CloseCode::Resync,
            CloseCode::Revoked,
            CloseCode::Replaced,
        ];
        for told in codes.map(close).into_iter().chain([typing]) {
            let frame = mouth.write(tenant, &told).unwrap();
            let heard = reader.read(tenant, &frame).unwrap().unwrap();
            assert_eq!(format!("{told:?}"), format!("{heard:?}"));
        }
    }

    #[test]
    fn our_own_words_are_no_news_and_garbage_is_refused() {
        let (mouth, mut reader, tenant) = pair();
        let nothing = BusMessage::Events([].into());
        let frame = mouth.write(tenant, &nothing).unwrap();
        assert!(reader.read(tenant, &frame).unwrap().is_some());
        reader.node = mouth.node;
        assert!(reader.read(tenant, &frame).unwrap().is_none());
        for garbage in [&[][..], &[VERSION], &[VERSION; 20], &[9; 200], &frame[..frame.len() - 1]] {
            reader.node = NodeId(Uuid::from_u128(3));
            assert!(reader.read(tenant, garbage).is_err(), "{garbage:?}");
        }
    }

    #[test]
    fn a_cluster_that_restarts_its_nodes_for_ever_keeps_few_keys() {
        let (_, mut reader, tenant) = pair();
        for node in 0..3 * NODES as u128 {
            let mouth = Mouth::new(NodeId(Uuid::from_u128(100 + node)), &reader.wire);
            let frame = mouth.write(tenant, &BusMessage::Events([].into())).unwrap();
            assert!(reader.read(tenant, &frame).unwrap().is_some());
            assert!(reader.keys.len() <= NODES);
        }
    }
}
