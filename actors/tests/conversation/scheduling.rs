//! What waits for its time: apart until then, and said once.

use std::time::Duration;

use actors::{
    asked::Asked,
    contact::{Contacts, RemoveContact},
    conversation::{
        CancelMessage, Change, ConversationError, EditMessage, Message, RescheduleMessage, SendMessage,
        Sender, UpdateConversation, What, store,
    },
    event::EventType,
    testing::{House, Node, People, eventually},
};
use entities::{
    ConversationId, KeyId, Principal, Timestamp,
    conversation::{ConversationStatus, Owner},
    message::MessageStatus,
};

use super::{change, shown, stored};

const HOUR: Duration = Duration::from_secs(3600);

fn later(body: &str, at: Timestamp) -> What {
    What::Send(SendMessage { body: body.to_owned(), scheduled_at: Some(at), ..SendMessage::default() })
}

/// A message that waits for so long.
async fn schedule(node: &Node, people: &People, id: ConversationId, after: Duration) -> Message {
    let at = node.ports.now().plus(after);
    *change(node, people, id, later("see you", at)).await.unwrap().message.unwrap()
}

fn cancel(message: &Message) -> What {
    What::Cancel(CancelMessage { message_id: message.id, rev: Some(message.rev), others: false })
}

fn put_off(message: &Message, at: Timestamp) -> What {
    What::Reschedule(RescheduleMessage {
        message_id: message.id,
        scheduled_at: at,
        body: None,
        rev: Some(message.rev),
        others: false,
    })
}

async fn waiting(node: &Node, people: &People, id: ConversationId) -> Vec<Message> {
    store::scheduled(node.ports.store(), people.tenant, id).await.unwrap()
}

/// How often something was told.
async fn told(node: &Node, people: &People, kind: &EventType) -> usize {
    let log = actors::event::log::after(node.ports.store(), people.tenant, 0, 500).await.unwrap();
    log.iter().filter(|event| event.head.kind == *kind).count()
}

async fn eventually_told(node: &Node, people: &People, kind: EventType, times: usize) {
    eventually(kind.name(), async || (told(node, people, &kind).await >= times).then_some(())).await;
    assert_eq!(told(node, people, &kind).await, times, "{kind}");
}

#[actix::test]
async fn what_is_scheduled_stands_apart_and_is_said_once_when_its_time_has_come() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let before = stored(&node, &people, id).await;
        let message = schedule(&node, &people, id, HOUR).await;
        assert_eq!((message.status, message.seq), (MessageStatus::Scheduled, None));
        let during = stored(&node, &people, id).await;
        assert_eq!(during.next_scheduled_at, message.scheduled_at);
        assert_eq!((&during.last_message, during.activity_at), (&None, before.activity_at));
        assert!(shown(node.ports.store(), people.tenant, id).await.is_empty(), "it is in no thread");
        assert_eq!(waiting(&node, &people, id).await, std::slice::from_ref(&message));
        // Whoever comes after a crash finds the timer.
        node.close().await;
        let node = house.node().await;
        node.clock.advance(2 * HOUR);
        eventually_told(&node, &people, EventType::MessageCreated, 1).await;
        let said = shown(node.ports.store(), people.tenant, id).await;
        assert_eq!((said[0].id, said[0].status), (message.id, MessageStatus::Sent));
        assert!(said[0].rev > message.rev && said[0].created_at > message.created_at);
        let after = stored(&node, &people, id).await;
        assert_eq!((after.next_scheduled_at, after.activity_at), (None, said[0].created_at));
        assert_eq!(after.last_message.unwrap().id, message.id);
        assert!(waiting(&node, &people, id).await.is_empty());
        let late = change(&node, &people, id, cancel(&message)).await;
        assert_eq!(late, Err(ConversationError::NotScheduled));
        node.close().await;
    }
}

#[actix::test]
async fn what_is_put_off_or_taken_back_is_not_said_at_its_old_time() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let (kept, moved) =
            (schedule(&node, &people, id, HOUR).await, schedule(&node, &people, id, 2 * HOUR).await);
        let gone = schedule(&node, &people, id, HOUR / 2).await;
        assert_eq!(stored(&node, &people, id).await.next_scheduled_at, gone.scheduled_at);
        let reply = change(&node, &people, id, cancel(&gone)).await.unwrap().message.unwrap();
        assert_eq!((reply.status, reply.seq), (MessageStatus::Canceled, None));
        let again = change(&node, &people, id, cancel(&gone)).await;
        assert_eq!(again, Err(ConversationError::MessageNotFound));
        assert_eq!(stored(&node, &people, id).await.next_scheduled_at, kept.scheduled_at);
        let far = moved.scheduled_at.unwrap().plus(HOUR);
        let reply = change(&node, &people, id, put_off(&moved, far)).await.unwrap().message.unwrap();
        assert_eq!(reply.scheduled_at, Some(far));
        let stale = change(&node, &people, id, put_off(&moved, far)).await;
        assert_eq!(stale, Err(ConversationError::RevMismatch { rev: 2 }));
        let edit = EditMessage { message_id: moved.id, body: "soon".into(), rev: None, others: false };
        change(&node, &people, id, What::Edit(edit)).await.unwrap();
        node.clock.advance(2 * HOUR + HOUR / 2);
        eventually_told(&node, &people, EventType::MessageCreated, 1).await;
        assert_eq!(stored(&node, &people, id).await.next_scheduled_at, Some(far));
        node.clock.advance(HOUR);
        eventually_told(&node, &people, EventType::MessageCreated, 2).await;
        let said = shown(node.ports.store(), people.tenant, id).await;
        assert_eq!(said.iter().map(|row| &row.body[..]).collect::<Vec<_>>(), ["soon", "see you"]);
        node.close().await;
    }
}

#[actix::test]
async fn what_would_be_refused_then_is_told_to_have_failed_and_gets_another_chance() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let key = KeyId::from_uuid(node.ports.draw());
        let by = Sender { principal: Principal::Key(key), name: "Shop".to_owned(), ..people.agent() };
        let at = node.ports.now().plus(HOUR);
        let change_by_key =
            |what| node.conversations.change(people.tenant, id, Change::new(by.clone(), what));
        let message = change_by_key(later("a reminder", at)).await.unwrap().message.unwrap();
        let own = |owner| What::Update(UpdateConversation { owner: Some(owner), ..Default::default() });
        change(&node, &people, id, own(Owner::Human)).await.unwrap();
        node.clock.advance(2 * HOUR);
        eventually_told(&node, &people, EventType::MessageStatusChanged, 1).await;
        let failed = waiting(&node, &people, id).await.remove(0);
        assert_eq!((failed.status, &failed.error.unwrap().code[..]), (MessageStatus::Failed, "NOT_OWNER"));
        assert_eq!(stored(&node, &people, id).await.next_scheduled_at, None);
        assert!(shown(node.ports.store(), people.tenant, id).await.is_empty());
        assert_eq!(change_by_key(later("x", at.plus(9 * HOUR))).await, Err(ConversationError::NotOwner));
        change(&node, &people, id, own(Owner::Bot)).await.unwrap();
        let again = RescheduleMessage {
            message_id: message.id,
            scheduled_at: node.ports.now().plus(HOUR),
            body: None,
            rev: None,
            others: true,
        };
        change(&node, &people, id, What::Reschedule(again)).await.unwrap();
        node.clock.advance(2 * HOUR);
        eventually_told(&node, &people, EventType::MessageCreated, 1).await;
        let said = shown(node.ports.store(), people.tenant, id).await.remove(0);
        assert_eq!((said.author_name.as_str(), said.error_code), ("Shop", None));
        node.close().await;
    }
}

#[actix::test]
async fn a_resolved_conversation_opens_and_a_bots_is_taken_over_when_it_is_said() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        schedule(&node, &people, id, HOUR).await;
        let update = UpdateConversation {
            status: Some(ConversationStatus::Resolved),
            owner: Some(Owner::Bot),
            ..Default::default()
        };
        change(&node, &people, id, What::Update(update)).await.unwrap();
        node.clock.advance(2 * HOUR);
        eventually_told(&node, &people, EventType::MessageCreated, 1).await;
        let after = stored(&node, &people, id).await;
        assert_eq!((after.status, after.owner), (ConversationStatus::Open, Owner::Human));
        node.close().await;
    }
}

#[actix::test]
async fn who_waits_for_nobody_is_canceled_and_not_too_many_wait() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let contact = people.contact(&node.ports).await;
        let id = people.open(&node, contact.clone()).await.conversation.id;
        for _ in 0..50 {
            schedule(&node, &people, id, HOUR).await;
        }
        let one_more = change(&node, &people, id, later("x", node.ports.now().plus(HOUR))).await;
        assert!(matches!(one_more, Err(ConversationError::Invalid { field: "scheduled_at", .. })));
        let remove = RemoveContact { id: contact.id, rev: None };
        let asked = Asked::by(Principal::User(people.owner));
        Contacts::new(node.ports.clone()).remove(people.tenant, &asked, remove).await.unwrap();
        eventually_told(&node, &people, EventType::MessageCanceled, 50).await;
        assert_eq!(stored(&node, &people, id).await.next_scheduled_at, None);
        assert!(waiting(&node, &people, id).await.is_empty());
        node.close().await;
    }
}

#[actix::test]
async fn a_time_that_is_no_time_is_refused_by_name() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let now = node.ports.now();
        let note = SendMessage {
            body: "x".into(),
            private: true,
            scheduled_at: Some(now.plus(HOUR)),
            ..Default::default()
        };
        for wrong in [later("x", now), later("x", now.plus(367 * 24 * HOUR)), What::Send(note)] {
            let refused = change(&node, &people, id, wrong.clone()).await;
            assert!(
                matches!(refused, Err(ConversationError::Invalid { field: "scheduled_at", .. })),
                "{wrong:?}: {refused:?}"
            );
        }
        let empty = change(&node, &people, id, later(" ", now.plus(HOUR))).await;
        assert!(matches!(empty, Err(ConversationError::Invalid { field: "body", .. })));
        node.close().await;
    }
}
