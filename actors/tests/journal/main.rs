//! The journal: the only writer, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod activity;
mod fences;
mod losers;
mod lost_commit;
mod order;
mod poison;
mod room;
mod silence;

use actors::{
    event::{Recorded, log},
    store::Store,
    testing::{House, Node, Proxy},
};
use entities::{TenantId, contact, scope::TenantScope};

/// The whole log of a tenant.
async fn whole_log(store: &Store, tenant: TenantId) -> Vec<Recorded> {
    let mut read = Vec::new();
    loop {
        let after = read.last().map_or(0, |event: &Recorded| event.seq);
        let page = log::after(store, tenant, after, 500).await.unwrap();
        if page.is_empty() {
            return read;
        }
        read.extend(page);
    }
}

/// The seqs of a log, which must be 1, 2, 3, … up to what the log says of itself.
async fn assert_dense(store: &Store, tenant: TenantId) -> Vec<Recorded> {
    let events = whole_log(store, tenant).await;
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    let extent = log::extent(store, tenant).await.unwrap().unwrap();
    assert_eq!(seqs, (1..=extent.last_seq).collect::<Vec<_>>());
    events
}

/// A contact as it is stored.
async fn stored(store: &Store, tenant: TenantId, id: entities::ContactId) -> Option<contact::Model> {
    let find =
        move |db: actors::store::Reader| async move { contact::Entity::by_id(tenant, id).one(&*db).await };
    store.read(tenant, find).await.unwrap()
}

/// A node that reaches PostgreSQL over a line that can be broken, when there is a server.
async fn over_a_bad_line() -> Option<(House, Proxy, Node)> {
    let house = House::postgres().await?;
    let proxy = Proxy::before(house.url()).await;
    let node = house.node_with(proxy.url(), Default::default()).await;
    Some((house, proxy, node))
}
