//! A search costs the same however many messages there are, and however common its words.

use std::collections::HashMap;

use actors::{
    search::{self, Search, Words},
    testing::{Crowd, House, Node, People},
};
use entities::{ConversationId, message};
use sea_orm::{DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use crate::plan::{explain, pages_touched};

async fn gathered(house: &House, messages: u64) -> (Node, People, DatabaseConnection) {
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let crowd = Crowd { conversations: 500, messages };
    let db = crowd.gather(house, &people).await;
    (node, people, db)
}

async fn seqs(node: &Node, people: &People, typed: &str, limit: usize) -> Vec<i64> {
    let search = Search { words: Words::read(typed).unwrap(), visible_boards: None };
    let found = search::newest(node.ports.store(), people.tenant, search, (None, limit)).await.unwrap();
    found.0.into_iter().map(|found| found.message.seq.unwrap()).collect()
}

/// The newest hits of a common word, up to the end `$1` of the log; of them those on a quiet board; and whether a word is
/// anywhere.
const ASKED: [&str; 3] = [
    "SELECT * FROM found_messages($$'/common':*$$, $1, ($1 - 1) >> 12 << 12, 51)",
    "SELECT * FROM found_messages($$'/common':* & '/#b0000000000000000000000000000014'$$, $1, ($1 - 1) >> 12 << 12, 51)",
    "SELECT has_messages($$'/nowhere':*$$, $1, 0)",
];

#[actix::test]
async fn pages_touched_do_not_grow_with_the_messages() {
    let mut touched: HashMap<&str, Vec<u64>> = HashMap::new();
    for messages in [20_000, 120_000] {
        let Some(house) = House::postgres().await else { return };
        let (node, people, db) = gathered(&house, messages).await;
        assert_eq!(
            seqs(&node, &people, "common", 3).await,
            [messages as i64, messages as i64 - 1, messages as i64 - 2]
        );
        assert_eq!(seqs(&node, &people, "once77 common", 200).await, [77]);
        assert!(seqs(&node, &people, "nowhere", 200).await.is_empty());
        for sql in ASKED {
            let values = [i64::try_from(messages + 1).unwrap().into()];
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
            touched.entry(sql).or_default().push(pages_touched(&db, statement).await);
        }
        db.close().await.unwrap();
        node.close().await;
    }
    // A common word ends in the newest stretch; one that is nowhere costs a look into the index for each of 30.
    let [common, quiet, nowhere] = ASKED.map(|sql| &touched[sql]);
    for asked in [common, quiet] {
        assert!(asked[1] < asked[0] + asked[0] / 2, "{touched:?}");
    }
    assert!(nowhere[1] < 30 * 6, "{touched:?}");
}

/// One of twenty-five messages, and whoever sees those alone has a page of them, not the few among the newest of all.
#[actix::test]
async fn a_reader_of_one_quiet_board_has_a_whole_page_at_once() {
    for house in House::both().await {
        let (node, people, db) = gathered(&house, 20_000).await;
        let words = Words::read("common").unwrap();
        let search = Search { words, visible_boards: Some(vec![Crowd::QUIET_BOARD]) };
        let (page, next) =
            search::newest(node.ports.store(), people.tenant, search, (None, 500)).await.unwrap();
        assert_eq!((page.len(), next.is_some()), (500, true));
        let seen = |board| page.iter().filter(|found| found.conversation.board_id == board).count();
        assert_eq!((seen(Some(Crowd::QUIET_BOARD)), seen(None)), (250, 250));
        db.close().await.unwrap();
        node.close().await;
    }
}

#[actix::test]
async fn the_messages_of_a_conversation_that_moved_are_read_in_their_order() {
    for house in House::both().await {
        let (node, people, db) = gathered(&house, 20_000).await;
        let id = ConversationId::from_uuid(Uuid::from_u128((0xc << 124) | 1));
        let next = message::Entity::boards(people.tenant, id, i64::MAX, 500);
        let plan = explain(&db, next.into_statement(db.get_database_backend())).await;
        assert!(plan.contains("messages_in_order") && !plan.contains("TEMP B-TREE"), "{plan}");
        db.close().await.unwrap();
        node.close().await;
    }
}

#[actix::test]
async fn sqlite_starts_from_the_index_of_words() {
    let house = House::sqlite().await;
    let (node, people, db) = gathered(&house, 20_000).await;
    assert_eq!(seqs(&node, &people, "common w7", 2).await, [19_799, 19_798]);
    assert_eq!(seqs(&node, &people, "once77 common", 2).await, [77]);
    let sql = search::statement_of_hits_in_sqlite();
    let values = ["\"x\"".into(), people.tenant.into(), 1.into(), 0.into(), 1.into()];
    let plan = explain(&db, Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await;
    let steps: Vec<&str> = plan.lines().collect();
    assert!(steps[0].contains("VIRTUAL TABLE INDEX") && !plan.contains("SCAN m "), "{plan}");
    assert!(steps[1].contains("SEARCH d USING INTEGER PRIMARY KEY"), "{plan}");
    assert!(steps[2].contains("SEARCH m USING INDEX"), "{plan}");
    db.close().await.unwrap();
    node.close().await;
}
