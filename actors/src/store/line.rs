//! A pool that is given up when its line goes silent.
//!
//! The database ends a statement that takes too long, and says so. Bytes that vanish say nothing: over a connection that a firewall
//! has forgotten an answer is waited for without end, and the pool would ask whether it lives, and wait as long.

use std::{future::Future, path::Path, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use parking_lot::Mutex;
use sea_orm::{ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr};
use tokio::time::timeout;

use super::open::{Access, options};

/// Connections to one place, for one purpose.
pub(crate) struct Line {
    current: Mutex<DatabaseConnection>,
    options: ConnectOptions,
    /// Nobody waits for an answer for longer; longer than the database lets a statement take.
    silence: Duration,
}

/// What is waited for; boxed, since it stands at the bottom of everything that asks.
type Heard<'a, T> = BoxFuture<'a, Result<T, DbErr>>;

impl Line {
    /// A pool of so many connections for this, to the server of a URL, over a socket when one is named.
    pub(super) async fn open(
        place: (&str, Option<&Path>),
        wanted: (Access, u32),
        silence: Duration,
    ) -> Result<Self, DbErr> {
        let options = options(place, wanted);
        let current = Mutex::new(Database::connect(options.clone()).await?);
        Ok(Self { current, options, silence })
    }

    /// The pool as it is now.
    pub(crate) fn connection(&self) -> DatabaseConnection {
        self.current.lock().clone()
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.current.lock().get_database_backend() == DbBackend::Sqlite
    }

    /// An answer that comes over this line. When none comes, the pool and what waits in it is given up for another, and it is an
    /// error as of a line that broke.
    pub(crate) fn hear<'a, T: Send + 'a>(
        &'a self,
        answer: impl Future<Output = Result<T, DbErr>> + Send + 'a,
    ) -> Heard<'a, T> {
        self.hear_within(self.silence, answer.boxed()).boxed()
    }

    /// The same, of what is answered at once.
    pub(super) fn hear_soon<'a, T: Send + 'a>(
        &'a self,
        answer: impl Future<Output = Result<T, DbErr>> + Send + 'a,
    ) -> Heard<'a, T> {
        self.hear_within(self.silence / 3, answer.boxed()).boxed()
    }

    async fn hear_within<T>(&self, silence: Duration, answer: Heard<'_, T>) -> Result<T, DbErr> {
        if self.is_sqlite() {
            return answer.await;
        }
        match timeout(silence, answer).await {
            Ok(answer) => answer,
            Err(_) => {
                self.renew().await;
                Err(silent())
            }
        }
    }

    async fn renew(&self) {
        metrics::counter!("database_lines_given_up_total").increment(1);
        tracing::warn!("the database is silent; what was asked is given up, and another connection is made");
        let mut options = self.options.clone();
        options.min_connections(0).connect_lazy(true);
        match Database::connect(options).await {
            Ok(fresh) => *self.current.lock() = fresh,
            Err(error) => tracing::error!(%error, "no other connection can be made"),
        }
    }
}

/// Nobody answered.
pub(super) fn silent() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}
