//! Clients that break the protocol, out of carelessness or on purpose.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::{
    house::House,
    raw::{Raw, TEXT},
};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
const FIRST_TEXT: u8 = 0x01;
const NEXT: u8 = 0x00;
const LAST: u8 = 0x80;
const BINARY: u8 = 0x82;
const PING_FRAME: u8 = 0x89;
const PONG_FRAME: u8 = 0x8a;

/// A welcomed connection.
async fn raw(house: &House) -> Raw {
    let mut raw = house.raw(&house.tenant().await.owners_token()).await;
    assert_eq!(raw.text().await["method"], "welcome");
    raw
}

/// A `ping` of exactly so many bytes.
fn padded(bytes: usize) -> Vec<u8> {
    let mut text = PING.as_bytes().to_vec();
    text.resize(bytes, b' ');
    text
}

#[tokio::test]
async fn what_is_not_json_is_forgiven_three_times_a_minute() {
    let house = House::open().await;
    let mut client = house.client(&house.tenant().await.owners_token()).await;
    for text in ["{", "hello", "{\"id\": NaN}"] {
        client.send_text(text).await;
        let answer = client.frame().await;
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(null), &json!(-32700)), "{text}");
        assert_eq!(answer["error"]["data"]["code"], "MALFORMED");
        client.call("ping", json!({})).await;
    }
    client.send_text("").await;
    assert_eq!(client.closed().await, (4503, "protocol_violation".to_owned()));
    house.close().await;
}

#[tokio::test]
async fn what_is_no_request_is_answered_and_the_socket_stays() {
    let house = House::open().await;
    let mut client = house.client(&house.tenant().await.owners_token()).await;
    let bad = [
        ("[]", json!(null)),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, json!(null)),
        ("1", json!(null)),
        ("null", json!(null)),
        (r#"{"id":7,"method":"ping"}"#, json!(7)),
        (r#"{"jsonrpc":"2.0","id":"x","method":7}"#, json!("x")),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":1e999,"method":"ping"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, json!(null)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, json!(1)),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","more":true}"#, json!(1)),
    ];
    for (text, id) in bad {
        client.send_text(text).await;
        let answer = client.frame().await;
        assert_eq!((&answer["id"], &answer["error"]["data"]["code"]), (&id, &json!("BAD_REQUEST")), "{text}");
        assert_eq!(answer["error"]["code"], -32600);
    }
    client.call("ping", json!({})).await;
    house.close().await;
}

#[tokio::test]
async fn unknown_methods_and_members_are_named() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.client(&tenant.owners_token()).await;
    for method in ["call.teleport", "PING", "", "rpc.discover"] {
        let id = client.ask(method, json!({})).await;
        let error = client.answer(id).await.unwrap_err();
        assert_eq!((&error["code"], &error["data"]["code"]), (&json!(-32601), &json!("UNKNOWN_METHOD")));
    }
    let send = |member: &str, value: Value| {
        let mut params = json!({"conversation_id": conversation, "body": "a"});
        params[member] = value;
        params
    };
    let wrong = [
        ("ping", json!({"now": true}), "now"),
        ("message.send", send("text", json!("a")), "text"),
        ("message.send", send("body", json!("a".repeat(10_001))), "body"),
        ("message.send", send("body", json!(" ")), "body"),
        ("message.send", send("body", json!(7)), "body"),
        ("message.send", send("client_id", json!("")), "client_id"),
        ("message.send", send("client_id", json!("c".repeat(65))), "client_id"),
        ("message.send", send("conversation_id", json!("7")), "conversation_id"),
        ("subscribe", json!({"topics": "inbox"}), "topics"),
        ("subscribe", json!({"topics": [], "since": 1.5}), "since"),
        ("subscribe", json!({"topics": [], "since": "1"}), "since"),
        ("subscribe", json!({"topics": [], "since": 1e300}), "since"),
        ("history", json!({"topic": "inbox", "limit": -1}), "limit"),
    ];
    for (method, params, field) in wrong {
        let (code, details) = client.refusal(method, params.clone()).await;
        let named = &details["fields"][0]["field"];
        assert_eq!((code.as_str(), named), ("INVALID", &json!(field)), "{method} {params}");
    }
    client.send_text(r#"{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":[],"since":99999999999999999999}}"#).await;
    assert_eq!(client.frame().await["error"]["data"]["code"], "INVALID");
    house.close().await;
}

#[tokio::test]
async fn notifications_are_carried_out_and_never_answered() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
    client.notify("message.send", json!({"conversation_id": conversation, "body": "quietly"})).await;
    assert_eq!(client.event().await["data"]["message"]["body"], "quietly");
    client.notify("message.send", json!({"conversation_id": conversation})).await;
    client.notify("no.such.method", json!({})).await;
    client.notify("subscribe", json!({"topics": ["nonsense"]})).await;
    client.notify("ping", json!({})).await;
    let id = client.ask("ping", json!({})).await;
    assert_eq!(client.frame().await["id"], id, "nothing came before this answer");
    house.close().await;
}

#[tokio::test]
async fn binary_is_refused_at_once() {
    let house = House::open().await;
    let mut client = house.client(&house.tenant().await.owners_token()).await;
    client.send(Message::binary(PING.as_bytes().to_vec())).await;
    assert_eq!(client.closed().await.0, 4503);
    let mut raw = raw(&house).await;
    raw.frame(BINARY & 0x7f, b"a").await;
    assert_eq!(raw.closed().await, 4503, "in fragments too");
    house.close().await;
}

#[tokio::test]
async fn a_message_of_exactly_the_bound_is_served_in_one_piece_or_many() {
    let house = House::open().await;
    let mut raw = raw(&house).await;
    let whole = padded(65_536);
    raw.frame(TEXT, &whole).await;
    assert_eq!(raw.text().await["id"], 1);
    let pieces: Vec<&[u8]> = whole.chunks(9_999).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let last = at == pieces.len() - 1;
        raw.frame(
            if at == 0 {
                FIRST_TEXT
            } else if last {
                LAST
            } else {
                NEXT
            },
            piece,
        )
        .await;
        raw.frame(PING_FRAME, b"between").await;
    }
    assert_eq!(raw.text().await["id"], 1);
    house.close().await;
}

#[tokio::test]
async fn too_much_is_refused_when_it_is_announced() {
    let house = House::open().await;
    for length in [65_537, 1 << 30, u64::MAX >> 1, u64::MAX] {
        let mut raw = raw(&house).await;
        raw.announce(TEXT, length).await;
        assert_eq!(raw.closed().await, 4503, "{length}");
    }
    let mut sum = raw(&house).await;
    sum.frame(FIRST_TEXT, &padded(65_000)).await;
    sum.announce(LAST, 537).await;
    assert_eq!(sum.closed().await, 4503, "all fragments together");
    let mut control = raw(&house).await;
    control.announce(PONG_FRAME, 126).await;
    assert_eq!(control.closed().await, 4503);
    house.close().await;
}

#[tokio::test]
async fn a_gigabyte_that_does_come_is_not_taken_in() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let mut other = house.client(&tenant.owners_token()).await;
    let mut raw = raw(&house).await;
    raw.announce(TEXT, 1 << 30).await;
    let mut piece = vec![b'a'; 1 << 20];
    for _ in 0..64 {
        raw.write(&piece).await;
    }
    piece.clear();
    // The hub ended the connection while we still wrote: the code may be lost with it, the others are not.
    while raw.next().await.is_some() {}
    other.call("ping", json!({})).await;
    house.close().await;
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused_whole_or_in_fragments() {
    let house = House::open().await;
    let mut whole = raw(&house).await;
    whole.frame(TEXT, b"\"\xff\"").await;
    assert_eq!(whole.closed().await, 4503);
    let mut pieces = raw(&house).await;
    pieces.frame(FIRST_TEXT, b"\"").await;
    pieces.frame(LAST, b"\xff\"").await;
    assert_eq!(pieces.closed().await, 4503);
    house.close().await;
}

#[tokio::test]
async fn frames_that_mean_nothing_are_refused() {
    let house = House::open().await;
    let reserved_opcode = [0x83, 0x80, 0, 0, 0, 0];
    let unmasked = [TEXT, 0x01, b'1'];
    let continuation_of_nothing = [LAST, 0x80, 0, 0, 0, 0];
    let beginning_inside = [FIRST_TEXT, 0x80, 0, 0, 0, 0, FIRST_TEXT, 0x80, 0, 0, 0, 0];
    for bytes in [&reserved_opcode[..], &unmasked, &continuation_of_nothing, &beginning_inside] {
        let mut raw = raw(&house).await;
        raw.write(bytes).await;
        assert_eq!(raw.closed().await, 4503, "{bytes:?}");
    }
    house.close().await;
}

#[tokio::test]
async fn many_frames_in_one_write_are_all_answered() {
    let house = House::open().await;
    let mut raw = raw(&house).await;
    let mut bytes = Vec::new();
    for _ in 0..60 {
        bytes.extend([TEXT, 0x80 | PING.len() as u8, 0, 0, 0, 0]);
        bytes.extend(PING.as_bytes());
    }
    raw.write(&bytes).await;
    for _ in 0..60 {
        assert_eq!(raw.text().await["id"], 1);
    }
    house.close().await;
}
