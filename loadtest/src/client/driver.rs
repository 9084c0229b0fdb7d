//! The task behind a connection: writes requests, matches answers, keeps the cursor, hands on the rest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::cursor::CursorState;
use super::ending::Ending;
use super::error::ClientError;
use super::frames::{self, Frame, Incoming, Refusal};

/// A peer that takes none of our bytes for this long is gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// How long we wait for the other side to say goodbye too.
const GOODBYE_PATIENCE: Duration = Duration::from_secs(1);

/// Why a connection ended that we cut.
const CUT: &str = "cut by us";

pub(super) type Reply = oneshot::Sender<Result<Box<RawValue>, ClientError>>;

/// What the handle asks of the task.
pub(super) enum Command {
    Request { id: u64, text: String, pending: Pending },
    Notify { text: String },
    Close,
    Cut,
}

pub(super) struct Pending {
    pub(super) method: String,
    pub(super) has_since: bool,
    pub(super) reply: Reply,
    /// One of the 64 the contract allows; free again when the answer is there, not when patience ends.
    pub(super) _slot: OwnedSemaphorePermit,
}

/// What the task and the handles share.
pub(super) struct Shared {
    pub(super) cursor: Mutex<CursorState>,
    pub(super) ending: OnceLock<Ending>,
}

impl Shared {
    pub(super) fn cursor(&self) -> MutexGuard<'_, CursorState> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct Driver {
    pub(super) socket: WebSocketStream<TcpStream>,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) events: mpsc::Sender<Incoming>,
    pub(super) shared: Arc<Shared>,
    pub(super) pending: HashMap<u64, Pending>,
    pub(super) last_seq: u64,
    /// The hub says something at least every `heartbeat_s`; after twice that it is gone.
    pub(super) silence: Duration,
}

/// The members of a result that move the cursor.
#[derive(Deserialize)]
struct Moved {
    seq: u64,
    recovered: Option<bool>,
}

impl Driver {
    pub(super) async fn run(mut self) {
        let ending = self.until_the_end().await;
        let _ = self.shared.ending.set(ending.clone());
        for (_, pending) in self.pending.drain() {
            let _ = pending.reply.send(Err(ClientError::Ended(ending.clone())));
        }
        // Requests that were handed over but never written are unanswered too: dropping them says so.
        self.commands.close();
        while self.commands.try_recv().is_ok() {}
        drop(self.events);
        if !matches!(&ending, Ending::Cut { .. }) {
            say_goodbye(&mut self.socket, &ending).await;
        }
    }

    async fn until_the_end(&mut self) -> Ending {
        let mut silent_until = Instant::now() + self.silence;
        loop {
            let step = tokio::select! {
                message = self.socket.next() => {
                    silent_until = Instant::now() + self.silence;
                    self.hear(message)
                }
                command = self.commands.recv() => self.carry_out(command).await,
                () = sleep_until(silent_until) => {
                    Err(Ending::Cut { reason: format!("silent for {} s", self.silence.as_secs()) })
                }
            };
            if let Err(ending) = step {
                return ending;
            }
        }
    }

    /// Writes this command and all that wait behind it, then flushes once.
    async fn carry_out(&mut self, first: Option<Command>) -> Result<(), Ending> {
        let mut next = Some(first.unwrap_or(Command::Close));
        while let Some(command) = next {
            let text = match command {
                Command::Request { id, text, pending } => {
                    if pending.method == "subscribe" {
                        self.shared.cursor().subscribe_sent();
                    }
                    self.pending.insert(id, pending);
                    text
                }
                Command::Notify { text } => text,
                Command::Close => return Err(Ending::Asked),
                Command::Cut => return Err(Ending::Cut { reason: CUT.into() }),
            };
            written(self.socket.feed(Message::text(text))).await?;
            next = self.commands.try_recv().ok();
        }
        written(self.socket.flush()).await
    }

    fn hear(&mut self, message: Option<Result<Message, WsError>>) -> Result<(), Ending> {
        match message {
            None => Err(Ending::Cut { reason: "the stream ended".into() }),
            Some(Err(error)) => Err(ending_of(error)),
            Some(Ok(Message::Text(text))) => self.read(&text).map_err(|reason| Ending::Wrong { reason }),
            Some(Ok(Message::Binary(_))) => Err(Ending::Wrong { reason: "a binary frame".into() }),
            Some(Ok(Message::Close(frame))) => Err(closed(frame)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
        }?;
        if self.events.capacity() == 0 && !self.events.is_closed() {
            return Err(Ending::Overrun);
        }
        Ok(())
    }

    fn read(&mut self, text: &str) -> Result<(), String> {
        match frames::read(text)? {
            Frame::Welcome(_) => Err("a second welcome".into()),
            Frame::Unknown => Ok(()),
            Frame::Answer { id, outcome } => self.answered(id, outcome),
            Frame::Incoming(incoming) => {
                self.keep_cursor(&incoming)?;
                let _ = self.events.try_send(incoming);
                Ok(())
            }
        }
    }

    fn keep_cursor(&mut self, incoming: &Incoming) -> Result<(), String> {
        match incoming {
            Incoming::Event(event) if event.seq <= self.last_seq => {
                Err(format!("event {} after event {}", event.seq, self.last_seq))
            }
            Incoming::Event(event) => {
                self.last_seq = event.seq;
                self.shared.cursor().moved(event.seq);
                Ok(())
            }
            Incoming::Heartbeat(heartbeat) => {
                self.shared.cursor().moved(heartbeat.seq);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn answered(&mut self, id: u64, outcome: Result<Box<RawValue>, Refusal>) -> Result<(), String> {
        let pending =
            self.pending.remove(&id).ok_or_else(|| format!("an answer to {id}, which is not open"))?;
        let outcome = match outcome {
            Ok(result) => {
                self.move_cursor(&pending, &result)?;
                Ok(result)
            }
            Err(refusal) => Err(ClientError::Refused {
                what: pending.method,
                code: refusal.data.code,
                message: refusal.message,
                retryable: refusal.data.retryable,
                details: refusal.data.details,
            }),
        };
        let _ = pending.reply.send(outcome);
        Ok(())
    }

    fn move_cursor(&mut self, pending: &Pending, result: &RawValue) -> Result<(), String> {
        match pending.method.as_str() {
            "subscribe" => {
                let moved: Moved = frames::parse("the answer to subscribe", result.get())?;
                if moved.recovered.is_some() != pending.has_since {
                    return Err("recovered is to be present exactly when since was".into());
                }
                self.shared.cursor().subscribed(moved.seq, moved.recovered);
            }
            "ping" => {
                let moved: Moved = frames::parse("the answer to ping", result.get())?;
                self.shared.cursor().moved(moved.seq);
            }
            _ => {}
        }
        Ok(())
    }
}

async fn written(write: impl Future<Output = Result<(), WsError>>) -> Result<(), Ending> {
    match timeout(WRITE_PATIENCE, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(ending_of(error)),
        Err(_) => Err(Ending::Cut { reason: "the hub takes no more bytes".into() }),
    }
}

pub(super) fn ending_of(error: WsError) -> Ending {
    match error {
        WsError::Io(error) => Ending::Cut { reason: error.to_string() },
        WsError::ConnectionClosed
        | WsError::AlreadyClosed
        | WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing) => {
            Ending::Cut { reason: error.to_string() }
        }
        other => Ending::Wrong { reason: other.to_string() },
    }
}

pub(super) fn closed(frame: Option<CloseFrame>) -> Ending {
    match frame {
        Some(frame) => Ending::Closed { code: frame.code.into(), reason: frame.reason.to_string() },
        None => Ending::Closed { code: 1005, reason: String::new() },
    }
}

async fn say_goodbye(socket: &mut WebSocketStream<TcpStream>, ending: &Ending) {
    let frame = match ending {
        Ending::Wrong { reason } => CloseFrame {
            code: CloseCode::Policy,
            reason: Utf8Bytes::from(reason.chars().take(30).collect::<String>()),
        },
        _ => CloseFrame { code: CloseCode::Normal, reason: Utf8Bytes::from_static("") },
    };
    let goodbye = async {
        let _ = socket.close(Some(frame)).await;
        while let Some(Ok(_)) = socket.next().await {}
    };
    let _ = timeout(GOODBYE_PATIENCE, goodbye).await;
}
