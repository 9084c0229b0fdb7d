//! What providers sent is listed, found again and swept from its indexes.

use actors::{
    journal::{Commit, Record, Row},
    testing::{Crowd, House, People},
};
use entities::{
    ChannelId, ReceiptId, TenantId, Timestamp,
    sealed::{DataKeyId, Sealed},
    webhook_receipt::{Entity, Filter, Model, ReceiptStatus},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

fn receipt(tenant: TenantId, number: u64) -> Model {
    let at = Timestamp::from_micros(i64::try_from(number).unwrap());
    let status = match number % 100 {
        0 => ReceiptStatus::Dead,
        1 => ReceiptStatus::Pending,
        _ => ReceiptStatus::Applied,
    };
    Model {
        id: ReceiptId::from_uuid(Uuid::now_v7()),
        tenant_id: tenant,
        provider: if number.is_multiple_of(50) { "rare" } else { "carrier" }.to_owned(),
        channel_id: ChannelId::from_uuid(Uuid::from_u128(u128::from(number % 7))),
        kind: "sms".to_owned(),
        dedupe_key: format!("sms:{number}"),
        status,
        attempts: 1,
        error: None,
        head: Sealed::from_bytes(vec![1; 64]),
        body: Sealed::from_bytes(vec![2; 400]),
        answer: None,
        key_id: DataKeyId::FIRST,
        contact_id: None,
        received_at: at,
        applied_at: None,
        updated_at: at,
        rev: 1,
    }
}

async fn written(house: &House, receipts: u64) -> (TenantId, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let numbers: Vec<u64> = (0..receipts).collect();
    for part in numbers.chunks(1_000) {
        let rows =
            part.iter().map(|number| Row::Insert(Record::WebhookReceipt(receipt(people.tenant, *number))));
        let commit = Commit::new(people.tenant, node.ports.now(), rows.collect(), Vec::new());
        node.ports.journal.commit(commit).await.unwrap();
    }
    let db = Crowd { conversations: 1, messages: 0 }.gather(house, &people).await;
    db.execute_unprepared("ANALYZE webhook_receipts").await.unwrap();
    node.close().await;
    (people.tenant, db)
}

fn asked() -> [(Filter, &'static [&'static str]); 4] {
    let (provider, status) = (|| Some("rare".to_owned()), Some(ReceiptStatus::Dead));
    [
        (Filter::default(), &["webhook_receipts_by_time"]),
        (Filter { status, ..Filter::default() }, &["webhook_receipts_by_status"]),
        (Filter { provider: provider(), ..Filter::default() }, &["webhook_receipts_by_provider"]),
        (
            Filter { provider: provider(), status },
            &["webhook_receipts_by_status", "webhook_receipts_by_provider"],
        ),
    ]
}

#[actix::test]
async fn every_list_of_receipts_starts_from_an_index_in_its_order() {
    for house in House::both().await {
        let (tenant, db) = written(&house, 20_000).await;
        let backend = db.get_database_backend();
        for (filter, indexes) in asked() {
            let plan = explain(&db, Entity::page(tenant, &filter, None, 51).build(backend)).await;
            assert!(indexes.iter().any(|index| plan.contains(index)), "{filter:?}: {plan}");
            let sorts = plan.contains("Sort") || plan.contains("USE TEMP B-TREE FOR ORDER BY");
            assert!(!plan.contains("Seq Scan") && !sorts, "{filter:?}: {plan}");
        }
        let news = Entity::of_news(tenant, "carrier", "sms:7").build(backend);
        let plan = explain(&db, news).await;
        assert!(plan.contains("webhook_receipts_one_of_news"), "{plan}");
        db.close().await.unwrap();
    }
}

#[actix::test]
async fn a_receipt_is_known_again_by_its_fence_before_there_are_statistics() {
    for house in House::both().await {
        house.node().await.close().await;
        // One connection, because it is held to a tenant.
        let mut options = ConnectOptions::new(house.url());
        let db = Database::connect(options.max_connections(1).to_owned()).await.unwrap();
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        if db.get_database_backend() == DbBackend::Postgres {
            let held = format!("SET switchboard.tenant = '{tenant}'");
            db.execute_unprepared(&held).await.unwrap();
        }
        let news = Entity::of_news(tenant, "carrier", "sms:7").build(db.get_database_backend());
        let plan = explain(&db, news).await;
        let (fence, unique) =
            ("webhook_receipts_one_of_news", "(tenant_id=? AND provider=? AND dedupe_key=?)");
        assert!(plan.contains(fence) || plan.contains(unique), "{plan}");
        db.close().await.unwrap();
    }
}
