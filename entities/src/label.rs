//! Labels: the words a tenant marks its conversations with, and what they look like.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::{Place, SoftDeleted, newest_first};
use crate::{LabelId, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "labels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LabelId,
    pub tenant_id: TenantId,
    /// As it stands on conversations. One label of a tenant has it.
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    pub description: Option<String>,
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
    /// Labels, newest first, below `below`.
    pub fn page(tenant: TenantId, below: Option<Place>, limit: u64) -> Select<Self> {
        newest_first(Self::live(tenant), (Column::CreatedAt, Column::Id), below, limit)
    }

    /// The label with this name.
    pub fn named(tenant: TenantId, name: &str) -> Select<Self> {
        Self::live(tenant).filter(Column::Name.eq(name))
    }
}
