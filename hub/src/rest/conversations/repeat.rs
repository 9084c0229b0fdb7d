//! A conversation that is started again under the same key: what was answered the first time.

use actors::conversation::{Opened, Reply, store};
use actors::journal::{self, Fence};
use entities::TenantId;

use crate::error::{ApiError, Code};
use crate::hub::Hub;

/// The answer of then. The room would find the conversation open and say more into it, or nothing.
///
/// # Errors
/// IDEMPOTENCY_MISMATCH when the key was used for another request; UNAVAILABLE.
pub(super) async fn earlier(
    hub: &Hub,
    tenant: TenantId,
    fence: Option<&Fence>,
) -> Result<Option<Opened>, ApiError> {
    let store = hub.ports.store();
    let Some(fence) = fence else { return Ok(None) };
    let Some(stored) = journal::answered(store, tenant, fence).await? else { return Ok(None) };
    if stored.request != fence.request {
        return Err(Code::IdempotencyMismatch.into());
    }
    let Reply { conversation, mut message, .. } =
        serde_json::from_str(&stored.body).map_err(ApiError::internal)?;
    let created = conversation.is_some();
    let mut conversation = conversation.map(|it| *it);
    if let Some(message) = &mut message {
        // The answer was stored before anybody knew the message's seq.
        message.seq = store::message(store, tenant, message.id).await?.and_then(|row| row.seq);
        if conversation.is_none() {
            conversation = store::get(store, tenant, message.conversation_id).await?;
        }
    }
    let conversation = conversation.ok_or(Code::NotFound)?;
    let seq = stored.seq.unwrap_or_default();
    Ok(Some(Opened { conversation, message: message.map(|it| *it), seq, created }))
}
