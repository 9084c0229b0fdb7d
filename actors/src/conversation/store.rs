//! What the store knows of conversations. Reading disturbs no actor.

use entities::{
    BoardId, ChannelId, ContactId, ConversationId, MessageId, TenantId, Timestamp, UserId, agent_turn,
    channel::ChannelType,
    conversation,
    conversation::{ConversationStatus, Filter},
    message, scheduled_message,
    scope::{SoftDeleted, Stretch, TenantScope},
    user,
    user::{Role, UserStatus},
};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use crate::{
    journal::Fence,
    store::{Store, StoreError},
};

use super::{Conversation, ConversationError, ConversationState, Message, Reply, messages::Key, scheduled};

/// The state of a conversation as it is stored.
///
/// # Errors
/// [`StoreError`].
pub async fn load(store: &Store, (tenant, id): Key) -> Result<ConversationState, StoreError> {
    let found = get(store, tenant, id).await?;
    Ok(ConversationState(found.map(Box::new)))
}

/// One conversation.
///
/// # Errors
/// [`StoreError`].
pub async fn get(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let row = store
        .read(tenant, move |db| async move { conversation::Entity::live_by_id(tenant, id).one(&*db).await });
    Ok(row.await?.map(Conversation::from))
}

/// How many conversations of each status match `filter`, each counted up to `most`: a count of everything would read
/// everything.
///
/// # Errors
/// [`StoreError`].
pub async fn counts(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    most: u64,
) -> Result<Vec<(ConversationStatus, u64)>, StoreError> {
    let counted = store.read(tenant, move |db| async move {
        let mut counts = Vec::new();
        for status in ConversationStatus::ALL {
            let filter = Filter { status: Some(*status), ..filter.clone() };
            let ids = conversation::Entity::page(tenant, &filter, None, most).select_only();
            let ids = ids.column(conversation::Column::Id).into_tuple::<ConversationId>();
            counts.push((*status, u64::try_from(ids.all(&*db).await?.len()).unwrap_or(most)));
        }
        Ok(counts)
    });
    counted.await
}

/// A stretch of a conversation's thread, in the order it was asked for; without private notes for those who may not
/// see them.
///
/// # Errors
/// [`StoreError`].
pub async fn thread(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
    (part, limit, private): (Stretch, u64, bool),
) -> Result<Vec<Message>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        let thread = message::Entity::thread(tenant, id, part, limit);
        let thread = if private { thread } else { thread.filter(message::Column::Private.eq(false)) };
        thread.all(&*db).await
    });
    Ok(rows.await?.into_iter().map(Message::from).collect())
}

/// The contact's conversation on the channel that is not resolved, or else the latest one that is.
///
/// # Errors
/// [`StoreError`].
pub async fn current(
    store: &Store,
    tenant: TenantId,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Option<Conversation>, StoreError> {
    let rows = on_channel(store, tenant, channel, contact).await?;
    let open = rows.iter().position(|row| row.status != ConversationStatus::Resolved);
    Ok(rows.into_iter().nth(open.unwrap_or_default()).map(Conversation::from))
}

/// The contact's conversations on the channel, the latest first. Asked by the contact alone, who has few, so that there is
/// one index to take and the cost stays flat however many the channel has.
pub(super) async fn on_channel(
    store: &Store,
    tenant: TenantId,
    channel: ChannelId,
    contact: ContactId,
) -> Result<Vec<conversation::Model>, StoreError> {
    const LOOKED_AT: u64 = 200;
    let filter = Filter { contact_id: Some(contact), ..Filter::default() };
    let rows = store.read(tenant, move |db| async move {
        conversation::Entity::page(tenant, &filter, None, LOOKED_AT).all(&*db).await
    });
    Ok(rows.await?.into_iter().filter(|row| row.channel_id == channel).collect())
}

/// Those that wait for an agent on a board, or on none, the longest first, each with since when.
///
/// # Errors
/// [`StoreError`].
pub async fn queue(
    store: &Store,
    tenant: TenantId,
    board: Option<BoardId>,
    limit: u64,
) -> Result<Vec<(ConversationId, Timestamp)>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        let rows = conversation::Entity::queue(tenant, board, limit).select_only();
        let rows = rows.column(conversation::Column::Id).column(conversation::Column::QueuedAt);
        rows.into_tuple::<(ConversationId, Timestamp)>().all(&*db).await
    });
    rows.await
}

/// How many conversations a user has in hand, open or pending, counted up to `most`.
///
/// # Errors
/// [`StoreError`].
pub async fn in_hand(store: &Store, tenant: TenantId, user: UserId, most: u64) -> Result<u64, StoreError> {
    let ids = store.read(tenant, move |db| async move {
        let ids = conversation::Entity::in_hand(tenant, user, most).select_only();
        ids.column(conversation::Column::Id).into_tuple::<ConversationId>().all(&*db).await
    });
    Ok(u64::try_from(ids.await?.len()).unwrap_or(most))
}

/// What each of these users has in hand; who has nothing is left out.
///
/// # Errors
/// [`StoreError`].
pub async fn loads(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
) -> Result<Vec<(UserId, i64)>, StoreError> {
    let counted = store.read(tenant, move |db| async move {
        conversation::Entity::loads(tenant, users).into_tuple::<(UserId, i64)>().all(&*db).await
    });
    counted.await
}

/// When these users were last given a conversation; who never was is left out.
///
/// # Errors
/// [`StoreError`].
pub async fn turns(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
) -> Result<Vec<agent_turn::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        agent_turn::Entity::of_users(tenant, users).all(&*db).await
    };
    store.read(tenant, find).await
}

/// One message, with the conversation it is in: one that was said, or waits for its time.
///
/// # Errors
/// [`StoreError`].
pub async fn message(store: &Store, tenant: TenantId, id: MessageId) -> Result<Option<Message>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        if let Some(row) = message::Entity::by_id(tenant, id).one(&*db).await? {
            return Ok(Some(Message::from(row)));
        }
        let waiting = scheduled_message::Entity::live_by_id(tenant, id).one(&*db).await?;
        Ok(waiting.map(Message::from))
    });
    found.await
}

/// A message that is to be carried, with what the provider calls it and whether it was taken back meanwhile.
///
/// # Errors
/// [`StoreError`].
pub async fn carried(
    store: &Store,
    tenant: TenantId,
    id: MessageId,
) -> Result<Option<message::Model>, StoreError> {
    store.read(tenant, move |db| async move { message::Entity::by_id(tenant, id).one(&*db).await }).await
}

/// The message a provider calls so.
///
/// # Errors
/// [`StoreError`].
pub async fn called(
    store: &Store,
    tenant: TenantId,
    channel: ChannelType,
    external_id: String,
) -> Result<Option<message::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        message::Entity::called(tenant, channel, vec![external_id]).one(&*db).await
    };
    store.read(tenant, find).await
}

/// What waits in a conversation for its time, the next first, and what failed at it.
pub(super) async fn waiting(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Vec<scheduled_message::Model>, StoreError> {
    let most = u64::try_from(scheduled::MOST).unwrap_or(u64::MAX);
    let find = move |db: crate::store::Reader| async move {
        scheduled_message::Entity::waiting(tenant, id, most).all(&*db).await
    };
    store.read(tenant, find).await
}

/// The same, as agents see it.
///
/// # Errors
/// [`StoreError`].
pub async fn scheduled(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Vec<Message>, StoreError> {
    Ok(waiting(store, tenant, id).await?.into_iter().map(Message::from).collect())
}

/// Of these names of a provider, those that stand for messages of ours.
///
/// # Errors
/// [`StoreError`].
pub async fn claimed(
    store: &Store,
    tenant: TenantId,
    channel: ChannelType,
    external_ids: Vec<String>,
) -> Result<Vec<String>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        message::Entity::called(tenant, channel, external_ids).all(&*db).await
    });
    Ok(rows.await?.into_iter().filter_map(|row| row.external_id).collect())
}

/// Of `users`, those who are active and may see what stands on `board`.
pub(crate) async fn able(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
    board: Option<BoardId>,
) -> Result<Vec<UserId>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        user::Entity::live_keyed(tenant, user::Column::Id, users).all(&*db).await
    };
    let able = |user: &user::Model| {
        let everywhere = matches!(user.role, Role::Owner | Role::Admin);
        let sees = match (&user.boards, board) {
            (Some(own), Some(board)) => own.contains(&board),
            _ => true,
        };
        user.status == UserStatus::Active && (everywhere || sees)
    };
    Ok(store.read(tenant, find).await?.iter().filter(|user| able(user)).map(|user| user.id).collect())
}

/// The answer an earlier request got under this key.
pub(super) async fn answer(
    store: &Store,
    tenant: TenantId,
    fence: &Fence,
) -> Result<Option<Result<Reply, ConversationError>>, StoreError> {
    let stored = crate::journal::answered(store, tenant, fence).await?;
    Ok(stored.map(|stored| {
        if stored.request != fence.request {
            return Err(ConversationError::IdempotencyMismatch);
        }
        let mut reply: Reply = serde_json::from_str(&stored.body).map_err(|_| ConversationError::Internal)?;
        reply.seq = stored.seq.unwrap_or_default();
        reply.name_seq(reply.seq);
        Ok(reply)
    }))
}
