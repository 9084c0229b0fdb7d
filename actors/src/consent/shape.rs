//! An entry of the ledger as agents read it.

use entities::{
    Address, ConsentId, ContactId, MessageId, Timestamp,
    consent::{ConsentSource, ConsentState},
    message::MessageClass,
};
use serde::{Deserialize, Serialize};

use crate::audit::Actor;

/// What was said about writing to an address, and what holds from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub id: ConsentId,
    /// Whose address it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    pub address: Address,
    pub state: ConsentState,
    /// The classes of messages it is about.
    pub scope: Vec<MessageClass>,
    pub source: ConsentSource,
    /// The message that said it, or that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub at: Timestamp,
    pub by: Actor,
}
