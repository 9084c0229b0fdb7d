//! Sends nobody knows the end of, and those whose turn has not come.

use std::{sync::Arc, time::Duration};

use actors::{
    jobs::{Due, Outcome, Rules, attempts},
    testing::{House, Node, People, eventually},
};
use entities::{JobId, job::JobStatus, job_attempt::AttemptOutcome};
use parking_lot::Mutex;

use super::{job, kinds::Told, owe, reaches, worker};

const A_WHILE: Duration = Duration::from_secs(5);

fn unsure() -> Outcome {
    Outcome::Unsure { why: "cut".to_owned(), after: A_WHILE }
}

/// Moves the clock on, each time after the job was settled so often.
async fn settled(node: &Node, people: &People, id: JobId, times: usize) {
    eventually("the attempt is over", async || {
        let attempts = attempts(node.ports.store(), people.tenant, id).await.unwrap().unwrap();
        attempts.iter().filter(|attempt| attempt.ended_at.is_some()).nth(times - 1).map(drop)
    })
    .await;
    node.clock.advance(2 * A_WHILE);
}

#[actix::test]
async fn what_is_in_doubt_is_asked_about_before_it_is_done_again_and_keeps_its_place() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let begun = Arc::new(Mutex::new(Vec::new()));
        let noted = begun.clone();
        let run = |job: &Due| if job.attempt == 1 && job.payload == "1" { unsure() } else { Outcome::Done };
        let kind = Told::new("send", Rules::send(), run).answering(move |job| {
            noted.lock().push(job.begun_at);
            if job.attempt == 2 { unsure() } else { Outcome::retry("it certainly never left") }
        });
        let kind = Arc::new(kind);
        let [held, behind] = [1, 2].map(|number| job(&node, "send", Some("k"), number));
        let began = node.ports.now();
        owe(&node, &people, vec![held.clone(), behind.clone()]).await;
        let worker = worker(&node, kind.clone());
        for times in 1..4 {
            settled(&node, &people, held.id, times).await;
        }
        reaches(&node, &people, behind.id, JobStatus::Done).await;
        assert_eq!((kind.ran(), kind.asked()), (vec![1, 1, 2], vec![1, 1]));
        let begun = begun.lock().clone();
        assert!(
            begun[0] == begun[1] && begun[0].since(began) < A_WHILE,
            "both times about the first: {begun:?}"
        );
        let tried = attempts(node.ports.store(), people.tenant, held.id).await.unwrap().unwrap();
        let outcomes: Vec<_> = tried.iter().rev().filter_map(|attempt| attempt.outcome).collect();
        use AttemptOutcome::{Done, Failed, Unknown};
        assert_eq!(outcomes, [Unknown, Unknown, Failed, Done]);
        worker.drain(A_WHILE).await;
        node.close().await;
    }
}

#[actix::test]
async fn what_stays_in_doubt_is_a_persons_to_decide_and_done_again_when_he_says_so() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let rules = Rules { attempts: 2, ..Rules::send() };
    let run = |job: &Due| if job.attempt == 1 { unsure() } else { Outcome::Done };
    let kind = Arc::new(Told::new("send", rules, run).answering(|job| {
        assert!(job.last);
        unsure()
    }));
    let sent = job(&node, "send", None, 1);
    owe(&node, &people, vec![sent.clone()]).await;
    let worker = worker(&node, kind.clone());
    settled(&node, &people, sent.id, 1).await;
    reaches(&node, &people, sent.id, JobStatus::Unknown).await;
    let by = actors::asked::Asked::by(entities::Principal::User(people.owner));
    worker.redrive(people.tenant, &by, sent.id).await.unwrap();
    reaches(&node, &people, sent.id, JobStatus::Done).await;
    assert_eq!((kind.ran(), kind.asked()), (vec![1, 1], vec![1]));
    worker.drain(A_WHILE).await;
    node.close().await;
}

#[actix::test]
async fn what_waits_for_its_turn_is_not_overtaken() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let then = node.ports.now().plus(A_WHILE);
        let run = move |job: &Due| match job.payload.as_str() {
            "1" if job.attempt == 1 => Outcome::Wait(then),
            _ => Outcome::Done,
        };
        let kind = Arc::new(Told::new("send", Rules::send(), run));
        let [first, second] = [1, 2].map(|number| job(&node, "send", Some("k"), number));
        owe(&node, &people, vec![first.clone(), second.clone()]).await;
        let worker = worker(&node, kind.clone());
        settled(&node, &people, first.id, 1).await;
        reaches(&node, &people, second.id, JobStatus::Done).await;
        assert_eq!(kind.ran(), [1, 1, 2]);
        worker.drain(A_WHILE).await;
        node.close().await;
    }
}
