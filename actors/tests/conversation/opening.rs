//! A contact has one open conversation on a channel, however many open it at once.

use std::collections::HashSet;

use actors::{
    conversation::{OpenRequest, SendMessage},
    testing::{House, People},
};
use futures::future::join_all;

use super::{stored, thread};

#[actix::test]
async fn twenty_who_open_the_same_conversation_at_once_get_the_same_one() {
    for house in House::both().await {
        let (one, other) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let contact = people.contact(&one.ports).await;
        let nodes = [&one, &other].into_iter().cycle().take(20);
        let opened = join_all(nodes.map(|node| people.open(node, contact.clone()))).await;
        let ids: HashSet<_> = opened.iter().map(|opened| opened.conversation.id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(opened.iter().filter(|opened| opened.created).count(), 1);
        assert_eq!(stored(&one, &people, opened[0].conversation.id).await.rev, 1);
        one.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn the_first_messages_of_all_who_open_it_at_once_are_in_it() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let contact = people.contact(&node.ports).await;
        let open = async |index: usize| {
            let mut request: OpenRequest = people.request(contact.clone());
            request.open.first = Some(SendMessage { body: index.to_string(), ..SendMessage::default() });
            node.conversations.open(people.tenant, people.agent(), request).await.unwrap()
        };
        let opened = join_all((0..20).map(open)).await;
        let id = opened[0].conversation.id;
        let said: HashSet<String> = thread(node.ports.store(), people.tenant, id)
            .await
            .into_iter()
            .map(|message| message.body)
            .collect();
        assert_eq!(said, (0..20).map(|index| index.to_string()).collect());
        let answered: HashSet<String> =
            opened.into_iter().filter_map(|opened| Some(opened.message?.body)).collect();
        assert_eq!(answered, said, "each got its own message back");
        node.close().await;
    }
}

#[actix::test]
async fn opening_what_is_open_makes_nothing() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let contact = people.contact(&node.ports).await;
    let first = people.open(&node, contact.clone()).await;
    let second = people.open(&node, contact).await;
    assert_eq!((&second.conversation, second.created), (&first.conversation, false));
    assert_eq!(stored(&node, &people, first.conversation.id).await.rev, 1);
    node.close().await;
}
