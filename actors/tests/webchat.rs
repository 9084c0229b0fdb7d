//! Visitors of a web chat, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use actors::{
    channel::{self, Channel},
    contact,
    testing::{House, Node, People},
    webchat::{Arrival, Entered, Myself, Webchats},
};

struct Chat {
    webchats: Webchats,
    people: People,
    channel: Channel,
}

impl Chat {
    async fn open(node: &Node) -> Self {
        let people = People::arrive(node).await;
        let channel = channel::store::get(node.ports.store(), people.tenant, people.founded.webchat).await;
        let webchats = Webchats::new(node.ports.clone(), node.conversations.clone());
        Self { webchats, people, channel: channel.unwrap().unwrap() }
    }

    async fn enter(&self, arrival: Arrival) -> Entered {
        self.webchats.enter(self.people.tenant, &self.channel, &arrival).await.unwrap()
    }
}

fn typed(email: &str) -> Arrival {
    Arrival { email: Some(email.to_owned()), ..Arrival::default() }
}

fn proven(email: &str) -> Arrival {
    Arrival { proven: true, ..typed(email) }
}

#[actix::test]
async fn a_stranger_gets_a_contact_and_a_conversation_and_comes_back_to_them() {
    for house in House::both().await {
        let node = house.node().await;
        let chat = Chat::open(&node).await;
        let first = chat.enter(Arrival::default()).await;
        assert!(!first.resumed && first.contact.name == "Visitor");
        let again = chat.enter(Arrival { returning: Some(first.contact.id), ..Arrival::default() }).await;
        assert_eq!(again, Entered { resumed: true, ..first.clone() });
        assert_ne!(chat.enter(Arrival::default()).await.contact.id, first.contact.id);
        node.close().await;
    }
}

#[actix::test]
async fn a_typed_address_never_joins_who_has_it() {
    for house in House::both().await {
        let node = house.node().await;
        let chat = Chat::open(&node).await;
        let ann = chat.enter(typed("ann@example.com")).await;
        let other = chat.enter(typed("Ann@example.com")).await;
        assert_ne!(ann.contact.id, other.contact.id);
        let stored = contact::store::get(node.ports.store(), chat.people.tenant, other.contact.id).await;
        assert!(stored.unwrap().unwrap().emails.is_empty());
        node.close().await;
    }
}

#[actix::test]
async fn a_proven_address_leads_to_its_own_conversation_and_not_to_that_of_who_typed_it() {
    for house in House::both().await {
        let node = house.node().await;
        let chat = Chat::open(&node).await;
        let impostor = chat.enter(typed("ann@example.com")).await;
        let ann = chat.enter(proven("ann@example.com")).await;
        assert_ne!(ann.conversation_id, impostor.conversation_id);
        let again = chat.enter(proven("ANN@example.com")).await;
        assert_eq!(again, Entered { resumed: true, ..ann });
        node.close().await;
    }
}

#[actix::test]
async fn two_tabs_with_the_same_proof_are_one_contact() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let chat = Chat::open(&node).await;
        let there = Webchats::new(other.ports.clone(), other.conversations.clone());
        let arrival = proven("ann@example.com");
        let second = there.enter(chat.people.tenant, &chat.channel, &arrival);
        let (one, two) = futures::join!(chat.enter(arrival.clone()), second);
        assert_eq!(one.conversation_id, two.unwrap().conversation_id);
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn what_a_visitor_says_of_himself_is_added() {
    for house in House::both().await {
        let node = house.node().await;
        let chat = Chat::open(&node).await;
        let entered = chat.enter(typed("ann@example.com")).await;
        let myself = Myself {
            name: Some("Ann".to_owned()),
            email: Some("ann@work.example".to_owned()),
            ..Myself::default()
        };
        let me = chat.webchats.introduce(chat.people.tenant, entered.contact.id, &myself).await.unwrap();
        assert_eq!((me.name.as_str(), me.emails.len()), ("Ann", 2));
        assert_eq!(me.emails[0], "ann@example.com");
        node.close().await;
    }
}
