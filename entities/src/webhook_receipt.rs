//! Webhook receipts: what a provider sent and proved, as it came, and what became of it.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, Select};

use crate::scope::{Place, TenantScope, newest_first};
use crate::sealed::{self, DataKeyId, Sealed};
use crate::{ChannelId, ContactId, ReceiptId, TenantId, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_receipts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReceiptId,
    pub tenant_id: TenantId,
    pub provider: String,
    pub channel_id: ChannelId,
    /// Which of the provider's webhooks it is.
    pub kind: String,
    /// The same for every delivery of the same news; one receipt has it.
    pub dedupe_key: String,
    pub status: ReceiptStatus,
    /// How often its effect was tried, as far as that was written down.
    pub attempts: i64,
    /// Why it has no effect yet: for people, without personal data.
    pub error: Option<String>,
    /// Query and headers as JSON, without what proves anything; sealed with [`head_aad`].
    pub head: Sealed,
    /// The bytes, sealed with [`body_aad`].
    pub body: Sealed,
    /// What the provider was answered and is answered again, sealed with [`answer_aad`]; `None`: nothing to read.
    pub answer: Option<Sealed>,
    pub key_id: DataKeyId,
    pub contact_id: Option<ContactId>,
    pub received_at: Timestamp,
    pub applied_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub rev: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

words! {
    /// What became of a receipt.
    pub enum ReceiptStatus {
        /// It is kept, and a job is to apply it.
        Pending = "pending",
        /// It had its effect.
        Applied = "applied",
        /// Its effect was given up. A person may have it tried again.
        Dead = "dead",
    }
}

/// Which receipts to list. What is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub provider: Option<String>,
    pub status: Option<ReceiptStatus>,
}

impl Entity {
    /// Receipts, newest first, below `below`.
    pub fn page(tenant: TenantId, filter: &Filter, below: Option<Place>, limit: u64) -> Select<Self> {
        let wanted = Condition::all()
            .add_option(filter.provider.as_ref().map(|provider| Column::Provider.eq(provider)))
            .add_option(filter.status.map(|status| Column::Status.eq(status)));
        newest_first(Self::of(tenant).filter(wanted), (Column::ReceivedAt, Column::Id), below, limit)
    }

    /// The receipt of this news, when there is one.
    pub fn of_news(tenant: TenantId, provider: &str, dedupe_key: &str) -> Select<Self> {
        Self::of(tenant).filter(Column::Provider.eq(provider)).filter(Column::DedupeKey.eq(dedupe_key))
    }
}

/// What query and headers are sealed with.
pub fn head_aad(tenant: TenantId, id: ReceiptId) -> Vec<u8> {
    sealed::aad("webhook_receipts.head", tenant, &[id.as_uuid().as_bytes()])
}

/// What the body is sealed with.
pub fn body_aad(tenant: TenantId, id: ReceiptId) -> Vec<u8> {
    sealed::aad("webhook_receipts.body", tenant, &[id.as_uuid().as_bytes()])
}

/// What the answer is sealed with.
pub fn answer_aad(tenant: TenantId, id: ReceiptId) -> Vec<u8> {
    sealed::aad("webhook_receipts.answer", tenant, &[id.as_uuid().as_bytes()])
}
