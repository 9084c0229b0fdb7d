//! A node that dies over its work: what it held comes back when its lease ends, and is never sent twice.

use std::{sync::Arc, time::Duration};

use actors::{
    jobs::{Due, Outcome, Rules, attempts},
    journal::{Claim, Known},
    testing::{House, Node, People},
};
use entities::{JobId, job::JobStatus, job_attempt::AttemptOutcome};
use uuid::Uuid;

use super::{job, kinds::Told, owe, reaches, stored, worker};

/// Takes every job that is due and is never seen again.
async fn take_and_die(node: &Node, kind: &'static str) {
    let now = node.ports.now();
    let lease_until = now.plus(Duration::from_secs(60));
    let claim = Claim {
        now,
        node: Uuid::now_v7(),
        kinds: vec![Known { kind, room: 10, lease_until }],
        room: 10,
        share: 10,
        running: Default::default(),
    };
    assert_eq!(node.ports.journal.claim(claim).await.unwrap().len(), 1);
}

/// A job that was begun by somebody who died, and what the worker makes of it after the lease.
async fn left_lying(
    house: &House,
    kind: Arc<Told>,
    status: JobStatus,
) -> (Vec<u64>, Vec<Option<AttemptOutcome>>) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let [held, behind] = [1, 2].map(|number| job(&node, "send", Some("k"), number));
    owe(&node, &people, vec![held.clone(), behind.clone()]).await;
    take_and_die(&node, "send").await;
    let worker = worker(&node, kind.clone());
    let running = reaches(&node, &people, held.id, JobStatus::Running).await;
    assert_eq!((running.attempts, kind.ran()), (1, vec![]), "the lease is respected");
    node.clock.advance(Duration::from_secs(61));
    reaches(&node, &people, held.id, status).await;
    reaches(&node, &people, behind.id, JobStatus::Done).await;
    let outcomes = outcomes(&node, &people, held.id).await;
    worker.drain(Duration::from_secs(5)).await;
    node.close().await;
    (kind.ran(), outcomes)
}

async fn outcomes(node: &Node, people: &People, id: JobId) -> Vec<Option<AttemptOutcome>> {
    let attempts = attempts(node.ports.store(), people.tenant, id).await.unwrap().unwrap();
    attempts.into_iter().rev().map(|attempt| attempt.outcome).collect()
}

fn send() -> Told {
    Told::new("send", Rules::send(), |_| Outcome::Done)
}

#[actix::test]
async fn a_timer_somebody_died_over_runs_again() {
    for house in House::both().await {
        let kind = Arc::new(Told::new("send", Rules::timer(), |_| Outcome::Done));
        let (ran, outcomes) = left_lying(&house, kind.clone(), JobStatus::Done).await;
        assert_eq!((ran, kind.asked()), (vec![1, 2], vec![]));
        assert_eq!(outcomes, [Some(AttemptOutcome::Expired), Some(AttemptOutcome::Done)]);
    }
}

#[actix::test]
async fn a_send_somebody_died_over_is_asked_about_and_never_sent_again() {
    for house in House::both().await {
        let kind = Arc::new(send());
        let (ran, outcomes) = left_lying(&house, kind.clone(), JobStatus::Unknown).await;
        assert_eq!((ran, kind.asked()), (vec![2], vec![1]), "a person decides about the first");
        assert_eq!(outcomes, [Some(AttemptOutcome::Unknown)]);
        let kind = Arc::new(send().answering(|_| Outcome::Done));
        let (ran, outcomes) = left_lying(&house, kind, JobStatus::Done).await;
        assert_eq!((ran, outcomes), (vec![2], vec![Some(AttemptOutcome::Done)]), "it had been sent");
    }
}

#[actix::test]
async fn a_send_that_certainly_did_not_leave_is_sent() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let kind = Arc::new(send().answering(|_| Outcome::retry("it never arrived")));
    let held = job(&node, "send", None, 1);
    owe(&node, &people, vec![held.clone()]).await;
    take_and_die(&node, "send").await;
    let worker = worker(&node, kind.clone());
    node.clock.advance(Duration::from_secs(61));
    reaches(&node, &people, held.id, JobStatus::Ready).await;
    node.clock.advance(Duration::from_secs(10));
    reaches(&node, &people, held.id, JobStatus::Done).await;
    assert_eq!((kind.asked(), kind.ran()), (vec![1], vec![1]));
    worker.drain(Duration::from_secs(5)).await;
    node.close().await;
}

#[actix::test]
async fn a_send_that_panics_is_asked_about() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let panics = |_: &Due| panic!("as the test asked");
    let kind = Arc::new(Told::new("send", Rules::send(), panics));
    let worker = worker(&node, kind.clone());
    let sent = job(&node, "send", None, 1);
    owe(&node, &people, vec![sent.clone()]).await;
    let unknown = reaches(&node, &people, sent.id, JobStatus::Unknown).await;
    assert_eq!((unknown.last_error.as_deref(), kind.asked()), (Some("who knows"), vec![1]));
    worker.drain(Duration::from_secs(5)).await;
    node.close().await;
}

#[actix::test]
async fn a_node_that_leaves_leaves_nothing_to_its_leases_not_even_what_it_was_just_taking() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        for number in 0..30 {
            let owed = job(&node, "send", None, number);
            owe(&node, &people, vec![owed.clone()]).await;
            let worker = worker(&node, Arc::new(send()));
            // A little later each time, so that some rounds are met in the middle.
            for _ in 0..number * 20 {
                tokio::task::yield_now().await;
            }
            worker.drain(Duration::from_secs(5)).await;
            let status = stored(&node, &people, owed.id).await.status;
            assert!(matches!(status, JobStatus::Ready | JobStatus::Done), "{number}: {status}");
        }
        node.close().await;
    }
}
