//! The same request again is the same answer, not a second effect.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actors::{
    conversation::{Change, ConversationError, UpdateConversation, What},
    journal::{Fence, Lasting},
    testing::{House, People},
};
use entities::{Digest, conversation::ConversationStatus};
use futures::future::join_all;

use super::{change, say, stored, thread};

/// A message under a `client_id`.
fn send(people: &People, client_id: &str, body: &str) -> Change {
    let request = Digest::of(body.as_bytes());
    let principal = people.agent().principal;
    let fence = Fence { principal, key: client_id.to_owned(), request, lasting: Lasting::AsTheMessage };
    Change { client_id: Some(client_id.into()), fence: Some(fence), ..say(people, body) }
}

#[actix::test]
async fn the_same_client_id_is_answered_the_same_and_said_once() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let id = people.conversation(&one).await;
        let first = one.conversations.change(people.tenant, id, send(&people, "a", "hello")).await.unwrap();
        for node in [&one, &other] {
            let again = node.conversations.change(people.tenant, id, send(&people, "a", "hello")).await;
            assert_eq!(again.as_ref(), Ok(&first));
        }
        assert_eq!(thread(one.ports.store(), people.tenant, id).await.len(), 1);
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn the_same_client_id_sent_twenty_times_at_once_is_said_once() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let id = people.conversation(&one).await;
        let nodes = [&one, &other].into_iter().cycle().take(20);
        let sending = nodes.map(|node| {
            let conversations = node.conversations.clone();
            let change = send(&people, "a", "hello");
            async move { conversations.change(people.tenant, id, change).await.unwrap() }
        });
        let replies = join_all(sending).await;
        assert!(replies.iter().all(|reply| *reply == replies[0]));
        assert_eq!(thread(one.ports.store(), people.tenant, id).await.len(), 1);
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn the_same_client_id_for_another_message_is_refused() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        node.conversations.change(people.tenant, id, send(&people, "a", "hello")).await.unwrap();
        let other = node.conversations.change(people.tenant, id, send(&people, "a", "goodbye")).await;
        assert_eq!(other, Err(ConversationError::IdempotencyMismatch));
        assert_eq!(stored(&node, &people, id).await.last_message.unwrap().body, "hello");
        node.close().await;
    }
}

#[actix::test]
async fn a_repeat_is_answered_though_it_could_not_be_done_now() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let contact = people.contact(&node.ports).await;
    let old = people.open(&node, contact.clone()).await.conversation.id;
    let first = node.conversations.change(people.tenant, old, send(&people, "a", "hello")).await.unwrap();
    let resolve = UpdateConversation { status: Some(ConversationStatus::Resolved), ..Default::default() };
    change(&node, &people, old, What::Update(resolve)).await.unwrap();
    people.open(&node, contact).await;
    // To say something there now would be refused: the contact has another conversation.
    let again = node.conversations.change(people.tenant, old, send(&people, "a", "hello")).await;
    assert_eq!(again, Ok(first));
    node.close().await;
}

#[actix::test]
async fn a_repeat_after_the_actor_died_finds_the_answer() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let first = node.conversations.change(people.tenant, id, send(&people, "a", "hello")).await.unwrap();
    let armed = Arc::new(AtomicBool::new(true));
    let trigger = armed.clone();
    node.ids.panic_when(move || trigger.swap(false, Ordering::SeqCst));
    let died = node.conversations.change(people.tenant, id, send(&people, "b", "bang")).await;
    assert_eq!(died, Err(ConversationError::Unavailable));
    let again = node.conversations.change(people.tenant, id, send(&people, "a", "hello")).await;
    assert_eq!(again, Ok(first));
    node.conversations.change(people.tenant, id, send(&people, "b", "bang")).await.unwrap();
    assert_eq!(thread(node.ports.store(), people.tenant, id).await.len(), 2);
    node.close().await;
}
