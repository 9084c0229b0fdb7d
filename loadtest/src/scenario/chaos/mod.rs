//! Several nodes behind a balancer, and everything that can happen to them: nothing acknowledged is lost, nothing happens twice, every
//! client hears everything once, and nobody is shown who is not there.

mod fault;
mod house;
mod line;
mod scheduled;
mod staff;
mod toll;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use rand::{SeedableRng, rngs::StdRng};
use tokio::time::{Instant, sleep};

use self::fault::Fault;
use self::house::{House, Lines};
use self::line::Line;
use self::scheduled::Scheduling;
use self::staff::Staff;
use self::toll::{Cost, Toll};
use super::crash::audit::audit;
use super::crash::load::Load;
use super::crash::{read_back, tell};
use super::hub_process::HubProcess;
use super::people::open_conversations;
use super::phone_line::{self, PhoneLine};
use super::servers::{ServerArguments, Servers};
use super::target::{HubArguments, Target};
use super::texts::load::{Load as Texts, Plan};
use super::{settled, texts};
use crate::provider::twilio::Simulator;
use crate::report::{Report, bar};

/// Conversations of one session.
const PER_SESSION: usize = 4;
/// Between the end of one fault and the next.
const BETWEEN: Duration = Duration::from_secs(1);
/// How long what was said on one node may be on its way to another when the load ends.
const ON_ITS_WAY: Duration = Duration::from_secs(6);
/// How long a conversation may go unanswered after a fault, and nodes may need to hear each other again.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long texts and scheduled messages may take to come to their end; what a node had in hand when it was killed is asked about
/// after 52 s.
const SETTLE: Duration = Duration::from_secs(120);
/// Texts are sent until the last fault is over, but never more than these.
const MOST_TEXTS: u32 = 100_000;
/// To so many handsets.
const HANDSETS: u32 = 8;
/// What the hub may send: nothing is held back.
const TEXTS_PER_S: u32 = 1_000;

/// Start nodes over PostgreSQL and Redis behind a balancer, break everything in turn under load, and judge from outside: exit code
/// 2 when an acknowledged message is lost, doubled, out of order, or not heard once by whoever listens; when a text or a scheduled
/// message has not its effect once; when a client does not come back, or somebody is shown who has left.
#[derive(Debug, Args)]
pub struct Chaos {
    #[command(flatten)]
    hub: HubArguments,
    #[command(flatten)]
    servers: ServerArguments,
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(2..=9))]
    nodes: u16,
    /// How many faults, each kind once before any comes again.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=1000))]
    faults: u16,
    /// Of which kinds.
    #[arg(long, value_enum, value_delimiter = ',', hide_default_value = true, default_values_t = Fault::value_variants().to_vec())]
    kinds: Vec<Fault>,
    /// How many conversations send, each one message after the other.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=2000))]
    conversations: u32,
    /// How many texts go out a second. What was under way when a node was killed is asked about after 52 s, which the run waits for.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=100))]
    texts_per_s: u32,
}

/// What everything goes through, and where texts go.
struct Ways<'a> {
    lines: &'a Lines,
    balancer: &'a Line,
    provider: &'a Simulator,
}

/// All that goes on while things break.
struct Work {
    conversations: Vec<String>,
    load: Load,
    texts: Texts,
    scheduling: Scheduling,
    staff: Staff,
}

impl Chaos {
    /// # Errors
    /// When the nodes, or what they stand on, cannot be started, or answer wrongly.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let mut servers = self.servers.start(&self.hub).await?;
        let report = self.run_on(&mut servers, seed).await;
        servers.stop().await?;
        report
    }

    async fn run_on(&self, servers: &mut Servers, seed: u64) -> Result<Report> {
        let lines = Lines::to(servers).await?;
        let balancer = Line::to(Vec::new()).await?;
        let provider = Simulator::start(&phone_line::account(), seed).await?;
        let ways = Ways { lines: &lines, balancer: &balancer, provider: &provider };
        let hub = self.hub.with_database_url(lines.database_url.clone());
        let settings = settings(&ways);
        let run = async |target: &mut Target, report: &mut Report| {
            report.setting("servers", servers.whose());
            self.measure(target, report, (&ways, servers), seed).await
        };
        let mut report = hub.run("chaos", &settings, run).await?;
        report.join(provider.stop().await);
        Ok(report)
    }

    async fn measure(
        &self,
        target: &mut Target,
        report: &mut Report,
        (ways, servers): (&Ways<'_>, &mut Servers),
        seed: u64,
    ) -> Result<()> {
        let mut others = Vec::new();
        for _ in 1..self.nodes {
            others.push(target.own_process()?.beside().await?);
        }
        let nodes: Vec<SocketAddr> = std::iter::once(target.own_process()?.address())
            .chain(others.iter().map(HubProcess::address))
            .collect();
        ways.balancer.lead_to(nodes.clone());
        target.come_through(ways.balancer.address());
        let work = self.work(target, ways.provider, seed).await?;
        let (redis, database, own) = (&ways.lines.redis, &ways.lines.database, servers.own.as_mut());
        let mut house = House { first: target.own_process()?, others, redis, database, own };
        house.is_whole(PATIENCE).await?;
        let mut toll = Toll::default();
        let struck = self.strike(&mut house, &work.load, &mut toll, seed).await;
        let others = house.others;
        toll.tell(report, work.load.clients());
        if let Err(broken) = struck {
            report.failure(format!("{broken:#}"));
            return Ok(());
        }
        work.finish(target, (ways.provider, &nodes), report).await?;
        for node in others {
            node.stop().await?;
        }
        Ok(())
    }

    async fn work(&self, target: &Target, provider: &Simulator, seed: u64) -> Result<Work> {
        let rest = target.rest()?;
        let line = PhoneLine::connect(&rest, provider).await?;
        let conversations = open_conversations(target, self.conversations as usize).await?;
        let pause = Duration::from_secs(1).mul_f64(f64::from(HANDSETS) / f64::from(self.texts_per_s));
        let plan = Plan { messages: MOST_TEXTS, conversations: HANDSETS, pause };
        Ok(Work {
            load: Load::start(target.endpoint(), &conversations, PER_SESSION, seed).await?,
            texts: Texts::start(&rest, &line, plan, seed).await?,
            scheduling: Scheduling::start(target, seed).await?,
            staff: Staff::start(target, seed).await?,
            conversations,
        })
    }

    async fn strike(&self, house: &mut House<'_>, load: &Load, toll: &mut Toll, seed: u64) -> Result<()> {
        let mut random = StdRng::seed_from_u64(seed);
        let progress = bar("faults", u64::from(self.faults));
        for fault in Fault::draw(&mut random, &self.kinds, usize::from(self.faults)) {
            let began = Instant::now();
            fault.strike(house, &mut random).await.with_context(|| fault.name())?;
            let lasted = began.elapsed();
            let served = load.everybody_is_served(PATIENCE).await.with_context(|| fault.name())?;
            let whole = served + house.is_whole(PATIENCE).await.with_context(|| fault.name())?;
            sleep(BETWEEN).await;
            toll.add(Cost { fault, lasted, served, whole, absences: load.absences_since(began) });
            progress.step();
        }
        Ok(())
    }
}

impl Work {
    /// Lets all of it come to its end, and judges it.
    async fn finish(
        self,
        target: &Target,
        (provider, nodes): (&Simulator, &[SocketAddr]),
        report: &mut Report,
    ) -> Result<()> {
        let rest = target.rest()?;
        self.texts.stop();
        let (heard, sent, scheduled, remaining) = tokio::try_join!(
            self.load.finish(ON_ITS_WAY),
            self.texts.finish(SETTLE),
            self.scheduling.finish(&rest, SETTLE),
            self.staff.go_home(),
        )?;
        let (seen, is_settled) =
            tokio::try_join!(remaining.are_alone(&rest, nodes), settled::texts(&rest, provider, SETTLE))?;
        if !is_settled {
            report.failure(format!("not every text had come to its end within {SETTLE:?}"));
        }
        tell(report, &audit(&heard, &read_back(target, &self.conversations).await?));
        let evidence = texts::audit::Evidence {
            stored: sent.read_back(&rest).await?,
            sent: sent.texts,
            accepted: provider.accepted(),
        };
        texts::tell(report, &texts::audit::audit(&evidence));
        scheduled.tell(report);
        seen.tell(report);
        Ok(())
    }
}

fn settings(ways: &Ways<'_>) -> Vec<(&'static str, String)> {
    let mut settings = phone_line::settings(ways.provider, TEXTS_PER_S);
    settings.extend(texts::PATIENCE.map(|(name, value)| (name, value.to_owned())));
    settings.extend(Servers::settings(&ways.lines.redis_url));
    settings.extend([
        ("SWITCHBOARD__REALTIME__DRAIN_S", "2".to_owned()),
        ("SWITCHBOARD__HTTP__PUBLIC_URL", format!("http://{}", ways.balancer.address())),
        // Whoever is there at the beginning is there at the end.
        ("SWITCHBOARD__AUTH__ACCESS_TTL_S", "43200".to_owned()),
    ]);
    settings
}
