//! The way to the hub: TCP from a chosen source address, then the WebSocket upgrade with a bearer token.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rand::Rng;
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::error::ClientError;

/// Thousands of sockets live in one process, so none may hold the 128 KiB that are the library's default.
const BUFFER_BYTES: usize = 8 * 1024;

/// Where the hub is, and as whom to come.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `ws://host:port/ws`.
    pub url: String,
    /// A user's or visitor's token, or an `sk_` key.
    pub token: String,
    /// The local address to come from; one address has some 28,000 ports.
    pub source: Option<IpAddr>,
    /// What the name in the URL stands for, tried from a random one on; none: what the system says of it.
    pub addresses: Vec<SocketAddr>,
    /// How long to wait for the connection, and for each answer.
    pub patience: Duration,
}

impl Endpoint {
    #[must_use]
    pub fn new(url: impl Into<String>, token: impl Into<String>) -> Self {
        let (url, token, patience) = (url.into(), token.into(), Duration::from_secs(15));
        Self { url, token, source: None, addresses: Vec::new(), patience }
    }

    /// The same hub as somebody else.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    #[must_use]
    pub fn from_source(mut self, source: IpAddr) -> Self {
        self.source = Some(source);
        self
    }

    /// The same hub, whose name stands for these addresses.
    #[must_use]
    pub fn at(mut self, addresses: Vec<SocketAddr>) -> Self {
        self.addresses = addresses;
        self
    }

    /// Connects and upgrades.
    ///
    /// # Errors
    /// When nobody listens, the upgrade is refused, or patience ends.
    pub async fn open(&self) -> Result<WebSocketStream<TcpStream>, ClientError> {
        timeout(self.patience, self.open_now())
            .await
            .map_err(|_| ClientError::TimedOut { what: "the upgrade".into(), within: self.patience })?
    }

    async fn open_now(&self) -> Result<WebSocketStream<TcpStream>, ClientError> {
        let request = self.request()?;
        let stream = self.stream(&request).await?;
        let config =
            WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
        let (socket, _) = client_async_with_config(request, stream, Some(config))
            .await
            .map_err(|error| self.upgrade_failed(error))?;
        Ok(socket)
    }

    fn request(&self) -> Result<Request, ClientError> {
        let mut request = self.url.as_str().into_client_request().map_err(|error| self.unreachable(error))?;
        let bearer = HeaderValue::try_from(format!("Bearer {}", self.token))
            .map_err(|_| ClientError::Wrong("the token holds characters no header may carry".into()))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("switchboard.v1"));
        Ok(request)
    }

    async fn stream(&self, request: &Request) -> Result<TcpStream, ClientError> {
        if request.uri().scheme_str() != Some("ws") {
            return Err(self.unreachable("only ws:// is spoken here"));
        }
        let addresses = match self.addresses.as_slice() {
            [] => look_up(request).await.map_err(|error| self.unreachable(error))?,
            known => from_a_random_one_on(known),
        };
        let mut last = self.unreachable("the name has no address");
        for address in addresses {
            match self.stream_to(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = self.unreachable(error),
            }
        }
        Err(last)
    }

    async fn stream_to(&self, address: SocketAddr) -> std::io::Result<TcpStream> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(source) = self.source {
            socket.bind(SocketAddr::new(source, 0))?;
        }
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    fn upgrade_failed(&self, error: WsError) -> ClientError {
        match error {
            WsError::Http(response) => ClientError::Upgrade {
                status: response.status().as_u16(),
                body: String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned(),
            },
            WsError::Io(error) => self.unreachable(error),
            WsError::Protocol(ProtocolError::HandshakeIncomplete) => {
                self.unreachable("the stream ended before the upgrade was answered")
            }
            WsError::Protocol(error) => ClientError::Wrong(format!("the upgrade: {error}")),
            other => self.unreachable(other),
        }
    }

    fn unreachable(&self, reason: impl ToString) -> ClientError {
        ClientError::Unreachable { url: self.url.clone(), reason: reason.to_string() }
    }
}

async fn look_up(request: &Request) -> std::io::Result<Vec<SocketAddr>> {
    let host = request.uri().host().unwrap_or_default();
    let port = request.uri().port_u16().unwrap_or(80);
    Ok(lookup_host((host, port)).await?.collect())
}

fn from_a_random_one_on(known: &[SocketAddr]) -> Vec<SocketAddr> {
    let mut addresses = known.to_vec();
    addresses.rotate_left(rand::rng().random_range(0..known.len()));
    addresses
}
