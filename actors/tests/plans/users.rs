//! What concerns a user is found without looking at what concerns others.

use actors::testing::{House, People};
use entities::{Stretch, UserId, event::Entity};
use sea_orm::{ConnectionTrait, Database, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

/// Events of which one in ten concerns one of twenty users, and one in fifty was taken from one.
fn events(numbers: &str, user: &str, none: &str) -> String {
    format!(
        "INSERT INTO events (tenant_id, seq, id, type, topic_kind, topic_id, audience, actor_kind, at, key_id, data,
            user_id, left_user_id)
         SELECT t.id, 1000 + i, t.id, 'contact.updated', 'contact', t.id, 'agents', 'system', i, 1, {none},
            CASE WHEN i % 10 = 0 THEN {user} END, CASE WHEN i % 50 = 0 THEN {user} END
         FROM tenants t, {numbers}"
    )
}

#[actix::test]
async fn the_past_of_a_user_starts_from_indexes_that_hold_only_what_concerns_users() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        node.close().await;
        let db = Database::connect(house.url()).await.unwrap();
        let backend = db.get_database_backend();
        let insert = match backend {
            sea_orm::DbBackend::Postgres => events(
                "generate_series(1, 20000) AS s(i)",
                "('d' || lpad(to_hex(i % 20), 31, '0'))::uuid",
                "''::bytea",
            ),
            _ => events(
                "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n) s",
                "unhex('d' || printf('%031x', i % 20))",
                "x''",
            ),
        };
        for statement in [insert.as_str(), "ANALYZE"] {
            db.execute_unprepared(statement).await.unwrap();
        }
        let user = UserId::from_uuid(Uuid::from_u128(0xd << 124 | 10));
        for part in [Stretch::Last, Stretch::Before(9_000), Stretch::After(9_000)] {
            let own = Entity::of_user(people.tenant, user, part, 500).build(backend);
            let left = Entity::left_by_user(people.tenant, user, part, 500).build(backend);
            for (statement, index) in [(own, "events_by_user"), (left, "events_by_left_user")] {
                let plan = explain(&db, statement).await;
                assert!(plan.contains(index), "{index}: {plan}");
                assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN"), "{plan}");
                assert!(!plan.contains("USE TEMP B-TREE"), "{plan}");
            }
        }
        db.close().await.unwrap();
    }
}
