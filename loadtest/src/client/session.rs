//! A client that stays: it comes back after every cut and resumes where it was.

use std::time::Duration;

use rand::Rng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, timeout_at};

use super::connection::{Connection, Events, Subscribed};
use super::cursor::Cursor;
use super::ending::Ending;
use super::error::ClientError;
use super::frames::{Incoming, Welcome};
use super::retry::Backoff;
use super::transport::Endpoint;

/// News the program has not taken yet; behind them the connection's own queue fills and ends it.
const WAITING_NEWS: usize = 1024;
/// Between two tries of a request the hub calls retryable.
const REPEAT_AFTER: Duration = Duration::from_millis(50);

/// What happens in a session.
#[derive(Debug)]
pub enum News {
    /// Connected and subscribed, for the first time or again.
    Up(Up),
    /// The hub said something. Never `Incoming::Closed`: that is `Down` or `GaveUp`.
    Said(Incoming),
    /// Cut; the next attempt follows after `retry_in`.
    Down { why: ClientError, retry_in: Duration },
    /// Coming back as we are is pointless. The last news.
    GaveUp(ClientError),
}

#[derive(Debug, Clone)]
pub struct Up {
    pub welcome: Welcome,
    pub subscribed: Subscribed,
}

/// A handle; the session ends when the last one is dropped.
#[derive(Clone)]
pub struct Session {
    connection: watch::Receiver<Option<Connection>>,
    _task: std::sync::Arc<AbortOnDrop>,
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Session {
    /// Starts to connect; `topics` (at most 100) are subscribed on every connection.
    #[must_use]
    pub fn start(endpoint: Endpoint, topics: Vec<String>, backoff: Backoff) -> (Self, mpsc::Receiver<News>) {
        let (news, heard) = mpsc::channel(WAITING_NEWS);
        let (current, connection) = watch::channel(None);
        let stay = Stay { endpoint, topics, backoff, news, current, cursor: None, attempt: 0 };
        let task = tokio::spawn(stay.run()).abort_handle();
        (Self { connection, _task: std::sync::Arc::new(AbortOnDrop(task)) }, heard)
    }

    /// Asks once, on the connection of this moment.
    ///
    /// # Errors
    /// `Down` when there is none, else as [`Connection::request`].
    pub async fn request<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<R, ClientError> {
        let connection = self.connection.borrow().clone().ok_or(ClientError::Down)?;
        connection.request(method, params).await
    }

    /// Closes the connection for good; what came before is still handed on, then `GaveUp`.
    pub async fn finish(&self) {
        let connection = self.connection.borrow().clone();
        if let Some(connection) = connection {
            connection.close().await;
        }
    }

    /// Breaks the connection of this moment without a word; the session comes back as after any cut.
    pub async fn cut(&self) {
        let connection = self.connection.borrow().clone();
        if let Some(connection) = connection {
            connection.cut().await;
        }
    }

    /// Asks until there is an answer, over cuts. Only for `params` that carry a `client_id`: the hub makes a
    /// repeat harmless by it.
    ///
    /// # Errors
    /// The last error when `deadline` passes or when repeating is pointless.
    pub async fn request_until_answered<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
        deadline: Instant,
    ) -> Result<R, ClientError> {
        let mut connection = self.connection.clone();
        let mut last = ClientError::Down;
        loop {
            match timeout_at(deadline, connection.wait_for(|now| now.as_ref().is_some_and(Connection::lives)))
                .await
            {
                Ok(Ok(_)) => {}
                Ok(Err(_)) | Err(_) => return Err(last),
            }
            match timeout_at(deadline, self.request(method, params)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) if error.may_be_repeated() => last = error,
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(last),
            }
            sleep(last.retry_after().unwrap_or(REPEAT_AFTER)).await;
        }
    }
}

/// The task behind a session.
struct Stay {
    endpoint: Endpoint,
    topics: Vec<String>,
    backoff: Backoff,
    news: mpsc::Sender<News>,
    current: watch::Sender<Option<Connection>>,
    cursor: Option<Cursor>,
    attempt: u32,
}

impl Stay {
    async fn run(mut self) {
        loop {
            let why = self.one_connection().await;
            self.current.send_replace(None);
            let jitter = rand::rng().random();
            let Some(retry_in) = self.backoff.retry_in(&why, self.attempt, jitter) else {
                let _ = self.news.send(News::GaveUp(why)).await;
                return;
            };
            self.attempt = self.attempt.saturating_add(1);
            if self.news.send(News::Down { why, retry_in }).await.is_err() {
                return;
            }
            sleep(retry_in).await;
        }
    }

    /// From connecting to the end of that connection; the cursor stays whatever happens.
    async fn one_connection(&mut self) -> ClientError {
        let (connection, mut events) = match Connection::open(&self.endpoint, self.cursor.clone()).await {
            Ok(opened) => opened,
            Err(error) => return error,
        };
        let ended = self.listen(&connection, &mut events).await;
        self.cursor = connection.cursor();
        ended
    }

    async fn listen(&mut self, connection: &Connection, events: &mut Events) -> ClientError {
        let subscribe = connection.subscribe(&self.topics, self.cursor.as_ref());
        tokio::pin!(subscribe);
        let subscribed = loop {
            // Replayed events come before the answer, so they are handed on while it is awaited.
            tokio::select! {
                biased;
                said = events.next() => if let Err(ended) = hand_on(&self.news, said).await { return ended },
                subscribed = &mut subscribe => match subscribed {
                    Ok(subscribed) => break subscribed,
                    Err(error) => return error,
                },
            }
        };
        self.attempt = 0;
        let up = Up { welcome: connection.welcome().clone(), subscribed };
        if self.news.send(News::Up(up)).await.is_err() {
            return ClientError::Ended(Ending::Asked);
        }
        self.current.send_replace(Some(connection.clone()));
        loop {
            if let Err(ended) = hand_on(&self.news, events.next().await).await {
                return ended;
            }
        }
    }
}

async fn hand_on(news: &mpsc::Sender<News>, said: Option<Incoming>) -> Result<(), ClientError> {
    match said {
        Some(Incoming::Closed(ending)) => Err(ClientError::Ended(ending)),
        None => Err(ClientError::Down),
        Some(said) => news.send(News::Said(said)).await.map_err(|_| ClientError::Ended(Ending::Asked)),
    }
}
