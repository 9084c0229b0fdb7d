//! Messages that wait for their time, apart from those that were said. One that is said leaves this table for
//! [`crate::message`], under the same id.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::channel::ChannelType;
use crate::message::{Attachment, AuthorKind, IfQuiet, MessageClass, MessageStatus};
use crate::scope::SoftDeleted;
use crate::{ConversationId, Json, MessageId, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scheduled_messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub tenant_id: TenantId,
    pub conversation_id: ConversationId,
    pub channel_type: ChannelType,
    pub author_kind: AuthorKind,
    pub author_id: Option<Uuid>,
    pub author_name: String,
    /// The author may speak though a person owns the conversation.
    pub overrides: bool,
    pub body: String,
    pub attachments: Json<Vec<Attachment>>,
    /// Scheduled; failed, when it could not be said at its time; canceled, once it is taken back.
    pub status: MessageStatus,
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    pub class: Option<MessageClass>,
    /// The id its sender gave it.
    pub client_id: Option<String>,
    pub scheduled_at: Timestamp,
    /// When its time falls into quiet hours.
    pub if_quiet: IfQuiet,
    pub edited_at: Option<Timestamp>,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub created_by: Option<Principal>,
    pub updated_by: Option<Principal>,
    /// When it was said, or taken back.
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// What waits in a conversation, the next first, and what failed at its time.
    pub fn waiting(tenant: TenantId, conversation: ConversationId, limit: u64) -> Select<Self> {
        Self::live(tenant)
            .filter(Column::ConversationId.eq(conversation))
            .order_by_asc(Column::ScheduledAt)
            .order_by_asc(Column::Id)
            .limit(limit)
    }
}
