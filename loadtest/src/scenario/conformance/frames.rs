//! Frames that are no requests, and frames that are no frames.

use anyhow::Result;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::checks::Group;
use super::ground::Ground;
use super::socket::Heard;

/// The largest message of a client, in bytes.
const LARGEST: usize = 65_536;

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    no_requests(ground, group).await?;
    malformed(ground, group).await?;
    violations(ground, group).await?;
    largest(ground, group).await
}

async fn no_requests(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let cases: [(Value, &str); 13] = [
        (json!([]), "BAD_REQUEST"),
        (json!([{ "jsonrpc": "2.0", "id": 1, "method": "ping", "params": {} }]), "BAD_REQUEST"),
        (json!("ping"), "BAD_REQUEST"),
        (json!(null), "BAD_REQUEST"),
        (json!({}), "BAD_REQUEST"),
        (json!({ "jsonrpc": "1.0", "id": 1, "method": "ping" }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": 1.5, "method": "ping" }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": {}, "method": "ping" }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": "x".repeat(65), "method": "ping" }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": 7 }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "params": [] }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "ping", "token": "x" }), "BAD_REQUEST"),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "Ping" }), "UNKNOWN_METHOD"),
    ];
    for (frame, code) in cases {
        socket.say(frame.to_string()).await;
        group.same(
            format!("{frame}").chars().take(80).collect::<String>(),
            socket.answer().await.code(),
            code.to_owned(),
        );
    }
    for id in [json!("ä".repeat(64)), json!(-7), json!(0), json!("")] {
        let frame = json!({ "jsonrpc": "2.0", "id": id, "method": "ping" });
        socket.say(frame.to_string()).await;
        let answer = socket.answer().await;
        let came = if let Heard::Frame(frame) = &answer { frame["id"].clone() } else { Value::Null };
        group.same("the id comes back as it was", came, id);
    }
    Ok(())
}

async fn malformed(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    for text in ["", "{", "\u{feff}{}"] {
        socket.say(text).await;
        let answer = socket.answer().await;
        group.same(format!("{text:?}"), answer.code(), "MALFORMED".to_owned());
        let null = matches!(&answer, Heard::Frame(frame) if frame["id"].is_null());
        group.holds("MALFORMED has the id null", null, &answer);
    }
    socket.say("]").await;
    group.same("the fourth within a minute", socket.end().await, Heard::Closed(4503));
    Ok(())
}

async fn violations(ground: &Ground, group: &mut Group) -> Result<()> {
    let text = |bytes: &[u8], last| Frame::message(bytes.to_vec(), OpCode::Data(Data::Text), last);
    let more = |bytes: &[u8], last| Frame::message(bytes.to_vec(), OpCode::Data(Data::Continue), last);
    let cases: [(&str, Vec<Message>); 5] = [
        ("a binary frame", vec![Message::binary(b"{}".to_vec())]),
        ("not UTF-8", vec![Message::Frame(text(&[0xff, 0xfe], true))]),
        (
            "not UTF-8 over two fragments",
            vec![Message::Frame(text(&[b'"', 0xc3], false)), Message::Frame(more(b"(\"", true))],
        ),
        ("one byte too many", vec![Message::text("x".repeat(LARGEST + 1))]),
        (
            "fragments that are too many together",
            vec![Message::Frame(text(&vec![b' '; LARGEST], false)), Message::Frame(more(b" ", true))],
        ),
    ];
    for (what, frames) in cases {
        let mut socket = ground.enter().await?;
        for frame in frames {
            socket.send(frame).await;
        }
        group.same(what, socket.end().await, Heard::Closed(4503));
    }
    Ok(())
}

/// What is just small enough is carried out, in one frame and in fragments.
async fn largest(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let bare = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let padded = format!("{bare}{}", " ".repeat(LARGEST - bare.len()));
    socket.say(&padded).await;
    group.same("65,536 bytes", socket.answer().await.code(), "ok".to_owned());
    let (head, tail) = padded.split_at(30_000);
    let (middle, tail) = tail.split_at(30_000);
    let pieces = [(head, Data::Text, false), (middle, Data::Continue, false), (tail, Data::Continue, true)];
    for (piece, kind, last) in pieces {
        socket
            .send(Message::Frame(Frame::message(piece.as_bytes().to_vec(), OpCode::Data(kind), last)))
            .await;
        socket.send(Message::Ping(Vec::new().into())).await;
    }
    group.same("65,536 bytes in fragments, pings between", socket.answer().await.code(), "ok".to_owned());
    Ok(())
}
