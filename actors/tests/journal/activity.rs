//! Contacts move in the lists beside their rev.

use std::time::Duration;

use actors::{
    journal::{Commit, Row},
    testing::{House, People},
};
use entities::contact;
use futures::future::join_all;

use super::stored;

#[actix::test]
async fn many_who_move_one_contact_at_once_all_succeed_and_the_latest_time_stands() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let id = people.contact(&one.ports).await.id;
        let start = one.ports.now();
        // The latest comes in the middle, so that whoever writes last does not have it.
        let after = |index: u64| start.plus(Duration::from_secs((index * 7 + 3) % 50));
        let commits = (0..50).map(|index| {
            let node = if index % 2 == 0 { &one } else { &other };
            let rows = vec![Row::ContactActive(id, after(index))];
            node.ports.journal.commit(Commit::new(people.tenant, start, rows, Vec::new()))
        });
        assert!(join_all(commits).await.iter().all(Result::is_ok));
        let contact = stored(one.ports.store(), people.tenant, id).await.unwrap();
        assert_eq!((contact.activity_at, contact.rev), (start.plus(Duration::from_secs(49)), 1));
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_change_decided_on_an_older_activity_does_not_take_the_newer_one_back() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let made = people.newcomer(&node.ports);
        node.ports.journal.commit(people.making(&node.ports, &made, 0)).await.unwrap();
        let later = made.activity_at.plus(Duration::from_secs(60));
        let rows = vec![Row::ContactActive(made.id, later)];
        let moved = Commit::new(people.tenant, later, rows, Vec::new());
        node.ports.journal.commit(moved).await.unwrap();
        let renamed = contact::Model { name: "Ada".to_owned(), rev: 2, ..made };
        node.ports.journal.commit(people.changing(&node.ports, &renamed, 1)).await.unwrap();
        let contact = stored(node.ports.store(), people.tenant, renamed.id).await.unwrap();
        assert_eq!((contact.name.as_str(), contact.activity_at), ("Ada", later));
        node.close().await;
    }
}

#[actix::test]
async fn activity_moves_no_other_tenants_contact() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, others) = (People::arrive(&node).await, People::arrive(&node).await);
        let id = people.contact(&node.ports).await.id;
        let before = stored(node.ports.store(), people.tenant, id).await.unwrap();
        let later = before.activity_at.plus(Duration::from_secs(60));
        let foreign = Commit::new(others.tenant, later, vec![Row::ContactActive(id, later)], Vec::new());
        node.ports.journal.commit(foreign).await.unwrap();
        let after = stored(node.ports.store(), people.tenant, id).await.unwrap();
        assert_eq!(after.activity_at, before.activity_at);
        node.close().await;
    }
}
