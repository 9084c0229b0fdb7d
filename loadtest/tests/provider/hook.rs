//! Where webhooks arrive: a listener that answers as the test says and tells what it heard.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use loadtest::provider::twilio::sign;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::caller::{PATIENCE, TOKEN};

pub(crate) struct Hook {
    base: String,
    heard: mpsc::Receiver<Heard>,
    _work: JoinSet<()>,
}

#[derive(Debug)]
pub(crate) struct Heard {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) form: Vec<(String, String)>,
}

impl Hook {
    /// Answers with these statuses, one after the other, and with the last of them for ever.
    pub(crate) async fn listen(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (tell, heard) = mpsc::channel(256);
        let answered = Arc::new(AtomicUsize::new(0));
        let mut work = JoinSet::new();
        work.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (tell, answered) = (tell.clone(), answered.clone());
                let service = service_fn(move |request| {
                    let (tell, answered) = (tell.clone(), answered.clone());
                    async move {
                        tell.send(hear(request).await).await.unwrap();
                        let index = answered.fetch_add(1, Ordering::SeqCst);
                        let status = statuses[index.min(statuses.len() - 1)];
                        let mut answer = Response::new(Full::new(Bytes::from_static(b"<Response/>")));
                        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
                        Ok::<_, Infallible>(answer)
                    }
                });
                connections.spawn(async move {
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Self { base, heard, _work: work }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The next webhook, which must come.
    pub(crate) async fn next(&mut self) -> Heard {
        timeout(PATIENCE, self.heard.recv()).await.expect("no webhook came").unwrap()
    }

    /// The statuses the next webhooks tell of, in the order they come.
    pub(crate) async fn statuses(&mut self, many: usize) -> Vec<String> {
        let mut statuses = Vec::new();
        for _ in 0..many {
            statuses.push(self.next().await.field("MessageStatus").to_owned());
        }
        statuses
    }

    /// Whether nothing more has arrived up to now.
    pub(crate) fn is_quiet(&self) -> bool {
        self.heard.is_empty()
    }

    /// Whether it is signed for the address it came to.
    pub(crate) fn has_signed(&self, heard: &Heard) -> bool {
        let signature = sign(TOKEN, &self.url(&heard.target), &heard.form);
        heard.headers["x-twilio-signature"] == signature.as_str()
    }
}

impl Heard {
    pub(crate) fn field(&self, name: &str) -> &str {
        let found = self.form.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name} in {:?}", self.form))
    }
}

async fn hear(request: Request<Incoming>) -> Heard {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Heard {
        target: head.uri.to_string(),
        headers: head.headers,
        form: form_urlencoded::parse(&body).into_owned().collect(),
    }
}
