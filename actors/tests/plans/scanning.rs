//! Files that wait for a scan are found without looking at the others.

use actors::testing::House;
use entities::{Timestamp, attachment};
use sea_orm::{Database, QueryTrait};

use crate::plan::explain;

#[actix::test]
async fn what_waits_for_a_scan_is_found_by_an_index_that_holds_only_that() {
    for house in House::both().await {
        let db = Database::connect(house.url()).await.unwrap();
        let waiting = attachment::Entity::scanning_across_tenants(Timestamp::from_micros(7), 100);
        let backend = sea_orm::ConnectionTrait::get_database_backend(&db);
        let plan = explain(&db, waiting.build(backend)).await;
        assert!(plan.contains("attachments_scanning"), "{plan}");
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{plan}");
        db.close().await.unwrap();
    }
}
