//! Events: the log of a tenant, dense in seq.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, Select, SelectGetableTuple, Selector};
use uuid::Uuid;

use crate::message::AuthorKind;
use crate::scope::{Stretch, TenantScope, stretch};
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{BoardId, ContactId, ConversationId, EventId, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: EventId,
    /// `noun.past_tense`. A string here, so that versions that know different types live together.
    #[sea_orm(column_name = "type")]
    pub event_type: String,
    pub topic_kind: TopicKind,
    /// The aggregate the event is about. A task of a conversation stands with the conversation, whose history it is part of.
    pub topic_id: Uuid,
    /// The contact it concerns: what is rewritten when that contact is erased.
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    /// The board that narrows who of the agents sees it.
    pub board_id: Option<BoardId>,
    /// The board it moved away from, whose members see it go.
    pub left_board_id: Option<BoardId>,
    pub audience: Audience,
    /// The user it concerns: he hears of it on his own topic, and alone, when the audience is one user.
    pub user_id: Option<UserId>,
    /// The user it was taken from, who hears of it on his own topic, too.
    pub left_user_id: Option<UserId>,
    pub actor_kind: AuthorKind,
    pub actor_id: Option<Uuid>,
    /// The id the sender gave to what caused it.
    pub client_id: Option<String>,
    pub at: Timestamp,
    pub key_id: DataKeyId,
    /// JSON, sealed with [`aad`].
    pub data: Sealed,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// A stretch of a tenant's log.
    pub fn stretch(tenant: TenantId, part: Stretch, limit: u64) -> Select<Self> {
        stretch(Self::of(tenant), Column::Seq, part, limit)
    }

    /// The seqs after `trimmed` and when each happened: the oldest events there are.
    pub fn beginning(
        tenant: TenantId,
        trimmed: i64,
        limit: u64,
    ) -> Selector<SelectGetableTuple<(i64, Timestamp)>> {
        stretch(Self::of(tenant), Column::Seq, Stretch::After(trimmed), limit)
            .select_only()
            .column(Column::Seq)
            .column(Column::At)
            .into_tuple()
    }

    /// A stretch of what is about one thing.
    pub fn of_topic(tenant: TenantId, topic_id: Uuid, part: Stretch, limit: u64) -> Select<Self> {
        stretch(Self::of(tenant).filter(Column::TopicId.eq(topic_id)), Column::Seq, part, limit)
    }

    /// A stretch of the calls that stand in one conversation: of a call an event is about the call.
    pub fn of_calls_in(
        tenant: TenantId,
        conversation: ConversationId,
        part: Stretch,
        limit: u64,
    ) -> Select<Self> {
        // The word as a literal: the index is of these alone, which a parameter does not tell.
        let calls = Self::of(tenant)
            .filter(Expr::cust(r#""events"."topic_kind" = 'call'"#))
            .filter(Column::ConversationId.eq(conversation));
        stretch(calls, Column::Seq, part, limit)
    }

    /// A stretch of what concerns one user.
    pub fn of_user(tenant: TenantId, user: UserId, part: Stretch, limit: u64) -> Select<Self> {
        stretch(Self::of(tenant).filter(Column::UserId.eq(user)), Column::Seq, part, limit)
    }

    /// A stretch of what was taken from one user.
    pub fn left_by_user(tenant: TenantId, user: UserId, part: Stretch, limit: u64) -> Select<Self> {
        stretch(Self::of(tenant).filter(Column::LeftUserId.eq(user)), Column::Seq, part, limit)
    }

    /// A stretch of what concerns one contact, on all channels.
    pub fn of_contact(tenant: TenantId, contact: ContactId, part: Stretch, limit: u64) -> Select<Self> {
        stretch(Self::of(tenant).filter(Column::ContactId.eq(contact)), Column::Seq, part, limit)
    }
}

words! {
    /// Who may see an event.
    pub enum Audience {
        /// Visitors too, in their reduced shape.
        Everyone = "everyone",
        /// Users and keys; boards narrow them.
        Agents = "agents",
        /// The one user in `user_id`.
        User = "user",
    }
}

words! {
    /// What kind of thing an event is about.
    pub enum TopicKind {
        Tenant = "tenant",
        Conversation = "conversation",
        Call = "call",
        Contact = "contact",
        User = "user",
        Key = "key",
        Channel = "channel",
        Board = "board",
        Label = "label",
        Template = "template",
        Flow = "flow",
        Webhook = "webhook",
        Job = "job",
        Task = "task",
        Credential = "credential",
    }
}

/// What the data of an event is sealed with: it can not be moved to another tenant or event.
pub fn aad(tenant: TenantId, id: EventId) -> Vec<u8> {
    sealed::aad("events.data", tenant, &[id.as_uuid().as_bytes()])
}
