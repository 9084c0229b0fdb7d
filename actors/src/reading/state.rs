//! Where a mark goes. Pure.

use entities::{TenantId, Timestamp, UserId, message, read_mark};

/// The mark after reading up to and with `message`; `None` when it stands there or further already.
pub(super) fn decide_read(
    before: Option<read_mark::Model>,
    message: &message::Model,
    (tenant, user): (TenantId, UserId),
    now: Timestamp,
) -> Option<read_mark::Model> {
    if before.as_ref().is_some_and(|mark| mark.seq >= message.seq) {
        return None;
    }
    Some(read_mark::Model {
        tenant_id: tenant,
        conversation_id: message.conversation_id,
        user_id: user,
        message_id: message.id,
        seq: message.seq,
        inbound_count: message.inbound_count,
        rev: before.map_or(1, |mark| mark.rev + 1),
        read_at: now,
    })
}
