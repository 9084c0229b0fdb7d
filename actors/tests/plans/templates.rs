//! The list of templates starts from its index, whoever asks.

use actors::testing::{Crowd, House, People};
use entities::{BoardId, template::Entity};
use sea_orm::{ConnectionTrait, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

/// As many as there are conversations, each on the board of its one.
const TEMPLATES: &str = "INSERT INTO templates
    (id, tenant_id, name, body, board_id, channel_types, rev, created_at, updated_at)
    SELECT id, tenant_id, 'Hi', 'Hi', board_id, '[]', 1, activity_at, 1 FROM conversations";

#[actix::test]
async fn templates_are_listed_in_the_order_of_an_index_and_found_by_their_board() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let db = Crowd { conversations: 5_000, messages: 0 }.gather(&house, &people).await;
        node.close().await;
        for statement in [TEMPLATES, "ANALYZE templates"] {
            db.execute_unprepared(statement).await.unwrap();
        }
        let backend = db.get_database_backend();
        let all = explain(&db, Entity::page(people.tenant, None, None, 51).build(backend)).await;
        assert!(all.contains("templates_by_created_at "), "{all}");
        let seen = Entity::page(people.tenant, Some(vec![Crowd::BUSY_BOARD]), None, 51).build(backend);
        let seen = explain(&db, seen).await;
        let used = Entity::on_board(people.tenant, BoardId::from_uuid(Uuid::from_u128(1)), 1).build(backend);
        let used = explain(&db, used).await;
        assert!(used.contains("templates_by_board"), "{used}");
        for plan in [all, seen, used] {
            assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN templates"), "{plan}");
        }
        db.close().await.unwrap();
    }
}
