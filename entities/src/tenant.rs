//! Tenants: the companies that share a hub.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Select};

use crate::{JsonObject, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TenantId,
    pub name: String,
    pub status: TenantStatus,
    /// ISO 3166 alpha-2: what national phone numbers are read with.
    pub default_country: Option<String>,
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
    /// Every tenant that is not deleted, in the order of their ids.
    pub fn all_across_tenants() -> Select<Self> {
        Self::find().filter(Column::DeletedAt.is_null()).order_by_asc(Column::Id)
    }
}

words! {
    /// Whether a tenant is served.
    pub enum TenantStatus {
        /// Served.
        Active = "active",
        /// Nobody signs in, nothing is sent.
        Suspended = "suspended",
    }
}
