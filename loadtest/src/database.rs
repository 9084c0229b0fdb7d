//! A PostgreSQL database of our own for one run.

use anyhow::{Context, Result};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, query, raw_sql};
use uuid::Uuid;

/// Created on the server of a URL under a name of its own; [`TemporaryDatabase::drop`] removes it.
pub struct TemporaryDatabase {
    server: PgConnectOptions,
    name: String,
}

impl TemporaryDatabase {
    /// # Errors
    /// When the server is away or the role may not create databases.
    pub async fn create(server_url: &str) -> Result<Self> {
        let server: PgConnectOptions =
            server_url.parse().context("the database URL is not one of PostgreSQL")?;
        let server = server.disable_statement_logging();
        let name = format!("loadtest_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect_with(&server).await.with_context(|| {
            format!("no PostgreSQL answers at {}:{}", server.get_host(), server.get_port())
        })?;
        raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .context("cannot create a database for this run")?;
        connection.close().await?;
        Ok(Self { server, name })
    }

    /// How to reach it.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.server.clone().database(&self.name)
    }

    /// Its URL, for another process.
    #[must_use]
    pub fn url(&self) -> String {
        self.options().to_url_lossy().to_string()
    }

    /// What the server promises about durability, and how we speak to it; a rate says nothing without both.
    ///
    /// # Errors
    /// When the server is away.
    pub async fn durability(&self) -> Result<String> {
        let mut connection = PgConnection::connect_with(&self.options()).await?;
        let row = query(
            "SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync')
                 || ', synchronous_commit ' || current_setting('synchronous_commit')",
        )
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        let durability: String = row.try_get(0)?;
        Ok(format!("{durability}, {}", self.transport()))
    }

    /// sqlx 0.9.0 leaves Nagle's algorithm on (transact-rs/sqlx#4335): over TCP a statement of several
    /// segments waits up to 40 ms for an acknowledgement.
    fn transport(&self) -> &'static str {
        match self.server.get_socket() {
            Some(_) => "over a Unix socket",
            None => {
                "over TCP without TCP_NODELAY (sqlx 0.9.0): add ?host=/var/run/postgresql for the true floor"
            }
        }
    }

    /// Removes it, whoever is still connected.
    ///
    /// # Errors
    /// When the server is away.
    pub async fn drop(self) -> Result<()> {
        let mut connection = PgConnection::connect_with(&self.server).await?;
        raw_sql(AssertSqlSafe(format!("DROP DATABASE {} WITH (FORCE)", self.name)))
            .execute(&mut connection)
            .await
            .with_context(|| format!("cannot drop the database {}", self.name))?;
        connection.close().await?;
        Ok(())
    }
}
