//! Whether everything that was to happen has happened, as far as it can be seen from outside.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::client::{ClientError, Rest};
use crate::provider::twilio::Simulator;

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A job that changes its status between two questions is seen by neither; it is not missed at two looks.
const LOOKS: u32 = 2;

/// The jobs a text owes: it is sent, and asked about when nobody tells of its end.
const SEND: &str = "message.send";
const ASK: &str = "message.ask_status";
/// The jobs a call owes to the provider: who is called, and what is done to who is on the line.
const OF_CALLS: [&str; 2] = ["call.dial", "call.control"];
/// And what is recorded: it is looked for when a call is over, fetched, and deleted there.
const OF_RECORDINGS: [&str; 3] = ["call.recordings", "recording.fetch", "recording.forget"];

/// Waits until no text is to be sent, told of or asked about, and no webhook waits for its effect; false when that takes
/// longer.
pub(super) async fn texts(rest: &Rest, simulator: &Simulator, patience: Duration) -> Result<bool> {
    // A text that is sent begins a journey, a journey ends with webhooks, and they may owe a question: what is found done
    // in this order stays done.
    within(patience, async || {
        Ok(none_waits(rest, SEND).await?
            && simulator.is_quiet()
            && no_receipt_waits(rest).await?
            && none_waits(rest, ASK).await?)
    })
    .await
}

/// Waits until no call lives, here or at the provider, and none owes anything to it; false when that takes longer.
pub(super) async fn calls(rest: &Rest, simulator: &Simulator, patience: Duration) -> Result<bool> {
    within(patience, async || {
        let is_over = simulator.is_quiet()
            && no_receipt_waits(rest).await?
            && is_empty(rest, "/api/calls?live=true&limit=1").await?;
        Ok(is_over && none_waits(rest, OF_CALLS[0]).await? && none_waits(rest, OF_CALLS[1]).await?)
    })
    .await
}

/// Waits until no recording is to be looked for at the provider, fetched or deleted there; false when that takes longer.
pub(super) async fn recordings(rest: &Rest, patience: Duration) -> Result<bool> {
    within(patience, async || {
        for kind in OF_RECORDINGS {
            if !none_waits(rest, kind).await? {
                return Ok(false);
            }
        }
        Ok(true)
    })
    .await
}

/// Waits until no webhook that was taken waits for its effect; false when that takes longer.
pub(super) async fn receipts(rest: &Rest, patience: Duration) -> Result<bool> {
    within(patience, async || no_receipt_waits(rest).await).await
}

async fn within(patience: Duration, is_so: impl AsyncFn() -> Result<bool, ClientError>) -> Result<bool> {
    let deadline = Instant::now() + patience;
    let mut looks = 0;
    while looks < LOOKS {
        looks = if is_so().await? { looks + 1 } else { 0 };
        if Instant::now() > deadline {
            return Ok(false);
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(true)
}

async fn none_waits(rest: &Rest, kind: &str) -> Result<bool, ClientError> {
    for status in ["running", "ready", "blocked", "scheduled"] {
        if !is_empty(rest, &format!("/api/jobs?status={status}&kind={kind}&limit=1")).await? {
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
