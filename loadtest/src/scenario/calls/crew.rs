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
use super::super::phone_line::{HANDSETS, PhoneLine, handset};
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
    /// Whom the provider calls to reach him: his browser, or his telephone.
    address: String,
    /// Over all repeats of what he does.
    patience: Duration,
}

/// What he does to a call, harmless when it is repeated.
#[derive(Serialize)]
struct Control<'a> {
    call_id: &'a str,
    client_id: String,
    #[serde(flatten)]
    way: Option<Way<'a>>,
}

/// Where he is called.
#[derive(Serialize)]
struct Way<'a> {
    via: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

#[derive(Deserialize)]
struct Recording {
    call: SeenCall,
}

impl Crew {
    /// So many agents come, each as a user of his own.
    pub(super) async fn come(
        target: &Target,
        (count, by_phone): (usize, bool),
        patience: Duration,
    ) -> Result<Self> {
        let (rest, progress) = (target.rest()?, bar("agents", count as u64));
        let (rest, progress) = (&rest, &progress);
        let came: Vec<(Agent, mpsc::Receiver<News>)> = stream::iter(0..count)
            .map(|number| async move {
                let came = Agent::come(target, rest, (number, by_phone, patience)).await;
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

impl<'a> Control<'a> {
    fn of(method: &str, call_id: &'a str) -> Self {
        Self { call_id, client_id: format!("{method}-{call_id}"), way: None }
    }
}

impl Agent {
    async fn come(
        target: &Target,
        rest: &Rest,
        (number, by_phone, patience): (usize, bool, Duration),
    ) -> Result<(Self, mpsc::Receiver<News>)> {
        let (id, token) =
            people::user(target, &format!("agent-{number}"), json!({ "role": "agent" })).await?;
        let endpoint = target.endpoint().with_token(&token);
        let (session, mut news) = Session::start(endpoint, Vec::new(), Backoff::default());
        let first = news.recv().await.context("he is gone")?;
        ensure!(matches!(first, News::Up(_)), "he was not let in: {first:?}");
        let address = match by_phone {
            true => handset(HANDSETS - 1 - number),
            false => format!("client:user_{}", id.replace('-', "")),
        };
        Ok((Self { session, rest: rest.with_token(token), address, patience }, news))
    }

    /// Whom the provider calls to reach him.
    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    /// The same, as the hub is told it.
    fn way(&self) -> Way<'_> {
        match self.address.starts_with("client:") {
            true => Way { via: "browser", phone: None },
            false => Way { via: "phone", phone: Some(&self.address) },
        }
    }

    /// Calls a contact.
    pub(super) async fn place(&self, line: &PhoneLine, contact: &str) -> Result<()> {
        let client_id = format!("place-{contact}");
        let Way { via, phone } = self.way();
        let placed = json!({ "to": contact, "channel_id": line.channel, "client_id": client_id, "via": via, "phone": phone });
        let placing = || self.rest.post::<Value>("/api/calls/initiate", &placed);
        until_answered(Instant::now() + self.patience, placing).await?;
        Ok(())
    }

    pub(super) async fn answer(&self, call: &str) -> Result<()> {
        let control = Control { way: Some(self.way()), ..Control::of("call.answer", call) };
        Ok(self.asks("call.answer", &control).await?)
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
        self.asks(method, &Control::of(method, call_id)).await
    }

    async fn asks(&self, method: &str, control: &Control<'_>) -> Result<(), ClientError> {
        let deadline = Instant::now() + self.patience;
        self.session.request_until_answered::<Value>(method, control, deadline).await.map(drop)
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
