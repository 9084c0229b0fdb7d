//! Recordings are listed, found again and removed from their indexes.

use actors::{
    journal::{Commit, Record, Row},
    testing::{Crowd, House, People},
};
use entities::{
    CallId, ChannelId, ContactId, ConversationId, RecordingId, TenantId, Timestamp, UserId,
    recording::{Column, Entity, Filter, Model, RecordingKind, RecordingStatus},
    scope::newest_first,
    sealed::{DataKeyId, Sealed},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryFilter, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

fn named(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn recording(tenant: TenantId, number: u64) -> Model {
    let at = Timestamp::from_micros(i64::try_from(number).unwrap());
    Model {
        id: RecordingId::from_uuid(Uuid::now_v7()),
        tenant_id: tenant,
        call_id: CallId::from_uuid(named(number)),
        conversation_id: ConversationId::from_uuid(named(number / 4)),
        contact_id: ContactId::from_uuid(named(number / 4)),
        channel_id: ChannelId::from_uuid(named(1)),
        board_id: None,
        agent_id: Some(UserId::from_uuid(named(number % 50))),
        kind: if number.is_multiple_of(10) { RecordingKind::Voicemail } else { RecordingKind::Call },
        status: RecordingStatus::Completed,
        provider: "carrier".to_owned(),
        external_id: format!("RE{number}"),
        started_at: at,
        duration_s: None,
        transcript_status: None,
        expires_at: number.is_multiple_of(2).then_some(at),
        key_id: DataKeyId::FIRST,
        data: Sealed::from_bytes(vec![1; 400]),
        rev: 1,
        created_at: at,
        updated_at: at,
        created_by: None,
        updated_by: None,
        deleted_at: None,
    }
}

async fn written(house: &House, recordings: u64) -> (TenantId, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let numbers: Vec<u64> = (0..recordings).collect();
    for part in numbers.chunks(1_000) {
        let rows =
            part.iter().map(|number| Row::Insert(Record::Recording(recording(people.tenant, *number))));
        let commit = Commit::new(people.tenant, node.ports.now(), rows.collect(), Vec::new());
        node.ports.journal.commit(commit).await.unwrap();
    }
    let db = Crowd { conversations: 1, messages: 0 }.gather(house, &people).await;
    db.execute_unprepared("ANALYZE recordings").await.unwrap();
    node.close().await;
    (people.tenant, db)
}

fn asked() -> [(Filter, &'static str); 5] {
    let calls = || Filter::of(RecordingKind::Call);
    let (contact, agent) = (ContactId::from_uuid(named(7)), UserId::from_uuid(named(7)));
    [
        (Filter::of(RecordingKind::Voicemail), "recordings_newest"),
        (calls(), "recordings_newest"),
        (Filter { call_id: Some(CallId::from_uuid(named(7))), ..calls() }, "recordings_by_call"),
        (Filter { contacts: Some(vec![contact]), ..calls() }, "recordings_by_contact"),
        (Filter { agent_id: Some(agent), ..calls() }, "recordings_by_agent"),
    ]
}

#[actix::test]
async fn every_list_of_recordings_starts_from_an_index_in_its_order() {
    for house in House::both().await {
        let (tenant, db) = written(&house, 20_000).await;
        let backend = db.get_database_backend();
        for (filter, index) in asked() {
            let around = Entity::around(tenant, &filter);
            let rows = around.clone().filter(filter.condition());
            for rows in [around, rows] {
                let rows = newest_first(rows, (Column::StartedAt, Column::Id), None, 51);
                let plan = explain(&db, rows.build(backend)).await;
                assert!(plan.contains(index), "{filter:?}: {plan}");
                assert!(!plan.contains("Seq Scan"), "{filter:?}: {plan}");
            }
        }
        let one = explain(&db, Entity::called(tenant, "carrier", "RE7").build(backend)).await;
        assert!(one.contains("recordings_by_external_id"), "{one}");
        let over = Entity::over_across_tenants(Timestamp::from_micros(7), 100);
        let over = explain(&db, over.build(backend)).await;
        assert!(over.contains("recordings_by_expires_at"), "{over}");
        db.close().await.unwrap();
    }
}
