//! Every list that has pages stands in the order of an index, so no page sorts what it does not show.

use actors::testing::{Crowd, House, People};
use entities::{
    BoardId, JobId, Place, TenantId, Timestamp, api_key, board, channel, contact, job, job::JobStatus, user,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, QueryTrait, Select, Statement};
use uuid::Uuid;

use crate::plan::explain;

/// Deep pages, of everything a page can be asked of.
fn pages(backend: DbBackend, tenant: TenantId) -> Vec<(&'static str, Statement)> {
    fn built<E: EntityTrait>(backend: DbBackend, page: Select<E>) -> Statement {
        page.build(backend)
    }
    let place = Place { at: Timestamp::from_micros(7), id: Uuid::from_u128(7) };
    let (below, job) = (Some(place), Some(JobId::from_uuid(place.id)));
    let boards = || Some(vec![BoardId::from_uuid(place.id)]);
    let done = JobStatus::Done;
    let of_kind = job::Filter::Kind("conversation.wake".to_owned(), done);
    vec![
        ("boards", built(backend, board::Entity::page(tenant, None, below, 51))),
        ("some boards", built(backend, board::Entity::page(tenant, boards(), below, 51))),
        ("users", built(backend, user::Entity::page(tenant, below, 51))),
        ("channels", built(backend, channel::Entity::page(tenant, below, 51))),
        ("keys", built(backend, api_key::Entity::page(tenant, below, 51))),
        ("contacts", built(backend, contact::Entity::page(tenant, &contact::Filter::default(), below, 51))),
        ("jobs", built(backend, job::Entity::page(tenant, &job::Filter::All, job, 51))),
        ("jobs in a status", built(backend, job::Entity::page(tenant, &job::Filter::Status(done), job, 51))),
        ("jobs of a kind", built(backend, job::Entity::page(tenant, &of_kind, job, 51))),
    ]
}

/// Small tables are read whole and sorted whatever indexes they have; here the indexes are looked at.
async fn as_if_large(db: &DatabaseConnection) {
    if db.get_database_backend() == DbBackend::Postgres {
        let off = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off";
        db.execute_unprepared(off).await.unwrap();
    }
}

#[actix::test]
async fn every_page_stands_in_the_order_of_an_index() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let db = Crowd { conversations: 100, messages: 0 }.gather(&house, &people).await;
        node.close().await;
        as_if_large(&db).await;
        for (page, statement) in pages(db.get_database_backend(), people.tenant) {
            let plan = explain(&db, statement).await;
            assert!(plan.contains("Index Scan") || plan.contains("SEARCH"), "{page}: {plan}");
            assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{page}: {plan}");
        }
        db.close().await.unwrap();
    }
}
