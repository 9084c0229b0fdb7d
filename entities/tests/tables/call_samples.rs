//! Calls and recordings, to test with.

use entities::call::CallState;
use entities::message::Direction;
use entities::recording::{RecordingKind, RecordingStatus, TranscriptStatus};
use entities::sealed::{DataKeyId, Sealed};
use entities::*;
use uuid::Uuid;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn call(tenant_id: TenantId) -> Vec<call::Model> {
    let full = full(tenant_id);
    let bare = call::Model {
        id: CallId::from_uuid(Uuid::now_v7()),
        board_id: None,
        direction: Direction::Outbound,
        state: CallState::Queued,
        external_id: None,
        agent_id: None,
        taken_by: None,
        answered_at: None,
        ended_at: None,
        duration_s: None,
        dropped: false,
        error_code: None,
        disposition: None,
        created_by: None,
        updated_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}

fn full(tenant_id: TenantId) -> call::Model {
    call::Model {
        id: CallId::from_uuid(Uuid::now_v7()),
        tenant_id,
        channel_id: ChannelId::from_uuid(Uuid::now_v7()),
        conversation_id: ConversationId::from_uuid(Uuid::now_v7()),
        contact_id: ContactId::from_uuid(Uuid::now_v7()),
        board_id: Some(BoardId::from_uuid(Uuid::now_v7())),
        direction: Direction::Inbound,
        state: CallState::Failed,
        provider: "carrier".to_owned(),
        external_id: Some("CA1".to_owned()),
        agent_id: Some(UserId::from_uuid(Uuid::now_v7())),
        taken_by: Some(UserId::from_uuid(Uuid::now_v7())),
        number_index: None,
        started_at: at(0),
        answered_at: Some(at(5)),
        ended_at: Some(at(9)),
        duration_s: Some(4),
        missed: false,
        dropped: true,
        error_code: Some("32005".to_owned()),
        disposition: Some("später 👋".to_owned()),
        key_id: DataKeyId::FIRST,
        data: Sealed::from_bytes(vec![0, 255, 7]),
        rev: 7,
        created_at: at(0),
        updated_at: at(9),
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(10)),
    }
}

pub(crate) fn recording(tenant_id: TenantId) -> Vec<recording::Model> {
    let full = recording::Model {
        id: RecordingId::from_uuid(Uuid::now_v7()),
        tenant_id,
        call_id: CallId::from_uuid(Uuid::now_v7()),
        conversation_id: ConversationId::from_uuid(Uuid::now_v7()),
        contact_id: ContactId::from_uuid(Uuid::now_v7()),
        channel_id: ChannelId::from_uuid(Uuid::now_v7()),
        board_id: Some(BoardId::from_uuid(Uuid::now_v7())),
        agent_id: Some(UserId::from_uuid(Uuid::now_v7())),
        kind: RecordingKind::Voicemail,
        status: RecordingStatus::Completed,
        provider: "carrier".to_owned(),
        external_id: "RE1".to_owned(),
        started_at: at(0),
        duration_s: Some(12),
        transcript_status: Some(TranscriptStatus::Failed),
        expires_at: Some(at(99)),
        key_id: DataKeyId::FIRST,
        data: Sealed::from_bytes(vec![0, 255, 7]),
        rev: 7,
        created_at: at(0),
        updated_at: at(9),
        created_by: Some(Principal::System),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(10)),
    };
    let bare = recording::Model {
        id: RecordingId::from_uuid(Uuid::now_v7()),
        board_id: None,
        agent_id: None,
        kind: RecordingKind::Call,
        status: RecordingStatus::Pending,
        external_id: "RE2".to_owned(),
        duration_s: None,
        transcript_status: None,
        expires_at: None,
        created_by: None,
        updated_by: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}
