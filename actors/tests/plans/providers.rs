//! What is asked with every text that goes out or is told of: by names, each with its index.

use actors::testing::House;
use entities::{TenantId, channel::ChannelType, credential, message};
use sea_orm::{Database, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

#[actix::test]
async fn credentials_and_messages_are_found_by_what_a_provider_is_called_and_calls_them() {
    for house in House::both().await {
        let db = Database::connect(house.url()).await.unwrap();
        let (backend, tenant) = (db.get_database_backend(), TenantId::from_uuid(Uuid::from_u128(7)));
        let names = vec!["SM1".to_owned(), "SM2".to_owned()];
        let asked = [
            (credential::Entity::of_provider(tenant, "courier").build(backend), "credentials_one_provider"),
            (
                message::Entity::called(tenant, ChannelType::Twilio, names).build(backend),
                "messages_one_external_id",
            ),
        ];
        for (statement, index) in asked {
            let plan = explain(&db, statement).await;
            assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{index}: {plan}");
        }
        db.close().await.unwrap();
    }
}
