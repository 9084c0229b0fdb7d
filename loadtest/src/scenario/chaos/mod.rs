//! Several nodes behind a balancer, and everything that can happen to them: nothing acknowledged is lost, nothing is there twice, and
//! every client hears everything once.

mod fault;
mod line;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use rand::{SeedableRng, rngs::StdRng};
use reqwest::Url;
use serde_json::Value;
use tokio::net::lookup_host;
use tokio::time::{Instant, sleep};

use self::fault::Fault;
use self::line::Line;
use super::crash::audit::audit;
use super::crash::load::Load;
use super::crash::{read_back, tell};
use super::hub_process::HubProcess;
use super::people::open_conversations;
use super::target::{HubArguments, Target};
use crate::report::{Cell, Report, Table, bar};

/// Conversations of one session.
const PER_SESSION: usize = 4;
/// Between the end of one fault and the next.
const BETWEEN: Duration = Duration::from_secs(1);
/// How long what was said on one node may be on its way to another when the load ends.
const ON_ITS_WAY: Duration = Duration::from_secs(6);
/// How long a conversation may go unanswered after a fault, and nodes may need to hear each other again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Start nodes over PostgreSQL and Redis behind a balancer, break everything in turn under load, and judge from outside: exit code
/// 2 when an acknowledged message is lost, doubled, out of order, or not heard once by whoever listens.
#[derive(Debug, Args)]
pub struct Chaos {
    #[command(flatten)]
    hub: HubArguments,
    /// Where the nodes meet.
    #[arg(
        long,
        env = "LOADTEST_REDIS_URL",
        hide_env_values = true,
        default_value = "redis://127.0.0.1:6379"
    )]
    redis_url: String,
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(2..=9))]
    nodes: u16,
    /// How many faults, each kind once before any comes again.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=1000))]
    faults: u16,
    /// How many conversations send, each one message after the other.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=2000))]
    conversations: u32,
}

/// The nodes and what they stand on.
struct House<'a> {
    first: &'a mut HubProcess,
    others: Vec<HubProcess>,
    redis: &'a Line,
    database: &'a Line,
}

impl House<'_> {
    fn nodes(&self) -> usize {
        1 + self.others.len()
    }

    fn node(&mut self, number: usize) -> Result<&mut HubProcess> {
        match number.checked_sub(1) {
            None => Ok(self.first),
            Some(other) => self.others.get_mut(other).context("there are not so many nodes"),
        }
    }

    /// Waits until every node says that it is ready and hears the others.
    async fn is_whole(&self, patience: Duration) -> Result<Duration> {
        let began = Instant::now();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
        for address in
            std::iter::once(self.first.address()).chain(self.others.iter().map(HubProcess::address))
        {
            loop {
                let state = state_of(&http, address).await;
                if state.as_deref() == Some("ok") {
                    break;
                }
                anyhow::ensure!(began.elapsed() < patience, "the node at {address} stays {state:?}");
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

impl Chaos {
    /// # Errors
    /// When a node cannot be started again or answers wrongly, or does not recover.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let url = self.hub.database_url().context("several nodes need --database-url")?;
        let (database, database_url) = line_to(url, 5432).await?;
        let (redis, redis_url) = line_to(&self.redis_url, 6379).await?;
        let prefix = format!("loadtest_{}", uuid::Uuid::now_v7().simple());
        let settings = [
            ("SWITCHBOARD__REDIS__URL", redis_url),
            ("SWITCHBOARD__REDIS__PREFIX", prefix),
            ("SWITCHBOARD__REALTIME__DRAIN_S", "2".to_owned()),
        ];
        let hub = self.hub.with_database_url(database_url);
        hub.run("chaos", &settings, async |target, report| {
            self.measure(target, report, (&redis, &database), seed).await
        })
        .await
    }

    async fn measure(
        &self,
        target: &mut Target,
        report: &mut Report,
        (redis, database): (&Line, &Line),
        seed: u64,
    ) -> Result<()> {
        let mut others = Vec::new();
        for _ in 1..self.nodes {
            others.push(target.own_process()?.beside().await?);
        }
        let first = target.own_process()?.address();
        let ends = std::iter::once(first).chain(others.iter().map(HubProcess::address)).collect();
        let balancer = Line::to(ends).await?;
        target.come_through(balancer.address());
        let conversations = open_conversations(target, self.conversations as usize).await?;
        let load = Load::start(target.endpoint(), &conversations, PER_SESSION, seed).await?;
        let mut house = House { first: target.own_process()?, others, redis, database };
        house.is_whole(PATIENCE).await?;
        let table = self.strike(&mut house, &load, seed).await?;
        report.table(table);
        let heard = load.finish(ON_ITS_WAY).await?;
        let others = house.others;
        let stored = read_back(target, &conversations).await?;
        tell(report, &audit(&heard, &stored));
        for node in others {
            node.stop().await?;
        }
        Ok(())
    }

    async fn strike(&self, house: &mut House<'_>, load: &Load, seed: u64) -> Result<Table> {
        let mut random = StdRng::seed_from_u64(seed);
        let columns = ["fault", "what", "lasted_s", "all_served_after_s", "whole_after_s"];
        let mut table = Table::new("faults", &columns);
        let progress = bar("faults", u64::from(self.faults));
        for (number, fault) in Fault::draw(&mut random, usize::from(self.faults)).into_iter().enumerate() {
            let began = Instant::now();
            fault.strike(house, &mut random).await.with_context(|| fault.name())?;
            let lasted = began.elapsed();
            let served = load.everybody_is_served(PATIENCE).await.with_context(|| fault.name())?;
            let whole = served + house.is_whole(PATIENCE).await.with_context(|| fault.name())?;
            let seconds = |duration: Duration| Cell::from(duration.as_secs_f64());
            let number = Cell::from(number as u64 + 1);
            table.row([number, fault.name().into(), seconds(lasted), seconds(served), seconds(whole)]);
            progress.step();
            sleep(BETWEEN).await;
        }
        Ok(table)
    }
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
