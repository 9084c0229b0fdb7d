//! API keys: what a customer's own systems come in with. The secret is kept as a hash.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::{Place, SoftDeleted, newest_first};
use crate::{BoardId, Digest, Json, KeyId, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KeyId,
    pub tenant_id: TenantId,
    pub name: String,
    pub secret_hash: Digest,
    pub scopes: Json<Vec<Scope>>,
    /// The board it is narrowed to; `None` sees all.
    pub board_id: Option<BoardId>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
    pub rev: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub created_by: Option<Principal>,
    pub updated_by: Option<Principal>,
    /// When it was revoked.
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The key with this secret, unless it was revoked. Whoever has a secret does not say whose it is.
    pub fn by_secret_across_tenants(hash: Digest) -> Select<Self> {
        Self::find().filter(Column::SecretHash.eq(hash)).filter(Column::DeletedAt.is_null())
    }

    /// Keys, newest first, below `below`.
    pub fn page(tenant: TenantId, below: Option<Place>, limit: u64) -> Select<Self> {
        newest_first(Self::live(tenant), (Column::CreatedAt, Column::Id), below, limit)
    }
}

words! {
    /// What a key may do.
    pub enum Scope {
        ConversationsRead = "conversations:read",
        ConversationsWrite = "conversations:write",
        ContactsRead = "contacts:read",
        ContactsWrite = "contacts:write",
        CallsRead = "calls:read",
        CallsWrite = "calls:write",
        MessagesWrite = "messages:write",
        /// Speak though a person owns the conversation.
        MessagesOverride = "messages:override",
        EventsRead = "events:read",
        WebhooksWrite = "webhooks:write",
        FlowsWrite = "flows:write",
        /// What an admin may, and every other scope but `messages:override`.
        Admin = "admin",
    }
}
