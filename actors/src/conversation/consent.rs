//! Where a conversation meets consent: what its contact says about being written to, and whether he may be. Pure.

use entities::{
    ConsentId, MessageId, Principal, message,
    message::{AuthorKind, MessageClass},
};

use crate::consent::{self, Block, Occasion, Question, Sending, Verdict, judge};

use super::{
    Conversation, ConversationError, Facts, SendMessage,
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
    settled(judge(Question { newest: facts.consent.as_ref(), confirms, now: given.now, sending: None }))
}

/// A text that may be said now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Admitted {
    pub(super) class: MessageClass,
    /// Nobody asked for it.
    pub(super) automatic: bool,
}

/// A text somebody wants to say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish {
    pub(super) class: Option<MessageClass>,
    pub(super) scheduled: bool,
    /// The opt-out that it confirms.
    pub(super) confirms: Option<ConsentId>,
}

/// May this be said to the contact now, over a carrier? What must wait for the morning is refused with when that is.
pub(super) fn admit(
    wish: Wish,
    to: &Conversation,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Admitted, ConversationError> {
    let by = given.by.principal;
    let class = wish.class.unwrap_or(match by {
        Principal::User(_) if to.inbound_count > 0 => MessageClass::Conversational,
        _ => MessageClass::Transactional,
    });
    let answers = to.last_message.as_ref().is_some_and(|last| last.author.kind == AuthorKind::Contact);
    let by_itself = wish.scheduled || matches!(by.kind(), AuthorKind::Key | AuthorKind::Flow);
    let automatic = by_itself && !answers;
    let sending = facts.recipient.as_ref().map(|to| Sending { class, automatic, to });
    let (newest, confirms) = (facts.consent.as_ref(), wish.confirms);
    settled(judge(Question { newest, confirms, now: given.now, sending }))?;
    Ok(Admitted { class, automatic })
}

fn settled(verdict: Verdict) -> Result<(), ConversationError> {
    match verdict {
        Verdict::Allowed => Ok(()),
        Verdict::Held { until } => Err(ConversationError::Blocked(Block::QuietHours { until: Some(until) })),
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
