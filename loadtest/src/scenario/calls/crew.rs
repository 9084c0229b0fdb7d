//! Agents who are here, each in a session that comes back after every cut, and what they do to calls.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::super::people;
use super::super::phone_line::PhoneLine;
use super::super::target::Target;
use super::seen::SeenCall;
use crate::client::{Backoff, ClientError, News, Rest, Session, until_answered};
use crate::report::bar;

/// Agents who come at a time.
const AT_ONCE: usize = 8;

pub(super) struct Crew {
    agents: Vec<Agent>,
    /// Who hears what they are told: a session nobody reads from is closed.
    present: JoinSet<Result<()>>,
}

pub(super) struct Agent {
    session: Session,
    rest: Rest,
    /// What his browser is called.
    pub(super) browser: String,
    /// Over all repeats of what he does.
    patience: Duration,
}

/// What he does to a call, harmless when it is repeated.
#[derive(Serialize)]
struct Control<'a> {
    call_id: &'a str,
    client_id: String,
}

#[derive(Deserialize)]
struct Recording {
    call: SeenCall,
}

impl Crew {
    /// So many agents come, each as a user of his own.
    pub(super) async fn come(target: &Target, count: usize, patience: Duration) -> Result<Self> {
        let (rest, progress) = (target.rest()?, bar("agents", count as u64));
        let (rest, progress) = (&rest, &progress);
        let came: Vec<(Agent, mpsc::Receiver<News>)> = stream::iter(0..count)
            .map(|number| async move {
                let came = Agent::come(target, rest, (number, patience)).await;
                progress.step();
                came.with_context(|| format!("agent {number} cannot come"))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let (mut agents, mut present) = (Vec::new(), JoinSet::new());
        for (agent, news) in came {
            agents.push(agent);
            present.spawn(stay(news));
        }
        Ok(Self { agents, present })
    }

    pub(super) fn agent(&self, number: usize) -> Result<&Agent> {
        self.agents.get(number).with_context(|| format!("there is no agent {number}"))
    }

    /// # Errors
    /// When an agent was sent away for good.
    pub(super) fn check(&mut self) -> Result<()> {
        match self.present.try_join_next() {
            Some(gone) => gone.context("an agent panicked")?.context("an agent is gone"),
            None => Ok(()),
        }
    }
}

impl Agent {
    async fn come(
        target: &Target,
        rest: &Rest,
        (number, patience): (usize, Duration),
    ) -> Result<(Self, mpsc::Receiver<News>)> {
        let (id, token) =
            people::user(target, &format!("agent-{number}"), json!({ "role": "agent" })).await?;
        let endpoint = target.endpoint().with_token(&token);
        let (session, mut news) = Session::start(endpoint, Vec::new(), Backoff::default());
        let first = news.recv().await.context("he is gone")?;
        ensure!(matches!(first, News::Up(_)), "he was not let in: {first:?}");
        let browser = format!("user_{}", id.replace('-', ""));
        Ok((Self { session, rest: rest.with_token(token), browser, patience }, news))
    }

    /// Whom the provider calls to reach him.
    pub(super) fn address(&self) -> String {
        format!("client:{}", self.browser)
    }

    /// Calls a contact.
    pub(super) async fn place(&self, line: &PhoneLine, contact: &str) -> Result<()> {
        let client_id = format!("place-{contact}");
        let placed = json!({ "to": contact, "channel_id": line.channel, "client_id": client_id });
        let placing = || self.rest.post::<Value>("/api/calls/initiate", &placed);
        until_answered(Instant::now() + self.patience, placing).await?;
        Ok(())
    }

    pub(super) async fn answer(&self, call: &str) -> Result<()> {
        Ok(self.control("call.answer", call).await?)
    }

    /// Mutes or holds; a call the hub does not know yet to be answered is left alone.
    pub(super) async fn switch(&self, control: &str, call: &str) -> Result<()> {
        unless_refused(self.control(control, call).await, "CONFLICT")
    }

    /// Has a call recorded; how it stands then, unless it is over.
    pub(super) async fn record(&self, call_id: &str) -> Result<Option<SeenCall>> {
        let params = json!({ "call_id": call_id, "on": true, "client_id": format!("call.record-{call_id}") });
        let deadline = Instant::now() + self.patience;
        match self.session.request_until_answered::<Recording>("call.record", &params, deadline).await {
            Ok(Recording { call }) => Ok(Some(call)),
            refused => unless_refused(refused.map(drop), "CALL_OVER").map(|()| None),
        }
    }

    /// Hangs up, unless somebody else has.
    pub(super) async fn hang_up(&self, call: &str) -> Result<()> {
        unless_refused(self.control("call.hang_up", call).await, "CALL_OVER")
    }

    async fn control(&self, method: &str, call_id: &str) -> Result<(), ClientError> {
        let params = Control { call_id, client_id: format!("{method}-{call_id}") };
        let deadline = Instant::now() + self.patience;
        self.session.request_until_answered::<Value>(method, &params, deadline).await.map(drop)
    }
}

fn unless_refused(done: Result<(), ClientError>, as_code: &str) -> Result<()> {
    match done {
        Err(ClientError::Refused { code, .. }) if code == as_code => Ok(()),
        done => Ok(done?),
    }
}

async fn stay(mut news: mpsc::Receiver<News>) -> Result<()> {
    while let Some(news) = news.recv().await {
        if let News::GaveUp(why) = news {
            return Err(why).context("he was sent away");
        }
    }
    Ok(())
}
