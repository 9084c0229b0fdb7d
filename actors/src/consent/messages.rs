//! What the room of the consent can be told to do.

use entities::{ContactId, consent::ConsentState, message::MessageClass};

/// Record what a contact said elsewhere.
#[derive(Clone, Debug)]
pub struct RecordConsent {
    pub contact_id: ContactId,
    /// One of his numbers; not needed of who has one alone.
    pub phone: Option<String>,
    /// Granted or revoked.
    pub state: ConsentState,
    /// What it was given for, with all that asks less; transactional without. Revoked is everything.
    pub class: Option<MessageClass>,
    /// How he said it, at most 1,000 characters. Needed where he had opted out before.
    pub note: Option<String>,
}
