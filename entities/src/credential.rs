//! Credentials: what a tenant is known by at the providers it uses, and how that goes.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::scope::{SoftDeleted, TenantScope};
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{CredentialId, Json, JsonObject, Principal, TenantId, Timestamp};

/// One row per tenant and provider, for good: what is removed leaves it empty, and what is kept again fills it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CredentialId,
    pub tenant_id: TenantId,
    /// A word of whoever talks to the provider.
    pub provider: String,
    /// What may be shown of them: names of accounts, the ends of secrets.
    pub shown: JsonObject,
    /// JSON, sealed with [`config_aad`]; gone when they are removed.
    pub sealed_config: Option<Sealed>,
    pub key_id: Option<DataKeyId>,
    /// The provider took them when it was asked last.
    pub is_active: bool,
    pub last_verified_at: Option<Timestamp>,
    /// Why the provider takes them no more: for people.
    pub verification_error: Option<String>,
    /// Since when requests and callbacks are counted.
    pub counted_since: Timestamp,
    pub successes: i64,
    pub failures: i64,
    pub last_success_at: Option<Timestamp>,
    pub last_error_at: Option<Timestamp>,
    /// For people, without personal data.
    pub last_error: Option<String>,
    /// Steps of messages the provider had and did not tell of.
    pub missing_callbacks: i64,
    /// How long it took to tell of a step: how often each stretch of time, as whoever counts them divides it.
    pub callback_delays: Json<Vec<i64>>,
    /// Up to when everything the provider took for us is known here.
    pub caught_up_at: Option<Timestamp>,
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
    /// The row of a provider, removed or not.
    pub fn of_provider(tenant: TenantId, provider: &str) -> Select<Self> {
        Self::of(tenant).filter(Column::Provider.eq(provider))
    }

    /// All that are kept, by the name of the provider.
    pub fn kept(tenant: TenantId) -> Select<Self> {
        Self::live(tenant).order_by_asc(Column::Provider)
    }

    /// Those that are kept, of all tenants, by id, behind `after`; for whoever looks after the house.
    pub fn kept_across_tenants(after: Option<CredentialId>, limit: u64) -> Select<Self> {
        let behind = Condition::all().add_option(after.map(|id| Column::Id.gt(id)));
        Self::find().filter(Column::DeletedAt.is_null()).filter(behind).order_by_asc(Column::Id).limit(limit)
    }
}

/// What the config of credentials is sealed with.
pub fn config_aad(tenant: TenantId, id: CredentialId) -> Vec<u8> {
    sealed::aad("credentials.sealed_config", tenant, &[id.as_uuid().as_bytes()])
}
