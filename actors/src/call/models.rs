//! Between a call and its row, where all that was said of it is sealed.

use entities::{
    Address, AddressKind, Principal, TenantId, Timestamp,
    call::{Model, data_aad},
    sealed::{DataKeys, SealError},
};

use super::standing::Standing;

/// The row of a call as it stands.
pub(super) fn row(
    tenant: TenantId,
    standing: &Standing,
    (by, now): (Principal, Timestamp),
    keys: &DataKeys,
) -> Result<Model, SealError> {
    let shape = standing.shape();
    let data = serde_json::to_vec(standing).map_err(|_| SealError::Broken)?;
    let phone = |address: &&Address| address.kind() == AddressKind::Phone;
    Ok(Model {
        id: standing.id,
        tenant_id: tenant,
        channel_id: standing.channel_id,
        conversation_id: standing.conversation_id,
        contact_id: standing.contact_id,
        board_id: standing.board_id,
        direction: standing.direction,
        state: shape.state,
        provider: standing.provider.clone(),
        external_id: shape.provider.id,
        agent_id: standing.agent_id,
        taken_by: standing.taken_by,
        number_index: Some(&standing.contact).filter(phone).and_then(|address| address.blind_index(keys)),
        started_at: standing.started_at,
        answered_at: shape.answered_at,
        ended_at: shape.ended_at,
        duration_s: shape.duration_s,
        missed: shape.missed,
        dropped: shape.dropped,
        error_code: shape.error.map(|error| error.code),
        disposition: standing.disposition.clone(),
        key_id: keys.current(),
        data: keys.seal(&data_aad(tenant, standing.id), &data)?,
        rev: standing.rev,
        created_at: now,
        updated_at: now,
        created_by: Some(by),
        updated_by: Some(by),
        deleted_at: None,
    })
}

/// The call of a row.
pub(super) fn opened(row: &Model, keys: &DataKeys) -> Result<Standing, SealError> {
    let data = keys.open(row.key_id, &data_aad(row.tenant_id, row.id), &row.data)?;
    serde_json::from_slice(&data).map_err(|_| SealError::Broken)
}
