//! The inbox: which conversations to list, and in which order.

use entities::{
    ContactId, ConversationId, Place, TenantId, conversation,
    conversation::{Column, Filter},
    lookup::{LookupKind, Wanted},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    lookup::{self, Listed, Way},
    store::{Store, StoreError},
};

use super::Conversation;

/// Conversations of the contacts a question found: more than enough, because a contact has one or two on a channel.
const OF_CONTACTS: u64 = 2_000;

/// Which conversations to list.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    pub filter: Filter,
    /// One of its labels, as it is written.
    pub label: Option<String>,
    /// Only those of these contacts.
    pub contacts: Option<Vec<ContactId>>,
}

/// Conversations by activity, newest first, below `below`; and where to go on when there may be more. A page that goes
/// on may be short.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    inbox: Inbox,
    (below, limit): (Option<Place>, usize),
) -> Result<(Vec<Conversation>, Option<Place>), StoreError> {
    let found = store.read(tenant, move |db| async move {
        let way = way(&*db, tenant, &inbox).await?;
        if way.is_none() && inbox.filter.unread_by.is_none() {
            let and_one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            let rows = conversation::Entity::page(tenant, &inbox.filter, below, and_one_more);
            return Ok(lookup::and_next(rows.all(&*db).await?, limit, place));
        }
        let part = (below, limit);
        let page = match way {
            Some(way) => lookup::page(&*db, tenant, (listed(tenant, &inbox.filter), &[way]), part).await?,
            None => lookup::walk(&*db, tenant, (listed(tenant, &inbox.filter), &[]), part).await?,
        };
        let these = page.found.iter().copied().map(ConversationId::from_uuid);
        let rows = conversation::Entity::these(tenant, these, None).all(&*db).await?;
        Ok((lookup::in_order(rows, &page.found, |row| row.id.as_uuid()), page.next))
    });
    let (rows, next) = found.await?;
    Ok((rows.into_iter().map(Conversation::from).collect(), next))
}

/// How many conversations match a filter that asks for unread ones, counted up to `most`, among those not resolved that were
/// active last: as many as a walk looks at.
///
/// # Errors
/// [`StoreError`].
pub async fn count_unread(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    most: u64,
) -> Result<u64, StoreError> {
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    let counted = store.read(tenant, move |db| async move {
        lookup::walk(&*db, tenant, (listed(tenant, &filter), &[]), (None, limit)).await
    });
    Ok(u64::try_from(counted.await?.found.len()).unwrap_or(most))
}

/// What is unread is looked for among what is not resolved, whoever asks; the rest among everything.
fn listed(tenant: TenantId, filter: &Filter) -> Listed<conversation::Entity> {
    let unresolved = filter.unread_by.is_some();
    let all = Filter { unresolved, ..Filter::default() };
    Listed {
        all: conversation::Entity::listed(tenant, &all),
        asked: filter.condition(),
        at: Column::ActivityAt,
        id: Column::Id,
    }
}

/// What leads to the conversations; `None` when nothing but the filter does.
async fn way<C: ConnectionTrait>(db: &C, tenant: TenantId, inbox: &Inbox) -> Result<Option<Way>, DbErr> {
    let label = |label: &String| Wanted::whole(LookupKind::ConversationLabel, label.as_bytes());
    let words: Vec<Wanted> = inbox.label.iter().map(label).collect();
    let these = match &inbox.contacts {
        Some(contacts) => Some(of_contacts(db, tenant, contacts).await?),
        None if words.is_empty() => return Ok(None),
        None => None,
    };
    Ok(Some(Way { these, words }))
}

async fn of_contacts<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    contacts: &[ContactId],
) -> Result<Vec<Uuid>, DbErr> {
    let rows = conversation::Entity::listed(tenant, &Filter::default())
        .filter(Column::ContactId.is_in(contacts.iter().copied()))
        .limit(OF_CONTACTS);
    rows.select_only().column(Column::Id).into_tuple().all(db).await
}

fn place(row: &conversation::Model) -> Place {
    Place { at: row.activity_at, id: row.id.as_uuid() }
}
