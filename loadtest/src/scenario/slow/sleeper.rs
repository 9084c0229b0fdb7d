//! A peer that subscribes and then never reads, until it is woken to see what became of it.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::client::Endpoint;

const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Sleeper(WebSocketStream<TcpStream>);

/// What a sleeper finds when it wakes up.
pub(super) enum End {
    /// A clean prefix, then this close code.
    Closed(u16),
    /// A clean prefix, then nothing: the socket was cut.
    Cut,
    /// Everything was still there: the hub or the kernel had kept it all.
    Kept,
    /// Events out of order, or a frame that cannot be read.
    Broken(String),
}

#[derive(Deserialize)]
struct Frame {
    method: Option<String>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    seq: Option<u64>,
}

impl Sleeper {
    pub(super) async fn fall_asleep(endpoint: &Endpoint, topic: &str) -> Result<Self> {
        let mut socket = endpoint.open().await?;
        let subscribe =
            json!({ "jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": { "topics": [topic] } });
        socket.send(Message::text(subscribe.to_string())).await?;
        loop {
            let frame = timeout(PATIENCE, socket.next()).await.context("no answer to subscribe")?;
            match frame.context("the hub left")?? {
                Message::Text(text) if text.contains(r#""result""#) => return Ok(Self(socket)),
                Message::Text(text) if text.contains(r#""error""#) => bail!("subscribe was refused: {text}"),
                _ => {}
            }
        }
    }

    /// Reads what is there, to the end.
    pub(super) async fn wake_up(mut self) -> End {
        let mut last = 0;
        loop {
            let Ok(frame) = timeout(PATIENCE, self.0.next()).await else { return End::Kept };
            match frame {
                Some(Ok(Message::Text(text))) => match seq_of(&text, last) {
                    Ok(seq) => last = seq,
                    Err(broken) => return End::Broken(broken),
                },
                Some(Ok(Message::Close(Some(frame)))) => return End::Closed(frame.code.into()),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return End::Cut,
                Some(Ok(_)) => {}
            }
        }
    }
}

/// The seq of an event, which must be above `last`.
fn seq_of(text: &str, last: u64) -> Result<u64, String> {
    let frame: Frame =
        serde_json::from_str(text).map_err(|error| format!("a frame that is not JSON: {error}"))?;
    if frame.method.as_deref() != Some("event") {
        return Ok(last);
    }
    match frame.params.and_then(|params| params.seq) {
        Some(seq) if seq > last => Ok(seq),
        other => Err(format!("event {other:?} after event {last}")),
    }
}

impl End {
    /// A prefix in order, then 4008 or a cut.
    pub(super) fn is_clean(&self) -> bool {
        matches!(self, Self::Closed(4008) | Self::Cut)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(code) => write!(f, "closed with {code}"),
            Self::Cut => f.write_str("cut"),
            Self::Kept => f.write_str("still connected"),
            Self::Broken(how) => write!(f, "broken: {how}"),
        }
    }
}
