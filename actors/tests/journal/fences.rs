//! Keys of requests: one effect each, the same answer to every repeat, and room again when their time is over.

use std::time::Duration;

use actors::{
    journal::{Answer, CommitError, Fence, Lasting, answered},
    testing::{House, Node, People},
};
use entities::{Digest, Principal};

fn fence(people: &People, lasting: Lasting) -> Fence {
    let principal = Principal::User(people.owner);
    Fence { principal, key: "order-66".to_owned(), request: Digest::of(b"{}"), lasting }
}

/// Makes a contact under `fence`, answering `body` and the seq of the second event.
async fn make(node: &Node, people: &People, fence: &Fence, body: &str) -> Result<i64, CommitError> {
    let contact = people.newcomer(&node.ports);
    let answer =
        Answer { fence: fence.clone(), body: body.to_owned(), seq_of: Some(1), contact_id: Some(contact.id) };
    let commit = people.making(&node.ports, &contact, 2).answering(Some(answer));
    Ok(node.ports.journal.commit(commit).await?.seqs[1])
}

#[actix::test]
async fn a_key_has_one_effect_and_keeps_its_answer() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let people = People::arrive(&node).await;
        let fence = fence(&people, Lasting::Day);
        assert_eq!(make(&node, &people, &fence, "1").await, Ok(3));
        assert_eq!(make(&other, &people, &fence, "2").await, Err(CommitError::Conflict));
        let answer = answered(other.ports.store(), people.tenant, &fence).await.unwrap().unwrap();
        assert_eq!((answer.body.as_str(), answer.seq, answer.request), ("1", Some(3), fence.request));
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_key_makes_room_when_its_day_is_over() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let fence = fence(&people, Lasting::Day);
        make(&node, &people, &fence, "1").await.unwrap();
        node.clock.advance(Duration::from_secs(24 * 60 * 60 - 60));
        assert_eq!(make(&node, &people, &fence, "2").await, Err(CommitError::Conflict));
        node.clock.advance(Duration::from_secs(120));
        assert_eq!(make(&node, &people, &fence, "3").await, Ok(5));
        let answer = answered(node.ports.store(), people.tenant, &fence).await.unwrap().unwrap();
        assert_eq!((answer.body.as_str(), answer.seq), ("3", Some(5)));
        node.close().await;
    }
}

#[actix::test]
async fn a_key_that_lasts_as_its_message_never_makes_room() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let fence = fence(&people, Lasting::AsTheMessage);
        make(&node, &people, &fence, "1").await.unwrap();
        node.clock.advance(Duration::from_secs(1000 * 24 * 60 * 60));
        assert_eq!(make(&node, &people, &fence, "2").await, Err(CommitError::Conflict));
        node.close().await;
    }
}
