//! Who is too slow is told so, and nobody else suffers.

use actors::{
    journal::{Commit, CommitError, Record, Row},
    testing::{House, Node, People},
};
use entities::contact;
use futures::future::join_all;

use super::{assert_dense, stored};

async fn made(node: &Node, people: &People) -> contact::Model {
    let contact = people.newcomer(&node.ports);
    node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await.unwrap();
    contact
}

#[actix::test]
async fn losers_are_out_and_the_rest_is_written() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let mut contacts = Vec::new();
        for _ in 0..20 {
            contacts.push(made(&node, &people).await);
        }
        for (index, contact) in contacts.iter_mut().enumerate() {
            // Every third saw a rev that is not there.
            contact.rev = if index % 3 == 0 { 9 } else { 2 };
        }
        let commits = contacts.iter().map(|contact| people.changing(&node.ports, contact, 1));
        let outcomes = join_all(commits.map(|commit| node.ports.journal.commit(commit))).await;
        for (index, (contact, outcome)) in contacts.iter().zip(outcomes).enumerate() {
            assert_eq!(outcome.err(), (index % 3 == 0).then_some(CommitError::Conflict));
            let rev = stored(node.ports.store(), people.tenant, contact.id).await.unwrap().rev;
            assert_eq!(rev, if index % 3 == 0 { 1 } else { 2 });
        }
        assert_eq!(assert_dense(node.ports.store(), people.tenant).await.len(), 1 + 20 + 13);
        node.close().await;
    }
}

#[actix::test]
async fn of_many_changes_to_one_rev_one_wins_also_between_nodes() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let contact = contact::Model { rev: 2, ..made(&one, &people).await };
        let nodes = [&one, &other].into_iter().cycle().take(20);
        let outcomes = join_all(nodes.map(|node| {
            let commit = people.changing(&node.ports, &contact, 1);
            node.ports.journal.commit(commit)
        }))
        .await;
        let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let lost = outcomes.iter().filter(|outcome| **outcome == Err(CommitError::Conflict)).count();
        assert_eq!((won, lost), (1, 19));
        assert_eq!(assert_dense(one.ports.store(), people.tenant).await.len(), 3);
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn of_many_that_want_the_same_unique_place_one_gets_it() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let contact = people.newcomer(&one.ports);
        let nodes = [&one, &other].into_iter().cycle().take(20);
        let outcomes = join_all(nodes.map(|node| {
            let commit = people.making(&node.ports, &contact, 1);
            node.ports.journal.commit(commit)
        }))
        .await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(assert_dense(one.ports.store(), people.tenant).await.len(), 2);
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_loser_writes_none_of_its_rows() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let standing = made(&node, &people).await;
        let fresh = people.newcomer(&node.ports);
        let rows = [&fresh, &standing].map(|contact| Row::Insert(Record::Contact(contact.clone())));
        let commit = Commit::new(people.tenant, node.ports.now(), rows.to_vec(), Vec::new());
        assert_eq!(node.ports.journal.commit(commit).await, Err(CommitError::Conflict));
        assert_eq!(stored(node.ports.store(), people.tenant, fresh.id).await, None);
        node.close().await;
    }
}

#[actix::test]
async fn a_commit_without_events_uses_no_seq() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let contact = people.newcomer(&node.ports);
        let silent = node.ports.journal.commit(people.making(&node.ports, &contact, 0)).await.unwrap();
        assert!(silent.seqs.is_empty());
        let contact = people.newcomer(&node.ports);
        let told = node.ports.journal.commit(people.making(&node.ports, &contact, 2)).await.unwrap();
        assert_eq!(told.seqs, [2, 3]);
        node.close().await;
    }
}
