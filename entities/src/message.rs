//! Messages: what was said, in the order of its seq.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select, SelectGetableTuple, Selector};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::channel::ChannelType;
use crate::scope::{SoftDeleted, Stretch, TenantScope, stretch};
use crate::{
    AttachmentId, BoardId, ContactId, ConversationId, Json, MessageId, Principal, TenantId, Timestamp,
    UserId, terms,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub board_id: Option<BoardId>,
    pub channel_type: ChannelType,
    /// The seq of its `message.created`, which orders the thread.
    pub seq: i64,
    pub direction: Direction,
    pub author_kind: AuthorKind,
    pub author_id: Option<Uuid>,
    pub author_name: String,
    pub body: String,
    /// What it is found by: see [`terms::column`].
    pub terms: String,
    /// A note among agents; the contact never sees it.
    pub private: bool,
    pub status: MessageStatus,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub class: Option<MessageClass>,
    /// The id its sender gave it.
    pub client_id: Option<String>,
    pub attachments: Json<Vec<Attachment>>,
    pub mentions: Json<Vec<UserId>>,
    pub scheduled_at: Option<Timestamp>,
    pub edited_at: Option<Timestamp>,
    /// How many messages of the contact the conversation had with it; private notes and ours do not count.
    pub inbound_count: i64,
    /// A text nobody asked for: it counts against the cap of its contact.
    pub automatic: bool,
    /// What the provider calls it; one of its messages is one of ours.
    pub external_id: Option<String>,
    /// When it was first known that the provider has it.
    pub sent_at: Option<Timestamp>,
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

impl Entity {
    /// A stretch of a conversation's thread, which scheduled messages enter when they are due.
    pub fn thread(tenant: TenantId, conversation: ConversationId, part: Stretch, limit: u64) -> Select<Self> {
        let sent = Column::Status.ne(MessageStatus::Scheduled);
        stretch(Self::of_conversation(tenant, conversation).filter(sent), Column::Seq, part, limit)
    }

    /// These messages, deleted ones too.
    pub fn these(tenant: TenantId, ids: impl IntoIterator<Item = MessageId>) -> Select<Self> {
        Self::keyed(tenant, Column::Id, ids)
    }

    /// Those that the provider of a type of channel calls so.
    pub fn called(tenant: TenantId, channel: ChannelType, external_ids: Vec<String>) -> Select<Self> {
        Self::of(tenant)
            .filter(Column::ExternalId.is_in(external_ids))
            .filter(Column::ChannelType.eq(channel))
    }

    /// The messages of a conversation that wait for their time, the next first.
    pub fn scheduled(tenant: TenantId, conversation: ConversationId) -> Select<Self> {
        Self::of_conversation(tenant, conversation)
            .filter(Column::Status.eq(MessageStatus::Scheduled))
            .order_by_asc(Column::ScheduledAt)
            .order_by_asc(Column::Id)
    }

    /// When any of these contacts got texts nobody asked for, the newest first. The condition is a word, as in the index.
    pub fn automatic(
        tenant: TenantId,
        contacts: impl IntoIterator<Item = ContactId>,
        limit: u64,
    ) -> Selector<SelectGetableTuple<Timestamp>> {
        Self::of(tenant)
            .filter(Column::ContactId.is_in(contacts))
            .filter(Expr::cust(r#""messages"."automatic""#))
            .order_by_desc(Column::CreatedAt)
            .limit(limit)
            .select_only()
            .column(Column::CreatedAt)
            .into_tuple()
    }

    /// The newest messages of a conversation below a seq: each one's seq, and on which board it is found.
    pub fn boards(
        tenant: TenantId,
        conversation: ConversationId,
        below: i64,
        limit: u64,
    ) -> Selector<SelectGetableTuple<(i64, Option<BoardId>)>> {
        let rows = Self::of(tenant).filter(Column::ConversationId.eq(conversation));
        let rows = stretch(rows, Column::Seq, Stretch::Before(below), limit);
        rows.select_only().columns([Column::Seq, Column::BoardId]).into_tuple()
    }

    fn of_conversation(tenant: TenantId, conversation: ConversationId) -> Select<Self> {
        Self::live(tenant).filter(Column::ConversationId.eq(conversation))
    }
}

impl Model {
    /// Puts another text, and what it is found by, in the place of the old one.
    pub fn say(&mut self, body: String) {
        self.terms = terms::column(&body);
        self.body = body;
    }
}

/// Who wrote a message, with the name he had then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub kind: AuthorKind,
    pub id: Option<Uuid>,
    pub name: String,
}

/// A file of a message, as the message remembers it. It never holds a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub name: String,
    pub content_type: String,
    /// In bytes; 0 until it is here.
    pub size: u64,
    /// In pixels, of an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels, of an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    pub state: AttachmentState,
    /// Why it is blocked: a sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

words! {
    /// Whether a file may be fetched.
    pub enum AttachmentState {
        Ready = "ready",
        Scanning = "scanning",
        Blocked = "blocked",
    }
}

words! {
    /// Which way a message went.
    pub enum Direction {
        /// From the contact.
        Inbound = "inbound",
        /// To the contact.
        Outbound = "outbound",
    }
}

words! {
    /// What kind of party acted.
    pub enum AuthorKind {
        Contact = "contact",
        User = "user",
        /// A customer's system with an API key.
        Key = "key",
        Flow = "flow",
        System = "system",
    }
}

words! {
    /// How far a message came.
    pub enum MessageStatus {
        Received = "received",
        Queued = "queued",
        Sending = "sending",
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Undelivered = "undelivered",
        Failed = "failed",
        Canceled = "canceled",
        Scheduled = "scheduled",
    }
}

words! {
    /// What becomes of a text when it is night where its recipient is.
    #[derive(Default)]
    pub enum IfQuiet {
        /// It waits for the morning.
        #[default]
        Hold = "hold",
        /// It is not sent.
        Refuse = "refuse",
    }
}

words! {
    /// What a message is for, which decides the policies it meets.
    pub enum MessageClass {
        Conversational = "conversational",
        Transactional = "transactional",
        Marketing = "marketing",
    }
}
