//! What providers sent, to test with.

use entities::sealed::{DataKeyId, Sealed};
use entities::webhook_receipt::ReceiptStatus;
use entities::*;
use uuid::Uuid;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn webhook_receipt(tenant_id: TenantId) -> Vec<webhook_receipt::Model> {
    let full = webhook_receipt::Model {
        id: ReceiptId::from_uuid(Uuid::now_v7()),
        tenant_id,
        provider: "carrier".to_owned(),
        channel_id: ChannelId::from_uuid(Uuid::now_v7()),
        kind: "sms".to_owned(),
        dedupe_key: "sms:1".to_owned(),
        status: ReceiptStatus::Applied,
        attempts: 2,
        error: Some("did not answer: ü 👋".to_owned()),
        head: Sealed::from_bytes(vec![0, 255, 7]),
        body: Sealed::from_bytes(vec![255, 0, 7]),
        answer: Some(Sealed::from_bytes(vec![7, 0, 255])),
        key_id: DataKeyId::FIRST,
        contact_id: Some(ContactId::from_uuid(Uuid::now_v7())),
        received_at: at(0),
        applied_at: Some(at(1)),
        updated_at: at(1),
        rev: 2,
    };
    let bare = webhook_receipt::Model {
        id: ReceiptId::from_uuid(Uuid::now_v7()),
        dedupe_key: "sms:2".to_owned(),
        status: ReceiptStatus::Pending,
        error: None,
        answer: None,
        contact_id: None,
        applied_at: None,
        ..full.clone()
    };
    vec![full, bare]
}
