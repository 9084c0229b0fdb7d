//! Whoever is found by a word is found through an index, and so are those a merge touches.

use actors::{
    contact::find::{self, Question},
    conversation::list::{self, Inbox},
    testing::{Crowd, House, People},
};
use entities::{
    ContactId, Place, TenantId, contact,
    contact::Temperature,
    conversation,
    lookup::{self, LookupKind, Wanted},
    word_trigram,
};
use sea_orm::{DatabaseConnection, QueryTrait, Statement};
use uuid::Uuid;

use crate::plan::explain;

/// What is asked, each with the index it starts from.
fn asked(db: &DatabaseConnection, tenant: TenantId) -> Vec<(Statement, &'static str)> {
    let backend = sea_orm::ConnectionTrait::get_database_backend(db);
    let contact = ContactId::from_uuid(Uuid::from_u128(7));
    let tag = Wanted::whole(LookupKind::ContactTag, "vip");
    let begun = Wanted { begun: true, ..Wanted::whole(LookupKind::ContactTag, "vi") };
    let (whole, any, trigrams) = match backend {
        sea_orm::DbBackend::Postgres => ("lookups_pkey", "lookups_", "word_trigrams_pkey"),
        _ => ("PRIMARY KEY", "PRIMARY KEY", "(trigram=? AND tenant_id=?)"),
    };
    let rare = (1..8).map(|number| format!("x0{number}"));
    let warm = contact::Filter { temperature: Some(Temperature::Hot), ..contact::Filter::default() };
    let booked = contact::Filter { stage: Some("booked".to_owned()), ..contact::Filter::default() };
    let [with, began] = conversation::Entity::following(tenant, contact, None, 200);
    vec![
        (lookup::Entity::subjects(tenant, &tag, 2_001).into_statement(backend), whole),
        (lookup::Entity::subjects(tenant, &begun, 2_001).into_statement(backend), whole),
        (lookup::Entity::among(tenant, &tag, [contact.as_uuid()]).into_statement(backend), any),
        (word_trigram::Entity::sharing(tenant, rare, (2, 64)).into_statement(backend), trigrams),
        (contact::Entity::page(tenant, &warm, None, 51).build(backend), "contacts_by_temperature"),
        (contact::Entity::page(tenant, &booked, None, 51).build(backend), "contacts_by_stage"),
        (contact::Entity::merged_into(tenant, [contact]).build(backend), "contacts_by_merged_into"),
        (with.build(backend), "conversations_by_contact_id"),
        (began.build(backend), "conversations_by_met_as"),
    ]
}

#[actix::test]
async fn words_filters_and_merges_start_from_indexes() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let db = Crowd { conversations: 20_000, messages: 0 }.gather(&house, &people).await;
        node.close().await;
        for (statement, index) in asked(&db, people.tenant) {
            let plan = explain(&db, statement.clone()).await;
            assert!(plan.contains(index), "{index}: {statement} {plan}");
            assert!(!plan.contains("Seq Scan"), "{plan}");
        }
        db.close().await.unwrap();
    }
}

/// Follows a list to its end and says how many rows stand in it, in how many pages.
async fn to_the_end<T>(page: impl AsyncFn(Option<Place>) -> (Vec<T>, Option<Place>)) -> (usize, usize) {
    let (mut rows, mut pages, mut below) = (0, 0, None);
    loop {
        let (found, next) = page(below).await;
        (rows, pages) = (rows + found.len(), pages + 1);
        if next.is_none() {
            return (rows, pages);
        }
        below = next;
    }
}

#[actix::test]
async fn a_list_that_is_walked_misses_nobody_and_ends_each_page_in_time() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let db = Crowd { conversations: 30_000, messages: 0 }.gather(&house, &people).await;
        db.close().await.unwrap();
        let (store, tenant) = (node.ports.store(), people.tenant);
        // All are called Grace, and one of a hundred is a VIP: the name leads to too many to follow.
        let question = || Some(Question::read("grace").unwrap());
        let booked = contact::Filter { stage: Some("booked".to_owned()), ..contact::Filter::default() };
        let filter = || find::Filter { known: booked.clone(), question: question(), tag: None };
        let page = async |below| find::page(store, tenant, filter(), (below, 200)).await.unwrap();
        assert_eq!(to_the_end(page).await, (3_000, 15));
        // Nobody is called so and is that warm: three pages of ten thousand, and nothing on them.
        let warm = || contact::Filter { temperature: Some(Temperature::Warm), ..contact::Filter::default() };
        let filter = || find::Filter { known: warm(), question: question(), tag: None };
        let page = async |below| find::page(store, tenant, filter(), (below, 200)).await.unwrap();
        assert_eq!(to_the_end(page).await, (0, 4));
        // One of twenty is not resolved, and of these the owner has read half and the reader all.
        for (user, expected) in [(people.owner, 900), (Crowd::READER, 0)] {
            let filter = || conversation::Filter { unread_by: Some(user), ..conversation::Filter::default() };
            let inbox = || Inbox { filter: filter(), ..Inbox::default() };
            let page = async |below| list::page(store, tenant, inbox(), (below, 200)).await.unwrap();
            assert_eq!(to_the_end(page).await.0, expected);
            assert_eq!(list::count_unread(store, tenant, filter(), 1_000).await.unwrap(), expected as u64);
        }
        node.close().await;
    }
}
