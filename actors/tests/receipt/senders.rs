//! Who sent it, and where what he sent belongs.

use actors::{
    contact::{self, Contact},
    conversation::{Change, Conversation, UpdateConversation, What},
    testing::House,
};
use entities::{
    conversation::ConversationStatus,
    message::{AuthorKind, Direction, MessageStatus},
};

use super::desk::Desk;

impl Desk<'_> {
    async fn contact(&self, of: &Conversation) -> Contact {
        contact::store::get(self.node.ports.store(), self.people.tenant, of.contact.id)
            .await
            .unwrap()
            .unwrap()
    }
}

#[actix::test]
async fn a_text_is_the_contacts_own_and_waits_for_an_agent() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        desk.take("1", "+14155550123", "hello").await.unwrap();
        let talk = desk.conversations().await.remove(0);
        assert_eq!((talk.channel.id, talk.status), (desk.number.id, ConversationStatus::Open));
        assert!(talk.queued_at.is_some() && talk.inbound_count == 1);
        let message = desk.thread(&talk).await.remove(0);
        assert_eq!((message.direction, message.status), (Direction::Inbound, MessageStatus::Received));
        assert_eq!(message.author.kind, AuthorKind::Contact);
        assert_eq!(message.author.id, Some(talk.contact.id.as_uuid()));
        assert_eq!(desk.contact(&talk).await.phones, ["+14155550123"]);
        node.close().await;
    }
}

#[actix::test]
async fn senders_of_every_kind_come_in_and_are_found_again_but_those_who_hide() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        let mut number = 0;
        for (from, name, again) in [
            ("+14155550123", "Unknown", 1),
            ("72727", "72727", 1),
            ("ACME", "ACME", 1),
            ("client:ann", "Unknown", 1),
            ("sip:Ann@Pbx.Example", "Unknown", 1),
            ("+1 (415) odd", "Unknown", 1),
            ("anonymous", "Anonymous", 2),
            ("", "Anonymous", 2),
        ] {
            let before = desk.conversations().await.len();
            for _ in 0..2 {
                number += 1;
                desk.take(&number.to_string(), from, "x").await.unwrap();
            }
            let talks = desk.conversations().await;
            assert_eq!(talks.len() - before, again, "{from:?}");
            assert_eq!(talks[0].contact.name, name, "{from:?}");
        }
        node.close().await;
    }
}

#[actix::test]
async fn a_resolved_conversation_is_opened_again_by_what_comes_next() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        desk.take("1", "+14155550123", "hello").await.unwrap();
        let talk = desk.conversations().await.remove(0);
        let update = UpdateConversation { status: Some(ConversationStatus::Resolved), ..Default::default() };
        let change = Change::new(desk.people.agent(), What::Update(update));
        node.conversations.change(desk.people.tenant, talk.id, change).await.unwrap();
        desk.take("2", "+14155550123", "once more").await.unwrap();
        let talks = desk.conversations().await;
        assert_eq!((talks.len(), talks[0].id, talks[0].status), (1, talk.id, ConversationStatus::Open));
        assert_eq!(desk.thread(&talks[0]).await.len(), 2);
        node.close().await;
    }
}

#[actix::test]
async fn nothing_is_refused_for_what_it_says_or_does_not() {
    for house in House::both().await {
        let node = house.node().await;
        let desk = Desk::open(&node).await;
        let long = "ü".repeat(10_001);
        for (id, body) in [("1", ""), ("2", " \n"), ("3", "a\0b"), ("4", long.as_str())] {
            desk.take(id, "+14155550123", body).await.unwrap();
        }
        let talk = desk.conversations().await.remove(0);
        let said: Vec<_> = desk.thread(&talk).await.into_iter().map(|message| message.body).collect();
        assert_eq!(said[..3], ["", " \n", "ab"]);
        assert_eq!(said[3].chars().count(), 10_000);
        node.close().await;
    }
}
