//! Who is called to a note.

use actors::{
    conversation::{ConversationError, SendMessage, What},
    event::EventType,
    testing::{House, People},
};
use entities::{UserId, event::Audience};

use super::{change, shown};

fn note(mentions: Vec<UserId>) -> What {
    What::Send(SendMessage { body: "look".to_owned(), private: true, mentions, ..SendMessage::default() })
}

#[actix::test]
async fn who_is_mentioned_is_told_once_right_behind_the_note() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let reply = change(&node, &people, id, note(vec![people.owner, people.owner])).await.unwrap();
        let message = reply.message.unwrap();
        assert_eq!(message.mentions, [people.owner]);
        let told = node.recorder.up_to(people.tenant, reply.seq + 1).await;
        let [.., created, mentioned] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&created.head.kind, created.seq), (&EventType::MessageCreated, reply.seq));
        assert_eq!(
            (&mentioned.head.kind, mentioned.message_seq()),
            (&EventType::UserMentioned, Some(reply.seq))
        );
        assert_eq!((mentioned.head.audience, mentioned.head.user_id), (Audience::User, Some(people.owner)));
        let kept = shown(node.ports.store(), people.tenant, id).await;
        assert_eq!(kept[0].mentions.0, [people.owner]);
        node.close().await;
    }
}

#[actix::test]
async fn only_active_users_who_see_it_are_called_and_only_to_notes() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let (people, strangers) = (People::arrive(&node).await, People::arrive(&node).await);
    let id = people.conversation(&node).await;
    for stranger in [strangers.owner, UserId::from_uuid(node.ports.draw())] {
        let refused = change(&node, &people, id, note(vec![people.owner, stranger])).await;
        assert!(
            matches!(refused, Err(ConversationError::InvalidMember { list: "mentions", index: 1, .. })),
            "{refused:?}"
        );
    }
    let aloud = SendMessage {
        body: "look".to_owned(),
        private: false,
        mentions: vec![people.owner],
        ..SendMessage::default()
    };
    for refused in [What::Send(aloud), note(vec![people.owner; 21])] {
        let refused = change(&node, &people, id, refused).await;
        assert!(matches!(refused, Err(ConversationError::Invalid { field: "mentions", .. })), "{refused:?}");
    }
    node.close().await;
}
