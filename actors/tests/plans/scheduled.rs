//! What is asked before something is said later, or unasked: few rows, each from an index of its own.

use actors::testing::House;
use entities::{ContactId, ConversationId, TenantId, message, scheduled_message};
use sea_orm::{Database, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

#[actix::test]
async fn what_waits_and_what_came_unasked_is_found_by_index() {
    for house in House::both().await {
        let db = Database::connect(house.url()).await.unwrap();
        let (backend, tenant) = (db.get_database_backend(), TenantId::from_uuid(Uuid::from_u128(7)));
        let conversation = ConversationId::from_uuid(Uuid::from_u128(8));
        let contact = ContactId::from_uuid(Uuid::from_u128(9));
        let asked = [
            (
                scheduled_message::Entity::waiting(tenant, conversation, 50).build(backend),
                "scheduled_messages_waiting",
            ),
            (message::Entity::automatic(tenant, [contact], 1).into_statement(backend), "messages_automatic"),
        ];
        for (statement, index) in asked {
            let plan = explain(&db, statement).await;
            assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{index}: {plan}");
        }
        db.close().await.unwrap();
    }
}
