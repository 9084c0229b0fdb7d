//! Between a recording and its row, where all that is known of it is sealed; and the words it is found by.

use entities::{
    Principal, RecordingId, TenantId, Timestamp,
    lookup::LookupKind,
    recording::{Model, data_aad},
    sealed::{DataKeys, SealError},
    terms,
};

use super::standing::Standing;

/// The longest text that is looked through for words, in words.
const MOST: usize = 5_000;

/// The row of a recording as it stands.
pub(super) fn row(
    tenant: TenantId,
    standing: &Standing,
    (by, now): (Principal, Timestamp),
    keys: &DataKeys,
) -> Result<Model, SealError> {
    let data = serde_json::to_vec(standing).map_err(|_| SealError::Broken)?;
    Ok(Model {
        id: standing.id,
        tenant_id: tenant,
        call_id: standing.call_id,
        conversation_id: standing.conversation_id,
        contact_id: standing.contact_id,
        channel_id: standing.channel_id,
        board_id: standing.board_id,
        agent_id: standing.agent_id,
        kind: standing.kind,
        status: standing.status(),
        provider: standing.provider.clone(),
        external_id: standing.external_id.clone(),
        started_at: standing.started_at,
        duration_s: standing.taken.as_ref().and_then(|taken| taken.duration_s),
        transcript_status: standing.transcript.as_ref().map(|transcript| transcript.status),
        expires_at: standing.expires_at,
        key_id: keys.current(),
        data: keys.seal(&data_aad(tenant, standing.id), &data)?,
        rev: standing.rev,
        created_at: standing.created_at,
        updated_at: now,
        created_by: Some(Principal::System),
        updated_by: Some(by),
        deleted_at: standing.deleted_at,
    })
}

/// The recording of a row.
pub(super) fn opened(row: &Model, keys: &DataKeys) -> Result<Standing, SealError> {
    let data = keys.open(row.key_id, &data_aad(row.tenant_id, row.id), &row.data)?;
    serde_json::from_slice(&data).map_err(|_| SealError::Broken)
}

/// What was said, as it is found again: nobody who reads the words there learns one.
pub(super) fn words(standing: &Standing, keys: &DataKeys) -> Vec<(LookupKind, Vec<u8>)> {
    let text = standing.transcript.as_ref().and_then(|transcript| transcript.text.as_deref());
    let mut words: Vec<String> =
        terms::terms(text.unwrap_or_default()).into_iter().take(MOST).map(|term| term.folded).collect();
    words.sort_unstable();
    words.dedup();
    words.iter().map(|word| (LookupKind::SpokenWord, word_of(word, keys))).collect()
}

/// One word as it is found again.
pub(super) fn word_of(folded: &str, keys: &DataKeys) -> Vec<u8> {
    keys.spoken_index(folded).as_bytes().to_vec()
}

/// The file its bytes are kept as.
pub(super) fn file_of(id: RecordingId) -> entities::AttachmentId {
    entities::AttachmentId::from_uuid(id.as_uuid())
}
