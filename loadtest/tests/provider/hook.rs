//! Where webhooks arrive: a listener that answers as the test says and tells what it heard.

use std::collections::HashMap;
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
        let answered = AtomicUsize::new(0);
        Self::serve(move |_| {
            let index = answered.fetch_add(1, Ordering::SeqCst);
            (statuses[index.min(statuses.len() - 1)], "<Response/>".to_owned())
        })
        .await
    }

    /// Answers with the document of a path, and with an empty one everywhere else.
    pub(crate) async fn with_documents(documents: &[(&'static str, &str)]) -> Self {
        let documents: HashMap<&str, String> =
            documents.iter().map(|(path, verbs)| (*path, format!("<Response>{verbs}</Response>"))).collect();
        Self::serve(move |heard| {
            let document = documents.get(heard.path()).cloned();
            (200, document.unwrap_or_else(|| "<Response/>".to_owned()))
        })
        .await
    }

    /// Answers each webhook with a status and a body.
    pub(crate) async fn serve(answer: impl Fn(&Heard) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (tell, heard) = mpsc::channel(256);
        let answer = Arc::new(answer);
        let mut work = JoinSet::new();
        work.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (tell, answer) = (tell.clone(), answer.clone());
                let service = service_fn(move |request| {
                    let (tell, answer) = (tell.clone(), answer.clone());
                    async move {
                        let heard = hear(request).await;
                        let (status, body) = answer(&heard);
                        tell.send(heard).await.unwrap();
                        let mut answer = Response::new(Full::new(Bytes::from(body)));
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

    /// The next webhook to that path, which must come; what comes before it is passed over.
    pub(crate) async fn next_at(&mut self, path: &str) -> Heard {
        loop {
            let heard = self.next().await;
            if heard.path() == path {
                return heard;
            }
        }
    }

    /// The last of the next webhooks to each of these paths, which must all come.
    pub(crate) async fn next_at_each<const N: usize>(&mut self, paths: [&str; N]) -> [Heard; N] {
        let mut heard: Vec<Heard> = Vec::new();
        while !paths.iter().all(|path| heard.iter().any(|it| it.path() == *path)) {
            heard.push(self.next().await);
        }
        paths.map(|path| {
            let last = heard.iter().rposition(|it| it.path() == path).unwrap();
            heard.remove(last)
        })
    }

    /// So many webhooks to that path, in the order of what they tell of.
    pub(crate) async fn told_at(&mut self, path: &str, many: usize) -> Vec<Heard> {
        let mut told = Vec::new();
        while told.len() < many {
            told.push(self.next_at(path).await);
        }
        told.sort_by_key(|heard| heard.field("SequenceNumber").parse::<u64>().unwrap());
        told
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
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.form.iter().any(|(field, _)| field == name)
    }

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
