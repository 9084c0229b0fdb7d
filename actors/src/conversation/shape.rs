//! Conversations and messages as agents see them, in answers and in events. These are also the actor's memory.

use std::sync::Arc;

use entities::{
    BoardId, ChannelId, ContactId, ConversationId, MessageId, Timestamp, UserId,
    channel::ChannelType,
    conversation::{ConversationStatus, Owner, Priority, Sla},
    message::{Attachment, Author, Direction, MessageClass, MessageStatus},
    sealed::BlindIndex,
};
use serde::{Deserialize, Serialize};

pub use entities::conversation::LastMessage;

/// The channel of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRef {
    pub id: ChannelId,
    #[serde(rename = "type")]
    pub kind: ChannelType,
}

/// The contact of a conversation, with the name it had when the conversation last changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRef {
    pub id: ContactId,
    pub name: String,
}

/// A thread with one contact on one channel. `unread` and the read horizon belong to each reader, and are not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub channel: ChannelRef,
    pub contact: ContactRef,
    /// The contact it began with, when that one was merged into another since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_as: Option<ContactId>,
    /// Which of the contact's numbers it is with: the one it wrote from last, or was written to first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_at: Option<BlindIndex>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    pub status: ConversationStatus,
    pub owner: Owner,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<UserId>,
    pub priority: Priority,
    pub labels: Vec<String>,
    pub participants: Vec<UserId>,
    /// The newest message that is not a private note.
    pub last_message: Option<LastMessage>,
    pub activity_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_scheduled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    pub created_at: Timestamp,
    /// How many messages the contact has sent into it.
    #[serde(default)]
    pub inbound_count: i64,
    /// Since when it waits for an agent: the contact has written, no bot answers, and nobody has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued_at: Option<Timestamp>,
    /// When a user first answered the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_at: Option<Timestamp>,
    /// How long somebody may still be kept waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla: Option<Sla>,
    /// Counts the changes of the conversation and of everything in it.
    pub rev: i64,
}

/// What `message.*` and `call.*` carry of their conversation, so that a list re-orders without a fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub id: ConversationId,
    pub rev: i64,
    pub activity_at: Timestamp,
    pub next_scheduled_at: Option<Timestamp>,
    pub status: ConversationStatus,
    pub owner: Owner,
    pub assignee_id: Option<UserId>,
    pub last_message: Option<LastMessage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_at: Option<BlindIndex>,
    #[serde(default)]
    pub inbound_count: i64,
    #[serde(default)]
    pub queued_at: Option<Timestamp>,
    #[serde(default)]
    pub first_answer_at: Option<Timestamp>,
    #[serde(default)]
    pub sla: Option<Sla>,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: Author,
    pub body: String,
    pub private: bool,
    /// The users a private note calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    pub attachments: Vec<Attachment>,
    pub status: MessageStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<MessageError>,
    pub channel_type: ChannelType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<MessageClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// The seq of its `message.created`: the order of the thread. Absent inside that event as it is stored, and while it
    /// waits for its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    pub rev: i64,
}

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageError {
    pub code: String,
    pub message: String,
}

impl Conversation {
    /// The few members a list needs.
    #[must_use]
    pub fn brief(&self) -> Brief {
        Brief {
            id: self.id,
            rev: self.rev,
            activity_at: self.activity_at,
            next_scheduled_at: self.next_scheduled_at,
            status: self.status,
            owner: self.owner,
            assignee_id: self.assignee_id,
            last_message: self.last_message.clone(),
            reached_at: self.reached_at,
            inbound_count: self.inbound_count,
            queued_at: self.queued_at,
            first_answer_at: self.first_answer_at,
            sla: self.sla,
        }
    }

    /// Somebody should answer, and nobody does: the contact has written, and neither a bot nor an agent has it.
    fn waits(&self) -> bool {
        let unclaimed = self.owner != Owner::Bot && self.assignee_id.is_none();
        unclaimed && self.status == ConversationStatus::Open && self.inbound_count > 0
    }

    /// Puts it at the end of the queue when it begins to wait, and takes it out when it waits no more.
    pub(super) fn queue(&mut self, now: Timestamp) {
        self.queued_at = self.waits().then(|| self.queued_at.unwrap_or(now));
    }

    /// It is over; what comes next opens it again.
    #[must_use]
    pub fn is_resolved(&self) -> bool {
        self.status == ConversationStatus::Resolved
    }

    /// Takes over what a brief tells.
    pub fn absorb(&mut self, brief: Brief) {
        self.rev = brief.rev;
        self.activity_at = brief.activity_at;
        self.next_scheduled_at = brief.next_scheduled_at;
        self.status = brief.status;
        self.owner = brief.owner;
        self.assignee_id = brief.assignee_id;
        self.last_message = brief.last_message;
        self.reached_at = brief.reached_at;
        self.inbound_count = brief.inbound_count;
        self.queued_at = brief.queued_at;
        self.first_answer_at = brief.first_answer_at;
        self.sla = brief.sla;
    }
}

impl Message {
    /// It waits for its time, or never came into the thread: agents alone know of it.
    #[must_use]
    pub fn stands_apart(&self) -> bool {
        let apart = [MessageStatus::Scheduled, MessageStatus::Canceled, MessageStatus::Failed];
        self.seq.is_none() && apart.contains(&self.status)
    }

    /// What the conversation shows of it.
    #[must_use]
    pub fn as_last(&self) -> LastMessage {
        const SHOWN: usize = 200;
        LastMessage {
            id: self.id,
            body: self.body.chars().take(SHOWN).collect(),
            author: self.author.clone(),
            created_at: self.created_at,
        }
    }
}
