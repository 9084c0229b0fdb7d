//! A hub of one listener, whose every word the test says.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use loadtest::client::{Connection, Endpoint, Events};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

pub(crate) struct FakeHub {
    listener: TcpListener,
}

/// One accepted connection.
pub(crate) struct Peer {
    socket: WebSocketStream<TcpStream>,
}

impl FakeHub {
    pub(crate) async fn listen() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        let mut endpoint =
            Endpoint::new(format!("ws://{}/ws", self.listener.local_addr().unwrap()), "secret");
        endpoint.patience = Duration::from_secs(5);
        endpoint
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    /// The TCP stream alone, before any HTTP.
    pub(crate) async fn accept_bare(&self) -> TcpStream {
        self.listener.accept().await.unwrap().0
    }

    /// Reads one HTTP request and answers it with these bytes.
    pub(crate) async fn answer_http(&self, answer: &str) -> String {
        let mut stream = self.accept_bare().await;
        let mut request = vec![0; 8192];
        let length = stream.read(&mut request).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    }

    /// Upgrades a client that shows its token, and says nothing yet.
    pub(crate) async fn accept(&self) -> Peer {
        let stream = self.accept_bare().await;
        #[expect(clippy::result_large_err, reason = "the signature is the library's")]
        let check = |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
            assert_eq!(request.headers()["authorization"], "Bearer secret");
            assert_eq!(request.headers()["sec-websocket-protocol"], "switchboard.v1");
            let protocol = HeaderValue::from_static("switchboard.v1");
            response.headers_mut().insert("sec-websocket-protocol", protocol);
            Ok(response)
        };
        Peer { socket: accept_hdr_async(stream, check).await.unwrap() }
    }

    /// Upgrades and welcomes.
    pub(crate) async fn welcome(&self, epoch: &str) -> Peer {
        let mut peer = self.accept().await;
        peer.say(welcome(epoch)).await;
        peer
    }

    /// A connected client and its peer.
    pub(crate) async fn connected(&self) -> (Connection, Events, Peer) {
        let endpoint = self.endpoint();
        let (opened, peer) = tokio::join!(Connection::open(&endpoint, None), self.welcome("epoch-1"));
        let (connection, events) = opened.unwrap();
        (connection, events, peer)
    }
}

impl Peer {
    pub(crate) async fn say(&mut self, frame: Value) {
        self.say_text(&frame.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn say_bytes(&mut self, bytes: &'static [u8]) {
        self.socket.send(Message::binary(bytes)).await.unwrap();
    }

    /// The next request or notification.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            match self.socket.next().await.expect("the client left").unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("heard {other:?}"),
            }
        }
    }

    /// Hears a request and answers it with `result`; gives back the request.
    pub(crate) async fn answer(&mut self, result: Value) -> Value {
        let request = self.hear().await;
        self.say(json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })).await;
        request
    }

    pub(crate) async fn close(mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame { code: code.into(), reason: reason.into() };
        self.socket.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// Ends the TCP stream without a word.
    pub(crate) fn cut(self) {
        drop(self);
    }

    /// Whether the client breaks the stream where a close frame is due.
    pub(crate) async fn ends_without_a_word(&mut self) -> bool {
        matches!(self.socket.next().await, Some(Err(_)))
    }

    /// Writes raw bytes past the WebSocket layer.
    pub(crate) async fn write_raw(&mut self, bytes: &[u8]) {
        self.socket.get_mut().write_all(bytes).await.unwrap();
        self.socket.get_mut().flush().await.unwrap();
    }
}

pub(crate) fn welcome(epoch: &str) -> Value {
    json!({ "jsonrpc": "2.0", "method": "welcome", "params": {
        "session_id": "s", "tenant_id": "t", "user_id": "u", "role": "agent", "boards": null, "seq": 100,
        "epoch": epoch, "heartbeat_s": 25, "expires_at": "2026-11-20T10:46:07.120Z", "node": "n" } })
}

pub(crate) fn event(seq: u64) -> Value {
    json!({ "jsonrpc": "2.0", "method": "event", "params": {
        "seq": seq, "topic": "inbox", "type": "message.created", "at": "2026-11-20T10:31:07.120Z",
        "actor": { "kind": "user", "id": "u" }, "data": { "message": { "id": "m" } } } })
}

pub(crate) fn heartbeat(seq: u64) -> Value {
    json!({ "jsonrpc": "2.0", "method": "heartbeat", "params": { "seq": seq, "at": "2026-11-20T10:31:07.120Z" } })
}
