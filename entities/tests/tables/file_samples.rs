//! Files to test with: one that hangs on a message and one that hangs on nothing.

use entities::message::AttachmentState;
use entities::*;
use uuid::Uuid;

pub(crate) fn attachment(tenant_id: TenantId) -> Vec<attachment::Model> {
    let at = |micros: i64| Timestamp::from_micros(1_700_000_000_000_000 + micros);
    let full = attachment::Model {
        id: AttachmentId::from_uuid(Uuid::now_v7()),
        tenant_id,
        name: "Grüße.png".to_owned(),
        content_type: "image/png".to_owned(),
        size: 26_214_400,
        width: Some(640),
        height: Some(480),
        state: AttachmentState::Scanning,
        reason: Some("It was not found clean".to_owned()),
        message_id: Some(MessageId::from_uuid(Uuid::now_v7())),
        expires_at: Some(at(9)),
        rev: 2,
        created_at: at(0),
        updated_at: at(1),
        created_by: Some(Principal::Contact(ContactId::from_uuid(Uuid::now_v7()))),
        updated_by: Some(Principal::System),
        deleted_at: Some(at(8)),
    };
    let bare = attachment::Model {
        id: AttachmentId::from_uuid(Uuid::now_v7()),
        width: None,
        height: None,
        reason: None,
        message_id: None,
        expires_at: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}
