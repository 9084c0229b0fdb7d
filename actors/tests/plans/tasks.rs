//! The lists of tasks start from their indexes, and what is done is no burden to what is open.

use actors::testing::{Crowd, House, People};
use entities::{
    BoardId, ContactId, ConversationId, Timestamp, UserId,
    conversation::Assignee,
    task::{Entity, Filter, TaskStatus},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, QueryTrait, Statement};
use uuid::Uuid;

use crate::plan::{explain, pages_touched};

/// A task of each conversation, nine of ten done.
const TASKS: &str =
    "INSERT INTO tasks (id, tenant_id, title, assignee_id, contact_id, conversation_id, told_due,
        done_at, listed_at, rev, created_at, updated_at)
    SELECT id, tenant_id, 'Call', assignee_id, contact_id, id, false,
        CASE WHEN activity_at % 10 > 0 THEN activity_at END, activity_at, 1, 1, 1 FROM conversations";

async fn gathered(house: &House, conversations: u64) -> (People, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let db = Crowd { conversations, messages: 0 }.gather(house, &people).await;
    node.close().await;
    for statement in [TASKS, "ANALYZE tasks"] {
        db.execute_unprepared(statement).await.unwrap();
    }
    (people, db)
}

fn list(status: TaskStatus) -> Filter {
    Filter {
        visible_boards: None,
        status,
        assignee: None,
        contacts: None,
        conversation_id: None,
        due_before: None,
    }
}

/// What is asked, each with the end of the name of its index.
fn asked(status: TaskStatus) -> [(Filter, &'static str); 6] {
    let any = Uuid::from_u128(0xd << 124 | 7);
    let all = list(status);
    let board = Some(vec![BoardId::from_uuid(Uuid::from_u128(0xb << 124 | 1))]);
    [
        (Filter { visible_boards: board, ..all.clone() }, ""),
        (Filter { assignee: Some(Assignee::User(UserId::from_uuid(any))), ..all.clone() }, "_by_assignee"),
        (Filter { assignee: Some(Assignee::Nobody), ..all.clone() }, "_by_assignee"),
        (Filter { contacts: Some(vec![ContactId::from_uuid(any)]), ..all.clone() }, "_by_contact"),
        (Filter { conversation_id: Some(ConversationId::from_uuid(any)), ..all.clone() }, "_by_conversation"),
        (all, ""),
    ]
}

#[actix::test]
async fn every_list_of_tasks_starts_from_an_index_in_its_order() {
    for house in House::both().await {
        let (people, db) = gathered(&house, 20_000).await;
        for status in [TaskStatus::Open, TaskStatus::Done] {
            for (filter, list) in asked(status) {
                let page = Entity::page(people.tenant, &filter, None, 51).build(db.get_database_backend());
                let plan = explain(&db, page).await;
                assert!(plan.contains(&format!("tasks_{status}{list} ")), "{filter:?}: {plan}");
                assert!(!plan.contains("Seq Scan") && !plan.contains("Sort"), "{filter:?}: {plan}");
                assert!(!plan.contains("SCAN") && !plan.contains("USE TEMP B-TREE"), "{filter:?}: {plan}");
            }
        }
        let used = Entity::on_board(people.tenant, BoardId::from_uuid(Uuid::from_u128(1)), 1);
        let plan = explain(&db, used.build(db.get_database_backend())).await;
        assert!(plan.contains("tasks_by_board") && !plan.contains("Seq Scan"), "{plan}");
        db.close().await.unwrap();
    }
}

#[actix::test]
async fn the_soonest_tasks_are_found_in_as_many_pages_however_many_there_were() {
    let mut touched = Vec::new();
    for conversations in [20_000, 120_000] {
        let Some(house) = House::postgres().await else { return };
        let (people, db) = gathered(&house, conversations).await;
        let due_before = Some(Timestamp::from_micros(i64::MAX - 1));
        let soonest = Filter { due_before, ..list(TaskStatus::Open) };
        let page: Statement =
            Entity::page(people.tenant, &soonest, None, 51).build(db.get_database_backend());
        touched.push(pages_touched(&db, page).await);
        db.close().await.unwrap();
    }
    assert!(touched[1] <= touched[0] + touched[0] / 5, "{touched:?}");
}
