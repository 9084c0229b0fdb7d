//! Those whose clock ran out are found without looking at the others.

use actors::testing::{Crowd, House, People};
use entities::conversation::{Entity, Filter};
use sea_orm::QueryTrait;

use crate::plan::explain;

#[actix::test]
async fn the_list_of_the_breached_starts_from_an_index_that_holds_only_them() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let db = Crowd { conversations: 20_000, messages: 0 }.gather(&house, &people).await;
        node.close().await;
        let filter = Filter { breached: true, ..Filter::default() };
        let page = Entity::page(people.tenant, &filter, None, 51)
            .build(sea_orm::ConnectionTrait::get_database_backend(&db));
        let plan = explain(&db, page).await;
        assert!(plan.contains("conversations_breached"), "{plan}");
        assert!(!plan.contains("Seq Scan") && !plan.contains("USE TEMP B-TREE FOR ORDER BY"), "{plan}");
        db.close().await.unwrap();
    }
}
