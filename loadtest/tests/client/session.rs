//! The session that stays: it resumes after cuts where it was, and knows when not to come back.

use std::time::Duration;

use loadtest::client::{Backoff, ClientError, Ending, Incoming, News, Session};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

use crate::fake_hub::{FakeHub, Peer, event};

fn start(hub: &FakeHub) -> (Session, Receiver<News>) {
    let backoff = Backoff {
        first: Duration::from_millis(2),
        most: Duration::from_millis(5),
        going_away: Duration::ZERO,
    };
    Session::start(hub.endpoint(), vec!["inbox".into()], backoff)
}

/// Connects for the first time, subscribed at 100.
async fn first_up(hub: &FakeHub, news: &mut Receiver<News>) -> Peer {
    let mut peer = hub.welcome("epoch-1").await;
    let request = peer.answer(json!({ "seq": 100, "replayed": 0 })).await;
    assert_eq!(request["params"], json!({ "topics": ["inbox"] }));
    assert!(matches!(news.recv().await, Some(News::Up(_))));
    peer
}

async fn said_event(news: &mut Receiver<News>) -> u64 {
    match news.recv().await {
        Some(News::Said(Incoming::Event(event))) => event.seq,
        other => panic!("not an event: {other:?}"),
    }
}

#[tokio::test]
async fn after_a_cut_it_resumes_after_the_last_event_it_was_sent() {
    let hub = FakeHub::listen().await;
    let (_session, mut news) = start(&hub);
    let mut peer = first_up(&hub, &mut news).await;
    peer.say(event(103)).await;
    assert_eq!(said_event(&mut news).await, 103);
    peer.cut();
    assert!(matches!(news.recv().await, Some(News::Down { .. })));

    let mut peer = hub.welcome("epoch-1").await;
    let request = peer.hear().await;
    assert_eq!(request["params"], json!({ "topics": ["inbox"], "since": 103, "epoch": "epoch-1" }));
    peer.say(event(104)).await;
    peer.say(json!({ "jsonrpc": "2.0", "id": request["id"], "result": { "seq": 105, "recovered": true, "replayed": 1 } }))
        .await;
    assert_eq!(said_event(&mut news).await, 104);
    let up = news.recv().await;
    assert!(matches!(&up, Some(News::Up(up)) if up.subscribed.recovered == Some(true)), "{up:?}");
}

#[tokio::test]
async fn a_cut_in_the_middle_of_a_replay_resumes_behind_what_was_replayed() {
    let hub = FakeHub::listen().await;
    let (_session, mut news) = start(&hub);
    first_up(&hub, &mut news).await.cut();
    assert!(matches!(news.recv().await, Some(News::Down { .. })));

    let mut peer = hub.welcome("epoch-1").await;
    assert_eq!(peer.hear().await["params"]["since"], 100);
    peer.say(event(101)).await;
    assert_eq!(said_event(&mut news).await, 101);
    peer.cut();
    assert!(matches!(news.recv().await, Some(News::Down { .. })));

    let mut peer = hub.welcome("epoch-1").await;
    assert_eq!(peer.hear().await["params"]["since"], 101);
}

#[tokio::test]
async fn what_cannot_be_recovered_is_said_and_the_place_begins_anew() {
    let hub = FakeHub::listen().await;
    let (_session, mut news) = start(&hub);
    first_up(&hub, &mut news).await.close(4009, "resync").await;
    assert!(matches!(news.recv().await, Some(News::Down { .. })));

    let mut peer = hub.welcome("epoch-2").await;
    peer.answer(json!({ "seq": 40, "recovered": false, "replayed": 0 })).await;
    assert!(matches!(news.recv().await, Some(News::Up(up)) if up.subscribed.recovered == Some(false)));
    peer.cut();
    assert!(matches!(news.recv().await, Some(News::Down { .. })));

    let mut peer = hub.welcome("epoch-2").await;
    let request = peer.hear().await;
    assert_eq!(request["params"], json!({ "topics": ["inbox"], "since": 40, "epoch": "epoch-2" }));
}

#[tokio::test]
async fn cuts_before_the_welcome_and_refused_upgrades_of_a_busy_hub_are_tried_again() {
    let hub = FakeHub::listen().await;
    let (_session, mut news) = start(&hub);
    drop(hub.accept_bare().await);
    assert!(matches!(news.recv().await, Some(News::Down { .. })));
    hub.answer_http("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").await;
    assert!(matches!(
        news.recv().await,
        Some(News::Down { why: ClientError::Upgrade { status: 503, .. }, .. })
    ));
    hub.accept().await.cut();
    assert!(matches!(news.recv().await, Some(News::Down { .. })));
    first_up(&hub, &mut news).await;
}

#[tokio::test]
async fn a_session_that_is_not_wanted_gives_up() {
    for (code, reason) in
        [(4500, "unauthorised"), (4501, "token_expired"), (4502, "revoked"), (4504, "replaced")]
    {
        let hub = FakeHub::listen().await;
        let (session, mut news) = start(&hub);
        first_up(&hub, &mut news).await.close(code, reason).await;
        let closed = Ending::Closed { code, reason: reason.into() };
        assert!(
            matches!(news.recv().await, Some(News::GaveUp(ClientError::Ended(ending))) if ending == closed)
        );
        assert_eq!(session.request::<Value>("ping", &json!({})).await, Err(ClientError::Down));
    }
}

#[tokio::test]
async fn a_request_is_repeated_over_cuts_with_the_same_client_id() {
    let hub = FakeHub::listen().await;
    let (session, mut news) = start(&hub);
    let mut peer = first_up(&hub, &mut news).await;
    let asked = tokio::spawn(async move {
        let deadline = Instant::now() + Duration::from_secs(20);
        session
            .request_until_answered::<Value>("message.send", &json!({ "client_id": "c-1" }), deadline)
            .await
    });
    assert_eq!(peer.hear().await["params"]["client_id"], "c-1");
    peer.cut();

    let mut peer = hub.welcome("epoch-1").await;
    peer.answer(json!({ "seq": 101, "recovered": true, "replayed": 0 })).await;
    let repeated = peer.answer(json!({ "seq": 101 })).await;
    assert_eq!(repeated["params"]["client_id"], "c-1");
    assert_eq!(asked.await.unwrap(), Ok(json!({ "seq": 101 })));
}

#[tokio::test]
async fn a_request_nobody_answers_ends_at_its_deadline() {
    let hub = FakeHub::listen().await;
    let (session, mut news) = start(&hub);
    let _peer = first_up(&hub, &mut news).await;
    let deadline = Instant::now() + Duration::from_millis(50);
    let asked = session.request_until_answered::<Value>("message.send", &json!({}), deadline).await;
    assert_eq!(asked, Err(ClientError::Down));
}

#[tokio::test]
async fn a_session_that_is_cut_says_nothing_and_comes_back_where_it_was() {
    let hub = FakeHub::listen().await;
    let (session, mut news) = start(&hub);
    let mut peer = first_up(&hub, &mut news).await;
    peer.say(event(103)).await;
    assert_eq!(said_event(&mut news).await, 103);
    session.cut().await;
    assert!(matches!(
        news.recv().await,
        Some(News::Down { why: ClientError::Ended(Ending::Cut { .. }), .. })
    ));
    assert!(peer.ends_without_a_word().await);

    let mut peer = hub.welcome("epoch-1").await;
    let request = peer.answer(json!({ "seq": 103, "recovered": true, "replayed": 0 })).await;
    assert_eq!(request["params"]["since"], 103);
}
