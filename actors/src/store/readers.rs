//! Reading connections, each held to one tenant while it is out.

use std::{ops::Deref, sync::Arc, time::Duration};

use entities::TenantId;
use parking_lot::Mutex;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::StoreError;

/// How long a read waits for a connection before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// The readers of a store. SQLite has one pool for all; PostgreSQL one connection each, so that the tenant set at
/// check-out holds for every statement until the connection comes back.
pub(super) struct Readers {
    idle: Mutex<Vec<DatabaseConnection>>,
    /// As many as are idle.
    free: Arc<Semaphore>,
    /// SQLite: its own pool makes callers wait.
    shared: Option<DatabaseConnection>,
}

/// A connection that reads for one tenant, given back when dropped.
pub struct Reader {
    connection: DatabaseConnection,
    home: Option<(Arc<Readers>, OwnedSemaphorePermit)>,
}

impl Readers {
    pub(super) fn new(connections: Vec<DatabaseConnection>) -> Self {
        let sqlite =
            connections.first().is_some_and(|first| first.get_database_backend() == DbBackend::Sqlite);
        let shared = connections.first().filter(|_| sqlite).cloned();
        let free = Arc::new(Semaphore::new(connections.len()));
        Self { idle: Mutex::new(connections), free, shared }
    }

    pub(super) async fn check_out(self: &Arc<Self>, tenant: TenantId) -> Result<Reader, StoreError> {
        if let Some(connection) = &self.shared {
            return Ok(Reader { connection: connection.clone(), home: None });
        }
        let permit = timeout(PATIENCE, self.free.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Stopping)?;
        let connection = self.idle.lock().pop().ok_or(StoreError::Busy)?;
        let reader = Reader { connection, home: Some((self.clone(), permit)) };
        reader.hold_to(tenant).await?;
        Ok(reader)
    }
}

impl Reader {
    /// Sets the tenant for all that follows on this connection.
    async fn hold_to(&self, tenant: TenantId) -> Result<(), StoreError> {
        let values = [tenant.to_string().into()];
        let sql = "SELECT set_config('switchboard.tenant', $1, false)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        // A connection that died while idle shows here; the pool opens another for the second try.
        if self.connection.execute_raw(statement.clone()).await.is_err() {
            self.connection.execute_raw(statement).await?;
        }
        Ok(())
    }
}

impl Deref for Reader {
    type Target = DatabaseConnection;

    fn deref(&self) -> &DatabaseConnection {
        &self.connection
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some((readers, permit)) = self.home.take() {
            readers.idle.lock().push(self.connection.clone());
            drop(permit);
        }
    }
}
