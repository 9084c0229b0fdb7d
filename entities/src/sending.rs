//! Sending: how much each tenant sends, hour by hour, and whether it was stopped.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};

use crate::{Json, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sending")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// The last hour that was counted, in hours since 1970.
    pub hour: i64,
    /// What was handed over in that hour, in the hour before it, and so on.
    pub counts: Json<Vec<i64>>,
    /// Since when nothing goes out until a person says so.
    pub held_at: Option<Timestamp>,
    /// What a person allowed in an hour, and until when.
    pub allowed: i64,
    pub allowed_until: Option<Timestamp>,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
