//! Sign-in codes: one-time codes of sign-in links and invitations, kept as hashes.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::TenantScope;
use crate::{Digest, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_hash: Digest,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub purpose: CodePurpose,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub rev: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The code with this hash. Whoever has a code does not know whose it is.
    pub fn by_hash_across_tenants(hash: Digest) -> Select<Self> {
        Self::find_by_id(hash)
    }

    /// The codes of a user that were not used.
    pub fn unused_of_user(tenant: TenantId, user: UserId) -> Select<Self> {
        Self::of(tenant).filter(Column::UserId.eq(user)).filter(Column::UsedAt.is_null())
    }
}

words! {
    /// What a one-time code is for.
    pub enum CodePurpose {
        SignIn = "sign_in",
        Invitation = "invitation",
    }
}
