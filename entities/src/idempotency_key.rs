//! Idempotency keys: what was asked once, and the answer it got.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};

use crate::sealed::{self, DataKeyId, Sealed};
use crate::{ContactId, Digest, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// Whose key it is: two callers may use the same.
    #[sea_orm(primary_key, auto_increment = false)]
    pub principal: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// What was asked: the same key with something else is a mismatch.
    pub request_hash: Digest,
    /// Sealed with [`aad`].
    pub answer: Sealed,
    pub key_id: DataKeyId,
    /// The event the request made, when it made one.
    pub seq: Option<i64>,
    pub contact_id: Option<ContactId>,
    pub created_at: Timestamp,
    /// `None`: remembered as long as the message it made.
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a remembered answer is sealed with.
pub fn aad(tenant: TenantId, principal: &str, key: &str) -> Vec<u8> {
    sealed::aad("idempotency_keys.answer", tenant, &[principal.as_bytes(), key.as_bytes()])
}
