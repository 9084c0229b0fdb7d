//! Frames made of pieces of good ones: each is answered with a code of the catalogue, or ends its socket as documented.

use anyhow::Result;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::checks::Group;
use super::ground::Ground;
use super::methods;
use super::socket::{Heard, Socket};

/// A socket says this much, then another one comes: none reaches its rate.
const EACH: usize = 250;
/// What may come of nonsense. `ok` too: some of it makes sense.
const CODES: [&str; 11] = [
    "ok",
    "MALFORMED",
    "BAD_REQUEST",
    "UNKNOWN_METHOD",
    "INVALID",
    "NOT_FOUND",
    "FORBIDDEN",
    "CONFLICT",
    "REV_MISMATCH",
    "IDEMPOTENCY_MISMATCH",
    "UNAUTHENTICATED",
];
/// Texts that have broken programs before.
const TEXTS: [&str; 12] = [
    "",
    " ",
    "\u{0}",
    "\u{202e}evil",
    "\u{feff}",
    "👩‍👩‍👧‍👦",
    "a\u{301}\u{301}\u{301}",
    "ﷺ",
    "null",
    "'; DROP TABLE messages; --",
    "../../etc/passwd",
    "<script>alert(1)</script>",
];

pub(super) async fn check(ground: &Ground, group: &mut Group, seed: u64, frames: usize) -> Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    let pieces = pieces(ground);
    let mut socket = ground.enter().await?;
    for number in 0..frames {
        if number % EACH == EACH - 1 {
            socket = ground.enter().await?;
        }
        let frame = draw(&mut random, &pieces);
        socket.say(frame.clone()).await;
        // What is asked behind it is answered behind it, so silence is seen without waiting for it.
        let heard = answer_or_end(&mut socket, number).await;
        let shown: String = frame.chars().take(120).collect();
        for answer in &heard {
            group.holds(&shown, is_documented(answer), answer);
        }
        if matches!(heard.last(), Some(Heard::Closed(_))) {
            socket = ground.enter().await?;
        }
    }
    Ok(())
}

/// The answers up to that of a ping sent behind the frame, or up to the end.
async fn answer_or_end(socket: &mut Socket, number: usize) -> Vec<Heard> {
    let mark = format!("behind {number}");
    socket.say(json!({ "jsonrpc": "2.0", "id": mark, "method": "ping" }).to_string()).await;
    let mut heard = Vec::new();
    loop {
        match socket.answer().await {
            Heard::Frame(frame) if frame["id"] == json!(mark) => return heard,
            frame @ Heard::Frame(_) => heard.push(frame),
            end => {
                heard.push(end);
                return heard;
            }
        }
    }
}

fn is_documented(answer: &Heard) -> bool {
    match answer {
        Heard::Frame(_) => CODES.contains(&answer.code().as_str()),
        Heard::Closed(code) => [4500, 4503].contains(code),
        Heard::Cut | Heard::Silence => false,
    }
}

/// Values and names that good frames are made of, and some that they are not.
fn pieces(ground: &Ground) -> Vec<Value> {
    let mut pieces: Vec<Value> = TEXTS.iter().map(|text| json!(text)).collect();
    pieces.extend([
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(1e308),
        json!([]),
        json!({}),
    ]);
    pieces.extend([
        json!(u64::MAX),
        json!(i64::MIN),
        json!("inbox"),
        json!([["inbox"]]),
        json!("x".repeat(12_000)),
    ]);
    for method in methods::all(ground) {
        pieces.push(method.good.clone());
        pieces.extend(method.good.as_object().into_iter().flatten().map(|(_, value)| value.clone()));
    }
    pieces
}

fn draw(random: &mut StdRng, pieces: &[Value]) -> String {
    const NAMES: [&str; 13] = [
        "ping",
        "subscribe",
        "unsubscribe",
        "history",
        "message.send",
        "message.edit",
        "message.delete",
        "conversation.start",
        "conversation.assign",
        "conversation.set_status",
        "typing.start",
        "event",
        "",
    ];
    const MEMBERS: [&str; 11] = [
        "topics",
        "since",
        "epoch",
        "topic",
        "limit",
        "conversation_id",
        "body",
        "message_id",
        "client_id",
        "rev",
        "status",
    ];
    let mut params = serde_json::Map::new();
    for _ in 0..random.random_range(0..5) {
        let name = MEMBERS.choose(random).copied().unwrap_or_default();
        params.insert(name.to_owned(), pieces.choose(random).cloned().unwrap_or_default());
    }
    let mut frame = json!({ "jsonrpc": "2.0", "id": 1, "method": NAMES.choose(random), "params": params });
    if random.random_bool(0.2) {
        let member =
            ["jsonrpc", "id", "method", "params", "extra"].choose(random).copied().unwrap_or_default();
        frame[member] = pieces.choose(random).cloned().unwrap_or_default();
    }
    let mut text = frame.to_string();
    if random.random_bool(0.02) {
        let cut = (0..text.len()).filter(|&at| text.is_char_boundary(at)).collect::<Vec<_>>();
        text.truncate(cut.choose(random).copied().unwrap_or_default());
    }
    text
}
