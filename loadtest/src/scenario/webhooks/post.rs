//! One line to the hub on which webhooks are posted, one after the other, with as little between us and the socket as
//! there can be.

use std::time::Duration;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::webhook::Webhook;

/// Twilio waits no longer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Ends when it is dropped.
pub(super) struct Line {
    host: String,
    requests: SendRequest<Full<Bytes>>,
    /// What drives the connection, held so that it ends with us.
    _driver: JoinSet<()>,
}

impl Line {
    /// A line to where `url` points.
    pub(super) async fn open(url: &Url) -> Result<Self> {
        let host = url.authority().to_owned();
        let stream = TcpStream::connect(&host).await.with_context(|| format!("nobody listens at {host}"))?;
        stream.set_nodelay(true)?;
        let (requests, connection) = handshake(TokioIo::new(stream)).await?;
        let mut driver = JoinSet::new();
        // When it breaks, the request on it says so.
        driver.spawn(async move { drop(connection.await) });
        Ok(Self { host, requests, _driver: driver })
    }

    /// Posts a webhook and reads the answer to its end; its status.
    pub(super) async fn post(&mut self, webhook: Webhook) -> Result<u16> {
        let request = Request::post(webhook.target)
            .header("Host", &self.host)
            .header("User-Agent", "TwilioProxy/1.1")
            .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
            .header("X-Twilio-Signature", webhook.signature)
            .body(Full::new(Bytes::from(webhook.body)))?;
        let answered = timeout(PATIENCE, async {
            self.requests.ready().await?;
            let answer = self.requests.send_request(request).await?;
            let status = answer.status().as_u16();
            answer.into_body().collect().await?;
            Ok(status)
        });
        answered.await.with_context(|| format!("no answer to a webhook within {PATIENCE:?}"))?
    }
}
