//! A Redis of our own. It keeps nothing, so nothing is lost with it but what is under way.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::{last_words, program};
use crate::scenario::hub_process::free_address;

const START_PATIENCE: Duration = Duration::from_secs(10);

pub(in crate::scenario) struct Redis {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Redis {
    pub(super) async fn start(folder: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix_in("loadtest-redis-", folder)?;
        let address = free_address()?;
        let mut redis = Self { child: serve(folder.path(), address)?, address, folder };
        redis.until_it_listens().await?;
        Ok(redis)
    }

    pub(super) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// `kill -9`, and a new one at the same address after a while.
    pub(in crate::scenario) async fn restart(&mut self, after: Duration) -> Result<()> {
        self.child.kill().await.context("cannot kill Redis")?;
        sleep(after).await;
        self.child = serve(self.folder.path(), self.address)?;
        self.until_it_listens().await
    }

    pub(super) async fn stop(mut self) -> Result<()> {
        self.child.kill().await.context("cannot stop Redis")
    }

    async fn until_it_listens(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_PATIENCE;
        while TcpStream::connect(self.address).await.is_err() {
            let lives = self.child.try_wait()?.is_none() && Instant::now() < deadline;
            ensure!(lives, "Redis does not start:\n{}", last_words(&self.folder.path().join("redis.log")));
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

fn serve(folder: &Path, address: SocketAddr) -> Result<Child> {
    let log = File::options().create(true).append(true).open(folder.join("redis.log"))?;
    Command::new(program("redis-server", [])?)
        .args(["--bind", &address.ip().to_string(), "--port", &address.port().to_string()])
        .args(["--save", "", "--appendonly", "no"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::from(log.try_clone()?))
        .stderr(Stdio::from(log))
        .kill_on_drop(true)
        .spawn()
        .context("cannot start Redis")
}
