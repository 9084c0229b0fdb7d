//! Where a conversation meets consent: what its contact says about being written to, and whether he may be. Pure.

use entities::{ConsentId, MessageId, message, message::AuthorKind};

use crate::consent::{self, Occasion, Question, Verdict, judge};

use super::{
    ConversationError, Facts, SendMessage,
    draft::{Draft, Given},
};

/// Before the id of the opt-out in the client id of the message that confirms it.
const CONFIRMS: &str = "confirms:";

/// The client id of the message that confirms this opt-out.
pub(crate) fn confirming(revoked: ConsentId) -> String {
    format!("{CONFIRMS}{revoked}")
}

/// The opt-out that a message confirms. Only the hub itself writes such.
#[must_use]
pub fn confirmed(row: &message::Model) -> Option<ConsentId> {
    let client_id = row.client_id.as_deref().filter(|_| row.author_kind == AuthorKind::System)?;
    client_id.strip_prefix(CONFIRMS)?.parse().ok()
}

/// May this be said to the contact?
pub(super) fn check(
    confirms: Option<ConsentId>,
    facts: &Facts,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    let question = Question { newest: facts.consent.as_ref(), confirms, now: given.now };
    match judge(question) {
        Verdict::Allowed => Ok(()),
        Verdict::Refused(block) => Err(ConversationError::Blocked(block)),
    }
}

/// Enters what the contact said about being written to, and owes what is owed for it, when that is news.
pub(super) fn hear(
    draft: &mut Draft<'_>,
    send: &SendMessage,
    message: MessageId,
    (facts, given): (&Facts, Given<'_>),
) {
    if let Some(utterance) = &send.consent {
        let occasion = Occasion {
            tenant: given.tenant,
            contact: draft.after.contact.id,
            message: Some(message),
            now: given.now,
            by: given.by.principal,
        };
        let Some((row, shape)) = consent::enter(facts.consent.as_ref(), utterance, occasion) else { return };
        draft.consented(row, shape);
    }
    if let Some(answer) = &send.answer {
        draft.owe((**answer).clone());
    }
}
