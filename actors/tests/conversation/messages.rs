//! What is said in a conversation, changed, and taken back.

use actors::{
    conversation::{ConversationError, DeleteMessage, EditMessage, SendMessage, What},
    event::EventType,
    testing::{House, People},
};
use entities::{MessageId, Principal, UserId};

use super::{change, say, shown, stored, thread, told};

#[actix::test]
async fn a_message_is_answered_with_the_seq_of_its_event() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let reply = node.conversations.change(people.tenant, id, say(&people, "hello")).await.unwrap();
        let told = node.recorder.up_to(people.tenant, reply.seq).await;
        assert_eq!(told.last().unwrap().head.kind, EventType::MessageCreated);
        assert_eq!(reply.message.unwrap().seq, Some(reply.seq));
        let stored = stored(&node, &people, id).await;
        assert_eq!((stored.last_message.unwrap().body.as_str(), stored.rev), ("hello", 2));
        node.close().await;
    }
}

#[actix::test]
async fn an_empty_or_endless_message_is_refused_and_changes_nothing() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    for body in ["", "  \n", &"x".repeat(10_001)] {
        let refused = node.conversations.change(people.tenant, id, say(&people, body)).await;
        assert!(matches!(refused, Err(ConversationError::Invalid { field: "body", .. })), "{refused:?}");
    }
    node.conversations.change(people.tenant, id, say(&people, &"ß".repeat(10_000))).await.unwrap();
    assert_eq!(stored(&node, &people, id).await.rev, 2);
    node.close().await;
}

#[actix::test]
async fn a_private_note_is_not_the_last_message() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    change(&node, &people, id, What::Send(SendMessage { body: "hello".into(), ..Default::default() }))
        .await
        .unwrap();
    let note = SendMessage { body: "careful".into(), private: true, ..Default::default() };
    change(&node, &people, id, What::Send(note)).await.unwrap();
    assert_eq!(stored(&node, &people, id).await.last_message.unwrap().body, "hello");
    assert_eq!(thread(node.ports.store(), people.tenant, id).await.len(), 2);
    node.close().await;
}

#[actix::test]
async fn an_edit_changes_the_message_and_what_the_conversation_shows_of_it() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let sent = node.conversations.change(people.tenant, id, say(&people, "helo")).await.unwrap();
        let message_id = sent.message.as_ref().unwrap().id;
        let edit = EditMessage { message_id, body: "hello".to_owned(), rev: Some(1), others: false };
        let edited = change(&node, &people, id, What::Edit(edit.clone())).await.unwrap().message.unwrap();
        assert_eq!((edited.body.as_str(), edited.rev, edited.seq), ("hello", 2, Some(sent.seq)));
        assert!(edited.edited_at.is_some());
        assert_eq!(stored(&node, &people, id).await.last_message.unwrap().body, "hello");
        let again = change(&node, &people, id, What::Edit(edit)).await;
        assert_eq!(again, Err(ConversationError::RevMismatch { rev: 2 }), "somebody edited meanwhile");
        node.close().await;
    }
}

#[actix::test]
async fn only_its_author_changes_a_message_unless_he_may_change_others() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let sent = node.conversations.change(people.tenant, id, say(&people, "mine")).await.unwrap();
    let message_id = sent.message.unwrap().id;
    for (others, refused) in [(false, true), (true, false)] {
        let edit = EditMessage { message_id, body: "yours".to_owned(), rev: None, others };
        let mut change = told(&people, What::Edit(edit));
        change.by.principal = Principal::User(UserId::from_uuid(node.ports.draw()));
        let outcome = node.conversations.change(people.tenant, id, change).await;
        assert_eq!(outcome.err(), refused.then_some(ConversationError::NotTheAuthor));
    }
    node.close().await;
}

#[actix::test]
async fn what_is_deleted_is_gone_for_every_reader_and_cannot_be_changed_again() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let sent = node.conversations.change(people.tenant, id, say(&people, "secret")).await.unwrap();
        let message_id = sent.message.unwrap().id;
        let delete = DeleteMessage { message_id, rev: None, others: false };
        change(&node, &people, id, What::Delete(delete.clone())).await.unwrap();
        assert!(shown(node.ports.store(), people.tenant, id).await.is_empty());
        assert_eq!(thread(node.ports.store(), people.tenant, id).await[0].body, "", "the text is gone");
        assert_eq!(stored(&node, &people, id).await.last_message.unwrap().body, "");
        let again = change(&node, &people, id, What::Delete(delete)).await;
        assert_eq!(again, Err(ConversationError::MessageNotFound));
        let edit = EditMessage { message_id, body: "back".to_owned(), rev: None, others: true };
        assert_eq!(
            change(&node, &people, id, What::Edit(edit)).await,
            Err(ConversationError::MessageNotFound)
        );
        node.close().await;
    }
}

#[actix::test]
async fn a_message_of_another_conversation_is_not_found() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let (here, there) = (people.conversation(&node).await, people.conversation(&node).await);
    let sent = node.conversations.change(people.tenant, there, say(&people, "there")).await.unwrap();
    for message_id in [sent.message.unwrap().id, MessageId::from_uuid(node.ports.draw())] {
        let delete = DeleteMessage { message_id, rev: None, others: true };
        let refused = change(&node, &people, here, What::Delete(delete)).await;
        assert_eq!(refused, Err(ConversationError::MessageNotFound));
    }
    node.close().await;
}

#[actix::test]
async fn a_conversation_of_another_tenant_does_not_exist() {
    for house in House::both().await {
        let node = house.node().await;
        let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
        let id = people.conversation(&node).await;
        let refused = node.conversations.change(strangers.tenant, id, say(&strangers, "boo")).await;
        assert_eq!(refused, Err(ConversationError::NotFound));
        assert_eq!(stored(&node, &people, id).await.rev, 1);
        node.close().await;
    }
}
