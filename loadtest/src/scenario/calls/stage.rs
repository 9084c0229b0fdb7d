//! Where the calls are played: they begin, are held until all of them live, and are let go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep, sleep_until};

use super::super::phone_line::{NUMBER, PhoneLine, handset};
use super::audit::Played;
use super::crew::{Agent, Crew};
use super::ledger::Ledger;
use super::script::{Course, Ender, Script};
use super::witness::{Heard, Witness};
use crate::provider::twilio::{Act, Answers, Person, Simulator};

/// In a call that would end by itself the agent picks up so many steps later: when all the others live.
const BROWSER_RINGS: u32 = 30;
/// How often the provider is asked how far its legs are.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) struct Stage<'a> {
    pub(super) simulator: &'a Simulator,
    pub(super) line: PhoneLine,
    pub(super) crew: Crew,
    pub(super) witness: Witness,
    /// Calls that begin, and that are let go, in a second.
    pub(super) per_s: u32,
    /// Callers are asked for their names, and agents to press a key.
    pub(super) is_screened: bool,
    pub(super) patience: Duration,
    /// How many were let go by now.
    pub(super) gone: AtomicUsize,
}

impl Stage<'_> {
    /// Has them all live at once: talks first, and when those are on the line who ends by himself, and who finds nobody
    /// free any more.
    pub(super) async fn begin(&self, scripts: &[Script]) -> Result<()> {
        self.begin_these(scripts, Course::is_talk).await?;
        self.until_at_the_provider("talks on the line", |ledger| {
            let mut talks = scripts.iter().filter(|script| script.course.is_talk());
            talks
                .all(|script| ledger.is_up(&handset(script.number)) && self.is_with_its_agent(ledger, script))
        })
        .await?;
        self.begin_these(scripts, |course| course == Course::Boxed).await?;
        self.begin_these(scripts, |course| !course.is_talk() && !course.is_incoming()).await?;
        self.begin_these(scripts, Course::is_missed).await?;
        self.witness
            .until(self.patience, |heard| {
                scripts.iter().all(|script| heard.created.contains_key(&handset(script.number))).then_some(())
            })
            .await
            .context("the hub does not tell of all calls")
    }

    async fn begin_these(&self, scripts: &[Script], which: impl Fn(Course) -> bool) -> Result<()> {
        let these: Vec<&Script> = scripts.iter().filter(|script| which(script.course)).collect();
        self.one_after_the_other(&these, async |script| {
            let begun = self.begin_one(script).await;
            begun.with_context(|| format!("call {} ({}) cannot begin", script.number, script.course.as_str()))
        })
        .await
    }

    async fn begin_one(&self, script: &Script) -> Result<()> {
        let contact = handset(script.number);
        if script.course.is_incoming() {
            self.simulator.call(&contact, NUMBER, self.caller(script))?;
            if script.course.is_asked_for() {
                self.behave(script, (&self.agent(script)?.address(), Answers::After(1)));
                let call = self.witness.call_with(&contact, self.patience).await?;
                self.agent(script)?.answer(&call).await?;
            }
            return Ok(());
        }
        let agent = self.agent(script)?;
        let picks_up = if script.course.is_talk() { 1 } else { BROWSER_RINGS };
        self.behave(script, (&agent.address(), Answers::After(picks_up)));
        self.behave(script, (&contact, script.course.answers()));
        agent.place(&self.line, &contact).await
    }

    /// What agents do to calls while they talk.
    pub(super) async fn switch(&self, scripts: &[Script]) -> Result<()> {
        let switched: Vec<&Script> = scripts.iter().filter(|script| script.control.is_some()).collect();
        self.one_after_the_other(&switched, async |script| {
            let call = self.witness.call_with(&handset(script.number), self.patience).await?;
            let control = script.control.unwrap_or_default();
            self.agent(script)?.switch(control, &call).await
        })
        .await
    }

    /// What agents have recorded as soon as the hub knows that they talk, until the provider does it or it is said that it will not.
    pub(super) async fn record(&self, scripts: &[Script]) -> Result<()> {
        let recorded: Vec<&Script> = scripts.iter().filter(|script| script.is_recorded).collect();
        self.one_after_the_other(&recorded, async |script| {
            let contact = handset(script.number);
            let talks = |heard: &Heard| {
                let call = heard.calls.get(&contact)?;
                (call.state == "in_progress" || call.is_over()).then(|| call.id.clone())
            };
            let call =
                self.witness.until(self.patience, talks).await.context("it is not known to be answered")?;
            let Some(asked) = self.agent(script)?.record(&call).await? else { return Ok(()) };
            let is_done = |heard: &Heard| {
                let call = heard.calls.get(&contact).filter(|call| call.rev >= asked.rev)?;
                (!call.waits_for("record")).then_some(())
            };
            self.witness.until(self.patience, is_done).await.context("it is not recorded")
        })
        .await
    }

    /// Puts an end to them all, whatever becomes of the hub meanwhile.
    pub(super) async fn let_go(&self, scripts: &[Script]) -> Result<()> {
        let all: Vec<&Script> = scripts.iter().collect();
        self.one_after_the_other(&all, async |script| {
            let let_go = self.let_one_go(script).await;
            self.gone.fetch_add(1, Ordering::SeqCst);
            let_go.with_context(|| format!("call {} ({}) cannot end", script.number, script.course.as_str()))
        })
        .await
    }

    async fn let_one_go(&self, script: &Script) -> Result<()> {
        let contact = handset(script.number);
        match (script.course, script.ended_by) {
            (Course::Busy | Course::Unanswered | Course::Unreachable, _) => Ok(()),
            (Course::LeavesMessage | Course::IsSilent, _) => Ok(()),
            (Course::GivenUp, _) => {
                let is_called = |heard: &Heard| heard.is_called(&contact).then_some(());
                self.witness.until(self.patience, is_called).await?;
                self.hang_up(script, &contact).await
            }
            (Course::Taken | Course::Placed, Ender::Agent) => self.hang_up(script, &contact).await,
            (Course::Taken | Course::Placed, Ender::Browser) => {
                self.leave(&self.agent(script)?.address());
                Ok(())
            }
            (Course::Missed | Course::Boxed, _) | (_, Ender::Contact) => {
                self.leave(&contact);
                Ok(())
            }
        }
    }

    async fn hang_up(&self, script: &Script, contact: &str) -> Result<()> {
        let call = self.witness.call_with(contact, self.patience).await?;
        self.agent(script)?.hang_up(&call).await
    }

    /// Somebody hangs up at his end. Who was hung up on already does nothing.
    fn leave(&self, party: &str) {
        if let Some(sid) = Ledger::of(self.simulator).sid(party) {
            self.simulator.act(sid, Act::HangsUp);
        }
    }

    /// Who is asked to press a key does, unless a voicemail box picked up: that talks.
    fn behave(&self, script: &Script, (address, answers): (&str, Answers)) {
        let responds = match script.course {
            Course::Boxed => {
                Act::Speaks { words: "I am not here. Speak after the tone.".to_owned(), seconds: 3 }
            }
            _ => Act::Keys("1".to_owned()),
        };
        let responses = if self.is_screened { vec![responds] } else { Vec::new() };
        self.simulator.behave(Some(address), Person { answers, responses, ..Person::default() });
    }

    /// What a caller does who is asked for his name, and to leave a message.
    fn caller(&self, script: &Script) -> Person {
        let name = Act::Says(format!("Caller {}", script.number));
        let named = self.is_screened.then_some(name).into_iter();
        let left: &[Act] = match (script.course, script.ended_by) {
            (Course::LeavesMessage, Ender::Contact) => &[Act::LeavesMessage, Act::HangsUp],
            (Course::LeavesMessage, _) => &[Act::LeavesMessage],
            _ => &[],
        };
        Person { responses: named.chain(left.iter().cloned()).collect(), ..Person::default() }
    }

    fn is_with_its_agent(&self, ledger: &Ledger, script: &Script) -> bool {
        self.agent(script).is_ok_and(|agent| ledger.is_up(&agent.address()))
    }

    fn agent(&self, script: &Script) -> Result<&Agent> {
        self.crew.agent(script.agent.context("nobody takes it")?)
    }

    /// What is to be found afterwards.
    pub(super) fn played(&self, script: &Script) -> Played {
        Played {
            contact: handset(script.number),
            agent: self.agent(script).ok().map(Agent::address),
            is_incoming: script.course.is_incoming(),
            is_given_up: script.course == Course::GivenUp,
            is_boxed: script.course == Course::Boxed,
        }
    }

    async fn until_at_the_provider(&self, what: &str, is_so: impl Fn(&Ledger) -> bool) -> Result<()> {
        let deadline = Instant::now() + self.patience;
        while !is_so(&Ledger::of(self.simulator)) {
            ensure!(Instant::now() < deadline, "the provider has not {what} within {:?}", self.patience);
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// So many a second, however long each takes.
    async fn one_after_the_other(
        &self,
        scripts: &[&Script],
        play: impl AsyncFn(&Script) -> Result<()>,
    ) -> Result<()> {
        let (began, play) = (Instant::now(), &play);
        stream::iter(scripts.iter().enumerate())
            .map(|(index, script)| async move {
                sleep_until(began + Duration::from_secs_f64(index as f64 / f64::from(self.per_s))).await;
                play(script).await
            })
            .buffer_unordered(scripts.len().max(1))
            .try_collect()
            .await
    }
}
