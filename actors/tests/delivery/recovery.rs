//! What was not announced is found, and a tenant that dies lets its sessions come again.

use actors::{
    tenant::{CloseCode, Typist},
    testing::{House, Node, People, eventually},
    topic::Topic,
};
use entities::{
    ConversationId,
    message::{Author, AuthorKind},
};

use super::{say, session::Session};

/// A node over the same database that nobody hears: its announcements are all lost.
async fn unheard(house: &House) -> (House, Node) {
    let elsewhere = House::visit(house.url(), house.master());
    let node = elsewhere.node().await;
    (elsewhere, node)
}

#[actix::test]
async fn what_nobody_announced_is_found_by_the_comparison_with_the_log() {
    for house in House::both().await {
        let node = house.node().await;
        let (_elsewhere, mute) = unheard(&house).await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let mut session = Session::join(&node, &people);
        session.attach(&node, &[Topic::Inbox], 2).await;
        let mut last = 2;
        for line in 0..5 {
            last = say(&mute, &people, id, &line.to_string()).await;
        }
        session.sees_up_to(last).await;
        // A gap before what is announced is filled too.
        say(&mute, &people, id, "unheard").await;
        last = say(&node, &people, id, "heard").await;
        session.sees_up_to(last).await;
        assert_eq!(session.seen(), (3..=last).collect::<Vec<_>>());
        node.close().await;
        mute.close().await;
    }
}

fn die(node: &Node, people: &People, id: ConversationId) {
    let author = Author { kind: AuthorKind::User, id: Some(people.owner.as_uuid()), name: "Ada".to_owned() };
    node.clock.panic_once();
    node.tenants.typing(people.tenant, id, Typist { author, typing: true, session: None });
}

#[actix::test]
async fn a_tenant_that_dies_closes_its_sessions_and_they_resume() {
    let house = House::sqlite().await;
    let node = house.node().await;
    let people = People::arrive(&node).await;
    let id = people.conversation(&node).await;
    let mut sessions: Vec<Session> = (0..3).map(|_| Session::join(&node, &people)).collect();
    for session in &mut sessions {
        session.attach(&node, &[Topic::Inbox], 2).await;
    }
    let before = say(&node, &people, id, "before").await;
    for session in &sessions {
        session.sees_up_to(before).await;
    }
    die(&node, &people, id);
    for session in &sessions {
        let code = eventually("the session is closed", async || session.closed()).await;
        assert_eq!(code, CloseCode::Resync);
    }
    let after = say(&node, &people, id, "after").await;
    let mut again = Session::join(&node, &people);
    again.attach(&node, &[Topic::Inbox], before).await;
    again.sees_up_to(after).await;
    assert_eq!(again.seen(), [after]);
    node.close().await;
}

#[actix::test]
async fn who_misses_what_was_trimmed_comes_again_and_begins_where_the_log_ends() {
    for house in House::both().await {
        let node = house.node().await;
        let (_elsewhere, mute) = unheard(&house).await;
        let people = People::arrive(&node).await;
        let id = people.conversation(&node).await;
        let mut session = Session::join(&node, &people);
        session.attach(&node, &[Topic::Inbox], 2).await;
        let code = loop {
            // Said where nobody hears it, and gone; now and then somebody looks in between, and then it is seen.
            let seq = say(&mute, &people, id, "unheard").await;
            let after_all = mute.ports.now().plus(std::time::Duration::from_secs(60));
            mute.ports.journal.trim(people.tenant, after_all).await.unwrap();
            let noticed = eventually("it is seen, or its loss is", async || {
                let seen = session.seen().contains(&seq);
                session.closed().map(Some).or(seen.then_some(None))
            });
            if let Some(code) = noticed.await {
                break code;
            }
        };
        assert_eq!(code, CloseCode::Resync);
        let end = say(&node, &people, id, "heard").await;
        let mut again = Session::join(&node, &people);
        again.attach(&node, &[Topic::Inbox], end - 1).await;
        again.sees_up_to(end).await;
        assert_eq!(again.seen(), [end]);
        node.close().await;
        mute.close().await;
    }
}
