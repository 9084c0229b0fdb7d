//! Who is here is the same on every node, whatever becomes of nodes and of what they tell each other.

use std::time::Duration;

use actors::{
    tenant::{Availability, Deliver, PresenceChangeKind, SignalKind, UserPresence},
    testing::{House, Node, People, eventually},
    topic::Topic,
    view::Viewer,
};
use entities::{BoardId, ContactId, ConversationId, UserId, user::Role};
use uuid::Uuid;

use super::session::Session;

const DEBOUNCE: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

/// A session of this user, an agent.
fn comes(node: &Node, people: &People, id: UserId) -> Session {
    Session::join_as(node, people, Viewer::User { id, role: Role::Agent, boards: None })
}

/// It is gone when this returns, at the time that it is there.
async fn goes(node: &Node, people: &People, session: &Session) {
    node.tenants.leave(people.tenant, session.key);
    node.tenants.present(people.tenant).await.unwrap();
}

/// A session of the owner that follows who is here.
async fn watch(node: &Node, people: &People) -> Session {
    let mut session = Session::join(node, people);
    session.attach(node, &[Topic::Presence], 0).await;
    session
}

/// What was told of this user since it subscribed.
fn told_of(session: &Session, id: UserId) -> Vec<(PresenceChangeKind, Availability)> {
    let change = |heard: &Deliver| match heard {
        Deliver::Signal(signal) => match signal.kind {
            SignalKind::User(change) if change.user.user_id == id => {
                Some((change.kind, change.user.availability))
            }
            _ => None,
        },
        _ => None,
    };
    session.heard().iter().filter_map(change).collect()
}

async fn hears(session: &Session, id: UserId, expected: &[(PresenceChangeKind, Availability)]) {
    eventually("it is told", async || (told_of(session, id) == expected).then_some(())).await;
}

/// The users of the snapshot a session came in with.
fn snapshot(session: &Session) -> Vec<UserPresence> {
    let users = |heard: &Deliver| match heard {
        Deliver::Attached { snapshots, .. } => snapshots.iter().find_map(|signal| match &signal.kind {
            SignalKind::Users(snapshot) => Some(snapshot.users.clone()),
            _ => None,
        }),
        _ => None,
    };
    session.heard().iter().find_map(users).unwrap()
}

async fn present(node: &Node, people: &People) -> Vec<UserId> {
    let here = node.tenants.present(people.tenant).await.unwrap();
    here.users.into_iter().map(|present| present.user.user_id).collect()
}

async fn available(node: &Node, people: &People) -> Vec<UserId> {
    let available = node.tenants.available(people.tenant).await.unwrap();
    available.into_iter().map(|present| present.user.user_id).collect()
}

/// Two nodes, and a tenant.
async fn two() -> (House, Node, Node, People) {
    let house = House::sqlite().await;
    let (one, other) = (house.node().await, house.node().await);
    let people = People::arrive(&one).await;
    (house, one, other, people)
}

use Availability::{Busy, Online};
use PresenceChangeKind::{Changed, Joined, Left};

#[actix::test]
async fn a_user_on_another_node_is_seen_as_if_he_were_here() {
    let (_house, one, other, people) = two().await;
    let watcher = watch(&one, &people).await;
    let grace = comes(&other, &people, user(1));
    hears(&watcher, user(1), &[(Joined, Online)]).await;
    let tab = comes(&one, &people, user(1));
    other.tenants.set_availability(people.tenant, user(1), Busy).unwrap();
    hears(&watcher, user(1), &[(Joined, Online), (Changed, Busy)]).await;
    assert_eq!(available(&one, &people).await, [people.owner]);
    one.tenants.set_availability(people.tenant, user(1), Online).unwrap();
    let back = [(Joined, Online), (Changed, Busy), (Changed, Online)];
    hears(&watcher, user(1), &back).await;

    let newcomer = watch(&other, &people).await;
    let mut all = vec![user(1), people.owner];
    all.sort_unstable();
    assert_eq!(snapshot(&newcomer).iter().map(|user| user.user_id).collect::<Vec<_>>(), all);
    goes(&other, &people, &grace).await;
    goes(&one, &people, &tab).await;
    for node in [&one, &other] {
        node.clock.advance(DEBOUNCE);
    }
    hears(&watcher, user(1), &[&back[..], &[(Left, Online)]].concat()).await;
    hears(&newcomer, user(1), &[(Left, Online)]).await;
    one.close().await;
    other.close().await;
}

#[actix::test]
async fn moving_to_another_node_within_the_debounce_is_no_news() {
    let (_house, one, other, people) = two().await;
    let (here, there) = (watch(&one, &people).await, watch(&other, &people).await);
    let before = comes(&other, &people, user(1));
    other.tenants.set_availability(people.tenant, user(1), Busy).unwrap();
    let all = [(Joined, Online), (Changed, Busy)];
    hears(&here, user(1), &all).await;
    goes(&other, &people, &before).await;
    let _after = comes(&one, &people, user(1));
    // Whoever goes after her is gone after her.
    let other_user = comes(&other, &people, user(2));
    goes(&other, &people, &other_user).await;
    eventually("the other node knows her here", async || {
        let users = other.tenants.present(people.tenant).await.unwrap().users;
        users.iter().any(|it| it.user.user_id == user(1) && it.sessions == 1).then_some(())
    })
    .await;
    for node in [&one, &other] {
        node.clock.advance(DEBOUNCE);
    }
    for session in [&here, &there] {
        hears(session, user(2), &[(Joined, Online), (Left, Online)]).await;
        assert_eq!(told_of(session, user(1)), all, "she was never away");
    }
    assert_eq!(present(&other, &people).await.len(), 2);
    one.close().await;
    other.close().await;
}

#[actix::test]
async fn who_looks_at_a_conversation_is_seen_from_every_node() {
    let (_house, one, other, people) = two().await;
    let id = people.conversation(&one).await;
    let mut here = Session::join(&one, &people);
    here.attach(&one, &[Topic::Conversation(id)], 0).await;
    let mut there = comes(&other, &people, user(1));
    there.attach(&other, &[Topic::Conversation(id)], 0).await;
    let contact_id = ContactId::from_uuid(Uuid::from_u128(9));
    let _visitor = Session::join_as(&other, &people, Viewer::Visitor { contact_id, conversation_id: id });
    let heard = async |seen: &dyn Fn(&SignalKind) -> bool| {
        eventually("it is told", async || {
            let is_seen = |heard: &Deliver| matches!(heard, Deliver::Signal(signal) if seen(&signal.kind));
            here.heard().iter().any(is_seen).then_some(())
        })
        .await;
    };
    heard(&|kind| matches!(kind, SignalKind::ViewingChanged { viewing } if viewing.len() == 2)).await;
    heard(&|kind| matches!(kind, SignalKind::ContactJoined(contact) if contact.contact_id == contact_id))
        .await;
    let mut late = Session::join(&one, &people);
    late.attach(&one, &[Topic::Conversation(id)], 0).await;
    assert_eq!(at_conversation(&late), (true, 2));
    one.close().await;
    other.close().await;
}

/// Whether the visitor was there, and how many looked on, when the session came.
fn at_conversation(session: &Session) -> (bool, usize) {
    let seen = |heard: &Deliver| match heard {
        Deliver::Attached { snapshots, .. } => snapshots.iter().find_map(|signal| match &signal.kind {
            SignalKind::Conversation(snapshot) => Some((snapshot.contact_online, snapshot.viewing.len())),
            _ => None,
        }),
        _ => None,
    };
    session.heard().iter().find_map(seen).unwrap()
}

#[actix::test]
async fn a_node_that_dies_loses_its_users_when_it_was_silent_for_thirty_seconds() {
    let (_house, one, other, people) = two().await;
    let watcher = watch(&one, &people).await;
    let _grace = comes(&other, &people, user(1));
    hears(&watcher, user(1), &[(Joined, Online)]).await;
    other.close().await;
    assert!(present(&one, &people).await.contains(&user(1)), "nobody knows yet");
    one.clock.advance(SILENCE);
    hears(&watcher, user(1), &[(Joined, Online), (Left, Online)]).await;
    assert_eq!(present(&one, &people).await, [people.owner]);
    one.close().await;
}

#[actix::test]
async fn while_a_node_is_cut_off_it_loses_nobody_and_gives_work_to_its_own() {
    let (_house, one, other, people) = two().await;
    let watcher = watch(&one, &people).await;
    let hal = comes(&one, &people, user(2));
    let _grace = comes(&other, &people, user(1));
    hears(&watcher, user(1), &[(Joined, Online)]).await;
    one.wire.cut();
    other.close().await;
    goes(&one, &people, &hal).await;
    one.clock.advance(Duration::from_secs(600));
    // What is this node's own goes on: it has looked who is gone.
    hears(&watcher, user(2), &[(Joined, Online), (Left, Online)]).await;
    let here = one.tenants.present(people.tenant).await.unwrap();
    assert_eq!((here.users.len(), here.uncertain), (2, true));
    assert_eq!(available(&one, &people).await, [people.owner]);
    assert!(told_of(&watcher, user(1)) == [(Joined, Online)]);
    assert_eq!(doubts(&watcher), [true]);

    one.wire.mend();
    let here = one.tenants.present(people.tenant).await.unwrap();
    assert_eq!((here.users.len(), here.uncertain), (2, false), "her silence begins now");
    one.clock.advance(SILENCE);
    hears(&watcher, user(1), &[(Joined, Online), (Left, Online)]).await;
    assert_eq!(doubts(&watcher), [true, false]);
    one.close().await;
}

/// Of each time everybody was told of since the session came: whether that was uncertain.
fn doubts(session: &Session) -> Vec<bool> {
    let told = session.heard().into_iter().filter_map(|heard| match heard {
        Deliver::Signal(signal) => Some(signal),
        _ => None,
    });
    told.filter_map(|signal| match &signal.kind {
        SignalKind::Users(snapshot) => Some(snapshot.uncertain),
        _ => None,
    })
    .collect()
}

#[actix::test]
async fn a_node_that_was_cut_off_learns_and_tells_what_happened_meanwhile() {
    let (_house, one, other, people) = two().await;
    let (here, there) = (watch(&one, &people).await, watch(&other, &people).await);
    one.wire.cut();
    let _grace = comes(&one, &people, user(1));
    let _hal = comes(&other, &people, user(2));
    hears(&here, user(1), &[(Joined, Online)]).await;
    hears(&there, user(2), &[(Joined, Online)]).await;
    one.wire.mend();
    hears(&here, user(2), &[(Joined, Online)]).await;
    hears(&there, user(1), &[(Joined, Online)]).await;
    one.close().await;
    other.close().await;
}

#[actix::test]
async fn who_asks_where_nobody_of_the_tenant_is_learns_of_those_on_other_nodes() {
    let (_house, one, other, people) = two().await;
    let board = BoardId::from_uuid(Uuid::from_u128(7));
    let narrow = Viewer::User { id: user(1), role: Role::Agent, boards: Some([board].into()) };
    let mut grace = Session::join_as(&other, &people, narrow);
    grace.attach(&other, &[Topic::Conversation(ConversationId::from_uuid(Uuid::nil()))], 0).await;
    assert_eq!(one.tenants.living(), 0);
    assert_eq!(available(&one, &people).await, [user(1)], "at the first question");
    assert!(one.tenants.is_attended(people.tenant, Some(board)).await.unwrap());
    let foreign = Some(BoardId::from_uuid(Uuid::from_u128(8)));
    assert!(!one.tenants.is_attended(people.tenant, foreign).await.unwrap());
    one.close().await;
    other.close().await;
}

#[actix::test]
async fn very_many_who_come_with_a_node_are_told_of_at_once() {
    let (_house, one, other, people) = two().await;
    one.wire.cut();
    let watcher = watch(&one, &people).await;
    let crowd: Vec<Session> = (1..=300).map(|number| comes(&other, &people, user(number))).collect();
    eventually("they are there", async || (present(&other, &people).await.len() == 300).then_some(())).await;
    one.wire.mend();
    let users = eventually("they are seen here", async || {
        watcher.heard().iter().find_map(|heard| match heard {
            Deliver::Signal(signal) => match &signal.kind {
                SignalKind::Users(snapshot) => Some(snapshot.users.len()),
                _ => None,
            },
            _ => None,
        })
    })
    .await;
    assert_eq!(users, 301);
    assert_eq!((told_of(&watcher, user(1)), watcher.closed()), (Vec::new(), None));
    drop(crowd);
    one.close().await;
    other.close().await;
}
