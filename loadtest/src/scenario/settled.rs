//! Whether everything that was to happen has happened, as far as it can be seen from outside.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::client::{ClientError, Rest};
use crate::provider::twilio::Simulator;

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Waits until no text is to be sent, nothing is to be told of one, and no webhook waits for its effect; false when that
/// takes longer.
pub(super) async fn texts(rest: &Rest, simulator: &Simulator, patience: Duration) -> Result<bool> {
    // A text that is sent begins a journey, a journey ends with webhooks: what is found done in this order stays done.
    within(patience, async || {
        Ok(nothing_is_to_be_sent(rest).await? && simulator.is_quiet() && no_receipt_waits(rest).await?)
    })
    .await
}

/// Waits until no webhook that was taken waits for its effect; false when that takes longer.
pub(super) async fn receipts(rest: &Rest, patience: Duration) -> Result<bool> {
    within(patience, async || no_receipt_waits(rest).await).await
}

async fn within(patience: Duration, is_so: impl AsyncFn() -> Result<bool, ClientError>) -> Result<bool> {
    let deadline = Instant::now() + patience;
    while !is_so().await? {
        if Instant::now() > deadline {
            return Ok(false);
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(true)
}

async fn nothing_is_to_be_sent(rest: &Rest) -> Result<bool, ClientError> {
    for status in ["running", "ready", "blocked", "scheduled"] {
        if !is_empty(rest, &format!("/api/jobs?status={status}&kind=message.send&limit=1")).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn no_receipt_waits(rest: &Rest) -> Result<bool, ClientError> {
    is_empty(rest, "/api/webhook-receipts?status=pending&limit=1").await
}

async fn is_empty(rest: &Rest, list: &str) -> Result<bool, ClientError> {
    Ok(rest.list::<Value>(list).await?.0.is_empty())
}
