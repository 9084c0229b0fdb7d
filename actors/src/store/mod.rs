//! The database: who may write, who may read, and how a read reaches the io runtime.

mod keyring;
mod line;
mod open;
mod readers;
mod relay;

use std::{future::Future, sync::Arc, time::Duration};

use entities::{
    TenantId,
    sealed::{DataKeys, MasterKey},
};
use sea_orm::{DatabaseConnection, DbErr};
use tokio::time::timeout;

use crate::supervision::IoHandle;

use keyring::Keyring;
pub(crate) use line::Line;
pub use open::{SILENCE, StoreOptions};
pub use readers::Reader;
use readers::Readers;
use relay::Relay;

/// How long anybody waits for a read. The database ends a slow statement by itself; a line that went silent it cannot.
const READ_DEADLINE: Duration = Duration::from_secs(12);

/// The database did not answer, or answered with what cannot be read. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database does not answer: {0}")]
    Database(#[from] DbErr),
    #[error("a sealed value does not open: {0}")]
    Sealed(#[from] entities::sealed::SealError),
    #[error("too many reads wait")]
    Busy,
    #[error("the hub is stopping")]
    Stopping,
}

/// The door to the database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    io: IoHandle,
    writers: Vec<Arc<Line>>,
    readers: Arc<Readers>,
    /// Reads that belong to no tenant yet: signing in, finding the tenant of a public key.
    across: Arc<Line>,
    _relay: Option<Relay>,
    keyring: Keyring,
}

impl Store {
    /// Opens a migrated database.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(io: IoHandle, options: StoreOptions, master: MasterKey) -> Result<Self, DbErr> {
        let opened = io.run(open::open(options)).await;
        let opened = opened.unwrap_or_else(|| Err(DbErr::Custom("the io runtime is stopping".into())))?;
        let inner = Inner {
            io,
            writers: opened.writers,
            readers: Arc::new(Readers::new(opened.readers)),
            across: opened.across,
            _relay: opened.relay,
            keyring: Keyring::new(master),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads about one tenant, on the io runtime. On PostgreSQL row-level security holds the reader to that tenant
    /// whatever it asks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read<T, Fut>(
        &self,
        tenant: TenantId,
        question: impl FnOnce(Reader) -> Fut + Send + 'static,
    ) -> Result<T, StoreError>
    where
        Fut: Future<Output = Result<T, DbErr>> + Send,
        T: Send + 'static,
    {
        let readers = self.inner.readers.clone();
        let answer = self.inner.io.run(async move {
            let reader = readers.check_out(tenant).await?;
            let line = reader.line().clone();
            Ok(line.hear(question(reader)).await?)
        });
        timeout(READ_DEADLINE, answer).await.map_err(|_| line::silent())?.ok_or(StoreError::Stopping)?
    }

    /// Reads that start from no tenant. Every use of this is a finder with `across_tenants` in its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read_across_tenants<T, Fut>(
        &self,
        question: impl FnOnce(DatabaseConnection) -> Fut + Send + 'static,
    ) -> Result<T, StoreError>
    where
        Fut: Future<Output = Result<T, DbErr>> + Send,
        T: Send + 'static,
    {
        let line = self.inner.across.clone();
        let answer = self.inner.io.run(async move { line.hear(question(line.connection())).await });
        Ok(timeout(READ_DEADLINE, answer)
            .await
            .map_err(|_| line::silent())?
            .ok_or(StoreError::Stopping)??)
    }

    /// The data keys of a tenant.
    ///
    /// # Errors
    /// [`StoreError`]; also when the tenant has none.
    pub async fn keys(&self, tenant: TenantId) -> Result<Arc<DataKeys>, StoreError> {
        self.inner.keyring.of(tenant, self).await
    }

    /// A first data key for a tenant that is being made: known here at once, stored by the caller's commit.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn found(
        &self,
        tenant: TenantId,
        at: entities::Timestamp,
    ) -> Result<entities::tenant_key::Model, StoreError> {
        self.inner.keyring.found(tenant, at)
    }

    /// The runtime that owns the connections.
    #[must_use]
    pub fn io(&self) -> &IoHandle {
        &self.inner.io
    }

    /// Writes beside the batches of the journal, on the io runtime.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn write_aside<T, Fut>(
        &self,
        work: impl FnOnce(DatabaseConnection) -> Fut + Send + 'static,
    ) -> Result<T, StoreError>
    where
        Fut: Future<Output = Result<T, DbErr>> + Send,
        T: Send + 'static,
    {
        let line = self.inner.writers.last().cloned().ok_or(StoreError::Stopping)?;
        let done = self.inner.io.run(async move { line.hear(work(line.connection())).await });
        Ok(done.await.ok_or(StoreError::Stopping)??)
    }

    pub(crate) fn writers(&self) -> &[Arc<Line>] {
        &self.inner.writers
    }
}
