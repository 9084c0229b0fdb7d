//! Jobs and their attempts to test with: one with everything in it and one with as little as it may have.

use entities::job::JobStatus;
use entities::job_attempt::AttemptOutcome;
use entities::sealed::{DataKeyId, Sealed};
use entities::*;
use uuid::Uuid;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn job(tenant_id: TenantId) -> Vec<job::Model> {
    let full = job::Model {
        id: JobId::from_uuid(Uuid::now_v7()),
        tenant_id,
        kind: "wake".to_owned(),
        key: "conversation:1".to_owned(),
        seq: 7,
        run_at: at(3),
        status: JobStatus::Running,
        attempts: 2,
        forgiven: 1,
        lease_until: Some(at(9)),
        leased_by: Some(Uuid::now_v7()),
        payload: Sealed::from_bytes(vec![0, 255, 7]),
        key_id: DataKeyId::FIRST,
        contact_id: Some(ContactId::from_uuid(Uuid::now_v7())),
        last_error: Some("no answer".to_owned()),
        rev: 3,
        created_at: at(0),
        updated_at: at(1),
    };
    let bare = job::Model {
        id: JobId::from_uuid(Uuid::now_v7()),
        status: JobStatus::Blocked,
        lease_until: None,
        leased_by: None,
        contact_id: None,
        last_error: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn job_attempt(tenant_id: TenantId) -> Vec<job_attempt::Model> {
    let full = job_attempt::Model {
        tenant_id,
        job_id: JobId::from_uuid(Uuid::now_v7()),
        number: 1,
        node_id: Uuid::now_v7(),
        created_at: at(0),
        ended_at: Some(at(1)),
        outcome: Some(AttemptOutcome::Failed),
        error: Some("no answer".to_owned()),
        answer: Some(Sealed::from_bytes(vec![0, 255, 7])),
        key_id: Some(DataKeyId::FIRST),
        contact_id: Some(ContactId::from_uuid(Uuid::now_v7())),
    };
    let bare = job_attempt::Model {
        number: 2,
        ended_at: None,
        outcome: None,
        error: None,
        answer: None,
        key_id: None,
        contact_id: None,
        ..full.clone()
    };
    vec![full, bare]
}
