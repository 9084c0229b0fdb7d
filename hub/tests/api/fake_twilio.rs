//! A provider on a port of this machine that answers what a test tells it to, or hangs up.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) verb: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) authorization: String,
    /// Of a form, or of the query.
    pub(crate) params: Vec<(String, String)>,
}

/// What becomes of it.
pub(crate) enum Reply {
    Json(u16, Value),
    /// The same, not before so many seconds.
    After(u16, Value, u64),
    /// The bytes of a file of this type.
    File(&'static str, Vec<u8>),
    /// The same, of which only half is ever sent.
    Half(Vec<u8>),
    /// It is somewhere else.
    Elsewhere(String),
    /// The request was read, and the line is cut.
    Cut,
}

type Script = Box<dyn FnMut(&Asked) -> Reply + Send>;

pub(crate) struct FakeTwilio {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    listening: JoinHandle<()>,
}

impl FakeTwilio {
    pub(crate) async fn start(script: impl FnMut(&Asked) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(script)));
        let noted = asked.clone();
        let listening = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (script, noted) = (script.clone(), noted.clone());
                tokio::spawn(async move { answer(line, &script, &noted).await });
            }
        });
        Self { url, asked, listening }
    }

    /// Settings of a hub that asks it, and may itself be asked as often as a test likes to look; and these.
    pub(crate) fn settings<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("PROVIDERS__TWILIO__BASE_URL", self.url.as_str()),
            ("LIMITS__REQUESTS_PER_S", "100000"),
            ("LIMITS__BURST", "100000"),
        ];
        [&usual, more].concat()
    }

    /// Everything asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Nobody listens any more.
    pub(crate) fn go_away(&self) {
        self.listening.abort();
    }
}

impl Drop for FakeTwilio {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Asked {
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

async fn answer(mut line: TcpStream, script: &Mutex<Script>, noted: &Mutex<Vec<Asked>>) -> Option<()> {
    let asked = read(&mut line).await?;
    let reply = (script.lock().unwrap())(&asked);
    noted.lock().unwrap().push(asked);
    let json = |body: Value| ("application/json", body.to_string().into_bytes());
    let (status, (kind, body), more) = match reply {
        Reply::Json(status, body) => (status, json(body), String::new()),
        Reply::After(status, body, seconds) => (status, json(body), format!("Retry-After: {seconds}\r\n")),
        Reply::File(kind, bytes) => (200, (kind, bytes), String::new()),
        Reply::Half(bytes) => {
            let head = format!("HTTP/1.1 200 Said\r\nContent-Length: {}\r\n\r\n", bytes.len() * 2);
            line.write_all(&[head.as_bytes(), &bytes].concat()).await.ok()?;
            // Until the other side hangs up.
            return line.read_u8().await.ok().map(drop);
        }
        Reply::Elsewhere(place) => (307, ("text/plain", Vec::new()), format!("Location: {place}\r\n")),
        Reply::Cut => return None,
    };
    let head = format!("HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\n{more}Connection: close\r\n");
    let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
    line.write_all(&[head.as_bytes(), &body].concat()).await.ok()
}

async fn read(line: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if line.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let header = |name: &str| {
        let found = head.lines().filter_map(|line| line.split_once(": "));
        found
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    while bytes.len() < end + length {
        if line.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let mut first = head.split_whitespace();
    let (verb, target) = (first.next()?.to_owned(), first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let form =
        if length > 0 { String::from_utf8_lossy(&bytes[end..]).into_owned() } else { query.to_owned() };
    let params = reqwest::Url::parse(&format!("http://-/?{form}")).ok()?;
    let params = params.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let authorization = header("authorization").unwrap_or_default();
    Some(Asked { verb, path: path.to_owned(), authorization, params })
}
