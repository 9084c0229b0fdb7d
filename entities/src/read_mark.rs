//! Read marks: how far a user has read a conversation.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::TenantScope;
use crate::{ConversationId, MessageId, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "read_marks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The last message that was read.
    pub message_id: MessageId,
    /// Its seq: a mark never moves back.
    pub seq: i64,
    /// How many messages of the contact there were up to it.
    pub inbound_count: i64,
    pub rev: i64,
    pub read_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The marks of a user in these conversations.
    pub fn of_user(
        tenant: TenantId,
        user: UserId,
        conversations: impl IntoIterator<Item = ConversationId>,
    ) -> Select<Self> {
        Self::of(tenant).filter(Column::UserId.eq(user)).filter(Column::ConversationId.is_in(conversations))
    }
}
