//! Calls, all of them live at once, while callbacks are lost, doubled and reordered and the hub is killed.

mod audit;
mod crew;
mod figures;
mod ledger;
mod read_back;
mod recorded;
mod script;
mod seen;
mod stage;
mod witness;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};

use self::audit::{Evidence, audit};
use self::crew::Crew;
use self::ledger::Ledger;
use self::script::Script;
use self::stage::Stage;
use self::witness::Witness;
use super::phone_line::{self, HANDSETS, PhoneLine};
use super::settled;
use super::target::{HubArguments, Target};
use crate::client::Rest;
use crate::measure::open_files_limit;
use crate::provider::twilio::{Faults, Simulator, Twilio};
use crate::report::{Cell, Report, Table, bar};

/// A second of TwiML lasts one, as at the provider: the hub counts in seconds too.
const STEP: Duration = Duration::from_secs(1);
/// How long callers wait until they hear that nobody is there: until all calls have begun and some of them are let go, and at most as
/// long as a hub allows.
const RINGS_S: (u32, u32) = (45, 120);
/// So long after the end of a call the hub asks what was recorded of it: what was to be told by itself has come by then.
const ASKS_AFTER_S: u64 = 20;
/// Callers who come and go before anything is measured: what the first ones make the hub allocate once is not counted.
const WARM_UP: usize = 16;
/// Buffers are given back.
const SETTLE: Duration = Duration::from_secs(3);
/// Files the hub and we need beside the agents' sockets.
const OTHER_FILES: u64 = 300;
/// How often it is looked whether enough calls were let go.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Have contacts and agents call each other through a provider that loses callbacks, sends them twice and out of order,
/// and kill the hub while all calls are live. Exit code 2 when one ended otherwise than the provider says, or is told to
/// have ended not once.
#[derive(Debug, Args)]
pub struct Calls {
    #[command(flatten)]
    hub: HubArguments,
    /// How many calls are live at once.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=4_000))]
    calls: u32,
    /// How many agents there are at most; calls that find none are missed.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..=4_000))]
    agents: u32,
    /// Calls that begin, and that are let go, in a second.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    per_s: u32,
    /// How often the hub is killed: the first time when all calls are live and the first of them end.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=20))]
    kills: u32,
    /// Shares of what goes wrong at the provider.
    #[arg(long, default_value = "lose=0.03,duplicate=0.04,reorder=0.03")]
    faults: Faults,
    /// Have a share of those nobody takes leave a message after the tone, and a share of the talks recorded; then what the hub
    /// keeps of it is compared with what the provider recorded.
    #[arg(long)]
    recordings: bool,
    /// Have callers asked for their names, and agents called on telephones, where most of them press 1 and at some a voicemail box picks
    /// up.
    #[arg(long)]
    screening: bool,
    /// How long, in seconds, calls may take to be live, and then to be over. The hub asks after a minute.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(60..=7_200))]
    settle_within: u64,
}

impl Calls {
    /// # Errors
    /// When the hub cannot be started again or answers wrongly.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let account = Twilio { faults: self.faults, step: STEP, ..phone_line::account() };
        let simulator = Simulator::start(&account, seed).await?;
        let mut settings = phone_line::settings(&simulator, 1_000);
        settings.push(("SWITCHBOARD__PROVIDERS__TWILIO__PRICE_AFTER_S", ASKS_AFTER_S.to_string()));
        let run = async |target: &mut Target, report: &mut Report| {
            self.measure(target, report, &simulator, seed).await
        };
        let mut report = self.hub.run("calls", &settings, run).await?;
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
        let mut scripts = script::write(self.calls as usize, self.agents as usize, seed);
        if self.recordings {
            script::record(&mut scripts, seed);
        }
        if self.screening {
            script::screen(&mut scripts, seed);
        }
        let parties = scripts.len() + WARM_UP + if self.screening { script::agents(&scripts) } else { 0 };
        ensure!(
            parties <= HANDSETS,
            "{parties} contacts and agents need a telephone, and there are {HANDSETS}"
        );
        report.table(courses(&scripts));
        let mut stage = self.build(target, simulator, script::agents(&scripts)).await?;
        let warm_up: Vec<Script> = (0..WARM_UP).map(|index| Script::missed(scripts.len() + index)).collect();
        report.table(self.fill(target, &stage, (&warm_up, &scripts)).await?);
        let live = stage.witness.with(witness::Heard::live);
        if live < scripts.len() {
            report.failure(format!("{live} of {} calls were live at once", scripts.len()));
        }
        stage.switch(&scripts).await?;
        stage.record(&scripts).await?;
        stage.gone.store(0, Ordering::SeqCst);
        let ended =
            tokio::try_join!(self.kill_now_and_then(target, &stage.gone, seed), stage.let_go(&scripts));
        // An agent who was sent away is the better explanation of a call that does not end.
        stage.crew.check()?;
        let (killed, ()) = ended?;
        report.table(killed);
        let rest = target.rest()?;
        self.settle(report, &rest, simulator).await?;
        stage.crew.check()?;
        stage.witness.check()?;
        self.judge(report, &stage, &rest, [scripts, warm_up].concat()).await
    }

    /// The number, the agents, and who hears everything.
    async fn build<'a>(
        &self,
        target: &mut Target,
        simulator: &'a Simulator,
        agents: usize,
    ) -> Result<Stage<'a>> {
        target.own_process()?;
        let (needed, limit) = (agents as u64 + OTHER_FILES, open_files_limit()?);
        ensure!(
            limit >= needed,
            "{agents} agents need {needed} open files here and in the hub: run `ulimit -n {needed}` before (now {limit})"
        );
        let rest = target.rest()?;
        let line = PhoneLine::connect(&rest, simulator).await?;
        line.ring_in_turn(&rest, (self.rings_s(), self.screening)).await?;
        Ok(Stage {
            simulator,
            line,
            crew: Crew::come(target, (agents, self.screening), self.settle_within()).await?,
            witness: Witness::come(target).await?,
            per_s: self.per_s,
            is_screened: self.screening,
            patience: self.settle_within(),
            gone: AtomicUsize::new(0),
        })
    }

    /// Has all calls live at once; what they cost.
    async fn fill(
        &self,
        target: &Target,
        stage: &Stage<'_>,
        (warm_up, scripts): (&[Script], &[Script]),
    ) -> Result<Table> {
        let hub = target.instruments()?;
        stage.begin(warm_up).await?;
        stage.let_go(warm_up).await?;
        stage.witness.until(self.settle_within(), |heard| (heard.live() == 0).then_some(())).await?;
        sleep(SETTLE).await;
        let before = hub.resident_bytes()?;
        stage.begin(scripts).await?;
        sleep(SETTLE).await;
        Ok(figures::memory(stage.witness.with(witness::Heard::live), before, hub.resident_bytes()?))
    }

    /// The first kill comes when the first calls end, so that the others live and callbacks are on their way; the others
    /// when the seed says.
    async fn kill_now_and_then(&self, target: &mut Target, gone: &AtomicUsize, seed: u64) -> Result<Table> {
        let mut random = StdRng::seed_from_u64(seed);
        let share = |share: f64| (f64::from(self.calls) * share).ceil() as usize;
        let mut marks: Vec<usize> = vec![share(0.02)];
        marks.resize_with(self.kills as usize, || random.random_range(share(0.05)..=share(0.6)));
        marks.sort_unstable();
        let mut table = Table::new("kills", &["kill", "let_go", "hub_back_s"]);
        let progress = bar("kills", u64::from(self.kills));
        for (index, mark) in marks.into_iter().enumerate() {
            while gone.load(Ordering::SeqCst) < mark {
                sleep(LOOK_EVERY).await;
            }
            let hub = target.own_process()?;
            hub.kill().await?;
            let killed = Instant::now();
            hub.restart().await.context("the hub did not come back")?;
            let back = killed.elapsed().as_secs_f64();
            table.row([(index + 1).into(), gone.load(Ordering::SeqCst).into(), back.into()]);
            progress.step();
        }
        Ok(table)
    }

    async fn settle(&self, report: &mut Report, rest: &Rest, simulator: &Simulator) -> Result<()> {
        let began = Instant::now();
        let mut is_settled = settled::calls(rest, simulator, self.settle_within()).await?;
        if self.recordings {
            is_settled &= settled::recordings(rest, self.settle_within()).await?;
        }
        if !is_settled {
            report.failure(format!("not everything had come to its end within {} s", self.settle_within));
        }
        let mut table = Table::new("from the last call let go until nothing was owed", &["seconds"]);
        table.row([Cell::from(began.elapsed().as_secs_f64())]);
        report.table(table);
        Ok(())
    }

    async fn judge(
        &self,
        report: &mut Report,
        stage: &Stage<'_>,
        rest: &Rest,
        scripts: Vec<Script>,
    ) -> Result<()> {
        let evidence = Evidence {
            played: scripts.iter().map(|script| stage.played(script)).collect(),
            calls: read_back::calls(rest).await?,
            ends: read_back::ends(rest).await?,
            ledger: Ledger::of(stage.simulator),
        };
        let latencies = |heard: &_| figures::latencies(&evidence.played, &evidence.ledger, heard);
        report.table(stage.witness.with(latencies));
        let findings = audit(&evidence);
        let title = "what an outsider finds (bar: 0 but for the first four)";
        figures::judgement(report, title, &findings.counts(), &findings.broken_promises());
        if self.recordings {
            let (made, shown, told) = recorded::read(rest, stage.simulator).await?;
            let evidence = recorded::Evidence { calls: &evidence.calls, made, shown, told };
            let findings = recorded::audit(&evidence);
            let title = "what an outsider finds of recordings (bar: 0 but for the first four)";
            figures::judgement(report, title, &findings.counts(), &findings.broken_promises());
        }
        Ok(())
    }

    fn rings_s(&self) -> u32 {
        let (least, most) = RINGS_S;
        (least + 3 * self.calls / self.per_s).min(most)
    }

    fn settle_within(&self) -> Duration {
        Duration::from_secs(self.settle_within)
    }
}

/// What is to become of them.
fn courses(scripts: &[Script]) -> Table {
    let mut courses = std::collections::BTreeMap::<_, usize>::new();
    for script in scripts {
        *courses.entry(script.course).or_default() += 1;
    }
    let mut table = Table::new("calls, as they are to go", &["course", "calls"]);
    for (course, calls) in courses {
        table.row([course.as_str().into(), calls.into()]);
    }
    table
}
