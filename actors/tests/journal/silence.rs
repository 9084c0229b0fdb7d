//! A line on which nothing is heard any more, and that never breaks: it is given up, and nothing is lost.

use std::time::Duration;

use actors::{
    event::log,
    journal::CommitError,
    testing::{Fate, House, Node, People, Proxy, eventually},
};

use super::{assert_dense, stored};

/// A node that reaches PostgreSQL over a line that can be forgotten, when there is a server.
async fn over_a_line() -> Option<(House, Proxy, Node)> {
    let house = House::postgres().await?.impatient(Duration::from_millis(900));
    let proxy = Proxy::before(house.url()).await;
    let node = house.node_with(proxy.url(), Default::default()).await;
    Some((house, proxy, node))
}

#[actix::test]
async fn a_node_whose_connections_all_go_silent_reads_and_writes_again() {
    let Some((_house, proxy, node)) = over_a_line().await else { return };
    let people = People::arrive(&node).await;
    proxy.forget();
    let last = eventually("it writes again", async || {
        let contact = people.newcomer(&node.ports);
        let written = node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await;
        assert!(matches!(written, Ok(_) | Err(CommitError::Unavailable)), "{written:?}");
        written.ok().map(|_| contact)
    })
    .await;
    // More than there are connections for reading, at once.
    eventually("it reads again", async || {
        let reads = (0..8).map(|_| log::extent(node.ports.store(), people.tenant));
        futures::future::join_all(reads).await.iter().all(Result::is_ok).then_some(())
    })
    .await;
    eventually("across tenants, too", async || {
        let read = node.ports.store().read_across_tenants(|db| async move { db.ping().await });
        read.await.ok()
    })
    .await;
    assert!(stored(node.ports.store(), people.tenant, last.id).await.is_some());
    assert_dense(node.ports.store(), people.tenant).await;
    node.close().await;
}

#[actix::test]
async fn a_commit_that_is_carried_out_and_never_answered_is_written_once() {
    let Some((_house, proxy, node)) = over_a_line().await else { return };
    let people = People::arrive(&node).await;
    for fate in [Fate::IsForgotten { arrives: true }, Fate::IsForgotten { arrives: false }] {
        let contact = people.newcomer(&node.ports);
        proxy.at_next_commit(fate);
        let committed = node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await.unwrap();
        assert_eq!(committed.seqs.len(), 1, "{fate:?}");
        assert!(stored(node.ports.store(), people.tenant, contact.id).await.is_some());
    }
    assert_eq!(assert_dense(node.ports.store(), people.tenant).await.len(), 3);
    node.close().await;
}
