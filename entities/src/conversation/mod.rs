//! Conversations: one open thread at most per channel and contact.

mod boards;
mod list;
mod sla;

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};

use crate::channel::ChannelType;
use crate::message::Author;
use crate::sealed::BlindIndex;
use crate::{
    BoardId, ChannelId, ContactId, ConversationId, Json, MessageId, Principal, TenantId, Timestamp, UserId,
};

pub use list::{Assignee, Filter};
pub use sla::{Sla, SlaKind};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    pub tenant_id: TenantId,
    pub channel_id: ChannelId,
    pub channel_type: ChannelType,
    pub contact_id: ContactId,
    /// The contact it began with, when that one was merged into another since.
    pub met_as: Option<ContactId>,
    /// Which of the contact's numbers it is with. One that is its number no more counts for nothing.
    pub reached_at: Option<BlindIndex>,
    /// The contact's name, so that a list needs no second query.
    pub contact_name: String,
    pub board_id: Option<BoardId>,
    pub status: ConversationStatus,
    pub owner: Owner,
    pub assignee_id: Option<UserId>,
    pub priority: Priority,
    pub labels: Json<Vec<String>>,
    /// Users who take part without being assigned.
    pub participants: Json<Vec<UserId>>,
    pub last_message: Option<Json<LastMessage>>,
    pub activity_at: Timestamp,
    /// When its next scheduled message is due.
    pub next_scheduled_at: Option<Timestamp>,
    pub snoozed_until: Option<Timestamp>,
    /// How many messages the contact has sent into it.
    pub inbound_count: i64,
    /// Since when it waits for an agent, when it does.
    pub queued_at: Option<Timestamp>,
    /// When a user first answered the contact.
    pub first_answer_at: Option<Timestamp>,
    pub sla: Option<Json<Sla>>,
    /// What `sla` says of itself, for lists.
    pub sla_breached: bool,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub created_by: Option<Principal>,
    pub updated_by: Option<Principal>,
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a list shows of a conversation's newest message.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LastMessage {
    pub id: MessageId,
    /// At most 200 characters.
    pub body: String,
    pub author: Author,
    pub created_at: Timestamp,
}

words! {
    /// Where a conversation stands.
    pub enum ConversationStatus {
        Open = "open",
        /// Waits for the contact.
        Pending = "pending",
        /// Comes back by itself.
        Snoozed = "snoozed",
        /// Over; the next message opens it again.
        Resolved = "resolved",
    }
}

words! {
    /// Who answers in a conversation.
    pub enum Owner {
        Bot = "bot",
        Human = "human",
        Nobody = "nobody",
    }
}

words! {
    /// How soon a conversation should be answered.
    pub enum Priority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}
