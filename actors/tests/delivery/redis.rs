//! Sessions on two nodes that meet in Redis see the same, whatever becomes of Redis.

use actors::{
    bus::{Bus, RedisOptions},
    tenant::CloseCode,
    testing::{House, Node, People, Proxy, eventually, redis},
    topic::Topic,
};
use entities::ConversationId;

use super::{say, session::Session};

/// Over each database; the second node's line to Redis can be broken.
async fn houses() -> Vec<(House, House, Proxy)> {
    let mut houses = Vec::new();
    for house in House::both().await {
        let Some(good) = redis().await else { continue };
        let line = Proxy::before(&good.url).await;
        let bad = RedisOptions { url: line.url().to_owned(), ..good.clone() };
        let elsewhere = House::visit(house.url(), house.master()).over_redis(bad);
        houses.push((house.over_redis(good), elsewhere, line));
    }
    houses
}

/// Two sessions of the inbox, one on each node, and a conversation.
async fn meet(one: &Node, other: &Node) -> (People, ConversationId, [Session; 2]) {
    let people = People::arrive(one).await;
    let id = people.conversation(one).await;
    let mut sessions = [Session::join(one, &people), Session::join(other, &people)];
    sessions[0].attach(one, &[Topic::Inbox], 2).await;
    sessions[1].attach(other, &[Topic::Inbox], 2).await;
    for node in [one, other] {
        eventually("the bus is healthy", async || node.wire.is_healthy().then_some(())).await;
    }
    (people, id, sessions)
}

async fn see_everything(sessions: &[Session], last: i64) {
    for session in sessions {
        session.sees_up_to(last).await;
        assert_eq!(session.seen(), (3..=last).collect::<Vec<_>>());
    }
}

#[actix::test]
async fn both_nodes_talk_at_once_and_every_session_sees_everything_once_in_order() {
    for (house, elsewhere, _line) in houses().await {
        let (one, other) = (house.node().await, elsewhere.node().await);
        let (people, id, sessions) = meet(&one, &other).await;
        let talk = async |node: &Node| {
            let mut last = 0;
            for line in 0..40 {
                last = say(node, &people, id, &line.to_string()).await;
            }
            last
        };
        let (here, there) = futures::join!(talk(&one), talk(&other));
        see_everything(&sessions, here.max(there)).await;
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn while_redis_is_away_or_hangs_the_log_alone_brings_everything() {
    for (house, elsewhere, line) in houses().await {
        let (one, other) = (house.node().await, elsewhere.node().await);
        let (people, id, sessions) = meet(&one, &other).await;
        for trouble in [Proxy::away, Proxy::freeze] {
            trouble(&line);
            eventually("it is noticed", async || (!other.wire.is_healthy()).then_some(())).await;
            say(&one, &people, id, "from here").await;
            let last = say(&other, &people, id, "from there").await;
            see_everything(&sessions, last).await;
            line.back();
            line.thaw();
            eventually("it heals", async || other.wire.is_healthy().then_some(())).await;
            let last = say(&one, &people, id, "afterwards").await;
            see_everything(&sessions, last).await;
        }
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn who_is_signed_out_on_one_node_is_out_on_every_node() {
    for (house, elsewhere, _line) in houses().await {
        let (one, other) = (house.node().await, elsewhere.node().await);
        let (people, _, sessions) = meet(&one, &other).await;
        one.tenants.close_user(people.tenant, people.owner, CloseCode::Revoked);
        for session in &sessions {
            let code = eventually("it is closed", async || session.closed()).await;
            assert_eq!(code, CloseCode::Revoked);
        }
        one.close().await;
        other.close().await;
    }
}
