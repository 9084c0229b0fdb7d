//! Texts out while everything goes wrong: the provider loses, doubles and cuts, and the hub is killed.

pub(super) mod audit;
pub(super) mod load;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};

use self::audit::{Evidence, Findings, audit};
use self::load::{Load, Plan};
use super::phone_line::{self, PhoneLine};
use super::settled;
use super::target::{HubArguments, Target};
use crate::provider::twilio::{Faults, Simulator, Twilio};
use crate::report::{Cell, Report, Table, bar, per_second};

/// How often it is looked whether the provider has accepted enough.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How the hub is to ask. A request that is not answered within a second is asked about; its lease is 52 s then, which
/// is what a kill costs. How far a text came of whose end nobody tells is asked three seconds after it was taken.
pub(super) const PATIENCE: [(&str, &str); 4] = [
    ("SWITCHBOARD__PROVIDERS__TWILIO__CONNECT_TIMEOUT_S", "1"),
    ("SWITCHBOARD__PROVIDERS__TWILIO__TIMEOUT_S", "1"),
    ("SWITCHBOARD__PROVIDERS__TWILIO__SETTLE_S", "5"),
    ("SWITCHBOARD__PROVIDERS__TWILIO__STATUS_AFTER_S", "3"),
];

/// Send texts through a provider that loses callbacks, sends them twice and out of order and cuts connections, and
/// kill the hub meanwhile. Exit code 2 when one was sent twice, not at all, or ended otherwise than the provider says.
#[derive(Debug, Args)]
pub struct Texts {
    #[command(flatten)]
    hub: HubArguments,
    /// How many texts are sent.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    messages: u32,
    /// To how many handsets, one after the other to each.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    conversations: u32,
    /// How often the hub is killed.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=50))]
    kills: u32,
    /// Shares of what goes wrong at the provider.
    #[arg(long, default_value = "lose=0.05,duplicate=0.05,reorder=0.05,cut=0.02")]
    faults: Faults,
    /// How many texts a second the hub may send from its number, 1 to 1,000.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    messages_per_s: u32,
    /// How long, in seconds, texts may take to be on their way, and then to come to their end.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(60..=7_200))]
    settle_within: u64,
}

impl Texts {
    /// # Errors
    /// When the hub cannot be started again or answers wrongly.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let account = Twilio { faults: self.faults, ..phone_line::account() };
        let simulator = Simulator::start(&account, seed).await?;
        let mut settings = phone_line::settings(&simulator, self.messages_per_s);
        settings.extend(PATIENCE.map(|(name, value)| (name, value.to_owned())));
        let run = async |target: &mut Target, report: &mut Report| {
            self.measure(target, report, &simulator, seed).await
        };
        let mut report = self.hub.run("texts", &settings, run).await?;
        report.join(simulator.stop().await);
        Ok(report)
    }

    async fn measure(
        &self,
        target: &mut Target,
        report: &mut Report,
        simulator: &Simulator,
        seed: u64,
    ) -> Result<()> {
        target.own_process()?;
        let rest = target.rest()?;
        let line = PhoneLine::connect(&rest, simulator).await?;
        let began = Instant::now();
        let (messages, conversations) = (self.messages, self.conversations);
        let plan = Plan { messages, conversations, pause: Duration::ZERO };
        let load = Load::start(&rest, &line, plan, seed).await?;
        report.table(self.kill_now_and_then(target, simulator, seed).await?);
        let sent = load.finish(self.settle_within()).await?;
        if !settled::texts(&rest, simulator, self.settle_within()).await? {
            report.failure(format!("not everything had come to its end within {} s", self.settle_within));
        }
        let evidence = Evidence {
            stored: sent.read_back(&rest).await?,
            sent: sent.texts,
            accepted: simulator.accepted(),
        };
        let findings = audit(&evidence);
        tell(report, &findings);
        report.table(pace(findings.sent, began.elapsed()));
        Ok(())
    }

    fn settle_within(&self) -> Duration {
        Duration::from_secs(self.settle_within)
    }

    /// Each kill comes when the provider has accepted a number of texts the seed chooses: then others are on their way.
    async fn kill_now_and_then(
        &self,
        target: &mut Target,
        simulator: &Simulator,
        seed: u64,
    ) -> Result<Table> {
        let mut random = StdRng::seed_from_u64(seed);
        let share = |share: f64| (f64::from(self.messages) * share) as usize;
        let mut marks: Vec<usize> =
            (0..self.kills).map(|_| random.random_range(share(0.05)..=share(0.7))).collect();
        marks.sort_unstable();
        let mut table = Table::new("kills", &["kill", "accepted", "hub_back_s"]);
        let progress = bar("kills", u64::from(self.kills));
        for (index, mark) in marks.into_iter().enumerate() {
            let accepted = self.until_accepted(mark, simulator).await?;
            let hub = target.own_process()?;
            hub.kill().await?;
            let killed = Instant::now();
            hub.restart().await.context("the hub did not come back")?;
            table.row([(index + 1).into(), accepted.into(), killed.elapsed().as_secs_f64().into()]);
            progress.step();
        }
        Ok(table)
    }

    async fn until_accepted(&self, mark: usize, simulator: &Simulator) -> Result<usize> {
        let deadline = Instant::now() + self.settle_within();
        loop {
            let accepted = simulator.count();
            if accepted >= mark {
                return Ok(accepted);
            }
            ensure!(
                Instant::now() < deadline,
                "the provider has accepted {accepted} of {mark} texts within {:?}",
                self.settle_within()
            );
            sleep(LOOK_EVERY).await;
        }
    }
}

pub(super) fn tell(report: &mut Report, findings: &Findings) {
    let title = "texts out, as an outsider finds them (bar: the last nine 0)";
    report.promises(title, &findings.counts(), &findings.broken_promises());
}

fn pace(texts: usize, during: Duration) -> Table {
    let mut table =
        Table::new("from the first text to the last end, kills included", &["seconds", "texts_per_s"]);
    table.row([Cell::from(during.as_secs_f64()), per_second(texts as u64, during).into()]);
    table
}
