//! Two nodes may each have a copy of a conversation. The database is the arbiter.

use actors::{
    conversation::{Conversation, ConversationError, UpdateConversation, What},
    testing::{House, Node, People},
};
use entities::{ConversationId, conversation::ConversationStatus};
use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::{change, stored, thread};

/// What one writer was told.
#[derive(Default)]
struct Told {
    said: Vec<String>,
    changes: usize,
    seen: Vec<Conversation>,
}

#[actix::test]
async fn two_copies_under_random_commands_lose_no_update() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        for round in 0..4 {
            let id = people.conversation(&one).await;
            let writers = (0..6).map(|writer| {
                let node = if writer % 2 == 0 { &one } else { &other };
                command(node, people, id, round * 100 + writer)
            });
            let told = join_all(writers).await;
            assert_nothing_lost(&one, &people, id, told).await;
        }
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_copy_that_missed_a_change_refuses_nothing_for_it() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let id = people.conversation(&one).await;
        one.wire.cut();
        let status = |status, rev| {
            let status = Some(status);
            What::Update(UpdateConversation { status, rev, ..Default::default() })
        };
        let there = change(&other, &people, id, status(ConversationStatus::Pending, None)).await.unwrap();
        let seen = there.conversation.unwrap().rev;
        let here = change(&one, &people, id, status(ConversationStatus::Open, Some(seen))).await.unwrap();
        assert_eq!(here.conversation.unwrap().rev, seen + 1);
        let outdated = change(&one, &people, id, status(ConversationStatus::Pending, Some(seen))).await;
        assert_eq!(outdated.unwrap_err(), ConversationError::RevMismatch { rev: seen + 1 });
        one.close().await;
        other.close().await;
    }
}

async fn command(node: &Node, people: People, id: ConversationId, seed: u64) -> Told {
    let (mut random, mut told) = (StdRng::seed_from_u64(seed), Told::default());
    for step in 0..15 {
        let what = match random.random_range(0..4) {
            0 => What::Update(UpdateConversation {
                assignee_id: Some(random.random_bool(0.5).then_some(people.owner)),
                ..Default::default()
            }),
            1 => What::Update(UpdateConversation {
                status: Some(ConversationStatus::Pending),
                ..Default::default()
            }),
            _ => {
                let body = format!("{seed}-{step}");
                What::Send(actors::conversation::SendMessage { body, ..Default::default() })
            }
        };
        match change(node, &people, id, what).await {
            Ok(reply) => {
                told.changes += 1;
                told.said.extend(reply.message.map(|message| message.body));
                told.seen.extend(reply.conversation.map(|conversation| *conversation));
            }
            // Five times in a row somebody was faster.
            Err(ConversationError::Busy) => {}
            Err(error) => panic!("{error:?}"),
        }
        if random.random_bool(0.3) {
            tokio::task::yield_now().await;
        }
    }
    told
}

async fn assert_nothing_lost(node: &Node, people: &People, id: ConversationId, told: Vec<Told>) {
    let changes: usize = told.iter().map(|told| told.changes).sum();
    let stored = stored(node, people, id).await;
    assert_eq!(stored.rev, 1 + changes as i64, "each change counts once");
    let mut said: Vec<String> = told.iter().flat_map(|told| told.said.clone()).collect();
    let mut found: Vec<String> =
        thread(node.ports.store(), people.tenant, id).await.into_iter().map(|message| message.body).collect();
    let last = found.last().cloned();
    assert_eq!(stored.last_message.map(|last| last.body), last);
    said.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, said);
    let mut revs: Vec<i64> = told.iter().flat_map(|told| told.seen.iter().map(|seen| seen.rev)).collect();
    let answered = revs.len();
    revs.sort_unstable();
    revs.dedup();
    assert_eq!(revs.len(), answered, "no two changes made the same rev");
}
