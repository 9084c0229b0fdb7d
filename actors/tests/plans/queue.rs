//! Giving out work costs the same however many conversations there are, and were.

use actors::testing::{Crowd, House, People};
use entities::{TenantId, UserId, conversation};
use sea_orm::{DatabaseConnection, QueryTrait, Statement};
use uuid::Uuid;

use crate::plan::{explain, pages_touched};

async fn gathered(house: &House, conversations: u64) -> (People, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let db = Crowd { conversations, messages: 0 }.gather(house, &people).await;
    node.close().await;
    (people, db)
}

/// What routing asks, each with the index it starts from.
fn asked(db: &DatabaseConnection, tenant: TenantId) -> [(Statement, &'static str); 3] {
    let backend = sea_orm::ConnectionTrait::get_database_backend(db);
    let user = UserId::from_uuid(Uuid::from_u128(7));
    let unresolved = "conversations_unresolved_by_assignee_id";
    [
        (conversation::Entity::queue(tenant, None, 100).build(backend), "conversations_queued"),
        (conversation::Entity::in_hand(tenant, user, 100).build(backend), unresolved),
        (conversation::Entity::loads(tenant, [user]).build(backend), unresolved),
    ]
}

#[actix::test]
async fn routing_starts_from_indexes_that_hold_only_what_is_open() {
    for house in House::both().await {
        let (people, db) = gathered(&house, 20_000).await;
        for (statement, index) in asked(&db, people.tenant) {
            let plan = explain(&db, statement).await;
            assert!(plan.contains(index), "{index}: {plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("USE TEMP B-TREE FOR ORDER BY"), "{plan}");
        }
        db.close().await.unwrap();
    }
}

#[actix::test]
async fn the_oldest_that_wait_are_found_in_as_many_pages_as_they_fill() {
    let mut touched = Vec::new();
    for conversations in [20_000, 120_000] {
        let Some(house) = House::postgres().await else { return };
        let (people, db) = gathered(&house, conversations).await;
        let [(queue, _), ..] = asked(&db, people.tenant);
        touched.push(pages_touched(&db, queue).await);
        db.close().await.unwrap();
    }
    assert!(touched[1] <= touched[0] + touched[0] / 5, "{touched:?}");
}
