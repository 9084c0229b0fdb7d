//! What the store knows of jobs.

use entities::{
    JobId, TenantId, Timestamp,
    job::{self, Filter},
    job_attempt,
    scope::TenantScope,
};

use crate::store::{Store, StoreError};

use super::{Attempt, Job};

/// Attempts that are shown of one job, the newest.
const ATTEMPTS: u64 = 200;

/// One job.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: JobId) -> Result<Option<Job>, StoreError> {
    Ok(load(store, tenant, id).await?.map(Job::from))
}

/// Jobs, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    below: Option<JobId>,
    limit: u64,
) -> Result<Vec<Job>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        job::Entity::page(tenant, &filter, below, limit).all(&*db).await
    });
    Ok(rows.await?.into_iter().map(Job::from).collect())
}

/// The newest attempts at a job, the last first; `None` when there is no such job.
///
/// # Errors
/// [`StoreError`].
pub async fn attempts(
    store: &Store,
    tenant: TenantId,
    id: JobId,
) -> Result<Option<Vec<Attempt>>, StoreError> {
    let read = store.read(tenant, move |db| async move {
        if job::Entity::by_id(tenant, id).one(&*db).await?.is_none() {
            return Ok(None);
        }
        job_attempt::Entity::of_job(tenant, id, ATTEMPTS).all(&*db).await.map(Some)
    });
    Ok(read.await?.map(|rows| rows.into_iter().map(Attempt::from).collect()))
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: JobId,
) -> Result<Option<job::Model>, StoreError> {
    store.read(tenant, move |db| async move { job::Entity::by_id(tenant, id).one(&*db).await }).await
}

/// The attempts somebody made last, the last first.
pub(super) async fn last_attempts(
    store: &Store,
    tenant: TenantId,
    (id, limit): (JobId, u64),
) -> Result<Vec<job_attempt::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        job_attempt::Entity::of_job(tenant, id, limit).all(&*db).await
    };
    store.read(tenant, find).await
}

/// What comes next in each of the three queues, over all tenants.
#[derive(Clone, Debug, Default)]
pub(super) struct Outlook {
    /// Whose time comes, the next first.
    pub(super) scheduled: Vec<job::Model>,
    /// When the first head is due.
    pub(super) ready_at: Option<Timestamp>,
    /// Whose lease ends, the next first.
    pub(super) leased: Vec<job::Model>,
}

impl Outlook {
    /// Nothing is owed at all.
    pub(super) fn is_empty(&self) -> bool {
        self.scheduled.is_empty() && self.ready_at.is_none() && self.leased.is_empty()
    }
}

/// Looks ahead, at most `limit` jobs in each direction.
pub(super) async fn outlook(
    store: &Store,
    kinds: Vec<&'static str>,
    limit: u64,
) -> Result<Outlook, StoreError> {
    store
        .read_across_tenants(move |db| async move {
            let ready = job::Entity::ready_across_tenants(&kinds, 1).one(&db).await?;
            Ok(Outlook {
                scheduled: job::Entity::scheduled_across_tenants(&kinds, limit).all(&db).await?,
                ready_at: ready.map(|job| job.run_at),
                leased: job::Entity::running_across_tenants(&kinds, limit).all(&db).await?,
            })
        })
        .await
}
