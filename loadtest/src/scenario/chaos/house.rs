//! The nodes, and what they stand on, each behind a line that can be broken.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Url;
use serde_json::Value;
use tokio::net::lookup_host;
use tokio::time::{Instant, sleep};

use super::fault::pass;
use super::line::{Line, State};
use crate::scenario::hub_process::HubProcess;
use crate::scenario::servers::{Postgres, Redis, Servers};

pub(super) struct House<'a> {
    pub(super) first: &'a mut HubProcess,
    pub(super) others: Vec<HubProcess>,
    pub(super) redis: &'a Line,
    pub(super) database: &'a Line,
    pub(super) own: Option<&'a mut (Postgres, Redis)>,
}

/// The servers, through lines of our own.
pub(super) struct Lines {
    pub(super) database: Line,
    pub(super) database_url: String,
    pub(super) redis: Line,
    pub(super) redis_url: String,
}

impl Lines {
    pub(super) async fn to(servers: &Servers) -> Result<Self> {
        let (database, database_url) = line_to(&servers.database_url, 5432).await?;
        let (redis, redis_url) = line_to(&servers.redis_url, 6379).await?;
        Ok(Self { database, database_url, redis, redis_url })
    }
}

impl House<'_> {
    pub(super) fn nodes(&self) -> usize {
        1 + self.others.len()
    }

    pub(super) fn node(&mut self, number: usize) -> Result<&mut HubProcess> {
        match number.checked_sub(1) {
            None => Ok(self.first),
            Some(other) => self.others.get_mut(other).context("there are not so many nodes"),
        }
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        let others = self.others.iter().map(HubProcess::address);
        std::iter::once(self.first.address()).chain(others).collect()
    }

    /// One that is not ours is out of reach meanwhile.
    pub(super) async fn restart_redis(&mut self, after: Duration) -> Result<()> {
        match &mut self.own {
            Some((_, redis)) => redis.restart(after).await,
            None => {
                pass(self.redis, State::Away, after).await;
                Ok(())
            }
        }
    }

    /// One that is not ours is out of reach meanwhile.
    pub(super) async fn restart_database(&mut self, after: Duration) -> Result<()> {
        match &mut self.own {
            Some((postgres, _)) => postgres.restart().await,
            None => {
                pass(self.database, State::Away, after).await;
                Ok(())
            }
        }
    }

    /// Waits until every node says that it is ready and hears the others.
    pub(super) async fn is_whole(&self, patience: Duration) -> Result<Duration> {
        let began = Instant::now();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
        for address in self.addresses() {
            loop {
                let state = state_of(&http, address).await;
                if state.as_deref() == Some("ok") {
                    break;
                }
                ensure!(began.elapsed() < patience, "the node at {address} stays {state:?}");
                sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(began.elapsed())
    }
}

/// What a node that is ready says of its bus.
async fn state_of(http: &reqwest::Client, address: SocketAddr) -> Option<String> {
    let answer = http.get(format!("http://{address}/health/ready")).send().await.ok()?;
    let ready = answer.status().is_success();
    let body: Value = answer.json().await.ok()?;
    body["bus"].as_str().filter(|_| ready).map(str::to_owned)
}

/// A line to the server of this URL, and the URL through it.
async fn line_to(url: &str, usual: u16) -> Result<(Line, String)> {
    let mut url: Url = url.parse().context("a URL like scheme://host:port/…")?;
    let host = url.host_str().context("a URL with a host")?.to_owned();
    let port = url.port().unwrap_or(usual);
    let end = lookup_host((host.as_str(), port)).await?.next().context("the host has no address")?;
    let line = Line::to(vec![end]).await?;
    let cannot = || anyhow::anyhow!("the URL cannot be led through another address");
    url.set_host(Some(&line.address().ip().to_string())).map_err(|_| cannot())?;
    url.set_port(Some(line.address().port())).map_err(|()| cannot())?;
    Ok((line, url.to_string()))
}
