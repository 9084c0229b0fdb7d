//! Calls are listed and found again from their indexes.

use actors::{
    journal::{Commit, Record, Row},
    testing::{Crowd, House, People},
};
use entities::{
    BoardId, CallId, ChannelId, ContactId, ConversationId, TenantId, Timestamp, UserId,
    call::{CallState, Entity, Filter, Model},
    message::Direction,
    sealed::{BlindIndex, DataKeyId, Sealed},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

fn named(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn index(number: u64) -> BlindIndex {
    format!("{}{number:04x}A", "A".repeat(38)).try_into().unwrap()
}

fn call(tenant: TenantId, number: u64) -> Model {
    let at = Timestamp::from_micros(i64::try_from(number).unwrap());
    let is_live = number.is_multiple_of(1_000);
    Model {
        id: CallId::from_uuid(Uuid::now_v7()),
        tenant_id: tenant,
        channel_id: ChannelId::from_uuid(named(1)),
        conversation_id: ConversationId::from_uuid(named(number / 4)),
        contact_id: ContactId::from_uuid(named(number / 4)),
        board_id: (!number.is_multiple_of(10)).then(|| BoardId::from_uuid(named(number % 10))),
        direction: if number.is_multiple_of(100) { Direction::Outbound } else { Direction::Inbound },
        state: if number.is_multiple_of(500) { CallState::Failed } else { CallState::Completed },
        provider: "carrier".to_owned(),
        external_id: Some(format!("CA{number}")),
        agent_id: Some(UserId::from_uuid(named(number % 50))),
        taken_by: None,
        number_index: Some(index(number / 4)),
        started_at: at,
        answered_at: None,
        ended_at: (!is_live).then_some(at),
        duration_s: None,
        missed: false,
        dropped: false,
        error_code: None,
        disposition: None,
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

async fn written(house: &House, calls: u64) -> (TenantId, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let numbers: Vec<u64> = (0..calls).collect();
    for part in numbers.chunks(1_000) {
        let rows = part.iter().map(|number| Row::Insert(Record::Call(call(people.tenant, *number))));
        let commit = Commit::new(people.tenant, node.ports.now(), rows.collect(), Vec::new());
        node.ports.journal.commit(commit).await.unwrap();
    }
    let db = Crowd { conversations: 1, messages: 0 }.gather(house, &people).await;
    db.execute_unprepared("ANALYZE calls").await.unwrap();
    node.close().await;
    (people.tenant, db)
}

fn asked() -> [(Filter, &'static str); 9] {
    let quiet = BoardId::from_uuid(named(99));
    let (contact, conversation) = (ContactId::from_uuid(named(7)), ConversationId::from_uuid(named(7)));
    [
        (Filter::default(), "calls_newest"),
        (Filter { live: Some(true), ..Filter::default() }, "calls_live"),
        (Filter { contacts: Some(vec![contact]), ..Filter::default() }, "calls_by_contact"),
        (Filter { conversation_id: Some(conversation), ..Filter::default() }, "calls_by_conversation"),
        (Filter { agent_id: Some(UserId::from_uuid(named(7))), ..Filter::default() }, "calls_by_agent"),
        (Filter { state: Some(CallState::Failed), ..Filter::default() }, "calls_by_state"),
        (Filter { direction: Some(Direction::Outbound), ..Filter::default() }, "calls_by_direction"),
        (Filter { number: Some(index(7)), ..Filter::default() }, "calls_by_number"),
        // On which there are none: a walk over all would find nothing to the end.
        (Filter { visible_boards: Some(vec![quiet]), ..Filter::default() }, "calls_by_board"),
    ]
}

#[actix::test]
async fn every_list_of_calls_starts_from_an_index_in_its_order() {
    for house in House::both().await {
        let (tenant, db) = written(&house, 20_000).await;
        let backend = db.get_database_backend();
        for (filter, index) in asked() {
            let plan = explain(&db, Entity::page(tenant, &filter, None, 51).build(backend)).await;
            assert!(plan.contains(index), "{filter:?}: {plan}");
            assert!(!plan.contains("Seq Scan"), "{filter:?}: {plan}");
            assert!(index == "calls_newest" || !plan.contains("calls_newest"), "{filter:?}: {plan}");
        }
        let plan = explain(&db, Entity::called(tenant, "carrier", "CA7").build(backend)).await;
        assert!(plan.contains("calls_by_external_id"), "{plan}");
        let plan = explain(&db, Entity::of_agent(tenant, UserId::from_uuid(named(7))).build(backend)).await;
        assert!(plan.contains("calls_of_agent"), "{plan}");
        db.close().await.unwrap();
    }
}
