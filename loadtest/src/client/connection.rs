//! One connection to the hub, from its welcome to its end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use futures::StreamExt;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::cursor::{Cursor, CursorState};
use super::driver::{Command, Driver, Pending, Shared, closed, ending_of};
use super::ending::Ending;
use super::error::ClientError;
use super::frames::{self, Frame, Incoming, Welcome};
use super::outgoing;
use super::transport::Endpoint;

/// Requests a session may leave unanswered; the hub refuses the next.
const IN_FLIGHT: usize = 64;
/// Events that wait for the program: more than a whole replay (50,000). One more ends the connection.
const WAITING_EVENTS: usize = 65_536;

/// A handle; clones speak through the same socket, which closes when the last one is dropped.
#[derive(Clone)]
pub struct Connection {
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
    welcome: Arc<Welcome>,
    slots: Arc<Semaphore>,
    next_id: Arc<AtomicU64>,
    patience: Duration,
}

/// What the connection brings, in order.
pub struct Events {
    incoming: mpsc::Receiver<Incoming>,
    shared: Arc<Shared>,
    ended: bool,
}

/// The answer to `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Subscribed {
    pub seq: u64,
    pub recovered: Option<bool>,
    pub replayed: u64,
}

#[derive(Serialize)]
struct Subscribe<'a> {
    topics: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<&'a str>,
}

impl Connection {
    /// Connects, authenticates and waits for the welcome. `cursor` is where an earlier connection ended.
    ///
    /// # Errors
    /// When the hub is away, refuses us, or does not begin with a welcome.
    pub async fn open(endpoint: &Endpoint, cursor: Option<Cursor>) -> Result<(Self, Events), ClientError> {
        let mut socket = endpoint.open().await?;
        let welcome = timeout(endpoint.patience, read_welcome(&mut socket))
            .await
            .map_err(|_| ClientError::TimedOut { what: "welcome".into(), within: endpoint.patience })??;
        let (commands, requested) = mpsc::channel(256);
        let (events, incoming) = mpsc::channel(WAITING_EVENTS);
        let shared = Arc::new(Shared {
            cursor: Mutex::new(CursorState::new(cursor, welcome.epoch.clone())),
            ending: OnceLock::new(),
        });
        let silence = Duration::from_secs(welcome.heartbeat_s.clamp(1, 3600) * 2);
        let driver = Driver {
            socket,
            commands: requested,
            events,
            shared: Arc::clone(&shared),
            pending: HashMap::new(),
            last_seq: 0,
            silence,
        };
        tokio::spawn(driver.run());
        let connection = Self {
            commands,
            shared: Arc::clone(&shared),
            welcome: Arc::new(welcome),
            slots: Arc::new(Semaphore::new(IN_FLIGHT)),
            next_id: Arc::new(AtomicU64::new(1)),
            patience: endpoint.patience,
        };
        Ok((connection, Events { incoming, shared, ended: false }))
    }

    #[must_use]
    pub fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// Where to resume from when this connection is lost.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.shared.cursor().current()
    }

    /// How the connection ended, once it has.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        self.shared.ending.get()
    }

    /// Whether the connection has not ended.
    #[must_use]
    pub fn lives(&self) -> bool {
        self.ending().is_none()
    }

    /// Sends a request and waits for its answer; waits before that while 64 are unanswered.
    ///
    /// # Errors
    /// `Refused` by the hub; `Ended` or `TimedOut` when the outcome is unknown; `Wrong` when the result is
    /// not of the shape `R`.
    pub async fn request<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<R, ClientError> {
        self.ask(method, params, false).await
    }

    /// Subscribes; with `since`, asks the hub to replay what came after that cursor.
    ///
    /// # Errors
    /// As [`Connection::request`].
    pub async fn subscribe(
        &self,
        topics: &[String],
        since: Option<&Cursor>,
    ) -> Result<Subscribed, ClientError> {
        let params = Subscribe {
            topics,
            since: since.map(|cursor| cursor.seq),
            epoch: since.map(|cursor| cursor.epoch.as_str()),
        };
        self.ask("subscribe", &params, since.is_some()).await
    }

    /// Says something that is never answered, such as `typing.start`.
    ///
    /// # Errors
    /// `Ended` when the connection is gone.
    pub async fn notify(&self, method: &str, params: &impl Serialize) -> Result<(), ClientError> {
        let text = outgoing::write(None, method, params)?;
        self.commands.send(Command::Notify { text }).await.map_err(|_| self.ended())
    }

    /// Closes the socket; what is unanswered ends with `Ended`.
    pub async fn close(&self) {
        let _ = self.commands.send(Command::Close).await;
    }

    /// Breaks the connection without a word, as a lost line does.
    pub async fn cut(&self) {
        let _ = self.commands.send(Command::Cut).await;
    }

    async fn ask<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
        has_since: bool,
    ) -> Result<R, ClientError> {
        let answer = timeout(self.patience, self.answer(method, params, has_since))
            .await
            .map_err(|_| ClientError::TimedOut { what: method.into(), within: self.patience })??;
        frames::parse(method, answer.get()).map_err(ClientError::Wrong)
    }

    async fn answer(
        &self,
        method: &str,
        params: &impl Serialize,
        has_since: bool,
    ) -> Result<Box<serde_json::value::RawValue>, ClientError> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| self.ended())?;
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let text = outgoing::write(Some(id), method, params)?;
        let (reply, answer) = oneshot::channel();
        let pending = Pending { method: method.into(), has_since, reply, _slot: slot };
        self.commands.send(Command::Request { id, text, pending }).await.map_err(|_| self.ended())?;
        answer.await.map_err(|_| self.ended())?
    }

    fn ended(&self) -> ClientError {
        let ending = self.ending().cloned();
        ClientError::Ended(ending.unwrap_or(Ending::Cut { reason: "the connection is gone".into() }))
    }
}

impl Events {
    /// The next thing the hub said; `Closed` is the last, then `None`. Safe to cancel.
    pub async fn next(&mut self) -> Option<Incoming> {
        if let Some(incoming) = self.incoming.recv().await {
            return Some(incoming);
        }
        if self.ended {
            return None;
        }
        self.ended = true;
        let ending = self.shared.ending.get().cloned();
        Some(Incoming::Closed(ending.unwrap_or(Ending::Cut { reason: "the connection is gone".into() })))
    }
}

async fn read_welcome(socket: &mut WebSocketStream<TcpStream>) -> Result<Welcome, ClientError> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return match frames::read(&text).map_err(ClientError::Wrong)? {
                    Frame::Welcome(welcome) => Ok(welcome),
                    other => Err(ClientError::Wrong(format!("{other:?} came before the welcome"))),
                };
            }
            Some(Ok(Message::Close(frame))) => return Err(ClientError::Ended(closed(frame))),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(other)) => return Err(ClientError::Wrong(format!("{other:?} came before the welcome"))),
            Some(Err(error)) => return Err(ClientError::Ended(ending_of(error))),
            None => return Err(ClientError::Ended(Ending::Cut { reason: "no welcome".into() })),
        }
    }
}
