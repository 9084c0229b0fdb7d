//! Signed webhooks: how many a second are on disk before they are answered, how long that takes, and whether each had
//! its effect once.

mod audit;
mod figures;
mod loops;
mod outbound;
mod post;
mod read_back;
mod sources;
mod storm;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;

use self::audit::{Taken, audit};
use self::outbound::Outbound;
use self::sources::{Arrivals, Steps, body};
use self::storm::{Ran, Storm};
use super::phone_line::{self, HANDSETS, PhoneLine};
use super::settled;
use super::target::{HubArguments, Target};
use crate::client::Rest;
use crate::floor::commit::Width;
use crate::provider::twilio::{Simulator, Twilio};
use crate::report::{Report, bar};

/// How long what was taken may wait for its effect.
const APPLIES_WITHIN: Duration = Duration::from_secs(120);
/// The provider's own callbacks come when all is over: ours are in their place.
const NEVER: Duration = Duration::from_secs(24 * 3600);
/// Loopback is measured no longer.
const ECHOES: Duration = Duration::from_secs(3);

/// Post signed webhooks: texts that come in, in a closed and in an open loop, and the steps of texts of ours. Then look
/// from outside whether each that was taken is there once: exit code 2 when one is lost, doubled or misplaced.
#[derive(Debug, Args)]
pub struct Webhooks {
    #[command(flatten)]
    hub: HubArguments,
    /// Over how many lines; each has one webhook under way.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    connections: u16,
    /// Texts a second in the open loop, 0 for none.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    rate: u32,
    /// From how many handsets texts come.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..=2_500))]
    senders: u16,
    /// Of how many texts of ours all three steps are told, 0 for none.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u16).range(0..=2_500))]
    outbound: u16,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

/// What was posted, and to whom.
struct Posted {
    ran: Vec<Ran>,
    arrivals: Arc<Arrivals>,
    outbound: Outbound,
}

impl Webhooks {
    /// # Errors
    /// When the hub is away or answers wrongly, or the floor cannot be measured.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let simulator = Simulator::start(&Twilio { step: NEVER, ..phone_line::account() }, seed).await?;
        let settings = phone_line::settings(&simulator, 1_000);
        let run = async |target: &mut Target, report: &mut Report| {
            self.measure(target, report, &simulator, seed).await
        };
        self.hub.run("webhooks", &settings, run).await
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
        let posted = self.post(target, (&rest, &line), simulator, seed).await?;
        let width = Width { conversations: usize::from(self.connections), tenants: 1 };
        let floor = target.place.commit(width, self.during(), seed).await?;
        report.table(figures::figures(&posted.ran, &floor));
        report.table(figures::loopback(self.during().min(ECHOES)).await?);
        figures::refusals(report, &posted.ran);
        judge(report, &rest, &line, &posted).await
    }

    async fn post(
        &self,
        target: &Target,
        (rest, line): (&Rest, &PhoneLine),
        simulator: &Simulator,
        seed: u64,
    ) -> Result<Posted> {
        let (senders, count) = (usize::from(self.senders), usize::from(self.outbound));
        ensure!(senders + count <= HANDSETS, "there are {HANDSETS} handsets");
        let outbound = Outbound::send(rest, line, simulator, (senders, count)).await?;
        let arrivals = Arc::new(Arrivals::new(&line.webhook_urls.sms, senders, seed)?);
        let storm = Storm { lines: usize::from(self.connections), hub: target.instruments()? };
        let texts = (&arrivals, arrivals.url());
        let progress = bar("webhooks", 3);
        let mut ran = vec![storm.closed("texts", texts, self.during()).await?];
        progress.step();
        if self.rate > 0 {
            ran.push(storm.open("texts", texts, (f64::from(self.rate), self.during())).await?);
        }
        progress.step();
        if count > 0 {
            let steps = Arc::new(Steps::of(&outbound.accepted)?);
            ran.push(storm.to_the_end("steps", (&steps, arrivals.url())).await?);
        }
        Ok(Posted { ran, arrivals, outbound })
    }

    fn during(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

async fn judge(report: &mut Report, rest: &Rest, line: &PhoneLine, posted: &Posted) -> Result<()> {
    if !settled::receipts(rest, APPLIES_WITHIN).await? {
        report.failure(format!("webhooks that were taken have no effect after {APPLIES_WITHIN:?}"));
    }
    let numbers = |webhooks: &'static str| {
        let these = posted.ran.iter().filter(move |ran| ran.webhooks == webhooks);
        these.flat_map(|ran| ran.reached.taken.iter().copied())
    };
    let arrivals = &posted.arrivals;
    let taken: Vec<Taken> = numbers("texts")
        .map(|number| Taken { from: arrivals.sender(number), body: body(arrivals.seed, number) })
        .collect();
    let shown = read_back::conversations(rest, &line.channel).await?;
    figures::judgement(report, &audit(&taken, &shown));
    let steps: Vec<u64> = numbers("steps").collect();
    let not_delivered = posted.outbound.not_delivered(rest, &steps).await?;
    if not_delivered > 0 {
        report
            .failure(format!("{not_delivered} texts do not show that they were delivered, which was taken"));
    }
    Ok(())
}
