//! The record is asked for by what stands in it, and a page costs the same however long it is.

use actors::journal::{Commit, Record, Row};
use actors::testing::{Crowd, House, People};
use entities::{
    AuditId, ContactId, Json, TenantId, Timestamp, UserId, audit_entry, audit_entry::Filter,
    message::AuthorKind,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryTrait, Statement};
use uuid::Uuid;

use crate::plan::{explain, pages_touched};

const ACTIONS: [&str; 4] = ["messages.read", "user.signed_in", "board.update", "key.create"];

fn entry(tenant: TenantId, number: u64) -> audit_entry::Model {
    let of = |kinds: u64| Some(Uuid::from_u128(u128::from(number % kinds)));
    audit_entry::Model {
        id: AuditId::from_uuid(Uuid::now_v7()),
        tenant_id: tenant,
        at: Timestamp::from_micros(i64::try_from(number).unwrap()),
        actor_kind: AuthorKind::User,
        actor_id: of(50),
        action: ACTIONS[usize::try_from(number % 4).unwrap()].to_owned(),
        target_kind: "conversation".to_owned(),
        target_id: of(500),
        contact_id: of(400).map(ContactId::from_uuid),
        ip: None,
        request_id: None,
        details: Json::default(),
    }
}

async fn written(house: &House, entries: u64) -> (TenantId, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let numbers: Vec<u64> = (0..entries).collect();
    for part in numbers.chunks(2_000) {
        let rows = part.iter().map(|number| Row::Insert(Record::AuditEntry(entry(people.tenant, *number))));
        let commit = Commit::new(people.tenant, node.ports.now(), rows.collect(), Vec::new());
        node.ports.journal.commit(commit).await.unwrap();
    }
    let db = Crowd { conversations: 1, messages: 0 }.gather(house, &people).await;
    db.execute_unprepared("ANALYZE audit_entries").await.unwrap();
    node.close().await;
    (people.tenant, db)
}

/// What officers ask, each with the index it starts from.
fn asked(backend: DbBackend, tenant: TenantId) -> [(Statement, &'static str); 6] {
    let (id, action) = (Uuid::from_u128(7), || Some("key.create".to_owned()));
    let page = |filter: Filter| audit_entry::Entity::page(tenant, filter, None, 51).build(backend);
    let user = UserId::from_uuid(id).as_uuid();
    [
        (page(Filter::default()), "audit_entries_by_at"),
        (
            page(Filter { from: Some(Timestamp::from_micros(100)), ..Filter::default() }),
            "audit_entries_by_at",
        ),
        (page(Filter { actor_id: Some(user), ..Filter::default() }), "audit_entries_by_actor"),
        (page(Filter { action: action(), ..Filter::default() }), "audit_entries_by_action"),
        (page(Filter { target_id: Some(id), ..Filter::default() }), "audit_entries_by_target"),
        (
            page(Filter { contact_id: Some(ContactId::from_uuid(id)), ..Filter::default() }),
            "audit_entries_by_contact",
        ),
    ]
}

#[actix::test]
async fn each_filter_of_the_record_has_its_index() {
    for house in House::both().await {
        let (tenant, db) = written(&house, 20_000).await;
        for (statement, index) in asked(db.get_database_backend(), tenant) {
            let plan = explain(&db, statement).await;
            assert!(plan.contains(index), "{index}: {plan}");
            let sorts = plan.contains("Sort") || plan.contains("USE TEMP B-TREE FOR ORDER BY");
            assert!(!plan.contains("Seq Scan") && !sorts, "{plan}");
        }
        db.close().await.unwrap();
    }
}

#[actix::test]
async fn a_page_of_the_record_costs_the_same_however_long_it_is() {
    let mut touched: Vec<Vec<u64>> = Vec::new();
    for entries in [20_000, 60_000] {
        let Some(house) = House::postgres().await else { return };
        let (tenant, db) = written(&house, entries).await;
        let mut pages = Vec::new();
        for (statement, _) in asked(db.get_database_backend(), tenant) {
            pages.push(pages_touched(&db, statement).await);
        }
        touched.push(pages);
        db.close().await.unwrap();
    }
    for (few, many) in touched[0].iter().zip(&touched[1]) {
        assert!(*many <= few + few / 2 + 10, "{touched:?}");
    }
}
