//! A commit and its jobs are one.

use std::time::Duration;

use actors::{
    journal::{Commit, CommitError, NewJob},
    testing::{Fate, House, People, Proxy},
};
use entities::job::{Filter, JobStatus};

use super::{job, kinds::Told, owe, reaches, stored, worker};

#[actix::test]
async fn a_commit_that_loses_owes_nothing() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let contact = people.newcomer(&node.ports);
        node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await.unwrap();
        let owed = job(&node, "wake", None, 1);
        let Commit { rows, events, .. } = people.making(&node.ports, &contact, 1);
        let again = Commit::new(people.tenant, node.ports.now(), rows, events).owing(vec![owed.clone()]);
        assert_eq!(node.ports.journal.commit(again).await, Err(CommitError::Conflict));
        let none = actors::jobs::get(node.ports.store(), people.tenant, owed.id).await.unwrap();
        assert_eq!(none, None);
        node.close().await;
    }
}

#[actix::test]
async fn a_commit_whose_answer_is_lost_owes_its_jobs_once() {
    let Some(house) = House::postgres().await else { return };
    let proxy = Proxy::before(house.url()).await;
    let node = house.node_with(proxy.url(), Default::default()).await;
    let people = People::arrive(&node).await;
    for fate in [Fate::LosesItsAnswer, Fate::NeverArrives, Fate::ArrivesLate(Duration::from_millis(50))] {
        proxy.at_next_commit(fate);
        let owed = [job(&node, "wake", Some("k"), 1), job(&node, "wake", None, 2)];
        owe(&node, &people, owed.to_vec()).await;
        for owed in owed {
            assert_eq!(stored(&node, &people, owed.id).await.attempts, 0, "{fate:?}");
        }
    }
    let page = actors::jobs::page(node.ports.store(), people.tenant, Filter::All, None, 50).await.unwrap();
    assert_eq!(page.len(), 6);
    node.close().await;
}

#[actix::test]
async fn a_job_is_done_as_soon_as_it_is_owed_and_a_timer_not_before_its_time() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let kind = Told::timer();
        let worker = worker(&node, kind.clone());
        let now = job(&node, "wake", None, 1);
        let mut later = job(&node, "wake", Some("k"), 2);
        later.run_at = later.run_at.plus(Duration::from_secs(3600));
        owe(&node, &people, vec![later.clone(), now.clone()]).await;
        let done = reaches(&node, &people, now.id, JobStatus::Done).await;
        assert_eq!((done.attempts, done.last_error), (1, None));
        assert_eq!(stored(&node, &people, later.id).await.status, JobStatus::Scheduled);
        node.clock.advance(Duration::from_secs(3601));
        reaches(&node, &people, later.id, JobStatus::Done).await;
        assert_eq!(kind.ran(), [1, 2]);
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}

#[actix::test]
async fn a_job_of_a_kind_nobody_knows_here_waits_for_a_node_that_does() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let kind = Told::timer();
        let worker = worker(&node, kind.clone());
        let (strange, known) = (job(&node, "teleport", None, 1), job(&node, "wake", None, 2));
        owe(&node, &people, vec![strange.clone(), known.clone()]).await;
        reaches(&node, &people, known.id, JobStatus::Done).await;
        assert_eq!(stored(&node, &people, strange.id).await.status, JobStatus::Ready);
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}

#[actix::test]
async fn a_job_that_is_owed_again_under_its_id_is_moved_and_done_once_each_time() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let later = |minutes: u64| node.ports.now().plus(Duration::from_secs(60 * minutes));
        let first = NewJob { run_at: later(60), ..job(&node, "wake", Some("k"), 1) };
        owe(&node, &people, vec![first.clone()]).await;
        owe(&node, &people, vec![NewJob { run_at: later(1), payload: 2.into(), ..first.clone() }]).await;
        let kind = Told::timer();
        let worker = worker(&node, kind.clone());
        node.clock.advance(Duration::from_secs(90));
        reaches(&node, &people, first.id, JobStatus::Done).await;
        owe(&node, &people, vec![NewJob { run_at: later(1), payload: 3.into(), ..first.clone() }]).await;
        node.clock.advance(Duration::from_secs(7200));
        reaches(&node, &people, first.id, JobStatus::Done).await;
        assert_eq!(kind.ran(), [2, 3]);
        let other = NewJob { kind: "sleep", ..first };
        let contact = people.newcomer(&node.ports);
        let Commit { rows, events, .. } = people.making(&node.ports, &contact, 1);
        let stolen = Commit::new(people.tenant, node.ports.now(), rows, events).owing(vec![other]);
        assert_eq!(
            node.ports.journal.commit(stolen).await,
            Err(CommitError::Conflict),
            "it is of another kind"
        );
        worker.drain(Duration::from_secs(5)).await;
        node.close().await;
    }
}
