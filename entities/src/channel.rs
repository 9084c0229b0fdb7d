//! Channels: the addresses a tenant is reached at.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};

use crate::address::AddressKind;
use crate::scope::{Place, SoftDeleted, newest_first};
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{BoardId, ChannelId, JsonObject, Principal, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "channels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChannelId,
    pub tenant_id: TenantId,
    #[sea_orm(column_name = "type")]
    pub channel_type: ChannelType,
    pub name: String,
    /// E.164 of a number, an e-mail address, or what else the provider calls it.
    pub address: Option<String>,
    pub board_id: Option<BoardId>,
    /// What stands in public links: web chat and webhooks.
    pub public_key: Option<String>,
    /// Sealed with [`secret_aad`].
    pub sealed_secret: Option<Sealed>,
    pub key_id: Option<DataKeyId>,
    pub settings: JsonObject,
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
    /// The channel a public key names: a visitor or a provider brings the key before anybody knows the tenant.
    pub fn by_public_key_across_tenants(public_key: &str) -> Select<Self> {
        Self::find().filter(Column::PublicKey.eq(public_key)).filter(Column::DeletedAt.is_null())
    }

    /// Channels, newest first, below `below`.
    pub fn page(tenant: TenantId, below: Option<Place>, limit: u64) -> Select<Self> {
        newest_first(Self::live(tenant), (Column::CreatedAt, Column::Id), below, limit)
    }
}

words! {
    /// How a channel reaches people.
    pub enum ChannelType {
        Webchat = "webchat",
        /// One number, for texts and calls.
        Twilio = "twilio",
        Email = "email",
        Messenger = "messenger",
        Instagram = "instagram",
        Whatsapp = "whatsapp",
    }
}

/// What the secret of a channel is sealed with.
pub fn secret_aad(tenant: TenantId, id: ChannelId) -> Vec<u8> {
    sealed::aad("channels.sealed_secret", tenant, &[id.as_uuid().as_bytes()])
}

impl ChannelType {
    /// What kind of address a channel of this type has itself; a web chat has none.
    pub const fn address_kind(self) -> Option<AddressKind> {
        match self {
            Self::Webchat => None,
            Self::Twilio | Self::Whatsapp => Some(AddressKind::Phone),
            Self::Email => Some(AddressKind::Email),
            // A page or an account, by the platform's own id.
            Self::Messenger | Self::Instagram => Some(AddressKind::Client),
        }
    }
}
