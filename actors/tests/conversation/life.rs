//! Who has a conversation, and whether it is open.

use actors::{
    conversation::{Assign, ConversationError, SetStatus, What},
    testing::{House, Node, People},
};
use entities::{BoardId, ConversationId, UserId, conversation::ConversationStatus};

use super::{change, say, stored};

async fn set(
    node: &Node,
    people: &People,
    id: ConversationId,
    status: ConversationStatus,
) -> Result<ConversationStatus, ConversationError> {
    let reply = change(node, people, id, What::SetStatus(SetStatus { status })).await?;
    Ok(reply.conversation.unwrap().status)
}

#[actix::test]
async fn a_conversation_is_given_to_a_user_and_to_nobody_again() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        for assignee_id in [Some(people.owner), None] {
            let assign = Assign { assignee_id, board_id: None };
            let reply = change(&node, &people, id, What::Assign(assign)).await.unwrap();
            assert_eq!(reply.conversation.unwrap().assignee_id, assignee_id);
            assert_eq!(stored(&node, &people, id).await.assignee_id, assignee_id);
        }
        node.close().await;
    }
}

#[actix::test]
async fn a_conversation_is_not_given_to_who_is_no_user_of_the_tenant() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
    let id = people.conversation(&node).await;
    for user in [strangers.owner, UserId::from_uuid(node.ports.draw())] {
        let assign = Assign { assignee_id: Some(user), board_id: None };
        let refused = change(&node, &people, id, What::Assign(assign)).await;
        assert!(matches!(refused, Err(ConversationError::Invalid { field: "assignee_id", .. })));
    }
    node.close().await;
}

#[actix::test]
async fn a_move_tells_which_board_was_left() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let boards = [1, 2].map(|n| BoardId::from_uuid(uuid::Uuid::from_u128(n)));
    let mut seq = 0;
    for board in boards {
        let assign = Assign { assignee_id: None, board_id: Some(board) };
        seq = change(&node, &people, id, What::Assign(assign)).await.unwrap().seq;
    }
    let told = node.recorder.up_to(people.tenant, seq + 1).await;
    let moves: Vec<_> = told
        .iter()
        .filter(|event| event.head.kind == actors::event::EventType::ConversationMoved)
        .map(|event| (event.head.left_board_id, event.head.board_id))
        .collect();
    assert_eq!(moves, [(None, Some(boards[0])), (Some(boards[0]), Some(boards[1]))]);
    node.close().await;
}

#[actix::test]
async fn a_resolved_conversation_opens_again_when_something_is_said() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let status = set(&node, &people, id, ConversationStatus::Resolved).await;
        assert_eq!(status, Ok(ConversationStatus::Resolved));
        node.conversations.change(people.tenant, id, say(&people, "one more thing")).await.unwrap();
        assert_eq!(stored(&node, &people, id).await.status, ConversationStatus::Open);
        node.close().await;
    }
}

#[actix::test]
async fn a_resolved_conversation_stays_resolved_while_the_contact_has_another() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let contact = people.contact(&node.ports).await;
        let old = people.open(&node, contact.clone()).await.conversation.id;
        set(&node, &people, old, ConversationStatus::Resolved).await.unwrap();
        let new = people.open(&node, contact).await.conversation.id;
        assert_ne!(new, old);
        let another = Err(ConversationError::AnotherOpen { id: new });
        assert_eq!(set(&node, &people, old, ConversationStatus::Open).await, another);
        let said = node.conversations.change(people.tenant, old, say(&people, "old")).await;
        assert_eq!(said.map(|_| ConversationStatus::Open), another);
        set(&node, &people, new, ConversationStatus::Resolved).await.unwrap();
        assert_eq!(set(&node, &people, old, ConversationStatus::Open).await, Ok(ConversationStatus::Open));
        node.close().await;
    }
}

#[actix::test]
async fn nobody_snoozes_without_saying_until_when() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let refused = set(&node, &people, id, ConversationStatus::Snoozed).await;
    assert!(matches!(refused, Err(ConversationError::Invalid { field: "status", .. })));
    node.close().await;
}
