//! The bytes of a peer after its handshake: whatever pieces they arrive in, the session hears the same, and keeps no
//! more of them than its bound.

#![no_main]

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use actix_http::ws::{Codec, Frame, Item};
use actix_web::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures::{Stream, stream, task::noop_waker};
use hub::ws::{
    intake::Intake,
    reassembly::{Fragment, Reassembly},
};
use libfuzzer_sys::{arbitrary, fuzz_target};
use tokio_util::codec::Decoder;

/// The longest header of a frame, with its masking key; and the longest payload of a control frame.
const HEADER: usize = 14;
const CONTROL: usize = 125;

#[derive(Debug, arbitrary::Arbitrary)]
struct Peer<'a> {
    limit: u16,
    pieces: Vec<u8>,
    bytes: &'a [u8],
}

fuzz_target!(|peer: Peer<'_>| {
    let limit = usize::from(peer.limit);
    let whole = hear(vec![Bytes::copy_from_slice(peer.bytes)], limit);
    assert_eq!(hear(cut(peer.bytes, &peer.pieces), limit), whole);
    assert_eq!(hear(cut(peer.bytes, &vec![1; peer.bytes.len()]), limit), whole, "byte by byte");
});

/// What a session hears. Nothing follows a violation.
#[derive(Debug, PartialEq)]
enum Heard {
    Text(String),
    Ping(Bytes),
    Pong,
    Close,
    Violation,
}

/// Pieces of the given lengths, then the rest.
fn cut(mut bytes: &[u8], lengths: &[u8]) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    for length in lengths {
        let (piece, rest) = bytes.split_at(usize::from(*length).min(bytes.len()));
        pieces.push(Bytes::copy_from_slice(piece));
        bytes = rest;
    }
    pieces.push(Bytes::copy_from_slice(bytes));
    pieces
}

/// Goes the way of `WsStream` in actix-web-actors: take in what there is, then decode one frame.
fn hear(pieces: Vec<Bytes>, limit: usize) -> Vec<Heard> {
    let mut intake = Intake::new(stream::iter(pieces.into_iter().map(Ok::<_, PayloadError>)), limit);
    let (mut codec, mut buffer) = (Codec::new().max_size(limit), BytesMut::new());
    let mut reassembly = Reassembly::new(limit);
    let waker = noop_waker();
    let mut ctx = Context::from_waker(&waker);
    let (mut heard, mut ended) = (Vec::new(), false);
    loop {
        match Pin::new(&mut intake).poll_next(&mut ctx) {
            Poll::Ready(Some(Ok(bytes))) => {
                buffer.extend_from_slice(&bytes);
                assert!(buffer.len() <= limit.max(CONTROL) + HEADER, "{} bytes are kept", buffer.len());
                continue;
            }
            Poll::Ready(Some(Err(_))) => heard.push(Heard::Violation),
            Poll::Ready(None) => ended = true,
            Poll::Pending => {}
        }
        if heard.last() == Some(&Heard::Violation) {
            return heard;
        }
        match codec.decode(&mut buffer) {
            Ok(Some(frame)) => heard.extend(told(frame, &mut reassembly)),
            Ok(None) if ended => return heard,
            Ok(None) => {}
            Err(_) => heard.push(Heard::Violation),
        }
        if heard.last() == Some(&Heard::Violation) {
            return heard;
        }
    }
}

fn told(frame: Frame, reassembly: &mut Reassembly) -> Option<Heard> {
    match frame {
        Frame::Text(bytes) => Some(String::from_utf8(bytes.to_vec()).map_or(Heard::Violation, Heard::Text)),
        Frame::Ping(bytes) => Some(Heard::Ping(bytes)),
        Frame::Pong(_) => Some(Heard::Pong),
        Frame::Close(_) => Some(Heard::Close),
        Frame::Binary(_) => Some(Heard::Violation),
        Frame::Continuation(item) => match reassembly.take(fragment(item)) {
            Ok(text) => text.map(Heard::Text),
            Err(_) => Some(Heard::Violation),
        },
    }
}

fn fragment(item: Item) -> Fragment {
    match item {
        Item::FirstText(bytes) => Fragment::FirstText(bytes),
        Item::FirstBinary(_) => Fragment::FirstBinary,
        Item::Continue(bytes) => Fragment::Next(bytes),
        Item::Last(bytes) => Fragment::Last(bytes),
    }
}
