//! What decides about an address is one row of an index, however much was said about others.

use actors::{
    journal::{Commit, Record, Row},
    testing::{Crowd, House, People},
};
use entities::{
    AddressKind, ConsentId, Json, Place, Principal, TenantId, Timestamp,
    consent::{ConsentSource, ConsentState, Entity, Model},
    sealed::{BlindIndex, DataKeyId, Sealed},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

/// The ten entries of each address.
fn entry(tenant: TenantId, (index, number): (BlindIndex, i64)) -> Model {
    Model {
        id: ConsentId::from_uuid(Uuid::now_v7()),
        tenant_id: tenant,
        contact_id: None,
        kind: AddressKind::Phone,
        label: None,
        sealed_value: Sealed::from_bytes(vec![1; 40]),
        key_id: DataKeyId::FIRST,
        blind_index: index,
        number,
        state: ConsentState::Revoked,
        scope: Json(Vec::new()),
        source: ConsentSource::Keyword,
        message_id: None,
        note: None,
        at: Timestamp::from_micros(number),
        actor: Principal::System,
    }
}

async fn written(house: &House, addresses: usize) -> (TenantId, BlindIndex, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let keys = node.ports.store().keys(people.tenant).await.unwrap();
    let index = |number: usize| keys.blind_index(AddressKind::Phone, number.to_string().as_bytes());
    let indexes: Vec<BlindIndex> = (0..addresses).map(index).collect();
    for part in indexes.chunks(100) {
        let each = part.iter().flat_map(|index| (1..=10).map(|number| (*index, number)));
        let rows = each.map(|of| Row::Insert(Record::Consent(entry(people.tenant, of)))).collect();
        let commit = Commit::new(people.tenant, node.ports.now(), rows, Vec::new());
        node.ports.journal.commit(commit).await.unwrap();
    }
    let db = Crowd { conversations: 1, messages: 0 }.gather(house, &people).await;
    db.execute_unprepared("ANALYZE consents").await.unwrap();
    node.close().await;
    (people.tenant, indexes[7], db)
}

#[actix::test]
async fn what_was_said_of_an_address_is_found_by_an_index_in_its_order() {
    for house in House::both().await {
        let (tenant, index, db) = written(&house, 2_000).await;
        let backend = db.get_database_backend();
        let place = Place { at: Timestamp::from_micros(5), id: Uuid::max() };
        let address = (AddressKind::Phone, index);
        for (query, by) in [
            (Entity::newest(tenant, AddressKind::Phone, index), "consents_one_number"),
            (Entity::page(tenant, address, None, 51), "consents_by_time"),
            (Entity::page(tenant, address, Some(place), 51), "consents_by_time"),
        ] {
            let plan = explain(&db, query.build(backend)).await;
            let sorts = plan.contains("Sort") || plan.contains("USE TEMP B-TREE FOR ORDER BY");
            assert!(plan.contains(by) && !sorts, "{plan}");
        }
        db.close().await.unwrap();
    }
}
