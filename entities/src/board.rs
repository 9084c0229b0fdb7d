//! Boards: groups of users that share conversations.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::{Place, SoftDeleted, newest_first};
use crate::{BoardId, JsonObject, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "boards")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BoardId,
    pub tenant_id: TenantId,
    /// One board of a tenant has it.
    pub name: String,
    pub settings: JsonObject,
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
    /// Boards, newest first, below `below`; only `visible` ones, when it says which.
    pub fn page(
        tenant: TenantId,
        visible: Option<Vec<BoardId>>,
        below: Option<Place>,
        limit: u64,
    ) -> Select<Self> {
        let rows = match visible {
            Some(ids) => Self::live_keyed(tenant, Column::Id, ids),
            None => Self::live(tenant),
        };
        newest_first(rows, (Column::CreatedAt, Column::Id), below, limit)
    }

    /// Those of these boards that there are.
    pub fn these(tenant: TenantId, ids: impl IntoIterator<Item = BoardId>) -> Select<Self> {
        Self::live_keyed(tenant, Column::Id, ids)
    }

    /// The board with this name.
    pub fn named(tenant: TenantId, name: &str) -> Select<Self> {
        Self::live(tenant).filter(Column::Name.eq(name))
    }
}
