//! A receipt as managers see it. What came in it is not shown.

use entities::{
    ChannelId, ContactId, ReceiptId, Timestamp,
    webhook_receipt::{Model, ReceiptStatus},
};
use serde::{Deserialize, Serialize};

/// What a provider sent, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub id: ReceiptId,
    pub provider: String,
    pub channel_id: ChannelId,
    pub kind: String,
    pub status: ReceiptStatus,
    pub attempts: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    pub received_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Timestamp>,
    pub rev: i64,
}

impl From<Model> for Receipt {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            provider: row.provider,
            channel_id: row.channel_id,
            kind: row.kind,
            status: row.status,
            attempts: row.attempts,
            error: row.error,
            contact_id: row.contact_id,
            received_at: row.received_at,
            applied_at: row.applied_at,
            rev: row.rev,
        }
    }
}
