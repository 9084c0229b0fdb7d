//! Who types is told to those who are there, on every node, and it ends by itself.

use std::time::Duration;

use actors::{
    tenant::{Deliver, SessionKey, SignalKind, Typist},
    testing::{House, Node, People, eventually},
    topic::Topic,
};
use entities::{
    ConversationId,
    message::{Author, AuthorKind},
};

use super::session::Session;

fn types(node: &Node, people: &People, id: ConversationId, typing: bool, session: Option<SessionKey>) {
    let author = Author { kind: AuthorKind::User, id: Some(people.owner.as_uuid()), name: "Ada".to_owned() };
    node.tenants.typing(people.tenant, id, Typist { author, typing, session });
}

/// Started (true) and stopped (false), in the order they were heard.
fn signals(session: &Session) -> Vec<bool> {
    let kind = |heard: &Deliver| match heard {
        Deliver::Signal(signal) => match signal.kind {
            SignalKind::TypingStarted { .. } => Some(true),
            SignalKind::TypingStopped { .. } => Some(false),
            _ => None,
        },
        _ => None,
    };
    session.heard().iter().filter_map(kind).collect()
}

async fn hears(session: &Session, expected: &[bool]) {
    eventually("the signals are heard", async || (signals(session) == expected).then_some(())).await;
}

#[actix::test]
async fn typing_is_heard_by_others_on_every_node_and_ends_after_six_seconds() {
    let house = House::sqlite().await;
    let (one, other) = (house.node().await, house.node().await);
    let people = People::arrive(&one).await;
    let id = people.conversation(&one).await;
    let mut sessions = Vec::new();
    for node in [&one, &one, &other] {
        let mut session = Session::join(node, &people);
        session.attach(node, &[Topic::Conversation(id)], 2).await;
        sessions.push(session);
    }
    for _ in 0..3 {
        // Clients repeat it while it lasts, which is no news.
        types(&one, &people, id, true, Some(sessions[0].key));
    }
    hears(&sessions[1], &[true]).await;
    hears(&sessions[2], &[true]).await;
    assert!(signals(&sessions[0]).is_empty(), "nobody hears himself");
    for node in [&one, &other] {
        node.clock.advance(Duration::from_secs(6));
    }
    hears(&sessions[1], &[true, false]).await;
    hears(&sessions[2], &[true, false]).await;
    one.close().await;
    other.close().await;
}

#[actix::test]
async fn who_stops_is_told_once() {
    let house = House::sqlite().await;
    let (one, other) = (house.node().await, house.node().await);
    let people = People::arrive(&one).await;
    let id = people.conversation(&one).await;
    let mut sessions = Vec::new();
    for node in [&one, &other] {
        let mut session = Session::join(node, &people);
        session.attach(node, &[Topic::Conversation(id)], 2).await;
        sessions.push(session);
    }
    for typing in [true, false, false, true] {
        types(&one, &people, id, typing, None);
    }
    for session in &sessions {
        hears(session, &[true, false, true]).await;
    }
    one.close().await;
    other.close().await;
}
