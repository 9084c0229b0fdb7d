//! What the room of the receipts is told, and what it answers.

use entities::webhook_receipt::ReceiptStatus;
use serde::{Deserialize, Serialize};

/// A webhook whose sender has proved who he is.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// As [`super::Translate::provider`] says it.
    pub provider: &'static str,
    /// Which of the provider's webhooks it is.
    pub kind: &'static str,
    /// The same for every delivery of the same news.
    pub dedupe_key: String,
    pub raw: Raw,
    /// What the provider is answered, now and whenever it asks again; `None`: nothing to read.
    pub answer: Option<String>,
}

/// A webhook as it came, without what proved it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// Which of the provider's webhooks it is.
    pub kind: String,
    pub head: Head,
    pub body: Vec<u8>,
}

/// What came beside the body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub query: String,
    /// Names in lower case; those that may be kept.
    pub headers: Vec<(String, String)>,
}

/// A webhook that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub answer: Option<String>,
    pub how: How,
}

/// What became of it so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It had its effect.
    Applied,
    /// It is kept; a job applies it.
    Pending,
    /// It had come before, and stood like this.
    Again(ReceiptStatus),
}
