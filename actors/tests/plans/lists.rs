//! A page of conversations costs the same however many there are that nobody asked for.

use actors::testing::{Crowd, House, People};
use entities::{
    Place, Timestamp, UserId,
    conversation::{Assignee, ConversationStatus, Entity, Filter, Owner},
};
use sea_orm::{DatabaseConnection, QueryTrait};
use uuid::Uuid;

use crate::plan::{explain, pages_touched};

async fn gathered(house: &House, conversations: u64) -> (People, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let db = Crowd { conversations, messages: 0 }.gather(house, &people).await;
    node.close().await;
    (people, db)
}

/// What agents ask for, each with the indexes that hold nothing else in its order.
fn asked(me: UserId) -> Vec<(Filter, &'static [&'static str])> {
    let all = Filter::default;
    let mine = Filter { assignee: Some(Assignee::User(me)), ..all() };
    let nobodys = Filter { assignee: Some(Assignee::Nobody), ..all() };
    let on_board = Filter { board_id: Some(Crowd::BUSY_BOARD), ..all() };
    let status = |status, filter: &Filter| Filter { status: Some(status), ..filter.clone() };
    let open = ConversationStatus::Open;
    vec![
        (all(), &["conversations_by_activity_at"]),
        (status(open, &all()), &["conversations_by_status", "conversations_unresolved"]),
        (
            status(ConversationStatus::Resolved, &all()),
            &["conversations_by_status", "conversations_by_activity_at"],
        ),
        (on_board.clone(), &["conversations_by_board_id"]),
        (status(open, &on_board), &["conversations_unresolved_by_board_id"]),
        (mine.clone(), &["conversations_by_assignee_id"]),
        (nobodys.clone(), &["conversations_by_assignee_id"]),
        (status(open, &nobodys), &["conversations_unresolved_by_assignee_id", "conversations_by_status"]),
        (Filter { unread_by: Some(me), ..all() }, &["conversations_unresolved"]),
        (Filter { breached: true, ..all() }, &["conversations_breached"]),
        (Filter { owner: Some(Owner::Bot), ..all() }, &["conversations_by_owner"]),
        (
            Filter { owner: Some(Owner::Bot), status: Some(open), ..all() },
            &["conversations_by_owner", "conversations_unresolved", "conversations_by_status"],
        ),
    ]
}

#[actix::test]
async fn what_agents_ask_for_stands_in_the_order_of_an_index() {
    for house in House::both().await {
        let (people, db) = gathered(&house, 20_000).await;
        let deep = Place { at: Timestamp::from_micros(10_000), id: Uuid::nil() };
        for (filter, indexes) in asked(people.owner) {
            for below in [None, Some(deep)] {
                let page = Entity::page(people.tenant, &filter, below, 51).build(db.get_database_backend());
                let plan = explain(&db, page).await;
                let starts = |index: &&str| plan.contains(&format!("{index} "));
                assert!(indexes.iter().any(starts), "{filter:?}: {plan}");
                assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
            }
        }
        db.close().await.unwrap();
    }
}

/// What somebody asks for who sees one board, on which nothing has happened for long.
fn asked_by_the_few() -> Vec<Filter> {
    let quiet = Filter { visible_boards: Some(vec![Crowd::QUIET_BOARD]), ..Filter::default() };
    let (open, resolved) = (ConversationStatus::Open, ConversationStatus::Resolved);
    vec![
        quiet.clone(),
        Filter { assignee: Some(Assignee::Nobody), ..quiet.clone() },
        Filter { status: Some(open), ..quiet.clone() },
        Filter { status: Some(resolved), ..quiet },
    ]
}

#[actix::test]
async fn boards_are_looked_at_one_by_one() {
    for house in House::both().await {
        let (people, db) = gathered(&house, 20_000).await;
        for filter in asked_by_the_few() {
            let page = Entity::page(people.tenant, &filter, None, 51).build(db.get_database_backend());
            let plan = explain(&db, page).await;
            assert!(plan.contains("by_board_id "), "{filter:?}: {plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("by_activity_at"), "{filter:?}: {plan}");
        }
        db.close().await.unwrap();
    }
}

#[actix::test]
async fn pages_touched_do_not_grow_with_the_conversations() {
    let mut touched = Vec::new();
    for conversations in [40_000, 160_000] {
        let Some(house) = House::postgres().await else { return };
        let (people, db) = gathered(&house, conversations).await;
        let filters = asked(people.owner).into_iter().map(|(filter, _)| filter).chain(asked_by_the_few());
        let mut each = Vec::new();
        for filter in filters {
            let page = Entity::page(people.tenant, &filter, None, 51).build(db.get_database_backend());
            each.push((filter, pages_touched(&db, page).await));
        }
        touched.push(each);
        db.close().await.unwrap();
    }
    let larger = touched.pop().unwrap();
    for ((filter, few), (_, many)) in touched.remove(0).into_iter().zip(larger) {
        assert!(many <= few + few / 2 + 20, "{filter:?}: {few} pages, then {many}");
    }
}
