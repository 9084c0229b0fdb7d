//! The hub a scenario is aimed at: one of our own, or one that runs already.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::hub_process::{Ground, HubProcess};
use crate::client::{Endpoint, Rest};
use crate::floor::commit::Place;
use crate::measure::Process;
use crate::report::Report;
use crate::talk::http_base;

/// Load is not to be limited; these settings are raised for every hub we start, and shown in the report.
const RAISED: [(&str, &str); 4] = [
    ("SWITCHBOARD__LIMITS__REQUESTS_PER_S", "100000"),
    ("SWITCHBOARD__LIMITS__BURST", "100000"),
    ("SWITCHBOARD__LIMITS__SESSIONS_PER_USER", "10000"),
    ("SWITCHBOARD__LIMITS__VISITS_PER_MINUTE", "1000000"),
];
const QUIET: (&str, &str) = ("SWITCHBOARD__LOG__LEVEL", "warn");

#[derive(Debug, Clone, Args)]
pub struct HubArguments {
    /// Start this `switchboard` binary on a store of its own.
    #[arg(long, required_unless_present = "url")]
    hub: Option<PathBuf>,
    /// The store of the started hub: a new database on this PostgreSQL server. Else SQLite.
    #[arg(long, env = "LOADTEST_DATABASE_URL", requires = "hub", hide_env_values = true)]
    database_url: Option<String>,
    /// Where temporary folders go.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// A hub that runs already: ws://host:port/ws.
    #[arg(long, conflicts_with = "hub", requires_all = ["token", "webchat_key"])]
    url: Option<String>,
    /// With --url: a token of an owner.
    #[arg(long, alias = "tenant-token", env = "LOADTEST_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// With --url: the public key of a web chat channel.
    #[arg(long)]
    webchat_key: Option<String>,
    /// With --url: the hub's process id, when it runs on this machine.
    #[arg(long)]
    hub_pid: Option<u32>,
}

pub(super) struct Target {
    pub(super) process: Option<HubProcess>,
    pub(super) webchat_key: String,
    pub(super) place: Place,
    ws: String,
    token: String,
    pid: Option<u32>,
}

impl HubArguments {
    /// The PostgreSQL server the store is to be on.
    pub(super) fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// Where temporary folders go.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The same, with the store's server reached at another address.
    pub(super) fn with_database_url(&self, url: String) -> Self {
        Self { database_url: Some(url), ..self.clone() }
    }

    /// Runs a scenario on the hub and stops what was started, however it ends.
    pub(super) async fn run(
        &self,
        name: &str,
        settings: &[(&str, String)],
        scenario: impl AsyncFnOnce(&mut Target, &mut Report) -> Result<()>,
    ) -> Result<Report> {
        let mut report = Report::new(name);
        let mut target = match &self.hub {
            Some(binary) => self.start(binary.clone(), settings, &mut report).await?,
            None => self.running()?,
        };
        let outcome = scenario(&mut target, &mut report).await;
        let Some(mut process) = target.process.take() else { return outcome.map(|()| report) };
        let alive = process.check_alive();
        let stopped_softly = process.stop().await;
        // A hub that died is the better explanation of a scenario that failed.
        alive?;
        outcome?;
        if !stopped_softly? {
            report.failure("the hub did not stop softly and was killed");
        }
        Ok(report)
    }

    async fn start(
        &self,
        binary: PathBuf,
        settings: &[(&str, String)],
        report: &mut Report,
    ) -> Result<Target> {
        let mut all: Vec<(&str, String)> =
            RAISED.iter().chain([&QUIET]).map(|&(name, value)| (name, value.to_owned())).collect();
        all.extend(settings.iter().cloned());
        for (name, value) in &all {
            report.setting(*name, value.as_str());
        }
        let ground = Ground {
            company: "loadtest".to_owned(),
            binary,
            folder: self.folder.clone(),
            database_url: self.database_url.clone(),
        };
        let (process, founded, token) = HubProcess::start(&ground, &all).await?;
        Ok(Target {
            ws: format!("ws://{}/ws", process.address()),
            process: Some(process),
            webchat_key: founded.webchat_key,
            place: self.place(),
            token,
            pid: None,
        })
    }

    fn running(&self) -> Result<Target> {
        Ok(Target {
            process: None,
            webchat_key: self.webchat_key.clone().context("--url needs --webchat-key")?,
            place: self.place(),
            ws: self.url.clone().context("give --hub or --url")?,
            token: self.token.clone().context("--url needs --token")?,
            pid: self.hub_pid,
        })
    }

    /// The floor is measured on the same kind of store.
    fn place(&self) -> Place {
        match &self.database_url {
            Some(url) => Place::Postgres(url.clone()),
            None => Place::Sqlite(self.folder.clone()),
        }
    }
}

impl Target {
    pub(super) fn endpoint(&self) -> Endpoint {
        Endpoint::new(&self.ws, &self.token)
    }

    /// From now on everybody comes through a balancer at this address.
    pub(super) fn come_through(&mut self, balancer: SocketAddr) {
        self.ws = format!("ws://{balancer}/ws");
    }

    /// As the owner.
    pub(super) fn rest(&self) -> Result<Rest> {
        Ok(Rest::new(http_base(&self.ws)?, Some(self.token.clone()))?)
    }

    /// As anybody.
    pub(super) fn public_rest(&self) -> Result<Rest> {
        Ok(Rest::new(http_base(&self.ws)?, None)?)
    }

    /// The hub's process, to be measured.
    pub(super) fn instruments(&self) -> Result<Process> {
        match &self.process {
            Some(process) => Ok(Process::new(process.id()?)),
            None => {
                self.pid.map(Process::new).context("give --hub-pid: this scenario measures the hub's process")
            }
        }
    }

    pub(super) fn own_process(&mut self) -> Result<&mut HubProcess> {
        self.process.as_mut().context("give --hub: this scenario starts and ends a hub of its own")
    }
}
