//! What several nodes cost and bring: from commit to frame on the same node and on another one, and sends a second of one node and of all.

mod companies;
mod latency;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use self::companies::{Company, Layout, found};
use self::latency::Latency;
use super::hub_process::HubProcess;
use super::servers::{ServerArguments, Servers};
use super::target::{HubArguments, Target};
use crate::report::{Cell, Report, Table, ratio};

/// Latency between nodes in an open loop, and durable sends in a closed one: of one node, and of all with every tenant on all of them, and
/// with each tenant on one.
#[derive(Debug, Args)]
pub struct Nodes {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    servers: ServerArguments,
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(2..=9))]
    nodes: u16,
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=32))]
    tenants: u16,
    /// How many conversations of each tenant send.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    conversations: u16,
    /// Messages a second in the open loop, over all tenants and nodes.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

impl Nodes {
    /// # Errors
    /// When a node cannot be started, is away, answers wrongly or falls behind.
    pub async fn run(&self) -> Result<Report> {
        let servers = self.servers.start(&self.hub).await?;
        let hub = self.hub.with_database_url(servers.database_url.clone());
        let run = async |target: &mut Target, report: &mut Report| {
            report.setting("servers", servers.whose());
            self.measure(target, report).await
        };
        let report = hub.run("nodes", &Servers::settings(&servers.redis_url), run).await;
        servers.stop().await?;
        report
    }

    async fn measure(&self, target: &mut Target, report: &mut Report) -> Result<()> {
        let companies = found(target, self.tenants.into(), self.conversations.into()).await?;
        let first = target.own_process()?.address();
        let one = self.closed(target, &companies, &Layout::shared(vec![first])).await?;
        let mut others = Vec::new();
        for _ in 1..self.nodes {
            others.push(target.own_process()?.beside().await?);
        }
        let nodes: Vec<SocketAddr> =
            std::iter::once(first).chain(others.iter().map(HubProcess::address)).collect();
        let shared = self.closed(target, &companies, &Layout::shared(nodes.clone())).await?;
        let pinned = self.closed(target, &companies, &Layout::pinned(nodes.clone())).await?;
        report.table(self.throughput([one, shared, pinned]));
        let latency = Latency { rate: self.rate.into(), during: self.during() };
        latency.measure(target, (&companies, &Layout::shared(nodes)), report).await?;
        for node in others {
            node.stop().await?;
        }
        Ok(())
    }

    /// Every conversation sends one message after the other.
    async fn closed(
        &self,
        target: &Target,
        companies: &[Company],
        layout: &Layout,
    ) -> Result<(f64, Duration, Duration)> {
        let load = layout.load(&target.endpoint(), companies).await?;
        let reached = load.closed(load.conversations.len(), self.during()).await?;
        Ok((reached.rate(), reached.latencies.at(0.5), reached.latencies.at(0.99)))
    }

    fn throughput(&self, reached: [(f64, Duration, Duration); 3]) -> Table {
        let mut table = Table::new(
            format!(
                "message.send, acknowledged when durable; closed loop, {} tenants with {} conversations each",
                self.tenants, self.conversations
            ),
            &["tenants_are", "nodes", "sends_per_s", "p50_ms", "p99_ms", "ratio_to_one_node"],
        );
        let of_one = reached[0].0;
        let layouts =
            [("on one node", 1), ("on all nodes", self.nodes), ("each on one of the nodes", self.nodes)];
        for ((layout, nodes), (rate, median, slow)) in layouts.into_iter().zip(reached) {
            table.row([
                Cell::from(layout),
                u64::from(nodes).into(),
                rate.into(),
                median.into(),
                slow.into(),
                ratio(rate, of_one).into(),
            ]);
        }
        table
    }

    fn during(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}
