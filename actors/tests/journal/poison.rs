//! A commit the database refuses whatever is done: found among the good ones, and alone refused.

use actors::{
    journal::{Commit, CommitError},
    testing::{House, Node, People},
};
use entities::{TenantId, contact};
use sea_orm::{ConnectionTrait, Database};

use super::{assert_dense, stored};

/// Writes fifty good contacts and `bad` among them, all at once.
async fn among_fifty(node: &Node, people: &People, bad: contact::Model) {
    let mut contacts: Vec<_> = (0..50).map(|_| people.newcomer(&node.ports)).collect();
    contacts.insert(31, bad);
    let commits: Vec<Commit> =
        contacts.iter().map(|contact| people.making(&node.ports, contact, 1)).collect();
    let written = commits.into_iter().map(|commit| node.ports.journal.commit(commit));
    let written = futures::future::join_all(written).await;
    for (index, (contact, outcome)) in contacts.iter().zip(written).enumerate() {
        let found = stored(node.ports.store(), people.tenant, contact.id).await;
        if index == 31 {
            assert_eq!((outcome, found), (Err(CommitError::Poison), None));
        } else {
            assert!(outcome.is_ok(), "{outcome:?}");
            assert_eq!(found.as_ref(), Some(contact));
        }
    }
    assert_eq!(assert_dense(node.ports.store(), people.tenant).await.len(), 51);
}

#[actix::test]
async fn a_row_that_violates_a_constraint_is_refused_and_fifty_others_are_written() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        // A foreign key: this row is of a tenant that does not exist.
        let tenant_id = TenantId::from_uuid(node.ports.draw());
        let bad = contact::Model { tenant_id, ..people.newcomer(&node.ports) };
        among_fifty(&node, &people, bad).await;
        node.close().await;
    }
}

#[actix::test]
async fn a_text_postgres_cannot_hold_is_refused_and_fifty_others_are_written() {
    let Some(house) = House::postgres().await else { return };
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let bad = contact::Model { name: "\0".to_owned(), ..people.newcomer(&node.ports) };
    among_fifty(&node, &people, bad).await;
    node.close().await;
}

#[actix::test]
async fn a_value_too_large_for_an_index_is_refused_and_fifty_others_are_written() {
    let Some(house) = House::postgres().await else { return };
    let node = house.node().await;
    let people = People::arrive(&node).await;
    // An index such as a later migration may make holds 2,704 bytes, and noise does not shrink.
    let noise: String = (0..500).map(|_| format!("{:016x}", rand::random::<u64>())).collect();
    let bad = contact::Model { stage: Some(noise), ..people.newcomer(&node.ports) };
    let db = Database::connect(house.url()).await.unwrap();
    db.execute_unprepared("CREATE INDEX narrow ON contacts (stage)").await.unwrap();
    db.close().await.unwrap();
    among_fifty(&node, &people, bad).await;
    node.close().await;
}

#[actix::test]
async fn a_tenant_without_a_log_is_refused_and_its_neighbours_are_written() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let nowhere = TenantId::from_uuid(node.ports.draw());
        node.ports.store().found(nowhere, node.ports.now()).unwrap();
        let contact = people.newcomer(&node.ports);
        let homeless = Commit { tenant: nowhere, ..people.making(&node.ports, &contact, 1) };
        let journal = &node.ports.journal;
        let (homeless, good) =
            futures::join!(journal.commit(homeless), journal.commit(people.making(&node.ports, &contact, 1)));
        assert_eq!(homeless, Err(CommitError::Poison));
        assert_eq!(good.unwrap().seqs, [2]);
        node.close().await;
    }
}
