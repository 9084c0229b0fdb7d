//! Audit entries: who looked at or changed what deserves a record.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};
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

/// Which entries are asked for. What is `None` is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub actor_id: Option<Uuid>,
    /// As it stands in the entry.
    pub action: Option<String>,
    pub target_id: Option<Uuid>,
    /// Whatever was done about this contact and its messages.
    pub contact_id: Option<ContactId>,
    /// At this time and later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// Entries, newest first, below `below`.
    pub fn page(tenant: TenantId, filter: Filter, below: Option<Place>, limit: u64) -> Select<Self> {
        let wanted = Condition::all()
            .add_option(filter.actor_id.map(|actor| Column::ActorId.eq(actor)))
            .add_option(filter.action.map(|action| Column::Action.eq(action)))
            .add_option(filter.target_id.map(|target| Column::TargetId.eq(target)))
            .add_option(filter.contact_id.map(|contact| Column::ContactId.eq(contact)))
            .add_option(filter.from.map(|from| Column::At.gte(from)))
            .add_option(filter.to.map(|to| Column::At.lt(to)));
        newest_first(Self::of(tenant).filter(wanted), (Column::At, Column::Id), below, limit)
    }

    /// Those of these entries that there are.
    pub fn these(tenant: TenantId, ids: impl IntoIterator<Item = AuditId>) -> Select<Self> {
        Self::keyed(tenant, Column::Id, ids)
    }
}
