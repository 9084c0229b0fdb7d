//! HTTP/1.1 on a loopback port, bounded in connections.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::answer::{Answer, Cut};
use super::control::Control;
use super::request::Asked;
use super::rest::Rest;

const MOST_CONNECTIONS: usize = 1024;
/// A peer that does not finish its request is in nobody's way for long.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// Everything that is answered here.
#[derive(Debug)]
pub(super) struct Doors {
    pub(super) rest: Rest,
    pub(super) control: Control,
}

impl Doors {
    /// Answers until it is dropped, and with it every connection.
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener) -> Infallible {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => {
                    // A peer that is gone already is no reason to end.
                    if let Ok((stream, _)) = accepted {
                        connections.spawn(self.clone().converse(stream));
                    }
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn converse(self: Arc<Self>, stream: TcpStream) {
        let service = service_fn(|request| self.clone().answer(request));
        let mut http = http1::Builder::new();
        let conversation = http
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .serve_connection(TokioIo::new(stream), service);
        // It fails when the peer leaves, and when an answer is cut on purpose.
        let _ = conversation.await;
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Cut> {
        let answer = match Asked::read(request).await {
            Ok(asked) if asked.path.starts_with("/_simulator/") => self.control.answer(&asked).await,
            Ok(asked) => self.rest.answer(&asked).await,
            Err(refusal) => Answer::from(refusal),
        };
        answer.into_response()
    }
}
