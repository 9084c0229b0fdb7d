//! Conversations as callers meet them, over SQLite and PostgreSQL.

use actors::{
    conversation::{Change, SendMessage, What, store},
    testing::{House, People},
};

fn say(people: &People, body: &str) -> Change {
    let send = SendMessage { body: body.to_owned(), ..SendMessage::default() };
    Change { by: people.agent(), what: What::Send(send), client_id: None, fence: None }
}

#[actix::test]
async fn a_message_is_answered_with_the_seq_of_its_event() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let reply = node.conversations.change(people.tenant, id, say(&people, "hello")).await.unwrap();
        let told = node.recorder.of(people.tenant);
        let last = told.last().unwrap();
        assert_eq!(reply.seq, last.seq);
        assert_eq!(reply.message.unwrap().seq, Some(last.seq));
        let stored = store::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap();
        assert_eq!(stored.last_message.unwrap().body, "hello");
        assert_eq!(stored.rev, 2);
        node.close().await;
    }
}
