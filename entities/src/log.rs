//! Logs: where each tenant's event log begins and ends.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::{LogIncarnation, TenantId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// The newest event; 0 before the first.
    pub last_seq: i64,
    /// Events up to this one are gone; 0 when none is.
    pub trimmed_seq: i64,
    /// Restoring a backup begins another one, and clients load anew.
    pub incarnation: LogIncarnation,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The logs of these tenants, to see in one query which of them have moved.
    pub fn heads_across_tenants(tenants: impl IntoIterator<Item = TenantId>) -> Select<Self> {
        Self::find().filter(Column::TenantId.is_in(tenants))
    }

    /// The logs of tenants after `last`, in the order of their ids.
    pub fn page_across_tenants(last: Option<TenantId>, limit: u64) -> Select<Self> {
        let after = Condition::all().add_option(last.map(|last| Column::TenantId.gt(last)));
        Self::find().filter(after).order_by_asc(Column::TenantId).limit(limit)
    }
}
