//! What several nodes stand on: a PostgreSQL and a Redis, somebody else's or our own, which can be restarted.

mod postgres;
mod redis;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use uuid::Uuid;

pub(super) use self::postgres::Postgres;
pub(super) use self::redis::Redis;
use super::target::HubArguments;

#[derive(Debug, Clone, Args)]
pub struct ServerArguments {
    /// Start a PostgreSQL (with fsync) and a Redis for this run alone, instead of --database-url and --redis-url.
    #[arg(long, conflicts_with = "database_url")]
    own_servers: bool,
    /// Where the nodes meet.
    #[arg(
        long,
        env = "LOADTEST_REDIS_URL",
        hide_env_values = true,
        default_value = "redis://127.0.0.1:6379"
    )]
    redis_url: String,
}

/// How to reach them, and those that are ours.
pub(super) struct Servers {
    pub(super) database_url: String,
    pub(super) redis_url: String,
    pub(super) own: Option<(Postgres, Redis)>,
}

impl ServerArguments {
    /// Starts what is to be ours.
    pub(super) async fn start(&self, hub: &HubArguments) -> Result<Servers> {
        if !self.own_servers {
            let database_url =
                hub.database_url().context("several nodes need --own-servers or --database-url")?;
            let (database_url, redis_url) = (database_url.to_owned(), self.redis_url.clone());
            return Ok(Servers { database_url, redis_url, own: None });
        }
        let redis = Redis::start(hub.folder()).await?;
        let postgres = Postgres::start(hub.folder()).await?;
        Ok(Servers { database_url: postgres.url(), redis_url: redis.url(), own: Some((postgres, redis)) })
    }
}

impl Servers {
    /// What makes nodes meet there, apart from whoever else does.
    pub(super) fn settings(redis_url: &str) -> [(&'static str, String); 2] {
        let prefix = format!("loadtest_{}", Uuid::now_v7().simple());
        [("SWITCHBOARD__REDIS__URL", redis_url.to_owned()), ("SWITCHBOARD__REDIS__PREFIX", prefix)]
    }

    /// What the report says of them.
    pub(super) fn whose(&self) -> &'static str {
        match self.own {
            Some(_) => "our own PostgreSQL (fsync on) and Redis",
            None => "of others",
        }
    }

    /// Ends those that are ours.
    pub(super) async fn stop(self) -> Result<()> {
        let Some((postgres, redis)) = self.own else { return Ok(()) };
        postgres.stop().await?;
        redis.stop().await
    }
}

/// Where a program is: on the path, or in one of these folders.
fn program(name: &str, also: impl IntoIterator<Item = PathBuf>) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(also)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .with_context(|| format!("there is no {name} here: install it, or leave --own-servers out"))
}

/// The last lines a server wrote.
fn last_words(log: &Path) -> String {
    let said = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}
