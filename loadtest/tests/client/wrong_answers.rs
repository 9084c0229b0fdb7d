//! What the contract does not allow ends the connection as an error, and never panics.

use loadtest::client::{ClientError, Connection, Ending, Incoming};
use serde_json::{Value, json};

use crate::fake_hub::{FakeHub, event, welcome};

#[tokio::test]
async fn anything_before_the_welcome_is_wrong() {
    for first in [event(1), json!({ "jsonrpc": "2.0", "id": 1, "result": {} }), json!("hello")] {
        let hub = FakeHub::listen().await;
        let endpoint = hub.endpoint();
        let (opened, _peer) = tokio::join!(Connection::open(&endpoint, None), async {
            let mut peer = hub.accept().await;
            peer.say(first).await;
            peer
        });
        let opened = opened.map(|_| ());
        assert!(matches!(opened, Err(ClientError::Wrong(_))), "{opened:?}");
    }
}

#[tokio::test]
async fn wrong_frames_end_the_connection() {
    let wrong = [
        "not json".to_owned(),
        "[]".to_owned(),
        json!({ "jsonrpc": "2.0", "id": 999, "result": {} }).to_string(),
        json!({ "jsonrpc": "2.0", "method": "event", "params": { "seq": "high" } }).to_string(),
        json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32700, "message": "", "data": { "code": "MALFORMED" } } })
            .to_string(),
        welcome("epoch-1").to_string(),
    ];
    for text in wrong {
        let hub = FakeHub::listen().await;
        let (connection, mut events, mut peer) = hub.connected().await;
        let asked =
            tokio::spawn(async move { connection.request::<Value>("message.send", &json!({})).await });
        peer.hear().await;
        peer.say_text(&text).await;
        let answer = asked.await.unwrap();
        assert!(
            matches!(&answer, Err(error @ ClientError::Ended(Ending::Wrong { .. })) if !error.may_be_repeated())
        );
        assert!(matches!(events.next().await, Some(Incoming::Closed(Ending::Wrong { .. }))), "{text}");
    }
}

#[tokio::test]
async fn binary_frames_and_broken_text_are_wrong() {
    let hub = FakeHub::listen().await;
    let (_connection, mut events, mut peer) = hub.connected().await;
    peer.say_bytes(b"{}").await;
    assert!(matches!(events.next().await, Some(Incoming::Closed(Ending::Wrong { .. }))));

    let (_connection, mut events, mut peer) = hub.connected().await;
    peer.write_raw(&[0x81, 2, 0xff, 0xfe]).await;
    assert!(matches!(events.next().await, Some(Incoming::Closed(Ending::Wrong { .. }))));
}

#[tokio::test]
async fn events_that_repeat_or_fall_back_are_wrong() {
    for second in [7, 6] {
        let hub = FakeHub::listen().await;
        let (_connection, mut events, mut peer) = hub.connected().await;
        peer.say(event(7)).await;
        peer.say(event(second)).await;
        assert!(matches!(events.next().await, Some(Incoming::Event(_))));
        assert!(matches!(events.next().await, Some(Incoming::Closed(Ending::Wrong { .. }))));
    }
}

#[tokio::test]
async fn recovered_without_since_and_a_subscribe_without_seq_are_wrong() {
    for result in
        [json!({ "seq": 1, "recovered": true, "replayed": 0 }), json!({ "replayed": 0 }), json!("yes")]
    {
        let hub = FakeHub::listen().await;
        let (connection, _events, mut peer) = hub.connected().await;
        let inbox = ["inbox".to_owned()];
        let (subscribed, _) = tokio::join!(connection.subscribe(&inbox, None), peer.answer(result));
        assert!(matches!(subscribed, Err(ClientError::Ended(Ending::Wrong { .. }))), "{subscribed:?}");
    }
}

#[tokio::test]
async fn a_result_of_another_shape_is_an_error_of_that_request_alone() {
    #[derive(Debug, serde::Deserialize)]
    struct Sent {
        #[expect(dead_code, reason = "only its shape matters")]
        seq: u64,
    }
    let hub = FakeHub::listen().await;
    let (connection, _events, mut peer) = hub.connected().await;
    let nothing = json!({});
    let (sent, _) = tokio::join!(
        connection.request::<Sent>("message.send", &nothing),
        peer.answer(json!({ "seq": null }))
    );
    assert!(matches!(sent, Err(ClientError::Wrong(_))));
    assert!(connection.lives());
}
