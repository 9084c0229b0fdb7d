//! Contacts: the people a tenant talks with.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};

use crate::scope::{Place, SoftDeleted, TenantScope, newest_first};
use crate::{ContactId, Json, JsonObject, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub tenant_id: TenantId,
    pub name: String,
    pub temperature: Option<Temperature>,
    /// Where the contact stands on the way to a sale: new, contacted, booked, lost, …
    pub stage: Option<String>,
    /// 0 to 100.
    pub lead_score: Option<i64>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    pub tags: Json<Vec<String>>,
    pub attributes: JsonObject,
    /// Its calls are refused.
    pub blocked: bool,
    /// The contact that took this one over.
    pub merged_into: Option<ContactId>,
    /// The last message or call, or a scheduled one once it was due.
    pub activity_at: Timestamp,
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

/// Which contacts to list. What is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub temperature: Option<Temperature>,
    pub stage: Option<String>,
}

impl Filter {
    /// What is asked for, in no order and of any tenant. One that was merged into another is not listed.
    pub fn condition(&self) -> Condition {
        Condition::all()
            .add(Column::MergedInto.is_null())
            .add_option(self.temperature.map(|it| Column::Temperature.eq(it)))
            .add_option(self.stage.as_deref().map(|it| Column::Stage.eq(it)))
    }
}

impl Entity {
    /// The contacts of lists, in no order. Those merged into another are not among them.
    pub fn listed(tenant: TenantId, filter: &Filter) -> Select<Self> {
        Self::live(tenant).filter(filter.condition())
    }

    /// Contacts by activity, newest first, below `below`.
    pub fn page(tenant: TenantId, filter: &Filter, below: Option<Place>, limit: u64) -> Select<Self> {
        newest_first(Self::listed(tenant, filter), (Column::ActivityAt, Column::Id), below, limit)
    }

    /// Those that one of `contacts` took over.
    pub fn merged_into(tenant: TenantId, contacts: impl IntoIterator<Item = ContactId>) -> Select<Self> {
        Self::live(tenant).filter(Column::MergedInto.is_in(contacts))
    }

    /// These contacts, deleted ones too.
    pub fn these(tenant: TenantId, ids: impl IntoIterator<Item = ContactId>) -> Select<Self> {
        Self::keyed(tenant, Column::Id, ids)
    }
}

words! {
    /// How likely a contact is to buy.
    pub enum Temperature {
        Cold = "cold",
        Warm = "warm",
        Hot = "hot",
    }
}
