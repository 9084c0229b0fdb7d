//! What the store knows of calls. Reading disturbs no actor.

use entities::{
    CallId, ConversationId, Place, TenantId, UserId,
    call::{self, Filter},
    conversation,
    scope::SoftDeleted,
};
use sea_orm::QuerySelect;

use crate::{
    conversation::Conversation,
    journal::{Fence, answered},
    store::{Store, StoreError},
};

use super::{
    error::CallRefusal,
    messages::{CallReply, Key},
    models,
    shape::Call,
    standing::Standing,
};

/// Live calls of one tenant that are looked through for who is on the line.
const LIVE: u64 = 1_000;

/// One call, as users see it.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: CallId) -> Result<Option<Call>, StoreError> {
    Ok(load(store, (tenant, id)).await?.map(|standing| standing.shape()))
}

/// One call with all that is known of it.
///
/// # Errors
/// [`StoreError`].
pub async fn load(store: &Store, (tenant, id): Key) -> Result<Option<Standing>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { call::Entity::live_by_id(tenant, id).one(&*db).await });
    let Some(row) = row.await? else { return Ok(None) };
    Ok(Some(models::opened(&row, &*store.keys(tenant).await?)?))
}

/// The call whose contact's leg the provider calls so.
///
/// # Errors
/// [`StoreError`].
pub async fn called(
    store: &Store,
    tenant: TenantId,
    provider: &str,
    external_id: &str,
) -> Result<Option<CallId>, StoreError> {
    let (provider, external_id) = (provider.to_owned(), external_id.to_owned());
    let found = store.read(tenant, move |db| async move {
        let ids = call::Entity::called(tenant, &provider, &external_id).select_only();
        ids.column(call::Column::Id).into_tuple::<CallId>().one(&*db).await
    });
    found.await
}

/// Calls, the one that began last first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<Call>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        call::Entity::page(tenant, &filter, below, limit).all(&*db).await
    });
    let (rows, keys) = (rows.await?, store.keys(tenant).await?);
    let calls = rows.iter().map(|row| models::opened(row, &keys).map(|standing| standing.shape()));
    Ok(calls.collect::<Result<_, _>>()?)
}

/// The users who are on a call.
///
/// # Errors
/// [`StoreError`].
pub async fn on_the_line(store: &Store, tenant: TenantId) -> Result<Vec<UserId>, StoreError> {
    let live = Filter { live: Some(true), ..Filter::default() };
    let agents = store.read(tenant, move |db| async move {
        let rows = call::Entity::page(tenant, &live, None, LIVE).select_only();
        rows.column(call::Column::AgentId).into_tuple::<Option<UserId>>().all(&*db).await
    });
    Ok(agents.await?.into_iter().flatten().collect())
}

/// Is the user on a call, this one apart?
///
/// # Errors
/// [`StoreError`].
pub async fn is_on_the_line(
    store: &Store,
    tenant: TenantId,
    (user, but): (UserId, Option<CallId>),
) -> Result<bool, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let ids = call::Entity::of_agent(tenant, user).limit(2).select_only();
        ids.column(call::Column::Id).into_tuple::<CallId>().all(&*db).await
    });
    Ok(found.await?.into_iter().any(|id| Some(id) != but))
}

/// The conversation a call is told with.
pub(super) async fn conversation(
    store: &Store,
    tenant: TenantId,
    id: ConversationId,
) -> Result<Option<Conversation>, StoreError> {
    let row = store
        .read(tenant, move |db| async move { conversation::Entity::live_by_id(tenant, id).one(&*db).await });
    Ok(row.await?.map(Conversation::from))
}

/// What a request was answered that came before under this key.
pub(super) async fn answer(
    store: &Store,
    tenant: TenantId,
    fence: &Fence,
) -> Result<Option<Result<CallReply, CallRefusal>>, StoreError> {
    let stored = answered(store, tenant, fence).await?;
    Ok(stored.map(|stored| {
        if stored.request != fence.request {
            return Err(CallRefusal::IdempotencyMismatch);
        }
        let reply: CallReply = serde_json::from_str(&stored.body).map_err(|_| CallRefusal::Internal)?;
        Ok(CallReply { seq: stored.seq.unwrap_or_default(), ..reply })
    }))
}
