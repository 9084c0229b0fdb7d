//! Between a webhook and its row, where all that came is sealed.

use entities::{
    ChannelId, ReceiptId, TenantId, Timestamp,
    sealed::{DataKeys, SealError},
    webhook_receipt::{Model, ReceiptStatus, answer_aad, body_aad, head_aad},
};

use super::{Arrived, Head, Raw};

/// The row of a webhook that has just arrived, with no effect yet.
pub(super) fn arrived(
    arrived: &Arrived,
    (tenant, channel_id): (TenantId, ChannelId),
    (id, now): (ReceiptId, Timestamp),
    keys: &DataKeys,
) -> Result<Model, SealError> {
    let head = serde_json::to_vec(&arrived.raw.head).unwrap_or_default();
    let answer = arrived.answer.as_ref();
    let answer = answer.map(|answer| keys.seal(&answer_aad(tenant, id), answer.as_bytes())).transpose()?;
    Ok(Model {
        id,
        tenant_id: tenant,
        provider: arrived.provider.to_owned(),
        channel_id,
        kind: arrived.kind.to_owned(),
        dedupe_key: arrived.dedupe_key.clone(),
        status: ReceiptStatus::Pending,
        attempts: 0,
        error: None,
        head: keys.seal(&head_aad(tenant, id), &head)?,
        body: keys.seal(&body_aad(tenant, id), &arrived.raw.body)?,
        answer,
        key_id: keys.current(),
        contact_id: None,
        received_at: now,
        applied_at: None,
        updated_at: now,
        rev: 1,
    })
}

/// What came.
pub(super) fn raw(row: &Model, keys: &DataKeys) -> Result<Raw, SealError> {
    let head = keys.open(row.key_id, &head_aad(row.tenant_id, row.id), &row.head)?;
    let head: Head = serde_json::from_slice(&head).map_err(|_| SealError::Broken)?;
    let body = keys.open(row.key_id, &body_aad(row.tenant_id, row.id), &row.body)?;
    Ok(Raw { kind: row.kind.clone(), head, body })
}

/// What its provider was answered.
pub(super) fn answer(row: &Model, keys: &DataKeys) -> Result<Option<String>, SealError> {
    let Some(sealed) = &row.answer else { return Ok(None) };
    let answer = keys.open(row.key_id, &answer_aad(row.tenant_id, row.id), sealed)?;
    String::from_utf8(answer).map(Some).map_err(|_| SealError::Broken)
}
