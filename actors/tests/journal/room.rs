//! A store that takes no writes says so at once, and takes them again when it can.

use std::{
    env,
    process::{Command, Stdio, id},
    time::{Duration, Instant},
};

use actors::{
    journal::CommitError,
    testing::{House, Node, People},
};
use entities::contact;
use sea_orm::{ConnectionTrait, Database};

use super::assert_dense;

async fn write(node: &Node, people: &People) -> Result<Vec<i64>, CommitError> {
    let contact = people.newcomer(&node.ports);
    Ok(node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await?.seqs)
}

#[actix::test]
async fn a_read_only_sqlite_is_unavailable() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let read_only = house.node_with(&house.url().replace("mode=rwc", "mode=ro"), Default::default()).await;
    assert_eq!(write(&read_only, &people).await, Err(CommitError::Unavailable));
    assert_eq!(write(&node, &people).await, Ok(vec![2]));
    read_only.close().await;
    node.close().await;
}

#[actix::test]
async fn a_read_only_postgres_is_unavailable() {
    let Some(house) = House::postgres().await else { return };
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let db = Database::connect(house.url()).await.unwrap();
    let statement = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$";
    db.execute_unprepared(statement).await.unwrap();
    db.close().await.unwrap();
    let read_only = house.node().await;
    assert_eq!(write(&read_only, &people).await, Err(CommitError::Unavailable));
    // Who was connected before still writes.
    assert_eq!(write(&node, &people).await, Ok(vec![2]));
    assert_dense(node.ports.store(), people.tenant).await;
    read_only.close().await;
    node.close().await;
}

/// Tells the child process below that it is one.
const LITTLE_ROOM: &str = "SWITCHBOARD_TEST_LITTLE_ROOM";

/// A disk is full for a process that may write no larger files: it is run with such a limit, and lifts it.
#[test]
fn a_full_disk_is_unavailable_at_once_and_writes_again_when_there_is_room() {
    let program = env::current_exe().unwrap();
    // The signal that would kill a process at the limit is ignored, so that it sees an error.
    let limited = r#"trap "" XFSZ; ulimit -S -f 8192; exec "$@""#;
    let child = Command::new("sh")
        .args(["-c", limited, "sh"])
        .arg(program)
        .args(["--exact", "room::the_child_with_little_room", "--nocapture"])
        .env(LITTLE_ROOM, "yes")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = [child.stdout, child.stderr].map(|it| String::from_utf8_lossy(&it).into_owned()).concat();
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

#[actix::test]
async fn the_child_with_little_room() {
    if env::var(LITTLE_ROOM).is_err() {
        return;
    }
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let patient = node.ports.journal.clone().with_deadline(Duration::from_secs(40));
    let began = Instant::now();
    let full = loop {
        let contact = contact::Model { name: "x".repeat(100_000), ..people.newcomer(&node.ports) };
        if let Err(error) = patient.commit(people.making(&node.ports, &contact, 1)).await {
            break error;
        }
    };
    assert_eq!(full, CommitError::Unavailable);
    assert!(began.elapsed() < Duration::from_secs(30), "it is told, not left to wait");
    let lifted = Command::new("prlimit").args(["--pid", &id().to_string(), "--fsize=unlimited"]).status();
    if lifted.is_ok_and(|status| status.success()) {
        write(&node, &people).await.unwrap();
    }
    assert_dense(node.ports.store(), people.tenant).await;
    node.close().await;
}
