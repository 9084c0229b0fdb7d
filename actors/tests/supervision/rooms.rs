//! The same with real conversations: they die, rest and freeze, and nothing is lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actors::{
    conversation::{Change, ConversationError, ConversationsOptions, Reply, SendMessage, What, store},
    journal::{Fence, Lasting},
    testing::{House, Node, People, Proxy, eventually},
};
use entities::{ConversationId, Digest};
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};

async fn say(
    node: &Node,
    people: &People,
    id: ConversationId,
    client_id: &str,
) -> Result<Reply, ConversationError> {
    let fence = Fence {
        principal: people.agent().principal,
        key: client_id.to_owned(),
        request: Digest::of(client_id.as_bytes()),
        lasting: Lasting::AsTheMessage,
    };
    let what = What::Send(SendMessage { body: client_id.to_owned(), ..SendMessage::default() });
    let change =
        Change { client_id: Some(client_id.into()), fence: Some(fence), ..Change::new(people.agent(), what) };
    node.conversations.change(people.tenant, id, change).await
}

async fn rev(node: &Node, people: &People, id: ConversationId) -> i64 {
    store::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap().rev
}

#[actix::test]
async fn a_conversation_that_panics_comes_back_with_its_history() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (victim, sibling) = (people.conversation(&node).await, people.conversation(&node).await);
        say(&node, &people, victim, "before").await.unwrap();
        let armed = Arc::new(AtomicBool::new(true));
        node.ids.panic_when(move || armed.swap(false, Ordering::SeqCst));
        let died = say(&node, &people, victim, "bang").await;
        assert_eq!(died, Err(ConversationError::Unavailable));
        let (after, beside) =
            futures::join!(say(&node, &people, victim, "after"), say(&node, &people, sibling, "beside"));
        assert!(after.is_ok() && beside.is_ok());
        assert_eq!(rev(&node, &people, victim).await, 3, "opened, before, after");
        node.close().await;
    }
}

#[actix::test]
async fn a_conversation_nobody_asks_leaves_and_comes_back_with_its_history() {
    let house = House::sqlite().await;
    let options = ConversationsOptions {
        passivate_after: Duration::from_millis(20),
        ..ConversationsOptions::default()
    };
    let node = house.node_with(house.url(), options).await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    for round in 0..3 {
        eventually("it leaves", async || (node.conversations.living() == 0).then_some(())).await;
        say(&node, &people, id, &round.to_string()).await.unwrap();
    }
    assert_eq!(rev(&node, &people, id).await, 4);
    node.close().await;
}

#[actix::test]
async fn nothing_is_lost_while_conversations_come_and_go() {
    for house in House::both().await {
        let options = ConversationsOptions {
            passivate_after: Duration::from_millis(2),
            ..ConversationsOptions::default()
        };
        let node = house.node_with(house.url(), options).await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let talk = async |talker: u64| {
            let mut random = StdRng::seed_from_u64(talker);
            for line in 0..40 {
                say(&node, &people, id, &format!("{talker}-{line}")).await.unwrap();
                // Just about as long as it stays.
                tokio::time::sleep(Duration::from_micros(random.random_range(0..4000))).await;
            }
        };
        join_all((0..4).map(talk)).await;
        assert_eq!(rev(&node, &people, id).await, 1 + 4 * 40);
        node.close().await;
    }
}

#[actix::test]
async fn a_frozen_database_is_answered_by_the_deadline_and_the_repeat_finds_what_was_done() {
    let Some(house) = House::postgres().await else { return };
    let proxy = Proxy::before(house.url()).await;
    let deadline = Duration::from_millis(500);
    let options = ConversationsOptions { deadline, ..ConversationsOptions::default() };
    let node = house.node_with(proxy.url(), options).await;
    let people = People::arrive(&node).await;
    let (live, passive) = (people.conversation(&node).await, people.conversation(&node).await);
    let other = house.node_with(proxy.url(), options).await;
    say(&node, &people, live, "before").await.unwrap();
    proxy.freeze();
    let frozen = Instant::now();
    // One that only has to write, and one that has to load first, of which nobody even has the keys.
    let (writing, loading) =
        futures::join!(say(&node, &people, live, "here"), say(&other, &people, passive, "there"));
    assert_eq!(writing, Err(ConversationError::Unavailable));
    assert_eq!(loading, Err(ConversationError::Unavailable));
    assert!(frozen.elapsed() < Duration::from_secs(5), "told in time");
    proxy.thaw();
    for (node, id, client_id, revs) in [(&node, live, "here", 3), (&other, passive, "there", 2)] {
        eventually("it answers again", async || say(node, &people, id, client_id).await.ok()).await;
        assert_eq!(rev(node, &people, id).await, revs, "said once");
    }
    node.close().await;
    other.close().await;
}

#[actix::test]
async fn a_conversation_that_does_not_exist_leaves_no_actor_behind() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    for _ in 0..20 {
        let nowhere = ConversationId::from_uuid(node.ports.draw());
        assert_eq!(say(&node, &people, nowhere, "hello").await, Err(ConversationError::NotFound));
    }
    eventually("they are gone", async || (node.conversations.living() == 0).then_some(())).await;
    node.close().await;
}
