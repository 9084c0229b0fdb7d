//! Users who come and go while everything breaks, a few who stay, and whether every node shows at the end who is there, and nobody else.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use serde_json::json;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use crate::client::{Backoff, ClientError, Connection, Endpoint, Rest, Session};
use crate::report::{Cell, Report, Table};
use crate::scenario::people::user;
use crate::scenario::target::Target;

/// How many come and go, and how many stay.
const RESTLESS: usize = 12;
const SETTLED: usize = 3;
/// Who is on a node that died is here for thirty seconds more, and for those of the debounce; then some for looking.
const PATIENCE: Duration = Duration::from_secs(30 + 5 + 3);
/// Nobody comes or goes any more when nothing was seen to change for so long: more than the debounce.
const CALM: Duration = Duration::from_secs(6);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Between two tries to come in.
const AGAIN_AFTER: Duration = Duration::from_millis(200);

pub(super) struct Staff {
    restless: JoinSet<Result<()>>,
    stopping: Arc<AtomicBool>,
    visits: Arc<AtomicU64>,
    settled: BTreeSet<String>,
    sessions: Vec<(Session, JoinHandle<()>)>,
}

/// Everybody has left but these.
pub(super) struct Remaining {
    users: BTreeSet<String>,
    visits: u64,
    _sessions: Vec<(Session, JoinHandle<()>)>,
}

/// What was seen of presence at the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    visits: u64,
    /// How long after the last had left every node showed exactly who remains, for good.
    right_after: Option<Duration>,
    /// What is wrong, by node.
    wrong: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Presence {
    data: Vec<Here>,
    #[serde(default)]
    uncertain: bool,
}

#[derive(Debug, Deserialize)]
struct Here {
    user_id: String,
}

impl Staff {
    /// Hires them, and lets them come.
    pub(super) async fn start(target: &Target, seed: u64) -> Result<Self> {
        let (stopping, visits) = (Arc::default(), Arc::default());
        let mut staff = Self {
            restless: JoinSet::new(),
            stopping,
            visits,
            settled: BTreeSet::new(),
            sessions: Vec::new(),
        };
        for number in 0..RESTLESS + SETTLED {
            let as_what = json!({ "role": "agent", "boards": [] });
            let (id, token) = user(target, &format!("agent{number}"), as_what).await?;
            let endpoint = target.endpoint().with_token(token);
            if number < SETTLED {
                let (session, mut news) = Session::start(endpoint, Vec::new(), Backoff::default());
                let listening = tokio::spawn(async move { while news.recv().await.is_some() {} });
                staff.settled.insert(id);
                staff.sessions.push((session, listening));
                continue;
            }
            let (stopping, visits) = (Arc::clone(&staff.stopping), Arc::clone(&staff.visits));
            let random = StdRng::seed_from_u64(seed.wrapping_add(number as u64));
            staff.restless.spawn(come_and_go(endpoint, random, stopping, visits));
        }
        Ok(staff)
    }

    /// Returns when all who come and go have left.
    pub(super) async fn go_home(mut self) -> Result<Remaining> {
        self.stopping.store(true, Ordering::SeqCst);
        while let Some(left) = self.restless.join_next().await {
            left.context("a user panicked")?.context("a user cannot come in")?;
        }
        let visits = self.visits.load(Ordering::SeqCst);
        Ok(Remaining { users: self.settled, visits, _sessions: self.sessions })
    }
}

impl Remaining {
    /// Asks every node, from the moment the last other one had left.
    pub(super) async fn are_alone(&self, owner: &Rest, nodes: &[SocketAddr]) -> Result<Seen> {
        let (began, mut right_since) = (Instant::now(), None);
        loop {
            let mut wrong = Vec::new();
            for node in nodes {
                let presence: Presence = owner.at(*node).get("/api/presence?limit=200").await?;
                wrong.extend(differences(&self.users, &presence).map(|what| format!("{node} {what}")));
            }
            let now = Instant::now();
            right_since = wrong.is_empty().then(|| right_since.unwrap_or(now));
            let is_calm = right_since.is_some_and(|since| now - since > CALM);
            if is_calm || now - began > PATIENCE {
                let right_after = right_since.map(|since| since - began);
                return Ok(Seen { visits: self.visits, right_after, wrong });
            }
            sleep(LOOK_EVERY).await;
        }
    }
}

impl Seen {
    pub(super) fn tell(&self, report: &mut Report) {
        let title =
            "presence, when all but a few have left (bar: nothing is wrong after 30 s and the debounce)";
        let mut table = Table::new(title, &["visits", "right_on_all_nodes_after_s", "wrong"]);
        let right_after = self.right_after.map_or(Cell::Nothing, |after| after.as_secs_f64().into());
        table.row([self.visits.into(), right_after, self.wrong.len().into()]);
        report.table(table);
        if let Some(example) = self.wrong.first() {
            report.failure(format!("presence is wrong in {} ways, for instance {example}", self.wrong.len()));
        }
    }
}

/// How what a node shows differs from who is there.
fn differences(there: &BTreeSet<String>, shown: &Presence) -> impl Iterator<Item = String> {
    let users: BTreeSet<String> = shown.data.iter().map(|here| here.user_id.clone()).collect();
    let ghosts = users.difference(there).map(|user| format!("shows {user}, who has left"));
    let missing = there.difference(&users).map(|user| format!("does not show {user}, who is there"));
    let uncertain = shown.uncertain.then(|| "is uncertain".to_owned());
    ghosts.chain(missing).chain(uncertain).collect::<Vec<_>>().into_iter()
}

async fn come_and_go(
    endpoint: Endpoint,
    mut random: StdRng,
    stopping: Arc<AtomicBool>,
    visits: Arc<AtomicU64>,
) -> Result<()> {
    while !stopping.load(Ordering::SeqCst) {
        let mut moment = |most: u64| Duration::from_millis(random.random_range(100..=most));
        let (stay, away) = (moment(4_000), moment(8_000));
        let says_goodbye = random.random_bool(0.5);
        match visit(&endpoint, stay, says_goodbye).await {
            Ok(()) => visits.fetch_add(1, Ordering::SeqCst),
            Err(error) if error.may_be_repeated() => {
                sleep(AGAIN_AFTER).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let back_at = Instant::now() + away;
        while Instant::now() < back_at && !stopping.load(Ordering::SeqCst) {
            sleep(LOOK_EVERY).await;
        }
    }
    Ok(())
}

/// Who is cut off meanwhile does not come back for it.
async fn visit(endpoint: &Endpoint, stay: Duration, says_goodbye: bool) -> Result<(), ClientError> {
    let (connection, _events) = Connection::open(endpoint, None).await?;
    connection.subscribe(&["presence".to_owned()], None).await?;
    sleep(stay).await;
    match says_goodbye {
        true => connection.close().await,
        false => connection.cut().await,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(users: &[&str], uncertain: bool) -> Presence {
        let data = users.iter().map(|user| Here { user_id: (*user).to_owned() }).collect();
        Presence { data, uncertain }
    }

    fn found(shown: &Presence) -> Vec<String> {
        differences(&["a".to_owned(), "b".to_owned()].into(), shown).collect()
    }

    #[test]
    fn exactly_those_who_are_there_is_right() {
        assert!(found(&shown(&["b", "a"], false)).is_empty());
        assert_eq!(found(&shown(&["a", "b", "c"], false)), ["shows c, who has left"]);
        assert_eq!(found(&shown(&["a"], false)), ["does not show b, who is there"]);
        assert_eq!(found(&shown(&["a", "b"], true)), ["is uncertain"]);
    }
}
