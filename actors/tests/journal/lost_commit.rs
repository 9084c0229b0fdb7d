//! A COMMIT whose answer does not come: its outcome is late, never unknown, and never doubled.

use std::time::Duration;

use actors::{
    event::log,
    journal::{CommitError, Committed},
    testing::{Fate, People},
};

use super::{assert_dense, over_a_bad_line, stored};

/// Everything that can become of a COMMIT on a bad line.
const FATES: [Fate; 3] =
    [Fate::NeverArrives, Fate::LosesItsAnswer, Fate::ArrivesLate(Duration::from_millis(300))];

#[actix::test]
async fn a_commit_on_a_line_that_breaks_is_written_once_and_answered() {
    let Some((_house, proxy, node)) = over_a_bad_line().await else { return };
    let people = People::arrive(&node).await;
    let mut seq = 1;
    for fate in FATES {
        let contact = people.newcomer(&node.ports);
        proxy.at_next_commit(fate);
        let committed = node.ports.journal.commit(people.making(&node.ports, &contact, 2)).await;
        assert_eq!(committed, Ok(Committed { seqs: vec![seq + 1, seq + 2] }), "{fate:?}");
        assert_eq!(stored(node.ports.store(), people.tenant, contact.id).await, Some(contact));
        seq += 2;
    }
    assert_dense(node.ports.store(), people.tenant).await;
    let told: Vec<i64> =
        node.recorder.up_to(people.tenant, seq).await.iter().map(|event| event.seq).collect();
    assert_eq!(told, (1..=seq).collect::<Vec<_>>(), "each event is announced once");
    node.close().await;
}

#[actix::test]
async fn a_commit_without_events_is_found_again_too() {
    let Some((_house, proxy, node)) = over_a_bad_line().await else { return };
    let people = People::arrive(&node).await;
    let mut contact = people.newcomer(&node.ports);
    for fate in FATES {
        contact = people.newcomer(&node.ports);
        proxy.at_next_commit(fate);
        let made = node.ports.journal.commit(people.making(&node.ports, &contact, 0)).await;
        assert_eq!(made, Ok(Committed { seqs: vec![] }), "an insert, {fate:?}");
    }
    for fate in FATES {
        contact.rev += 1;
        proxy.at_next_commit(fate);
        let changed = node.ports.journal.commit(people.changing(&node.ports, &contact, 0)).await;
        assert_eq!(changed, Ok(Committed { seqs: vec![] }), "an update, {fate:?}");
    }
    node.close().await;
}

#[actix::test]
async fn a_tenant_is_founded_once_though_its_commit_was_lost() {
    let Some((_house, proxy, node)) = over_a_bad_line().await else { return };
    for fate in FATES {
        proxy.at_next_commit(fate);
        let people = People::arrive(&node).await;
        assert_eq!(assert_dense(node.ports.store(), people.tenant).await.len(), 1, "{fate:?}");
    }
    node.close().await;
}

#[actix::test]
async fn a_line_that_breaks_at_every_other_commit_loses_and_doubles_nothing() {
    let Some((_house, proxy, node)) = over_a_bad_line().await else { return };
    let people = People::arrive(&node).await;
    let mut count = 0;
    proxy.at_commits(move || {
        count += 1;
        if count % 2 == 0 { Fate::Passes } else { FATES[count / 2 % 2] }
    });
    let write = async |_| {
        let contact = people.newcomer(&node.ports);
        node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await.unwrap().seqs[0]
    };
    let mut seqs = futures::future::join_all((0..100).map(write)).await;
    seqs.sort_unstable();
    assert_eq!(seqs, (2..=101).collect::<Vec<_>>());
    assert_dense(node.ports.store(), people.tenant).await;
    node.close().await;
}

#[actix::test]
async fn a_frozen_database_is_answered_in_time_and_its_outcome_is_only_late() {
    let Some((_house, proxy, node)) = over_a_bad_line().await else { return };
    let people = People::arrive(&node).await;
    let contact = people.newcomer(&node.ports);
    let impatient = node.ports.journal.clone().with_deadline(Duration::from_millis(300));
    proxy.freeze();
    let told = impatient.commit(people.making(&node.ports, &contact, 1)).await;
    assert_eq!(told, Err(CommitError::Unavailable));
    proxy.thaw();
    // The lane is in order, so this one comes behind the late one.
    let next = people.newcomer(&node.ports);
    let seqs = node.ports.journal.commit(people.making(&node.ports, &next, 1)).await.unwrap().seqs;
    assert_eq!(seqs, [3], "the late one was written before");
    assert!(stored(node.ports.store(), people.tenant, contact.id).await.is_some());
    node.close().await;
}

#[actix::test]
async fn a_node_that_knows_nothing_yet_answers_in_time_too() {
    let Some((house, proxy, node)) = over_a_bad_line().await else { return };
    let people = People::arrive(&node).await;
    let fresh = house.node_with(proxy.url(), Default::default()).await;
    proxy.freeze();
    let impatient = fresh.ports.journal.clone().with_deadline(Duration::from_millis(300));
    let contact = people.newcomer(&fresh.ports);
    // It would have to fetch the tenant's keys first.
    let writing = impatient.commit(people.making(&fresh.ports, &contact, 1));
    let reading = log::extent(fresh.ports.store(), people.tenant);
    let both = tokio::time::timeout(Duration::from_secs(60), async { futures::join!(writing, reading) });
    let (written, read) = both.await.expect("an answer, and be it none");
    assert_eq!(written, Err(CommitError::Unavailable));
    assert!(read.is_err());
    proxy.thaw();
    node.close().await;
    fresh.close().await;
}
