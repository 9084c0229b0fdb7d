//! Turns: when each agent was last given a conversation. Whoever gives him one more guards this row.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::TenantScope;
use crate::{TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agent_turns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub at: Timestamp,
    /// One higher with each turn: two who give to the same agent at once cannot both do it.
    pub rev: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The last turns of these users.
    pub fn of_users(tenant: TenantId, users: impl IntoIterator<Item = UserId>) -> Select<Self> {
        Self::of(tenant).filter(Column::UserId.is_in(users))
    }
}
