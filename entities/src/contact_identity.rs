//! Identities of contacts: addresses, sealed, found again by a blind index.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Select};

use crate::address::AddressKind;
use crate::scope::SoftDeleted;
use crate::sealed::{self, BlindIndex, DataKeyId, Sealed};
use crate::{ContactId, IdentityId, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_identities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    pub tenant_id: TenantId,
    pub contact_id: ContactId,
    pub kind: AddressKind,
    /// The platform of a handle.
    pub label: Option<String>,
    /// Sealed with [`aad`].
    pub sealed_value: Sealed,
    pub key_id: DataKeyId,
    pub blind_index: BlindIndex,
    /// The order among the addresses of its contact; the first is the main one.
    pub position: i64,
    pub created_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The addresses of these contacts, contact by contact, each in its order.
    pub fn of_contacts(tenant: TenantId, contacts: impl IntoIterator<Item = ContactId>) -> Select<Self> {
        Self::live(tenant)
            .filter(Column::ContactId.is_in(contacts))
            .order_by_asc(Column::ContactId)
            .order_by_asc(Column::Position)
            .order_by_asc(Column::Id)
    }

    /// The one identity that is this address.
    pub fn by_address(tenant: TenantId, kind: AddressKind, index: BlindIndex) -> Select<Self> {
        Self::live(tenant).filter(Column::Kind.eq(kind)).filter(Column::BlindIndex.eq(index))
    }
}

/// What the value of an identity is sealed with.
pub fn aad(tenant: TenantId, id: IdentityId) -> Vec<u8> {
    sealed::aad("contact_identities.sealed_value", tenant, &[id.as_uuid().as_bytes()])
}
