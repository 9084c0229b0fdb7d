//! Outside identities: who a person of an outside identity provider is here. A `sub` means something only with its issuer.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::scope::TenantScope;
use crate::{TenantId, Timestamp, UserId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outside_identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    /// The `sub` of the issuer's tokens.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    pub user_id: UserId,
    pub created_at: Timestamp,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The one identity that is this person of this issuer.
    pub fn of_subject(tenant: TenantId, issuer: &str, subject: &str) -> Select<Self> {
        Self::of(tenant).filter(Column::Issuer.eq(issuer)).filter(Column::Subject.eq(subject))
    }
}
