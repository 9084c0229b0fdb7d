//! A hub of our own: a process on a temporary store, started for one scenario and stopped by its id.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::database::TemporaryDatabase;

/// How long a start may take, migrations included.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long a soft stop may take.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Where a node listens.
const BIND: &str = "SWITCHBOARD__HTTP__BIND";

/// What helps who has none.
const BUILD_IT: &str = "build one with `cargo build --release -p hub`, or name another with --hub";

/// Its owner, in every tenant made here.
const OWNER: &str = "owner@example.com";

/// How much of the end of its log is looked at when it died.
const LAST_WORDS_BYTES: usize = 16 * 1024;

pub(super) struct HubProcess {
    binary: PathBuf,
    /// Several nodes of one hub share it.
    folder: Arc<TempDir>,
    /// Of the first node alone.
    database: Option<TemporaryDatabase>,
    environment: Vec<(String, String)>,
    address: SocketAddr,
    child: Child,
}

/// What `tenant create --json` prints.
#[derive(Debug, Deserialize)]
pub(super) struct Founded {
    pub(super) tenant_id: String,
    pub(super) owner_id: String,
    pub(super) webchat_key: String,
}

/// Where the store of the hub is to be, and whose.
pub(super) struct Ground {
    /// The name of its first tenant.
    pub(super) company: String,
    pub(super) binary: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) database_url: Option<String>,
}

impl HubProcess {
    /// Makes a store with one tenant and starts the hub on it.
    pub(super) async fn start(
        ground: &Ground,
        settings: &[(&str, String)],
    ) -> Result<(Self, Founded, String)> {
        let binary = fs::canonicalize(&ground.binary)
            .with_context(|| format!("there is no hub at {}: {BUILD_IT}", ground.binary.display()))?;
        let folder = TempDir::with_prefix_in("loadtest-hub-", &ground.folder)?;
        let database = match &ground.database_url {
            Some(url) => Some(TemporaryDatabase::create(url).await?),
            None => None,
        };
        let address = free_address()?;
        let mut environment = vec![
            (BIND.to_owned(), address.to_string()),
            ("SWITCHBOARD__DATA__DIR".to_owned(), folder.path().join("data").display().to_string()),
        ];
        environment.extend(database.iter().map(|it| ("SWITCHBOARD__DATABASE__URL".to_owned(), it.url())));
        environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let prepared = found(&binary, folder.path(), &environment, &ground.company).await;
        let (founded, token) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                drop_database(database).await?;
                return Err(error);
            }
        };
        let child = serve(&binary, folder.path(), &environment)?;
        let folder = Arc::new(folder);
        let mut hub = Self { binary, folder, database, environment, address, child };
        if let Err(error) = hub.until_healthy().await {
            hub.stop().await.ok();
            return Err(error);
        }
        Ok((hub, founded, token))
    }

    /// One more node over the same store, with the same keys.
    pub(super) async fn beside(&self) -> Result<Self> {
        let (binary, folder, address) = (self.binary.clone(), self.folder.clone(), free_address()?);
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            if name == BIND {
                *value = address.to_string();
            }
        }
        let child = serve(&binary, folder.path(), &environment)?;
        let mut node = Self { binary, folder, database: None, environment, address, child };
        node.until_healthy().await?;
        Ok(node)
    }

    /// Stops it softly, as a deployment does; it can be started again. Says whether soft was enough.
    pub(super) async fn leave(&mut self) -> Result<bool> {
        self.stop_process().await
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn id(&self) -> Result<u32> {
        self.child.id().context("the hub is not running")
    }

    /// Makes one more tenant in the running hub's store; with a token of its owner.
    pub(super) async fn another_tenant(&self, name: &str) -> Result<(Founded, String)> {
        found(&self.binary, self.folder.path(), &self.environment, name).await
    }

    /// A link that signs the owner of a tenant in, once.
    pub(super) async fn sign_in_link(&self, tenant: &str) -> Result<String> {
        let link = ["user", "link", "--tenant", tenant, "--email", OWNER];
        let printed = output(&self.binary, self.folder.path(), &self.environment, &link).await?;
        Ok(printed.trim().to_owned())
    }

    /// `kill -9`.
    pub(super) async fn kill(&mut self) -> Result<()> {
        ensure!(
            self.child.try_wait()?.is_none(),
            "the hub was dead before it was killed:\n{}",
            self.last_words()
        );
        self.child.kill().await.context("cannot kill the hub")
    }

    /// Starts it again on the same store and address.
    pub(super) async fn restart(&mut self) -> Result<()> {
        self.child = serve(&self.binary, self.folder.path(), &self.environment)?;
        self.until_healthy().await
    }

    /// An error, with the hub's last words, when it has ended by itself.
    pub(super) fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the hub ended with {status}; its last words:\n{}", self.last_words()),
        }
    }

    /// Stops it softly, hard after a while, and removes its store. Says whether soft was enough.
    pub(super) async fn stop(mut self) -> Result<bool> {
        let soft = self.stop_process().await;
        drop_database(self.database.take()).await?;
        soft
    }

    async fn stop_process(&mut self) -> Result<bool> {
        let Some(id) = self.child.id() else { return Ok(true) };
        // The standard library can only kill; `kill` is POSIX and asks.
        Command::new("kill").args(["-TERM", &id.to_string()]).status().await.context("cannot run kill")?;
        if timeout(STOP_PATIENCE, self.child.wait()).await.is_ok() {
            return Ok(true);
        }
        self.child.kill().await?;
        Ok(false)
    }

    async fn until_healthy(&mut self) -> Result<()> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(1)).build()?;
        let health = format!("http://{}/health", self.address);
        let deadline = Instant::now() + START_PATIENCE;
        while Instant::now() < deadline {
            self.check_alive()?;
            if http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("the hub was not healthy within {START_PATIENCE:?}; its last words:\n{}", self.last_words())
    }

    fn last_words(&self) -> String {
        let log = fs::read(log_of(self.folder.path())).unwrap_or_default();
        let end = String::from_utf8_lossy(&log[log.len().saturating_sub(LAST_WORDS_BYTES)..]).into_owned();
        let lines: Vec<String> = end.lines().map(|line| line.chars().take(300).collect()).collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

async fn drop_database(database: Option<TemporaryDatabase>) -> Result<()> {
    match database {
        Some(database) => database.drop().await,
        None => Ok(()),
    }
}

fn log_of(folder: &Path) -> PathBuf {
    folder.join("hub.log")
}

/// A port nobody listens on at this moment.
pub(super) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Makes a tenant by the hub's command line; with a token of its owner.
async fn found(
    binary: &Path,
    folder: &Path,
    environment: &[(String, String)],
    name: &str,
) -> Result<(Founded, String)> {
    let create = ["tenant", "create", "--name", name, "--owner", OWNER, "--json"];
    let founded = output(binary, folder, environment, &create).await?;
    let founded: Founded = serde_json::from_str(founded.trim())
        .with_context(|| format!("`tenant create --json` printed {founded:?}"))?;
    let (tenant, owner) = (founded.tenant_id.clone(), founded.owner_id.clone());
    let mint = ["token", "--tenant", &tenant, "--user", &owner, "--role", "owner", "--ttl", "12h"];
    let token = output(binary, folder, environment, &mint).await?.trim().to_owned();
    ensure!(!token.is_empty() && !token.contains(char::is_whitespace), "`token` printed more than one token");
    Ok((founded, token))
}

/// Runs a command of the hub to its end; gives back what it printed.
async fn output(
    binary: &Path,
    folder: &Path,
    environment: &[(String, String)],
    arguments: &[&str],
) -> Result<String> {
    let run = command(binary, folder, environment).args(arguments).output();
    let done = timeout(START_PATIENCE, run).await.context("the hub's command line does not end")??;
    ensure!(
        done.status.success(),
        "`{} {}` ended with {}:\n{}",
        binary.display(),
        arguments.join(" "),
        done.status,
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).context("the hub's command line printed bytes that are not text")
}

fn serve(binary: &Path, folder: &Path, environment: &[(String, String)]) -> Result<Child> {
    let log = File::options().create(true).append(true).open(log_of(folder))?;
    command(binary, folder, environment)
        .arg("serve")
        .stdout(Stdio::from(log.try_clone()?))
        .stderr(Stdio::from(log))
        .spawn()
        .context("cannot start the hub")
}

/// In the temporary folder, so that no `switchboard.toml` of somebody else is read.
fn command(binary: &Path, folder: &Path, environment: &[(String, String)]) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(folder)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}
