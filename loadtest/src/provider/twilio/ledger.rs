//! What the account has, as whoever audits a hub wants to know it.

use serde::Serialize;

use super::message::{Message, Way};

/// A message, whichever way it goes.
#[derive(Debug, Clone, Serialize)]
pub struct Accepted {
    pub sid: String,
    /// `inbound` or `outbound-api`.
    pub direction: &'static str,
    pub from: String,
    pub to: String,
    pub body: String,
    /// How far it is by now.
    pub status: &'static str,
    pub error_code: Option<u32>,
    /// Microseconds since 1970.
    pub accepted_at_us: i64,
    /// Of messages to handsets alone.
    #[serde(flatten)]
    pub sent: Option<Sent>,
}

/// What whoever sent a message was told of it.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    pub status_callback: Option<String>,
    /// The connection was cut before the answer.
    pub cut: bool,
    /// The statuses of which a callback was taken.
    pub told: Vec<&'static str>,
}

impl Accepted {
    pub(super) fn of(message: &Message, now: i64) -> Self {
        let status = message.status(now);
        let (direction, sent) = match &message.way {
            Way::In => ("inbound", None),
            Way::Out(outbound) => {
                let told = outbound.told.iter().map(|status| status.as_str()).collect();
                let status_callback = outbound.callback.clone();
                ("outbound-api", Some(Sent { status_callback, cut: outbound.cut, told }))
            }
        };
        Self {
            sid: message.sid.clone(),
            direction,
            from: message.from.clone(),
            to: message.to.clone(),
            body: message.body.clone(),
            status: status.as_str(),
            error_code: status.error_code(),
            accepted_at_us: message.created,
            sent,
        }
    }
}
