//! The past of a conversation is read from indexes, its calls too, however much happened elsewhere.

use actors::{
    event::{Data, Event, EventType, Head},
    journal::Commit,
    testing::{Crowd, House, Node, People},
};
use entities::{
    ContactId, ConversationId, EventId, Principal, Stretch,
    event::{Audience, Entity, TopicKind},
};
use sea_orm::{ConnectionTrait, QueryTrait};
use uuid::Uuid;

use crate::plan::explain;

/// Of twenty events one is of a call.
fn happening(node: &Node, number: u128) -> Event {
    let conversation = Uuid::from_u128(number % 200);
    let is_call = number.is_multiple_of(20);
    let head = Head {
        id: EventId::from_uuid(node.ports.draw()),
        kind: if is_call { EventType::CallUpdated } else { EventType::MessageCreated },
        topic_kind: if is_call { TopicKind::Call } else { TopicKind::Conversation },
        topic_id: if is_call { Uuid::from_u128(number + 1_000) } else { conversation },
        contact_id: Some(ContactId::from_uuid(conversation)),
        conversation_id: Some(ConversationId::from_uuid(conversation)),
        board_id: None,
        left_board_id: None,
        audience: Audience::Agents,
        user_id: None,
        left_user_id: None,
        actor: Principal::System,
        client_id: None,
        at: node.ports.now(),
    };
    Event { head, data: Data::default() }
}

#[actix::test]
async fn the_calls_of_a_conversation_stand_in_the_order_of_an_index_of_their_own() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        for part in 0..20 {
            let events = (part * 500..(part + 1) * 500).map(|number| happening(&node, number));
            let commit = Commit::new(people.tenant, node.ports.now(), Vec::new(), events.collect());
            node.ports.journal.commit(commit).await.unwrap();
        }
        let db = Crowd { conversations: 1, messages: 0 }.gather(&house, &people).await;
        node.close().await;
        db.execute_unprepared("ANALYZE events").await.unwrap();
        let (tenant, backend) = (people.tenant, db.get_database_backend());
        let conversation = ConversationId::from_uuid(Uuid::from_u128(20));
        for part in [Stretch::Last, Stretch::Before(9_000), Stretch::After(10)] {
            let calls = Entity::of_calls_in(tenant, conversation, part, 50).build(backend);
            let own = Entity::of_topic(tenant, conversation.as_uuid(), part, 50).build(backend);
            for (asked, index) in [(calls, "events_of_calls_in"), (own, "events_by_topic")] {
                let plan = explain(&db, asked).await;
                assert!(plan.contains(index), "{part:?}: {plan}");
                assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{part:?}: {plan}");
            }
        }
        db.close().await.unwrap();
    }
}
