//! Sign-ins: families of refresh tokens. A token carries its generation; an older one revokes the family.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::TenantScope;
use crate::{SignInId, TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SignInId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    /// The generation of the token that is good now.
    pub generation: i64,
    /// When that token was given out.
    pub rotated_at: Timestamp,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub rev: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The family a refresh token names. The token says neither tenant nor user; the row does.
    pub fn by_id_across_tenants(id: SignInId) -> Select<Self> {
        Self::find_by_id(id)
    }

    /// The sign-ins of a user that were not revoked.
    pub fn of_user(tenant: TenantId, user: UserId) -> Select<Self> {
        Self::of(tenant).filter(Column::UserId.eq(user)).filter(Column::RevokedAt.is_null())
    }
}
