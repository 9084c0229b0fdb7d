//! A client that misbehaves: bytes on a socket.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{client::PATIENCE, house::House};

pub(crate) struct Raw {
    stream: TcpStream,
    arrived: Vec<u8>,
}

pub(crate) const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;

impl House {
    /// An upgraded connection, not welcomed yet.
    pub(crate) async fn raw(&self, token: &str) -> Raw {
        let socket = TcpSocket::new_v4().unwrap();
        // Small, so that a peer that does not read is felt soon.
        socket.set_recv_buffer_size(16 * 1024).unwrap();
        let mut stream = socket.connect(self.address).await.unwrap();
        let upgrade = format!(
            "GET /ws HTTP/1.1\r\nHost: hub.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(upgrade.as_bytes()).await.unwrap();
        let mut raw = Raw { stream, arrived: Vec::new() };
        let head = raw.read_until(b"\r\n\r\n").await;
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        raw
    }
}

impl Raw {
    async fn more(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.arrived)).await.expect("something");
        // A reset is an end as well.
        read.is_ok_and(|read| read > 0)
    }

    async fn read_until(&mut self, mark: &[u8]) -> Vec<u8> {
        loop {
            if let Some(at) = self.arrived.windows(mark.len()).position(|window| window == mark) {
                return self.arrived.drain(..at + mark.len()).collect();
            }
            assert!(self.more().await, "the connection ended");
        }
    }

    /// Sends bytes as they are. The hub may have ended the connection; that is not this call's to judge.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        let _ = timeout(PATIENCE, self.stream.write_all(bytes)).await.expect("the hub reads or closes");
    }

    /// Sends a whole frame, masked.
    pub(crate) async fn frame(&mut self, first_byte: u8, payload: &[u8]) {
        let mut bytes = header(first_byte, payload.len() as u64);
        // A masking key of zeros changes nothing.
        bytes.extend_from_slice(payload);
        self.write(&bytes).await;
    }

    /// Announces a frame without sending its payload.
    pub(crate) async fn announce(&mut self, first_byte: u8, length: u64) {
        self.write(&header(first_byte, length)).await;
    }

    /// The next frame's first byte and payload; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((header, length)) = parse(&self.arrived)
                && self.arrived.len() >= header + length
            {
                let frame: Vec<u8> = self.arrived.drain(..header + length).collect();
                return Some((frame[0], frame[header..].to_vec()));
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next text.
    pub(crate) async fn text(&mut self) -> Value {
        loop {
            match self.next().await.expect("a frame") {
                (TEXT, payload) => return serde_json::from_slice(&payload).unwrap(),
                (CLOSE, payload) => panic!("closed: {}", code(&payload)),
                _ => {}
            }
        }
    }

    /// The texts that still come, and the code behind them.
    pub(crate) async fn rest(&mut self) -> (Vec<Value>, u16) {
        let mut texts = Vec::new();
        loop {
            match self.next().await.expect("a close frame before the end") {
                (TEXT, payload) => texts.push(serde_json::from_slice(&payload).unwrap()),
                (CLOSE, payload) => return (texts, code(&payload)),
                _ => {}
            }
        }
    }

    pub(crate) async fn closed(&mut self) -> u16 {
        self.rest().await.1
    }
}

fn header(first_byte: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![first_byte];
    match length {
        0..=125 => bytes.push(0x80 | length as u8),
        126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes
}

/// The lengths of the header and the payload, once the header is whole. Servers do not mask.
fn parse(bytes: &[u8]) -> Option<(usize, usize)> {
    match bytes.get(1)? & 0x7f {
        126 => Some((4, u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into())),
        127 => Some((10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize)),
        short => Some((2, short.into())),
    }
}

fn code(payload: &[u8]) -> u16 {
    u16::from_be_bytes(payload[..2].try_into().unwrap())
}
