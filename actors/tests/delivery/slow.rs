//! A peer that does not read: it gets a clean prefix and one word, and nobody waits for it.

use actors::{
    tenant::{CloseCode, Deliver},
    testing::{House, People, eventually},
    topic::Topic,
};

use super::{say, session::Session};

#[actix::test]
async fn a_session_that_does_not_read_is_closed_once_and_the_others_go_on() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let (mut slow, mut quick) = (Session::join(&node, &people), Session::join(&node, &people));
    let begin = say(&node, &people, id, "before").await;
    slow.attach(&node, &[Topic::Inbox], begin).await;
    quick.attach(&node, &[Topic::Inbox], begin).await;
    slow.sleep(true);
    let mut last = begin;
    for line in 0..100 {
        last = say(&node, &people, id, &line.to_string()).await;
        // One delivery each, so that it is the number of messages that fills the mailbox.
        quick.sees_up_to(last).await;
    }
    assert_eq!(quick.seen(), (begin + 1..=last).collect::<Vec<_>>());
    slow.sleep(false);
    eventually("it is told", async || slow.closed()).await;
    let heard = slow.heard();
    assert!(matches!(heard.last(), Some(Deliver::Close(CloseCode::TooSlow))), "the last word");
    assert_eq!(heard.iter().filter(|heard| matches!(heard, Deliver::Close(_))).count(), 1);
    let seen = slow.seen();
    assert!(seen.len() < 100, "it missed some: {}", seen.len());
    assert_eq!(seen, (begin + 1..).take(seen.len()).collect::<Vec<_>>(), "a clean prefix");
    assert_eq!(quick.closed(), None);
    // And it may come again.
    let mut again = Session::join(&node, &people);
    again.attach(&node, &[Topic::Inbox], *seen.last().unwrap()).await;
    again.sees_up_to(last).await;
    node.close().await;
}
