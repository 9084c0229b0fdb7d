//! A PostgreSQL of our own, on a cluster made for one run; durable, so that a crash of it is a crash.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::postgres::PgConnection;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use super::{last_words, program};
use crate::scenario::hub_process::free_address;

/// How long a start may take, the recovery of what was written before a crash included.
const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Debian keeps the programs of each version apart, and off the path.
const DEBIAN: &str = "/usr/lib/postgresql";

pub(in crate::scenario) struct Postgres {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
    runner: Option<Runner>,
}

/// Who runs it when we are root, whom it refuses.
#[derive(Clone, Copy)]
struct Runner {
    user: u32,
    group: u32,
}

impl Postgres {
    pub(super) async fn start(folder: &Path) -> Result<Self> {
        let runner = runner()?;
        let folder = TempDir::with_prefix_in("loadtest-postgres-", folder)?;
        if let Some(runner) = runner {
            chown(folder.path(), Some(runner.user), Some(runner.group))?;
        }
        make_cluster(folder.path(), runner).await?;
        let address = free_address()?;
        let child = serve(folder.path(), address, runner)?;
        let mut postgres = Self { child, address, folder, runner };
        postgres.until_it_answers().await?;
        Ok(postgres)
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.address)
    }

    /// As `pg_ctl restart -m immediate`: a crash, and the recovery from it.
    pub(in crate::scenario) async fn restart(&mut self) -> Result<()> {
        self.end("-QUIT").await?;
        self.child = serve(self.folder.path(), self.address, self.runner)?;
        self.until_it_answers().await
    }

    pub(super) async fn stop(mut self) -> Result<()> {
        self.end("-INT").await
    }

    async fn end(&mut self, signal: &str) -> Result<()> {
        let id = self.child.id().with_context(|| format!("PostgreSQL has ended:\n{}", self.last_words()))?;
        // The standard library can only kill; `kill` is POSIX and asks.
        Command::new("kill").args([signal, &id.to_string()]).status().await.context("cannot run kill")?;
        timeout(STOP_PATIENCE, self.child.wait()).await.context("PostgreSQL does not stop")??;
        Ok(())
    }

    async fn until_it_answers(&mut self) -> Result<()> {
        let (url, deadline) = (self.url(), Instant::now() + START_PATIENCE);
        loop {
            if let Ok(connection) = PgConnection::connect(&url).await {
                return Ok(connection.close().await?);
            }
            let lives = self.child.try_wait()?.is_none() && Instant::now() < deadline;
            ensure!(lives, "PostgreSQL does not start:\n{}", self.last_words());
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn last_words(&self) -> String {
        last_words(&self.folder.path().join("postgres.log"))
    }
}

async fn make_cluster(folder: &Path, runner: Option<Runner>) -> Result<()> {
    let made = command("initdb", folder, runner)?
        .args(["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"])
        .args(["--no-sync", "--pgdata", "data"])
        .output()
        .await
        .context("cannot run initdb")?;
    ensure!(made.status.success(), "initdb made no cluster:\n{}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}

fn serve(folder: &Path, address: SocketAddr, runner: Option<Runner>) -> Result<Child> {
    let log = File::options().create(true).append(true).open(folder.join("postgres.log"))?;
    let listen = format!("listen_addresses={}", address.ip());
    command("postgres", folder, runner)?
        .args(["-D", "data", "-p", &address.port().to_string(), "-c", &listen])
        .args(["-c", "unix_socket_directories=", "-c", "max_connections=200"])
        .stdout(Stdio::from(log.try_clone()?))
        .stderr(Stdio::from(log))
        .spawn()
        .context("cannot start PostgreSQL")
}

fn command(name: &str, folder: &Path, runner: Option<Runner>) -> Result<Command> {
    let mut command = Command::new(program(name, debian())?);
    command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    if let Some(runner) = runner {
        command.uid(runner.user).gid(runner.group);
    }
    Ok(command)
}

/// The newest version first.
fn debian() -> Vec<PathBuf> {
    let version = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut folders: Vec<PathBuf> =
        fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    folders.into_iter().map(|folder| folder.join("bin")).collect()
}

fn runner() -> Result<Option<Runner>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    for name in ["postgres", "nobody"] {
        if let Some(runner) = users.lines().find_map(|line| read_runner(line, name)) {
            return Ok(Some(runner));
        }
    }
    bail!("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

/// Out of `name:x:user:group:…`.
fn read_runner(line: &str, name: &str) -> Option<Runner> {
    let mut fields = line.strip_prefix(name)?.strip_prefix(':')?.split(':').skip(1);
    Some(Runner { user: fields.next()?.parse().ok()?, group: fields.next()?.parse().ok()? })
}
