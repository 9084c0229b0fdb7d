//! Who has a conversation, and whether it is open.

use actors::{
    conversation::{ConversationError, ListChange, UpdateConversation, What},
    testing::{House, Node, People},
};
use entities::{
    ConversationId, UserId,
    conversation::{ConversationStatus, Owner, Priority},
};

use super::{change, say, stored};

async fn set(
    node: &Node,
    people: &People,
    id: ConversationId,
    status: ConversationStatus,
) -> Result<ConversationStatus, ConversationError> {
    let update = UpdateConversation { status: Some(status), ..Default::default() };
    let reply = change(node, people, id, What::Update(update)).await?;
    Ok(reply.conversation.unwrap().status)
}

#[actix::test]
async fn a_conversation_is_given_to_a_user_and_to_nobody_again() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        for assignee_id in [Some(people.owner), None] {
            let assign = UpdateConversation { assignee_id: Some(assignee_id), ..Default::default() };
            let reply = change(&node, &people, id, What::Update(assign)).await.unwrap();
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
        let assign = UpdateConversation { assignee_id: Some(Some(user)), ..Default::default() };
        let refused = change(&node, &people, id, What::Update(assign)).await;
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
    let boards = [people.board(&node.ports, "Sales").await, people.board(&node.ports, "Shop").await];
    let mut seq = 0;
    for board in boards {
        let assign = UpdateConversation { board_id: Some(board), ..Default::default() };
        seq = change(&node, &people, id, What::Update(assign)).await.unwrap().seq;
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

#[actix::test]
async fn much_is_changed_at_once_and_told_one_by_one() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let before = stored(&node, &people, id).await;
        let update = UpdateConversation {
            status: Some(ConversationStatus::Pending),
            owner: Some(Owner::Human),
            priority: Some(Priority::Urgent),
            labels: Some(ListChange::Whole(vec!["VIP".to_owned(), "VIP".to_owned(), "lead".to_owned()])),
            participants: Some(ListChange::Edit { add: vec![people.owner], remove: vec![] }),
            rev: Some(before.rev),
            ..Default::default()
        };
        let reply = change(&node, &people, id, What::Update(update.clone())).await.unwrap();
        let after = *reply.conversation.unwrap();
        assert_eq!((after.status, after.owner), (ConversationStatus::Pending, Owner::Human));
        assert_eq!((after.assignee_id, after.priority), (Some(people.owner), Priority::Urgent));
        assert_eq!(
            (after.labels.clone(), after.participants.clone()),
            (vec!["VIP".into(), "lead".into()], vec![people.owner])
        );
        assert_eq!((after.rev, &stored(&node, &people, id).await), (before.rev + 1, &after));
        let told = node.recorder.up_to(people.tenant, reply.seq + 5).await;
        let kinds: Vec<&str> = told[told.len() - 6..].iter().map(|event| event.head.kind.name()).collect();
        let expected = [
            "owner_changed",
            "assigned",
            "status_changed",
            "priority_changed",
            "labelled",
            "participant_added",
        ];
        assert_eq!(kinds, expected.map(|kind| format!("conversation.{kind}")));
        let late = change(&node, &people, id, What::Update(update)).await;
        assert_eq!(late, Err(ConversationError::RevMismatch { rev: after.rev }));
        node.close().await;
    }
}

#[actix::test]
async fn when_one_thing_cannot_be_changed_nothing_is() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let before = stored(&node, &people, id).await;
    let wrong = [
        (
            UpdateConversation {
                labels: Some(ListChange::Whole(vec![",".to_owned()])),
                ..Default::default()
            },
            "labels",
        ),
        (
            UpdateConversation {
                labels: Some(ListChange::Edit { add: vec!["x".repeat(51)], remove: vec![] }),
                ..Default::default()
            },
            "add",
        ),
        (
            UpdateConversation {
                labels: Some(ListChange::Whole((0..51).map(|n| n.to_string()).collect())),
                ..Default::default()
            },
            "labels",
        ),
        (
            UpdateConversation {
                participants: Some(ListChange::Whole(vec![UserId::from_uuid(node.ports.draw())])),
                ..Default::default()
            },
            "participants",
        ),
        (UpdateConversation { owner: Some(Owner::Nobody), ..Default::default() }, "owner"),
    ];
    for (update, wrong) in wrong {
        let update = UpdateConversation { priority: Some(Priority::High), ..update };
        let refused = change(&node, &people, id, What::Update(update)).await;
        assert!(
            matches!(&refused, Err(ConversationError::Invalid { field, .. }) if *field == wrong),
            "{refused:?}"
        );
    }
    let nothing = change(&node, &people, id, What::Update(UpdateConversation::default())).await;
    assert!(matches!(nothing, Err(ConversationError::Invalid { .. })));
    assert_eq!(stored(&node, &people, id).await, before);
    node.close().await;
}

#[actix::test]
async fn what_is_handed_back_to_the_bot_no_person_has_until_one_speaks() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    for (owner, assignee) in [(Owner::Human, Some(people.owner)), (Owner::Bot, None)] {
        let update = UpdateConversation { owner: Some(owner), ..Default::default() };
        let after = change(&node, &people, id, What::Update(update)).await.unwrap().conversation.unwrap();
        assert_eq!((after.owner, after.assignee_id), (owner, assignee));
    }
    node.conversations.change(people.tenant, id, say(&people, "I am back")).await.unwrap();
    assert_eq!(stored(&node, &people, id).await.owner, Owner::Human);
    node.close().await;
}
