//! Channels: the addresses a tenant is reached at.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, QueryFilter, Select};
use serde::{Deserialize, Serialize};

use crate::address::AddressKind;
use crate::scope::{Place, SoftDeleted, newest_first};
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{BoardId, ChannelId, Json, JsonObject, Principal, TenantId, Timestamp};

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
    /// Of a number that was asked about.
    pub registration: Option<Json<Registration>>,
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

/// Whether carriers take texts from a number: who sends from it has to be known to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub kind: RegistrationKind,
    pub status: RegistrationStatus,
    /// The provider's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_status: Option<String>,
    /// Why it was rejected, as the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What helps, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Since when it is known to be so.
    pub since: Timestamp,
}

words! {
    /// Where a number is registered.
    pub enum RegistrationKind {
        /// A number of North America, to a campaign.
        A2p10dlc = "a2p_10dlc",
        /// A toll-free number, by its verification.
        TollFree = "toll_free",
        /// Nowhere: its carriers ask for nothing.
        NotNeeded = "not_needed",
    }
}

words! {
    /// How far a registration is.
    pub enum RegistrationStatus {
        Approved = "approved",
        Pending = "pending",
        Rejected = "rejected",
        /// Nobody applied for it.
        Missing = "missing",
        /// The provider does not say, or says what nobody knows.
        Unknown = "unknown",
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
