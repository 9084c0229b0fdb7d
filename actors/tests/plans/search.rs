//! A search costs the same however many messages there are, and however common its words.

use std::collections::HashMap;

use actors::{
    search::{self, Search, Words},
    testing::{Crowd, House, Node, People},
};
use sea_orm::{DatabaseConnection, DbBackend, Statement};

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

/// The newest hits of a common word, up to the end `$1` of the log, and whether a word is anywhere.
const ASKED: [&str; 2] = [
    "SELECT * FROM found_messages($$'/common':*$$, $1, ($1 - 1) >> 12 << 12, 51)",
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
    let [common, nowhere] = ASKED.map(|sql| &touched[sql]);
    assert!(common[1] < common[0] + common[0] / 2, "{touched:?}");
    assert!(nowhere[1] < 30 * 6, "{touched:?}");
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
