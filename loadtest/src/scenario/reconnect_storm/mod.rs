//! Everybody is cut at once and comes back at once, while events go on.

mod audit;
mod crowd;
mod talk;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use tokio::time::{Instant, sleep};

use self::audit::audit;
use self::crowd::Crowd;
use self::talk::Talk;
use super::crash::absence::Absence;
use super::crowd::open_files_for;
use super::hub_process::HubProcess;
use super::people::open_conversations;
use super::servers::{ServerArguments, Servers};
use super::target::{HubArguments, Target};
use crate::measure::{Latencies, Process, megabytes};
use crate::report::{Cell, Report, Table, ratio};

/// Events go on for so long before a storm, and after the last.
const CALM: Duration = Duration::from_secs(2);
/// How long sessions may take to come back, and events to arrive, before nobody waits any longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long it takes until all sessions have resumed that were cut at once: exit code 2 when it is too long, when one was told to
/// load anew, missed an event or heard one twice.
#[derive(Debug, Args)]
pub struct ReconnectStorm {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    servers: ServerArguments,
    /// With several, over PostgreSQL and Redis.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=9))]
    nodes: u16,
    /// How many sessions; at most 10,000.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    sessions: u32,
    /// They listen to one of so many conversations each.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    conversations: u32,
    /// Messages a second, over all conversations.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    events_per_s: u32,
    /// What cuts them, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [By::Lines, By::Kill])]
    by: Vec<By>,
    /// How long, in seconds, the last one may take to be back.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
    within: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// Every line breaks.
    Lines,
    /// `kill -9` of a node, which is started again at once.
    Kill,
}

const COLUMNS: [&str; 11] = [
    "cut_by",
    "sessions_cut",
    "p50_s",
    "p99_s",
    "last_s",
    "told_to_load_anew",
    "hub_cpu_s",
    "cpu_ms_each",
    "hub_before_mb",
    "hub_after_mb",
    "hub_peak_mb",
];

/// The nodes that are cut from, and who is cut.
struct Storm<'a> {
    first: &'a mut HubProcess,
    others: &'a [HubProcess],
    crowd: &'a Crowd,
    sessions: usize,
}

impl ReconnectStorm {
    /// # Errors
    /// When a node cannot be started or answers wrongly, or `ulimit -n` is too low.
    pub async fn run(&self) -> Result<Report> {
        let limit = open_files_for(self.sessions as usize)?;
        let servers = match self.nodes {
            1 => None,
            _ => Some(self.servers.start(&self.hub).await?),
        };
        let (hub, settings) = match &servers {
            Some(servers) => (
                self.hub.with_database_url(servers.database_url.clone()),
                Servers::settings(&servers.redis_url).to_vec(),
            ),
            None => (self.hub.clone(), Vec::new()),
        };
        let run = async |target: &mut Target, report: &mut Report| {
            report.setting("ulimit_n", limit);
            self.measure(target, report).await
        };
        let report = hub.run("reconnect-storm", &settings, run).await;
        if let Some(servers) = servers {
            servers.stop().await?;
        }
        report
    }

    async fn measure(&self, target: &mut Target, report: &mut Report) -> Result<()> {
        let mut others = Vec::new();
        for _ in 1..self.nodes {
            others.push(target.own_process()?.beside().await?);
        }
        let first = target.own_process()?.address();
        let nodes: Vec<SocketAddr> =
            std::iter::once(first).chain(others.iter().map(HubProcess::address)).collect();
        let endpoint = target.endpoint().at(nodes);
        let conversations = open_conversations(target, self.conversations as usize).await?;
        let topics: Vec<String> = conversations.iter().map(|id| format!("conversation:{id}")).collect();
        let sessions = self.sessions as usize;
        let crowd = Crowd::gather(&endpoint, &topics, sessions).await?;
        let talk = Talk::start(endpoint, &conversations, f64::from(self.events_per_s));
        let mut table = Table::new(self.title(), &COLUMNS);
        let mut storm = Storm { first: target.own_process()?, others: &others, crowd: &crowd, sessions };
        for by in &self.by {
            sleep(CALM).await;
            let (row, last, anew) = storm.strike(*by).await?;
            table.row(row);
            if last > Duration::from_secs(self.within) {
                report.failure(format!("cut by {by:?}, the last was back after {:.1} s", last.as_secs_f64()));
            }
            if anew > 0 {
                report.failure(format!("cut by {by:?}, {anew} were told to load anew"));
            }
        }
        sleep(CALM).await;
        report.table(table);
        let said = talk.finish().await?;
        let last: Vec<u64> = said.iter().map(|of_one| of_one.last().copied().unwrap_or_default()).collect();
        audit(&said, &crowd.heard(&last, PATIENCE).await?).tell(report);
        for node in others {
            node.stop().await?;
        }
        Ok(())
    }

    fn title(&self) -> String {
        format!(
            "{} sessions of {} nodes resume at once, {} messages a second going on (bar: the last within {} s, none told to load anew)",
            self.sessions, self.nodes, self.events_per_s, self.within
        )
    }
}

impl Storm<'_> {
    /// A row of the table; after how long the last was back, and how many were told to load anew.
    async fn strike(&mut self, by: By) -> Result<([Cell; 11], Duration, usize)> {
        let before = self.resident()?;
        let mut cpu_before = self.cpu()?;
        let began = Instant::now();
        let least = match by {
            By::Lines => {
                self.crowd.cut().await;
                self.sessions
            }
            By::Kill => {
                cpu_before -= Process::new(self.first.id()?).cpu()?;
                self.first.kill().await?;
                self.first.restart().await.context("the node did not come back")?;
                1
            }
        };
        let absences = self.crowd.until_back(began, (least, PATIENCE)).await?;
        let cpu = self.cpu()?.saturating_sub(cpu_before);
        ensure!(!absences.is_empty(), "nobody was cut");
        let (mut back, mut last) = (Latencies::default(), Duration::ZERO);
        for at in absences.iter().filter_map(Absence::over_at) {
            back.record(at - began);
            last = last.max(at - began);
        }
        let anew = absences.iter().filter(|absence| !absence.found_its_place()).count();
        let seconds = |duration: Duration| Cell::from(duration.as_secs_f64());
        let row = [
            by.name().into(),
            absences.len().into(),
            seconds(back.at(0.5)),
            seconds(back.at(0.99)),
            seconds(last),
            anew.into(),
            seconds(cpu),
            ratio(cpu.as_secs_f64() * 1e3, absences.len() as f64).into(),
            megabytes(before).into(),
            megabytes(self.resident()?).into(),
            megabytes(self.peak()?).into(),
        ];
        Ok((row, last, anew))
    }

    fn cpu(&self) -> Result<Duration> {
        self.sum(|process| process.cpu())
    }

    fn resident(&self) -> Result<u64> {
        self.sum(Process::resident_bytes)
    }

    fn peak(&self) -> Result<u64> {
        self.sum(Process::peak_bytes)
    }

    /// Of all nodes.
    fn sum<T: std::iter::Sum>(&self, of_one: impl Fn(Process) -> Result<T>) -> Result<T> {
        let nodes = std::iter::once(&*self.first).chain(self.others);
        nodes.map(|node| of_one(Process::new(node.id()?))).sum()
    }
}

impl By {
    fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines that break",
            Self::Kill => "kill -9 of a node",
        }
    }
}
