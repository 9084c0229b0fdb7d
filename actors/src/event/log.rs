//! Reading the log.

use entities::{
    ContactId, ConversationId, TenantId, UserId, event, log,
    scope::{Stretch, TenantScope},
    sealed::DataKeys,
};
use sea_orm::DbErr;

use crate::{
    store::{Reader, Store, StoreError},
    topic::Topic,
};

use super::{EventType, Head, Recorded};

/// Where a log begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The newest seq; 0 before the first event.
    pub last_seq: i64,
    /// Events up to and with this one are gone.
    pub trimmed_seq: i64,
    pub incarnation: entities::LogIncarnation,
}

/// Where the log of `tenant` begins and ends now.
///
/// # Errors
/// [`StoreError`]; `None` when there is no such tenant.
pub async fn extent(store: &Store, tenant: TenantId) -> Result<Option<Extent>, StoreError> {
    let row = store.read(tenant, move |db| async move { log::Entity::of(tenant).one(&*db).await });
    Ok(row.await?.map(|row| Extent {
        last_seq: row.last_seq,
        trimmed_seq: row.trimmed_seq,
        incarnation: row.incarnation,
    }))
}

/// At most `limit` events after `seq`, in order.
///
/// # Errors
/// [`StoreError`].
pub async fn after(
    store: &Store,
    tenant: TenantId,
    seq: i64,
    limit: u64,
) -> Result<Vec<Recorded>, StoreError> {
    let keys = store.keys(tenant).await?;
    let rows = store.read(tenant, move |db| async move {
        event::Entity::stretch(tenant, Stretch::After(seq), limit).all(&*db).await
    });
    rows.await?.into_iter().map(|row| open(row, &keys)).collect()
}

/// A stretch of what travels on one topic, or of the whole log where the topic has no index of its own: then the
/// caller filters.
///
/// # Errors
/// [`StoreError`].
pub async fn of_topic(
    store: &Store,
    tenant: TenantId,
    topic: Topic,
    part: Stretch,
    limit: u64,
) -> Result<Vec<Recorded>, StoreError> {
    let keys = store.keys(tenant).await?;
    let rows = store.read(tenant, move |db| async move {
        match topic {
            Topic::Conversation(id) => of_conversation(&db, (tenant, id), part, limit).await,
            Topic::Call(id) => event::Entity::of_topic(tenant, id.as_uuid(), part, limit).all(&*db).await,
            Topic::User(id) => of_user(&db, (tenant, id), part, limit).await,
            Topic::Contact(id) => event::Entity::of_contact(tenant, id, part, limit).all(&*db).await,
            _ => event::Entity::stretch(tenant, part, limit).all(&*db).await,
        }
    });
    rows.await?.into_iter().map(|row| open(row, &keys)).collect()
}

/// A stretch of what concerns any of these contacts, newest first or as `part` has it.
///
/// # Errors
/// [`StoreError`].
pub async fn of_contacts(
    store: &Store,
    tenant: TenantId,
    contacts: &[ContactId],
    part: Stretch,
    limit: u64,
) -> Result<Vec<Recorded>, StoreError> {
    let mut all = Vec::new();
    for contact in contacts {
        all.extend(of_topic(store, tenant, Topic::Contact(*contact), part, limit).await?);
    }
    match part {
        Stretch::Last | Stretch::Before(_) => all.sort_unstable_by_key(|event| std::cmp::Reverse(event.seq)),
        Stretch::After(_) => all.sort_unstable_by_key(|event| event.seq),
    }
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// What is about the conversation, and the calls that stand in it.
async fn of_conversation(
    db: &Reader,
    (tenant, id): (TenantId, ConversationId),
    part: Stretch,
    limit: u64,
) -> Result<Vec<event::Model>, DbErr> {
    let known = known_to(db, tenant, part).await?;
    let own = event::Entity::of_topic(tenant, id.as_uuid(), part, limit).all(&**db).await?;
    let calls = event::Entity::of_calls_in(tenant, id, part, limit).all(&**db).await?;
    Ok(together([own, calls], known, part, limit))
}

/// What concerns the user and what was taken from him.
async fn of_user(
    db: &Reader,
    (tenant, user): (TenantId, UserId),
    part: Stretch,
    limit: u64,
) -> Result<Vec<event::Model>, DbErr> {
    let known = known_to(db, tenant, part).await?;
    let own = event::Entity::of_user(tenant, user, part, limit).all(&**db).await?;
    let left = event::Entity::left_by_user(tenant, user, part, limit).all(&**db).await?;
    Ok(together([own, left], known, part, limit))
}

/// How far two questions can be answered alike, the one after the other. Who reads on from the last event he got would miss what was
/// written between them.
async fn known_to(db: &Reader, tenant: TenantId, part: Stretch) -> Result<i64, DbErr> {
    match part {
        Stretch::Before(_) => Ok(i64::MAX),
        Stretch::Last | Stretch::After(_) => {
            Ok(log::Entity::of(tenant).one(&**db).await?.map_or(0, |log| log.last_seq))
        }
    }
}

/// Stretches, each out of its own index, as one in the order of `part`.
fn together(
    stretches: [Vec<event::Model>; 2],
    known_to: i64,
    part: Stretch,
    limit: u64,
) -> Vec<event::Model> {
    let mut rows: Vec<_> = stretches.into_iter().flatten().filter(|row| row.seq <= known_to).collect();
    rows.sort_unstable_by_key(|row| match part {
        Stretch::After(_) => row.seq,
        Stretch::Last | Stretch::Before(_) => -row.seq,
    });
    rows.dedup_by_key(|row| row.seq);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    rows
}

fn open(row: event::Model, keys: &DataKeys) -> Result<Recorded, StoreError> {
    let data = keys.open(row.key_id, &event::aad(row.tenant_id, row.id), &row.data)?;
    let data = String::from_utf8(data).map_err(|_| entities::sealed::SealError::Broken)?;
    let Ok(kind) = row.event_type.parse::<EventType>();
    let actor = entities::Principal::of(row.actor_kind, row.actor_id).unwrap_or(entities::Principal::System);
    let head = Head {
        id: row.id,
        kind,
        topic_kind: row.topic_kind,
        topic_id: row.topic_id,
        contact_id: row.contact_id,
        conversation_id: row.conversation_id,
        board_id: row.board_id,
        left_board_id: row.left_board_id,
        audience: row.audience,
        user_id: row.user_id,
        left_user_id: row.left_user_id,
        actor,
        client_id: row.client_id.map(Into::into),
        at: row.at,
    };
    Ok(Recorded { seq: row.seq, head, data: data.into() })
}
