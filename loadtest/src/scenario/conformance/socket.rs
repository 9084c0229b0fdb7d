//! A socket that says what no client of ours would say.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error as WsError;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

/// How long an answer may take; the hub promises ten seconds at most.
const PATIENCE: Duration = Duration::from_secs(12);

pub(super) struct Socket {
    stream: WebSocketStream<TcpStream>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    Frame(Value),
    Closed(u16),
    /// The line ended without a close frame.
    Cut,
    Silence,
}

/// How an upgrade went.
pub(super) enum Upgrade {
    Open(Box<Socket>),
    Refused(u16),
}

impl Upgrade {
    /// The status of the answer; 101 when it is open.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Open(_) => 101,
            Self::Refused(status) => *status,
        }
    }

    pub(super) fn open(self) -> Result<Socket> {
        match self {
            Self::Open(socket) => Ok(*socket),
            Self::Refused(status) => bail!("the upgrade was refused with HTTP {status}"),
        }
    }
}

impl Socket {
    /// Connects with `headers` and nothing else.
    pub(super) async fn connect(url: &str, headers: &[(&'static str, &str)]) -> Result<Upgrade> {
        let mut request = url.into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value)?);
        }
        let authority = request.uri().authority().context("a URL without a host")?.to_string();
        let stream =
            TcpStream::connect(&authority).await.with_context(|| format!("no hub at {authority}"))?;
        stream.set_nodelay(true)?;
        match timeout(PATIENCE, tokio_tungstenite::client_async(request, stream)).await? {
            Ok((stream, _)) => Ok(Upgrade::Open(Box::new(Self { stream }))),
            Err(WsError::Http(answer)) => Ok(Upgrade::Refused(answer.status().as_u16())),
            Err(error) => Err(error).context("the upgrade"),
        }
    }

    /// Connects as the bearer of `token` and reads the welcome.
    pub(super) async fn enter(url: &str, token: &str) -> Result<Self> {
        let bearer = format!("Bearer {token}");
        let mut socket = Self::connect(url, &[("authorization", &bearer)]).await?.open()?;
        match socket.hear().await {
            Heard::Frame(frame) if frame["method"] == "welcome" => Ok(socket),
            other => bail!("no welcome but {other:?}"),
        }
    }

    /// Sends whatever it is. A hub that has closed already is no error: what it said is heard.
    pub(super) async fn send(&mut self, message: Message) {
        let _ = timeout(PATIENCE, self.stream.send(message)).await;
    }

    pub(super) async fn say(&mut self, text: impl Into<String>) {
        self.send(Message::text(text.into())).await;
    }

    /// The next frame; pings and pongs are passed over.
    pub(super) async fn hear(&mut self) -> Heard {
        loop {
            let Ok(next) = timeout(PATIENCE, self.stream.next()).await else { return Heard::Silence };
            match next {
                Some(Ok(Message::Text(text))) => {
                    return Heard::Frame(serde_json::from_str(&text).unwrap_or(Value::Null));
                }
                Some(Ok(Message::Close(frame))) => {
                    return Heard::Closed(frame.map_or(1005, |frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(Error::ConnectionClosed)) | None | Some(Err(_)) => return Heard::Cut,
            }
        }
    }

    /// The next frame that is an answer, or the end.
    pub(super) async fn answer(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Frame(frame) if frame.get("method").is_some() => {}
                other => return other,
            }
        }
    }

    /// Asks and waits for the next answer.
    pub(super) async fn ask(&mut self, method: &str, params: &Value) -> Heard {
        let frame = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.say(frame.to_string()).await;
        self.answer().await
    }

    /// Waits for the end, passing over everything before it.
    pub(super) async fn end(&mut self) -> Heard {
        loop {
            match self.hear().await {
                Heard::Frame(_) => {}
                end => return end,
            }
        }
    }
}

impl Heard {
    /// The code of a refusal, `"ok"` for a result, or what else came.
    pub(super) fn code(&self) -> String {
        match self {
            Self::Frame(frame) => match frame["error"]["data"]["code"].as_str() {
                Some(code) => code.to_owned(),
                None if frame.get("result").is_some() => "ok".to_owned(),
                None => format!("{frame}"),
            },
            Self::Closed(code) => code.to_string(),
            Self::Cut => "cut".to_owned(),
            Self::Silence => "silence".to_owned(),
        }
    }

    /// The members a refusal names.
    pub(super) fn fields(&self) -> Vec<String> {
        let Self::Frame(frame) = self else { return Vec::new() };
        let fields = frame["error"]["data"]["details"]["fields"].as_array();
        let names = fields.into_iter().flatten().filter_map(|field| field["field"].as_str());
        names.map(str::to_owned).collect()
    }

    pub(super) fn result(&self) -> &Value {
        match self {
            Self::Frame(frame) => &frame["result"],
            _ => &Value::Null,
        }
    }
}
