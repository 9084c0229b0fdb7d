//! A client that behaves: it asks, waits for answers, and keeps what else arrives in order.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use actors::event::log;
use entities::TenantId;
use futures::{SinkExt, StreamExt};
use hub::hub::Hub;
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, handshake::client::Response, http::HeaderName},
};

use super::{contract, house::House};

/// Nothing in these tests takes so long, on a busy machine either; a test that waits longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Client {
    hub: Arc<Hub>,
    socket: Socket,
    /// Known once it was welcomed.
    tenant: Option<TenantId>,
    /// Frames that came while something else was waited for.
    kept: VecDeque<Value>,
    asked: u64,
}

/// What the hub sent next.
pub(crate) enum Received {
    Frame(Value),
    /// The code and the reason.
    Closed(u16, String),
}

impl House {
    /// Upgrades with these headers.
    pub(crate) async fn knock(&self, headers: &[(&str, &str)]) -> Result<(Client, Response), Error> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let (socket, response) = timeout(PATIENCE, connect_async(request)).await.expect("an answer")?;
        let client = Client { hub: self.hub.clone(), tenant: None, socket, kept: VecDeque::new(), asked: 0 };
        Ok((client, response))
    }

    /// The status of a refused upgrade.
    pub(crate) async fn refused(&self, headers: &[(&str, &str)]) -> (u16, Value) {
        match self.knock(headers).await {
            Err(Error::Http(response)) => {
                let body = response.body().as_deref().unwrap_or_default();
                (response.status().as_u16(), serde_json::from_slice(body).unwrap_or_default())
            }
            Err(other) => panic!("no answer in HTTP: {other}"),
            Ok(_) => panic!("it was upgraded"),
        }
    }

    /// A session that was welcomed, and the welcome.
    pub(crate) async fn welcomed(&self, token: &str) -> (Client, Value) {
        let (mut client, _) = self.knock(&[("authorization", &format!("Bearer {token}"))]).await.unwrap();
        let welcome = client.frame().await;
        assert_eq!(welcome["method"], "welcome", "the first frame is the welcome: {welcome}");
        client.tenant = welcome["params"]["tenant_id"].as_str().and_then(|id| id.parse().ok());
        (client, welcome["params"].clone())
    }

    /// A session that was welcomed.
    pub(crate) async fn client(&self, token: &str) -> Client {
        self.welcomed(token).await.0
    }

    /// A session that listens to these topics.
    pub(crate) async fn listener(&self, token: &str, topics: &[&str]) -> Client {
        let mut client = self.client(token).await;
        client.call("subscribe", json!({ "topics": topics })).await;
        client
    }
}

impl Client {
    pub(crate) async fn send_text(&mut self, text: impl Into<String>) {
        self.send(Message::text(text.into())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        timeout(PATIENCE, self.socket.send(message)).await.expect("the hub reads").unwrap();
    }

    /// The next frame from the hub, past those that were kept. Pings are answered by the library meanwhile.
    pub(crate) async fn receive(&mut self) -> Received {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a frame") {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).expect("JSON");
                    contract::hold(&frame);
                    return Received::Frame(frame);
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Received::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("neither text nor a close with a code: {other:?}"),
            }
        }
    }

    async fn fresh(&mut self) -> Value {
        match self.receive().await {
            Received::Frame(frame) => frame,
            Received::Closed(code, reason) => panic!("closed: {code} {reason}"),
        }
    }

    /// The next frame, kept ones first.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.kept.pop_front() {
            Some(frame) => frame,
            None => self.fresh().await,
        }
    }

    /// The first frame that is wanted; the others are kept.
    async fn first(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at).unwrap();
        }
        loop {
            let frame = self.fresh().await;
            if wanted(&frame) {
                return frame;
            }
            self.kept.push_back(frame);
        }
    }

    /// Asks without waiting; the id finds the answer.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> u64 {
        self.asked += 1;
        let request = json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params});
        self.send_text(request.to_string()).await;
        self.asked
    }

    /// The result, or the error.
    pub(crate) async fn answer(&mut self, id: u64) -> Result<Value, Value> {
        let mut frame = self.first(|frame| frame["id"] == id).await;
        match frame.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(frame["result"].take()),
        }
    }

    /// The result of a request that must succeed.
    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params).await;
        self.answer(id).await.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The code and the details of a request that must be refused.
    pub(crate) async fn refusal(&mut self, method: &str, params: Value) -> (String, Value) {
        let id = self.ask(method, params).await;
        let error = self.answer(id).await.expect_err(method);
        (error["data"]["code"].as_str().unwrap().to_owned(), error["data"]["details"].clone())
    }

    /// Asks and never hears of it.
    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send_text(json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string()).await;
    }

    /// The params of the next frame of this kind.
    pub(crate) async fn next(&mut self, method: &str) -> Value {
        self.first(|frame| frame["method"] == method).await["params"].take()
    }

    pub(crate) async fn event(&mut self) -> Value {
        self.next("event").await
    }

    /// Waits until the cursor covers what is in the log now. A commit is answered before everybody heard of it.
    pub(crate) async fn catch_up(&mut self) -> i64 {
        let extent = log::extent(self.hub.ports.store(), self.tenant.unwrap()).await.unwrap().unwrap();
        for _ in 0..500 {
            let cursor = self.call("ping", json!({})).await["seq"].as_i64().unwrap();
            // Who listens to nothing has no cursor.
            if cursor == 0 || cursor >= extent.last_seq {
                return cursor;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the cursor stays behind {}", extent.last_seq)
    }

    /// Everything of this kind that was sent for what is in the log now.
    pub(crate) async fn all(&mut self, method: &str) -> Vec<Value> {
        self.catch_up().await;
        let (wanted, kept): (VecDeque<Value>, _) =
            self.kept.drain(..).partition(|frame| frame["method"] == method);
        self.kept = kept;
        wanted.into_iter().map(|mut frame| frame["params"].take()).collect()
    }

    /// The code and the reason the hub closes with, past whatever it still sends.
    pub(crate) async fn closed(mut self) -> (u16, String) {
        loop {
            if let Received::Closed(code, reason) = self.receive().await {
                return (code, reason);
            }
        }
    }
}
