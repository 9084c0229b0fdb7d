//! When Redis goes away, hangs, or was never there.

use std::time::{Duration, Instant};

use actors::{
    bus::{Bus, RedisBus, RedisOptions},
    supervision::Io,
    testing::{Proxy, eventually, redis},
};
use entities::sealed::MasterKey;

use super::{Node, tenant};

async fn behind_a_bad_line() -> Option<(RedisOptions, RedisOptions, Proxy)> {
    let good = redis().await?;
    let line = Proxy::before(&good.url).await;
    let bad = RedisOptions { url: line.url().to_owned(), ..good.clone() };
    Some((good, bad, line))
}

#[actix::test]
async fn a_bus_that_was_away_heals_by_itself_and_hears_what_it_heard_before() {
    let Some((good, bad, line)) = behind_a_bad_line().await else { return };
    let master = MasterKey::generate().unwrap();
    let (mouth, ear) = (Node::start(&good, &master), Node::start(&bad, &master));
    ear.bus.attend(tenant(1));
    ear.hears(tenant(1), &mouth, "before").await;
    line.away();
    ear.is_ill().await;
    assert!(mouth.bus.is_healthy(), "only one line is bad");
    // What is attended meanwhile counts as well.
    ear.bus.attend(tenant(2));
    line.back();
    ear.is_well().await;
    for number in [1, 2] {
        ear.hears(tenant(number), &mouth, "after").await;
    }
    line.cut();
    ear.hears(tenant(1), &mouth, "after a cut").await;
    mouth.bus.attend(tenant(1));
    mouth.hears(tenant(1), &ear, "the other way").await;
}

#[actix::test]
async fn a_line_that_hangs_is_given_up_within_seconds() {
    let Some((good, bad, line)) = behind_a_bad_line().await else { return };
    let master = MasterKey::generate().unwrap();
    let (mouth, ear) = (Node::start(&good, &master), Node::start(&bad, &master));
    ear.bus.attend(tenant(1));
    ear.hears(tenant(1), &mouth, "before").await;
    line.freeze();
    ear.is_ill().await;
    line.thaw();
    ear.is_well().await;
    ear.hears(tenant(1), &mouth, "after").await;
}

#[actix::test]
async fn a_node_starts_without_redis_and_finds_it_later() {
    let Some((good, bad, line)) = behind_a_bad_line().await else { return };
    line.away();
    let master = MasterKey::generate().unwrap();
    let (mouth, ear) = (Node::start(&good, &master), Node::start(&bad, &master));
    ear.bus.attend(tenant(1));
    mouth.is_well().await;
    assert!(!ear.bus.is_healthy());
    line.back();
    ear.hears(tenant(1), &mouth, "at last").await;
}

#[actix::test]
async fn telling_never_waits_however_much_is_told_to_nobody() {
    let Some((good, bad, line)) = behind_a_bad_line().await else { return };
    let master = MasterKey::generate().unwrap();
    let (mouth, ear) = (Node::start(&bad, &master), Node::start(&good, &master));
    ear.bus.attend(tenant(1));
    ear.hears(tenant(1), &mouth, "before").await;
    line.freeze();
    let (began, long) = (Instant::now(), "x".repeat(1_000));
    for _ in 0..8_000 {
        mouth.tell(tenant(1), &long);
    }
    // Waiting for one answer alone would take two seconds.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    mouth.is_ill().await;
    line.thaw();
    eventually("it is heard again", async || {
        mouth.tell(tenant(1), "after");
        ear.book.names(tenant(1)).contains(&"after".to_owned()).then_some(())
    })
    .await;
    let heard = ear.book.names(tenant(1)).iter().filter(|name| **name == long).count();
    assert!(heard < 8_000, "what did not fit was left out: {heard}");
}

#[test]
fn an_address_that_cannot_be_read_is_refused_without_its_password() {
    let io = Io::start(1).unwrap();
    let master = MasterKey::generate().unwrap();
    for url in ["", "redis:/", "http://:secret@host/", "redis://:secret@host:port/"] {
        let options = RedisOptions { url: url.to_owned(), prefix: "test".to_owned() };
        let node = actors::bus::NodeId(uuid::Uuid::now_v7());
        let refused = RedisBus::start(&io.handle(), options, node, master.wire_key()).err().unwrap();
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}
