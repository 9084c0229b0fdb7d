//! Sessions that come while everybody talks.

use std::time::Duration;

use actors::{
    event::log,
    testing::{House, Node, People},
    topic::Topic,
};
use entities::ConversationId;
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{say, session::Session};

const SENDERS: u64 = 4;
const LINES: usize = 40;
const SESSIONS: u64 = 12;

#[actix::test]
async fn a_session_that_comes_during_a_storm_sees_every_event_once_in_order() {
    for house in House::both().await {
        let node = house.node().await;
        storm(&node, &node).await;
        node.close().await;
    }
}

#[actix::test]
async fn so_does_one_on_another_node() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        storm(&one, &other).await;
        one.close().await;
        other.close().await;
    }
}

async fn storm(one: &Node, other: &Node) {
    let people = People::arrive(one).await;
    let mut conversations = Vec::new();
    for _ in 0..3 {
        conversations.push(people.conversation(one).await);
    }
    let talking = join_all((0..SENDERS).map(|sender| {
        let node = if sender % 2 == 0 { one } else { other };
        talk(node, people, conversations.clone(), sender)
    }));
    let coming = join_all((0..SESSIONS).map(|session| {
        let node = if session % 2 == 0 { one } else { other };
        come(node, people, conversations[0], session)
    }));
    let (_, sessions) = futures::join!(talking, coming);
    for (session, topic, cursor) in sessions {
        let last = say(one, &people, conversations[0], "the end").await;
        session.sees_up_to(last).await;
        let events = log::after(one.ports.store(), people.tenant, cursor, 1000).await.unwrap();
        let expected: Vec<i64> = events
            .iter()
            .filter(|event| session.sees(&[topic], &event.head))
            .map(|event| event.seq)
            .collect();
        assert_eq!(session.seen(), expected);
        assert_eq!(session.closed(), None);
    }
}

async fn talk(node: &Node, people: People, conversations: Vec<ConversationId>, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    for line in 0..LINES {
        let id = conversations[random.random_range(0..conversations.len())];
        say(node, &people, id, &line.to_string()).await;
    }
}

/// Comes at some moment, with a cursor from the beginning or from just then.
async fn come(node: &Node, people: People, id: ConversationId, seed: u64) -> (Session, Topic, i64) {
    let mut random = StdRng::seed_from_u64(seed);
    tokio::time::sleep(Duration::from_millis(random.random_range(0..200))).await;
    let extent = log::extent(node.ports.store(), people.tenant).await.unwrap().unwrap();
    let cursor = if random.random_bool(0.5) { 0 } else { random.random_range(0..=extent.last_seq) };
    let topic = if random.random_bool(0.5) { Topic::Inbox } else { Topic::Conversation(id) };
    let mut session = Session::join(node, &people);
    session.attach(node, &[topic], cursor).await;
    (session, topic, cursor)
}
