//! Peers that announce more than the bound: one frame of 1 GB, or fragments that never end.

use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

use anyhow::Result;
use futures::StreamExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::client::Endpoint;

const GIGABYTE: u64 = 1 << 30;
const FRAGMENT_BYTES: u16 = 32 * 1024;
/// Enough to see that nobody stops us.
const MOST_BYTES: usize = 256 << 20;
const PATIENCE: Duration = Duration::from_secs(20);
/// A hub that stops at the header takes no more than what was under way: what sockets buffer.
const IN_TIME_BYTES: usize = 16 << 20;

#[derive(Debug, Clone, Copy)]
pub(super) enum Announcement {
    OneFrame,
    Fragments,
}

/// How far we came.
pub(super) struct End {
    accepted: usize,
    closed: Option<u16>,
    cut: bool,
}

impl Announcement {
    pub(super) const ALL: [Self; 2] = [Self::OneFrame, Self::Fragments];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OneFrame => "announces a frame of 1 GB",
            Self::Fragments => "sends fragments without end",
        }
    }

    /// Pushes bytes until the hub closes, stops reading for good, or took far too many.
    pub(super) async fn make(self, endpoint: &Endpoint) -> Result<End> {
        let mut socket = endpoint.open().await?;
        let mut end = End { accepted: 0, closed: None, cut: false };
        let mut pending = self.beginning();
        let deadline = Instant::now() + PATIENCE;
        while end.accepted < MOST_BYTES && Instant::now() < deadline && !end.is_over() {
            push(&socket, &mut pending, &mut end);
            if pending.is_empty() {
                pending = self.more();
            }
            listen(&mut socket, &mut end).await;
        }
        Ok(end)
    }

    /// Client frames are masked; with the key 0 the payload stays as it is.
    fn beginning(self) -> Vec<u8> {
        match self {
            Self::OneFrame => {
                let mut frame = vec![0x81, 0x80 | 127];
                frame.extend(GIGABYTE.to_be_bytes());
                frame.extend([0; 4]);
                frame
            }
            Self::Fragments => fragment(0x01),
        }
    }

    fn more(self) -> Vec<u8> {
        match self {
            Self::OneFrame => vec![b'x'; 64 * 1024],
            Self::Fragments => fragment(0x00),
        }
    }
}

/// A text (1) or continuation (0) frame without FIN.
fn fragment(opcode: u8) -> Vec<u8> {
    let length = FRAGMENT_BYTES.to_be_bytes();
    let mut frame = vec![opcode, 0x80 | 126, length[0], length[1], 0, 0, 0, 0];
    frame.resize(8 + usize::from(FRAGMENT_BYTES), b'x');
    frame
}

/// Writes past the WebSocket layer what the socket takes at once.
fn push(socket: &WebSocketStream<TcpStream>, pending: &mut Vec<u8>, end: &mut End) {
    while !pending.is_empty() {
        match socket.get_ref().try_write(pending) {
            Ok(written) => {
                pending.drain(..written);
                end.accepted += written;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(_) => {
                end.cut = true;
                return;
            }
        }
    }
}

async fn listen(socket: &mut WebSocketStream<TcpStream>, end: &mut End) {
    // After a cut, what the hub said before it may still be there to read.
    let wait = if end.cut { Duration::from_secs(1) } else { Duration::from_millis(1) };
    match timeout(wait, socket.next()).await {
        Ok(Some(Ok(Message::Close(frame)))) => {
            end.closed = Some(frame.map_or(1005, |frame| frame.code.into()))
        }
        Ok(Some(Err(_)) | None) => end.cut = true,
        Ok(Some(Ok(_))) | Err(_) => {}
    }
}

impl End {
    fn is_over(&self) -> bool {
        self.cut || self.closed.is_some()
    }

    /// Closed with 4503, or cut, before it took much.
    pub(super) fn in_time(&self) -> bool {
        matches!(self.closed, Some(4503) | None) && self.is_over() && self.accepted < IN_TIME_BYTES
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobytes = self.accepted / 1024;
        match self.closed {
            Some(code) => write!(f, "closed with {code} after {kilobytes} KB"),
            None if self.cut => write!(f, "cut after {kilobytes} KB"),
            None => write!(f, "still connected after {kilobytes} KB"),
        }
    }
}
