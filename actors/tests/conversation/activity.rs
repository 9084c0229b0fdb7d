//! What is said moves the contact in the lists.

use std::time::Duration;

use actors::{
    contact::{
        self,
        find::{self, Filter},
    },
    conversation::{DeleteMessage, SendMessage, What},
    testing::{House, Node, People},
};
use entities::ContactId;

use super::{change, say};

/// Whom the list of contacts names, the latest active first.
async fn listed(node: &Node, people: &People) -> Vec<ContactId> {
    let page = find::page(node.ports.store(), people.tenant, Filter::default(), (None, 10)).await.unwrap().0;
    page.into_iter().map(|contact| contact.id).collect()
}

#[actix::test]
async fn a_message_takes_its_contact_to_the_top_and_tells_so_without_touching_its_rev() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (ann, ben) = (people.contact(&node.ports).await, people.contact(&node.ports).await);
        let conversation = people.open(&node, ann.clone()).await.conversation.id;
        assert_eq!(listed(&node, &people).await, [ben.id, ann.id]);
        node.clock.advance(Duration::from_secs(60));
        let sent =
            node.conversations.change(people.tenant, conversation, say(&people, "hello")).await.unwrap();
        assert_eq!(listed(&node, &people).await, [ann.id, ben.id]);
        let stored = contact::store::get(node.ports.store(), people.tenant, ann.id).await.unwrap().unwrap();
        assert_eq!((stored.activity_at, stored.rev), (sent.message.unwrap().created_at, 1));
        let told = node.recorder.up_to(people.tenant, sent.seq).await.pop().unwrap().parse().unwrap();
        let told = serde_json::to_value(told.contact).unwrap();
        let brief = contact::Brief { id: ann.id, activity_at: stored.activity_at };
        assert_eq!(told, serde_json::to_value(brief).unwrap());
        node.close().await;
    }
}

#[actix::test]
async fn neither_a_private_note_nor_a_message_taken_back_moves_the_contact() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let ann = people.contact(&node.ports).await;
        let conversation = people.open(&node, ann.clone()).await.conversation.id;
        let sent =
            node.conversations.change(people.tenant, conversation, say(&people, "hello")).await.unwrap();
        let ben = people.contact(&node.ports).await;
        node.clock.advance(Duration::from_secs(60));
        let note = SendMessage { body: "careful".into(), private: true, ..SendMessage::default() };
        let noted = change(&node, &people, conversation, What::Send(note)).await.unwrap();
        let delete = DeleteMessage { message_id: sent.message.unwrap().id, rev: None, others: false };
        let deleted = change(&node, &people, conversation, What::Delete(delete)).await.unwrap();
        assert_eq!(listed(&node, &people).await, [ben.id, ann.id]);
        let told = node.recorder.up_to(people.tenant, deleted.seq).await;
        let silent = told.iter().filter(|event| event.seq >= noted.seq);
        assert!(silent.map(|event| event.parse().unwrap().contact).all(|contact| contact.is_none()));
        node.close().await;
    }
}
