//! Reading connections, each held to one tenant while it is out.

use std::{ops::Deref, sync::Arc, time::Duration};

use entities::TenantId;
use parking_lot::Mutex;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{Line, StoreError};

/// How long a read waits for a connection before it is refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// The readers of a store. SQLite has one pool for all; PostgreSQL one connection each, so that the tenant set at
/// check-out holds for every statement until the connection comes back.
pub(super) struct Readers {
    idle: Mutex<Vec<Arc<Line>>>,
    /// As many as are idle.
    free: Arc<Semaphore>,
    /// SQLite: its own pool makes callers wait.
    shared: Option<Arc<Line>>,
}

/// A connection that reads for one tenant, given back when dropped.
pub struct Reader {
    connection: DatabaseConnection,
    line: Arc<Line>,
    home: Option<(Arc<Readers>, OwnedSemaphorePermit)>,
}

impl Readers {
    pub(super) fn new(lines: Vec<Arc<Line>>) -> Self {
        let shared = lines.first().filter(|first| first.is_sqlite()).cloned();
        let free = Arc::new(Semaphore::new(lines.len()));
        Self { idle: Mutex::new(lines), free, shared }
    }

    pub(super) async fn check_out(self: &Arc<Self>, tenant: TenantId) -> Result<Reader, StoreError> {
        if let Some(line) = &self.shared {
            return Ok(Reader { connection: line.connection(), line: line.clone(), home: None });
        }
        let permit = timeout(PATIENCE, self.free.clone().acquire_owned()).await;
        let permit = permit.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Stopping)?;
        let line = self.idle.lock().pop().ok_or(StoreError::Busy)?;
        let home = Some((self.clone(), permit));
        let mut reader = Reader { connection: line.connection(), line, home };
        reader.hold_to(tenant).await?;
        Ok(reader)
    }
}

impl Reader {
    /// Sets the tenant for all that follows on this connection.
    async fn hold_to(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        // A connection that died while idle shows here; the pool opens another for the second try, and a line that was
        // silent has another pool by then.
        if self.ask_for(tenant).await.is_err() {
            self.connection = self.line.connection();
            self.ask_for(tenant).await?;
        }
        Ok(())
    }

    async fn ask_for(&self, tenant: TenantId) -> Result<(), DbErr> {
        let values = [tenant.to_string().into()];
        let sql = "SELECT set_config('switchboard.tenant', $1, false)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        self.line.hear_soon(self.connection.execute_raw(statement)).await.map(drop)
    }

    pub(super) fn line(&self) -> &Arc<Line> {
        &self.line
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
            readers.idle.lock().push(self.line.clone());
            drop(permit);
        }
    }
}
