//! What the store knows of marks.

use std::collections::HashMap;

use entities::{ConversationId, TenantId, UserId, read_mark};

use crate::{
    conversation::Conversation,
    store::{Store, StoreError},
};

use super::Seen;

/// The conversations as `user` sees them, in their order; one query for all.
///
/// # Errors
/// [`StoreError`].
pub async fn seen_by(
    store: &Store,
    (tenant, user): (TenantId, UserId),
    conversations: Vec<Conversation>,
) -> Result<Vec<Seen>, StoreError> {
    let ids: Vec<ConversationId> = conversations.iter().map(|conversation| conversation.id).collect();
    let marks = marks(store, (tenant, user), ids).await?;
    let seen = |conversation: Conversation| {
        let mark = marks.get(&conversation.id);
        Seen::with(conversation, mark)
    };
    Ok(conversations.into_iter().map(seen).collect())
}

/// The marks of `user` in these conversations.
pub(super) async fn marks(
    store: &Store,
    (tenant, user): (TenantId, UserId),
    conversations: Vec<ConversationId>,
) -> Result<HashMap<ConversationId, read_mark::Model>, StoreError> {
    if conversations.is_empty() {
        return Ok(HashMap::new());
    }
    let find = move |db: crate::store::Reader| async move {
        read_mark::Entity::of_user(tenant, user, conversations).all(&*db).await
    };
    Ok(store.read(tenant, find).await?.into_iter().map(|mark| (mark.conversation_id, mark)).collect())
}
