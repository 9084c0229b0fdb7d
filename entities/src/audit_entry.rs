//! Audit entries: who looked at or changed what deserves a record.

use sea_orm::Select;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use uuid::Uuid;

use crate::message::AuthorKind;
use crate::scope::{Place, TenantScope, newest_first};
use crate::{AuditId, ContactId, JsonObject, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditId,
    pub tenant_id: TenantId,
    pub at: Timestamp,
    pub actor_kind: AuthorKind,
    pub actor_id: Option<Uuid>,
    /// What was done, as `noun.verb`.
    pub action: String,
    pub target_kind: String,
    pub target_id: Option<Uuid>,
    pub contact_id: Option<ContactId>,
    pub ip: Option<String>,
    pub request_id: Option<String>,
    /// What else is worth knowing; never message bodies.
    pub details: JsonObject,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Entries, newest first, below `below`.
    pub fn page(tenant: TenantId, below: Option<Place>, limit: u64) -> Select<Self> {
        newest_first(Self::of(tenant), (Column::At, Column::Id), below, limit)
    }
}
