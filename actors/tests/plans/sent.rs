//! What was sent in a stretch of time is read from an index, and nothing else is.

use actors::testing::{Crowd, House, People};
use migrations::testing::Table;
use sea_orm::{ConnectionTrait, Statement};

use crate::plan::explain;

#[actix::test]
async fn a_stretch_of_the_view_of_what_was_sent_is_read_from_its_index() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let db = Crowd { conversations: 10, messages: 5_000 }.gather(&house, &people).await;
        for statement in [
            "UPDATE messages SET direction = 'outbound', channel_type = 'twilio', sent_at = created_at + seq",
            "ANALYZE messages",
        ] {
            db.execute_unprepared(statement).await.unwrap();
        }
        let backend = db.get_database_backend();
        let tenant = Table::literal(backend, people.tenant.as_uuid());
        let asked = format!(
            "SELECT * FROM outbound_messages WHERE tenant_id = {tenant} AND sent_at >= 1 AND sent_at < 2
             ORDER BY sent_at DESC LIMIT 100"
        );
        let plan = explain(&db, Statement::from_string(backend, asked)).await;
        assert!(plan.contains("messages_sent"), "{plan}");
        let sorts = plan.contains("Sort") || plan.contains("USE TEMP B-TREE FOR ORDER BY");
        assert!(!plan.contains("Seq Scan") && !sorts, "{plan}");
        db.close().await.unwrap();
        node.close().await;
    }
}
