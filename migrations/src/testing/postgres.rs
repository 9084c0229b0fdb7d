//! A PostgreSQL database of its own for each test, when a server answers.

use std::env;

use sea_orm::sqlx::{AssertSqlSafe, Connection, Error, PgConnection, raw_sql};
use uuid::Uuid;

/// Where the tests look for a server, unless `SWITCHBOARD_TEST_POSTGRES` names another.
const SERVER: &str = "postgres://postgres@127.0.0.1:5432/test";

/// A database that is dropped, with whoever is still connected to it, when this is.
pub struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    /// Makes an empty database. Without a server: says so and returns `None`.
    ///
    /// # Panics
    /// Without a server when `SWITCHBOARD_TESTS=all`: then nothing may be skipped.
    pub async fn create() -> Option<Self> {
        let server = env::var("SWITCHBOARD_TEST_POSTGRES").unwrap_or_else(|_| SERVER.to_owned());
        let name = format!("switchboard_{}", Uuid::now_v7().simple());
        match run(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await {
            Ok(()) => Some(Self { server, name }),
            Err(error) if env::var("SWITCHBOARD_TESTS").is_ok_and(|tests| tests == "all") => {
                panic!("SWITCHBOARD_TESTS=all needs a PostgreSQL: {error}")
            }
            Err(_) => {
                println!("skipped: no PostgreSQL");
                None
            }
        }
    }

    /// Where to connect to.
    pub fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap_or((&self.server, ""));
        format!("{server}/{}", self.name)
    }
}

impl Drop for PostgresDatabase {
    /// On a thread and runtime of its own: the test's may be gone, or unwinding.
    fn drop(&mut self) {
        let (server, statement) =
            (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let dropped = runtime.map(|runtime| runtime.block_on(run(&server, &statement)));
            if !matches!(dropped, Ok(Ok(()))) {
                println!("left behind: {statement}");
            }
        });
        drop(dropping.join());
    }
}

/// By one bare connection: a pool would ask a server that is away again for half a minute.
async fn run(server: &str, statement: &str) -> Result<(), Error> {
    let mut connection = PgConnection::connect(server).await?;
    raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
    connection.close().await
}
