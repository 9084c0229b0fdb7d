//! What is set aside comes back: in time, once, and not when it should not.

use std::time::Duration;

use actors::{
    conversation::{Change, ConversationError, SendMessage, Sender, Snooze, UpdateConversation, What},
    event::EventType,
    testing::{House, Node, People, eventually},
};
use entities::{
    ConversationId, Principal, Timestamp,
    conversation::ConversationStatus,
    job::{Filter, JobStatus},
};

use super::{change, say, stored, told};

const HOUR: Duration = Duration::from_secs(3600);

async fn snooze(
    node: &Node,
    people: &People,
    id: ConversationId,
    until: Option<Timestamp>,
) -> Result<Option<Timestamp>, ConversationError> {
    let snooze = Some(Snooze { until, field: "until" });
    let update = UpdateConversation { snooze, ..Default::default() };
    let after = change(node, people, id, What::Update(update)).await?.conversation.unwrap();
    assert_eq!(after.status == ConversationStatus::Snoozed, after.snoozed_until.is_some());
    Ok(after.snoozed_until)
}

async fn snoozed(node: &Node, people: &People, after: Duration) -> (ConversationId, Timestamp) {
    let id = people.conversation(node).await;
    let until = snooze(node, people, id, Some(node.ports.now().plus(after))).await.unwrap();
    (id, until.unwrap())
}

/// Waits until every timer that is due has been carried out.
async fn timers_ran(node: &Node, people: &People, count: usize) {
    eventually("timers that are not done", async || {
        let done = Filter::Status(JobStatus::Done);
        let done = actors::jobs::page(node.ports.store(), people.tenant, done, None, 50).await.unwrap();
        (done.len() >= count).then_some(())
    })
    .await;
}

/// How often conversations were told to stand otherwise.
async fn status_changes(node: &Node, people: &People) -> usize {
    let log = actors::event::log::after(node.ports.store(), people.tenant, 0, 200).await.unwrap();
    log.iter().filter(|event| event.head.kind == EventType::ConversationStatusChanged).count()
}

#[actix::test]
async fn a_snoozed_conversation_wakes_in_time_and_once() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (id, until) = snoozed(&node, &people, HOUR).await;
        let before = stored(&node, &people, id).await;
        assert_eq!((before.status, before.snoozed_until), (ConversationStatus::Snoozed, Some(until)));
        node.clock.advance(HOUR);
        timers_ran(&node, &people, 1).await;
        let after = stored(&node, &people, id).await;
        assert_eq!((after.status, after.snoozed_until), (ConversationStatus::Open, None));
        assert_eq!(after.rev, before.rev + 1);
        assert_eq!(status_changes(&node, &people).await, 1);
        node.close().await;
    }
}

#[actix::test]
async fn a_snoozed_conversation_wakes_after_the_house_was_closed() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (id, _) = snoozed(&node, &people, HOUR).await;
        node.close().await;
        let node = house.node().await;
        assert_eq!(stored(&node, &people, id).await.status, ConversationStatus::Snoozed);
        node.clock.advance(2 * HOUR);
        timers_ran(&node, &people, 1).await;
        assert_eq!(stored(&node, &people, id).await.status, ConversationStatus::Open);
        node.close().await;
    }
}

#[actix::test]
async fn a_conversation_that_is_snoozed_again_wakes_at_the_last_time_said() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (later, sooner) = (snoozed(&node, &people, HOUR).await, snoozed(&node, &people, 3 * HOUR).await);
        let moved = snooze(&node, &people, later.0, Some(later.1.plus(2 * HOUR))).await;
        assert_eq!(moved, Ok(Some(later.1.plus(2 * HOUR))));
        snooze(&node, &people, sooner.0, Some(sooner.1.minus(2 * HOUR))).await.unwrap();
        node.clock.advance(HOUR + HOUR / 2);
        timers_ran(&node, &people, 2).await;
        assert_eq!(stored(&node, &people, later.0).await.snoozed_until, moved.unwrap());
        assert_eq!(stored(&node, &people, sooner.0).await.status, ConversationStatus::Open);
        node.clock.advance(2 * HOUR);
        timers_ran(&node, &people, 4).await;
        assert_eq!(stored(&node, &people, later.0).await.status, ConversationStatus::Open);
        assert_eq!(status_changes(&node, &people).await, 2);
        node.close().await;
    }
}

#[actix::test]
async fn a_snoozed_conversation_wakes_when_the_contact_writes_and_not_when_we_do() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (id, _) = snoozed(&node, &people, HOUR).await;
        let note = SendMessage { body: "not today".to_owned(), private: true, ..Default::default() };
        change(&node, &people, id, What::Send(note)).await.unwrap();
        node.conversations.change(people.tenant, id, say(&people, "we will call")).await.unwrap();
        let still = stored(&node, &people, id).await;
        assert_eq!(still.status, ConversationStatus::Snoozed);
        let by = Sender { principal: Principal::Contact(still.contact.id), ..people.agent() };
        let written = Change { by, ..say(&people, "hello?") };
        node.conversations.change(people.tenant, id, written).await.unwrap();
        let awake = stored(&node, &people, id).await;
        assert_eq!((awake.status, awake.snoozed_until), (ConversationStatus::Open, None));
        node.clock.advance(HOUR);
        timers_ran(&node, &people, 1).await;
        assert_eq!(stored(&node, &people, id).await, awake, "its timer finds it awake");
        node.close().await;
    }
}

#[actix::test]
async fn what_was_woken_or_set_otherwise_before_its_time_stays_as_it_is() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (woken, pending) = (snoozed(&node, &people, HOUR).await.0, snoozed(&node, &people, HOUR).await.0);
        assert_eq!(snooze(&node, &people, woken, None).await, Ok(None));
        let set = UpdateConversation { status: Some(ConversationStatus::Pending), ..Default::default() };
        node.conversations.change(people.tenant, pending, told(&people, What::Update(set))).await.unwrap();
        let before = [stored(&node, &people, woken).await, stored(&node, &people, pending).await];
        assert_eq!(before.clone().map(|it| it.snoozed_until), [None, None]);
        assert_eq!(
            before.clone().map(|it| it.status),
            [ConversationStatus::Open, ConversationStatus::Pending]
        );
        node.clock.advance(2 * HOUR);
        timers_ran(&node, &people, 2).await;
        assert_eq!([stored(&node, &people, woken).await, stored(&node, &people, pending).await], before);
        node.close().await;
    }
}

#[actix::test]
async fn nobody_snoozes_into_the_past_beyond_a_year_or_what_is_resolved() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let now = node.ports.now();
    for until in [now, now.minus(HOUR), now.plus(HOUR * 24 * 367)] {
        let refused = snooze(&node, &people, id, Some(until)).await;
        assert!(matches!(refused, Err(ConversationError::Invalid { field: "until", .. })), "{until}");
    }
    let both = UpdateConversation {
        status: Some(ConversationStatus::Open),
        snooze: Some(Snooze { until: Some(now.plus(HOUR)), field: "until" }),
        ..Default::default()
    };
    let refused = change(&node, &people, id, What::Update(both)).await;
    assert!(matches!(refused, Err(ConversationError::Invalid { field: "until", .. })));
    let over = UpdateConversation { status: Some(ConversationStatus::Resolved), ..Default::default() };
    change(&node, &people, id, What::Update(over)).await.unwrap();
    let refused = snooze(&node, &people, id, Some(now.plus(HOUR))).await;
    assert_eq!(refused, Err(ConversationError::Resolved));
    assert_eq!(snooze(&node, &people, id, None).await, Ok(None));
    assert_eq!(stored(&node, &people, id).await.status, ConversationStatus::Resolved);
    node.close().await;
}
