//! One connection: cuts at every point, answers matched, the cursor kept.

use std::time::Duration;

use loadtest::client::{ClientError, Connection, Cursor, Ending, Incoming};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::fake_hub::{FakeHub, event, heartbeat};

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let hub = FakeHub::listen().await;
    let endpoint = hub.endpoint();
    drop(hub);
    let opened = Connection::open(&endpoint, None).await.map(|_| ());
    assert!(matches!(opened, Err(ClientError::Unreachable { .. })), "{opened:?}");
}

#[tokio::test]
async fn a_cut_before_the_upgrade_is_unreachable() {
    let hub = FakeHub::listen().await;
    let endpoint = hub.endpoint();
    let (opened, ()) =
        tokio::join!(Connection::open(&endpoint, None), async { drop(hub.accept_bare().await) });
    let error = opened.map(|_| ()).unwrap_err();
    assert!(error.may_be_repeated(), "{error:?}");
}

#[tokio::test]
async fn a_refused_upgrade_says_its_status() {
    let hub = FakeHub::listen().await;
    let endpoint = hub.endpoint();
    let (opened, _) = tokio::join!(
        Connection::open(&endpoint, None),
        hub.answer_http("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n")
    );
    assert_eq!(opened.map(|_| ()), Err(ClientError::Upgrade { status: 401, body: String::new() }));
}

#[tokio::test]
async fn a_cut_before_the_welcome_is_an_end() {
    let hub = FakeHub::listen().await;
    let endpoint = hub.endpoint();
    let (opened, ()) = tokio::join!(Connection::open(&endpoint, None), async { hub.accept().await.cut() });
    let opened = opened.map(|_| ());
    assert!(matches!(opened, Err(ClientError::Ended(Ending::Cut { .. }))), "{opened:?}");
}

#[tokio::test]
async fn a_close_before_the_welcome_keeps_its_code() {
    let hub = FakeHub::listen().await;
    let endpoint = hub.endpoint();
    let (opened, ()) = tokio::join!(Connection::open(&endpoint, None), async {
        hub.accept().await.close(4501, "token_expired").await;
    });
    let closed = Ending::Closed { code: 4501, reason: "token_expired".into() };
    assert_eq!(opened.map(|_| ()), Err(ClientError::Ended(closed)));
}

#[tokio::test]
async fn a_cut_in_the_middle_of_a_frame_ends_what_is_unanswered() {
    let hub = FakeHub::listen().await;
    let (connection, mut events, mut peer) = hub.connected().await;
    let asked = tokio::spawn(async move { connection.request::<Value>("message.send", &json!({})).await });
    peer.hear().await;
    // A text frame of 100 bytes, of which six come.
    peer.write_raw(&[0x81, 100, b'{', b'"', b'j', b's', b'o', b'n']).await;
    peer.cut();
    assert!(matches!(asked.await.unwrap(), Err(ClientError::Ended(Ending::Cut { .. }))));
    assert!(matches!(events.next().await, Some(Incoming::Closed(Ending::Cut { .. }))));
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_cut_between_request_and_answer_leaves_the_outcome_unknown() {
    let hub = FakeHub::listen().await;
    let (connection, _events, mut peer) = hub.connected().await;
    let asked = tokio::spawn({
        let connection = connection.clone();
        async move { connection.request::<Value>("message.send", &json!({})).await }
    });
    peer.hear().await;
    peer.cut();
    let error = asked.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Ended(_)) && error.may_be_repeated(), "{error:?}");
    assert!(matches!(connection.request::<Value>("ping", &json!({})).await, Err(ClientError::Ended(_))));
}

#[tokio::test]
async fn answers_find_their_requests_in_any_order() {
    let hub = FakeHub::listen().await;
    let (connection, _events, mut peer) = hub.connected().await;
    let ask = |number: u64| {
        let connection = connection.clone();
        tokio::spawn(
            async move { connection.request::<Value>("message.edit", &json!({ "n": number })).await },
        )
    };
    let (first, second) = (ask(1), ask(2));
    let heard = [peer.hear().await, peer.hear().await];
    for request in heard.iter().rev() {
        peer.say(json!({ "jsonrpc": "2.0", "id": request["id"], "result": request["params"] })).await;
    }
    assert_eq!(first.await.unwrap(), Ok(json!({ "n": 1 })));
    assert_eq!(second.await.unwrap(), Ok(json!({ "n": 2 })));
}

#[tokio::test]
async fn a_refusal_is_an_error_with_its_code() {
    let hub = FakeHub::listen().await;
    let (connection, _events, mut peer) = hub.connected().await;
    let asked = tokio::spawn(async move { connection.request::<Value>("message.send", &json!({})).await });
    let id = peer.hear().await["id"].clone();
    let data = json!({ "code": "RATE_LIMITED", "retryable": true, "details": { "retry_after_ms": 40 } });
    peer.say(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32000, "message": "slow down", "data": data } }))
        .await;
    let error = asked.await.unwrap().unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_millis(40)));
    assert!(error.may_be_repeated());
    assert_eq!(error.to_string(), "message.send was refused: RATE_LIMITED: slow down");
}

#[tokio::test]
async fn an_answer_that_comes_after_patience_ended_harms_nobody() {
    let hub = FakeHub::listen().await;
    let mut endpoint = hub.endpoint();
    endpoint.patience = Duration::from_millis(200);
    let (opened, mut peer) = tokio::join!(Connection::open(&endpoint, None), hub.welcome("epoch-1"));
    let (connection, _events) = opened.unwrap();
    let late = connection.request::<Value>("message.send", &json!({})).await;
    assert!(matches!(late, Err(ClientError::TimedOut { .. })));
    peer.answer(json!({})).await;
    let nothing = json!({});
    let (pong, _) = tokio::join!(
        connection.request::<Value>("ping", &nothing),
        peer.answer(json!({ "seq": 1, "at": "2026-11-20T10:31:07.120Z" }))
    );
    assert!(pong.is_ok());
}

#[tokio::test]
async fn the_sixty_fifth_request_waits_for_an_answer() {
    let hub = FakeHub::listen().await;
    let (connection, _events, mut peer) = hub.connected().await;
    for _ in 0..65 {
        let connection = connection.clone();
        tokio::spawn(async move { connection.request::<Value>("message.send", &json!({})).await });
    }
    let mut heard = Vec::new();
    for _ in 0..64 {
        heard.push(peer.hear().await["id"].clone());
    }
    let nothing_more = tokio::time::timeout(Duration::from_millis(50), peer.hear()).await;
    assert!(nothing_more.is_err());
    peer.say(json!({ "jsonrpc": "2.0", "id": heard[0], "result": {} })).await;
    peer.hear().await;
}

#[tokio::test]
async fn a_silent_hub_is_given_up_after_two_heartbeats() {
    let hub = FakeHub::listen().await;
    let (_connection, mut events, _peer) = hub.connected().await;
    tokio::time::pause();
    let ended = events.next().await;
    assert!(
        matches!(&ended, Some(Incoming::Closed(Ending::Cut { reason })) if reason == "silent for 50 s"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn the_cursor_follows_events_heartbeats_and_the_answers_to_subscribe_and_ping() {
    let hub = FakeHub::listen().await;
    let (connection, mut events, mut peer) = hub.connected().await;
    assert_eq!(connection.cursor(), None, "welcome.seq is not a cursor");
    let inbox = ["inbox".to_owned()];
    let (subscribed, request) =
        tokio::join!(connection.subscribe(&inbox, None), peer.answer(json!({ "seq": 100, "replayed": 0 })));
    assert_eq!(subscribed.unwrap().seq, 100);
    assert_eq!(request["params"], json!({ "topics": ["inbox"] }));
    let at = |seq| Some(Cursor { seq, epoch: "epoch-1".into() });
    assert_eq!(connection.cursor(), at(100));

    peer.say(event(105)).await;
    assert!(matches!(events.next().await, Some(Incoming::Event(event)) if event.seq == 105));
    assert_eq!(connection.cursor(), at(105));
    peer.say(heartbeat(107)).await;
    assert!(matches!(events.next().await, Some(Incoming::Heartbeat(_))));
    assert_eq!(connection.cursor(), at(107));

    let send = json!({ "client_id": "c" });
    let (sent, _) = tokio::join!(
        connection.request::<Value>("message.send", &send),
        peer.answer(json!({ "message": {}, "seq": 400 }))
    );
    assert!(sent.is_ok());
    assert_eq!(connection.cursor(), at(107), "the seq of another answer is not a cursor");
    let nothing = json!({});
    let (_, _) = tokio::join!(
        connection.request::<Value>("ping", &nothing),
        peer.answer(json!({ "seq": 110, "at": "2026-11-20T10:31:07.120Z" }))
    );
    assert_eq!(connection.cursor(), at(110));
}

#[tokio::test]
async fn a_hub_of_several_addresses_is_found_at_the_one_that_lives() {
    let hub = FakeHub::listen().await;
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut endpoint = hub.endpoint();
    let lives = endpoint.url.trim_start_matches("ws://").trim_end_matches("/ws").parse().unwrap();
    endpoint = endpoint.at(vec![nobody, lives, nobody]);
    endpoint.url = "ws://hub.invalid/ws".into();
    for _ in 0..4 {
        let (opened, _peer) = tokio::join!(Connection::open(&endpoint, None), hub.welcome("epoch-1"));
        assert!(opened.is_ok());
    }
}
