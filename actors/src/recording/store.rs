//! What the store knows of recordings.

use entities::{
    AttachmentId, Place, RecordingId, TenantId, Timestamp, attachment,
    lookup::{LookupKind, Wanted},
    recording::{self, Column, Filter},
    scope::{SoftDeleted, newest_first},
};
use sea_orm::QueryFilter;

use crate::{
    lookup::{self, Listed, Way},
    search::Words,
    settings,
    store::{Store, StoreError},
};

use super::{Policy, models, shape::Recording, standing::Standing};

/// Which recordings to list.
#[derive(Clone, Debug)]
pub struct Listing {
    pub filter: Filter,
    /// Words that were said on them, all of them whole.
    pub said: Option<Words>,
}

/// One recording with all that is known of it.
///
/// # Errors
/// [`StoreError`].
pub async fn load(store: &Store, tenant: TenantId, id: RecordingId) -> Result<Option<Standing>, StoreError> {
    let row = store
        .read(tenant, move |db| async move { recording::Entity::live_by_id(tenant, id).one(&*db).await });
    opened(store, tenant, row.await?).await
}

/// What the tenant wants done with what was recorded.
///
/// # Errors
/// [`StoreError`].
pub async fn policy(store: &Store, tenant: TenantId) -> Result<Policy, StoreError> {
    let settings = settings::store::get(store, tenant).await?;
    Ok(Policy::stored(settings.and_then(|settings| settings.chosen.recordings).as_ref()))
}

/// The recording the provider calls so, even when it was deleted.
pub(super) async fn called(
    store: &Store,
    tenant: TenantId,
    (provider, external_id): (&str, &str),
) -> Result<Option<Standing>, StoreError> {
    let (provider, external_id) = (provider.to_owned(), external_id.to_owned());
    let row = store.read(tenant, move |db| async move {
        recording::Entity::called(tenant, &provider, &external_id).one(&*db).await
    });
    opened(store, tenant, row.await?).await
}

/// Recordings, the one that began last first, below `below`; and where to go on. With words that were said on many, a page
/// may be short.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    listing: Listing,
    (below, limit): (Option<Place>, usize),
) -> Result<(Vec<Recording>, Option<Place>), StoreError> {
    let keys = store.keys(tenant).await?;
    let said = listing.said.iter().flat_map(Words::each);
    let words: Vec<Wanted> =
        said.map(|(word, _)| Wanted::whole(LookupKind::SpokenWord, models::word_of(word, &keys))).collect();
    let filter = listing.filter;
    let found = store.read(tenant, move |db| async move {
        let listed = Listed {
            all: recording::Entity::around(tenant, &filter),
            asked: filter.condition(),
            at: Column::StartedAt,
            id: Column::Id,
        };
        if words.is_empty() && filter.visible_boards.is_none() {
            let rows = listed.all.filter(listed.asked);
            let and_one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
            let rows = newest_first(rows, (listed.at, listed.id), below, and_one_more).all(&*db).await?;
            return Ok(lookup::and_next(rows, limit, place));
        }
        let page = match words.is_empty() {
            true => lookup::walk(&*db, tenant, (listed, &[]), (below, limit)).await?,
            false => {
                let way = Way { these: None, words };
                lookup::page(&*db, tenant, (listed, &[way]), (below, limit)).await?
            }
        };
        let ids: Vec<RecordingId> = page.found.iter().copied().map(RecordingId::from_uuid).collect();
        let rows = recording::Entity::live_keyed(tenant, Column::Id, ids).all(&*db).await?;
        Ok((lookup::in_order(rows, &page.found, |row| row.id.as_uuid()), page.next))
    });
    let (rows, next) = found.await?;
    let shapes = rows.iter().map(|row| models::opened(row, &keys).map(|standing| standing.shape()));
    Ok((shapes.collect::<Result<_, _>>()?, next))
}

fn place(row: &recording::Model) -> Place {
    Place { at: row.started_at, id: row.id.as_uuid() }
}

/// The first recordings whose time was over at `before`: whoever removes them serves all tenants.
pub(super) async fn over_across_tenants(
    store: &Store,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<(TenantId, RecordingId)>, StoreError> {
    let rows = store.read_across_tenants(move |db| async move {
        recording::Entity::over_across_tenants(before, limit).all(&db).await
    });
    Ok(rows.await?.into_iter().map(|row| (row.tenant_id, row.id)).collect())
}

/// The file of a recording, when it has one.
pub(super) async fn file(
    store: &Store,
    tenant: TenantId,
    id: RecordingId,
) -> Result<Option<attachment::Model>, StoreError> {
    let id: AttachmentId = models::file_of(id);
    store
        .read(tenant, move |db| async move { attachment::Entity::live_by_id(tenant, id).one(&*db).await })
        .await
}

async fn opened(
    store: &Store,
    tenant: TenantId,
    row: Option<recording::Model>,
) -> Result<Option<Standing>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    Ok(Some(models::opened(&row, &*store.keys(tenant).await?)?))
}
