//! Consent: what was said about writing to an address, entry behind entry. Nothing of it is changed or taken away.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use crate::address::AddressKind;
use crate::message::MessageClass;
use crate::scope::{Place, TenantScope, newest_first};
use crate::sealed::{self, BlindIndex, DataKeyId, Sealed};
use crate::{ConsentId, ContactId, Json, MessageId, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    pub tenant_id: TenantId,
    /// Whose address it was then, unless that contact was erased. It decides nothing: the address does.
    pub contact_id: Option<ContactId>,
    pub kind: AddressKind,
    /// The platform of a handle.
    pub label: Option<String>,
    /// Sealed with [`aad`].
    pub sealed_value: Sealed,
    pub key_id: DataKeyId,
    pub blind_index: BlindIndex,
    /// The place among the entries of this address: 1, 2, …; the last one decides. No two have the same.
    pub number: i64,
    pub state: ConsentState,
    /// The classes of messages it is about.
    pub scope: Json<Vec<MessageClass>>,
    pub source: ConsentSource,
    /// The message that said it, or that was refused.
    pub message_id: Option<MessageId>,
    pub note: Option<String>,
    pub at: Timestamp,
    pub actor: Principal,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

words! {
    /// What holds from then on.
    pub enum ConsentState {
        /// Consent was given.
        Granted = "granted",
        /// Nothing may be sent.
        Revoked = "revoked",
        /// What was revoked may be sent again, as if nothing had been said. That is no consent to marketing.
        Reinstated = "reinstated",
    }
}

words! {
    /// How we know.
    pub enum ConsentSource {
        /// The contact wrote it.
        Keyword = "keyword",
        /// The contact wrote it, and the provider has acted on it.
        OptOutType = "opt_out_type",
        /// The provider refused a message for it.
        Provider = "provider",
        /// A user recorded it.
        Agent = "agent",
        /// Another system recorded it, with a key.
        Import = "import",
    }
}

impl Entity {
    /// The entry that decides about an address.
    pub fn newest(tenant: TenantId, kind: AddressKind, index: BlindIndex) -> Select<Self> {
        Self::about(tenant, kind, index).order_by_desc(Column::Number).limit(1)
    }

    /// The entries about an address, newest first, below `below`.
    pub fn page(
        tenant: TenantId,
        (kind, index): (AddressKind, BlindIndex),
        below: Option<Place>,
        limit: u64,
    ) -> Select<Self> {
        newest_first(Self::about(tenant, kind, index), (Column::At, Column::Id), below, limit)
    }

    fn about(tenant: TenantId, kind: AddressKind, index: BlindIndex) -> Select<Self> {
        Self::of(tenant).filter(Column::Kind.eq(kind)).filter(Column::BlindIndex.eq(index))
    }
}

/// What the value of an address is sealed with.
pub fn aad(tenant: TenantId, id: ConsentId) -> Vec<u8> {
    sealed::aad("consents.sealed_value", tenant, &[id.as_uuid().as_bytes()])
}
