//! How a conversation follows its contact: under another name, to whoever took the contact over, and back. Pure.

use entities::conversation::ConversationStatus;

use crate::event::EventType;

use super::{
    ContactRef, Conversation, ConversationError, Decision, Facts,
    draft::{Draft, Given},
};

/// Decides whose conversation it is from now on. Where that contact has another one open on the channel, this one is over.
pub(super) fn decide_follow(
    before: &Conversation,
    contact: &ContactRef,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    if before.contact == *contact {
        return Err(ConversationError::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    draft.after.contact = contact.clone();
    if before.contact.id == contact.id {
        draft.happened(EventType::ConversationContactRenamed);
        return Ok(draft.finish(true));
    }
    let met_as = before.met_as.unwrap_or(before.contact.id);
    draft.after.met_as = Some(met_as).filter(|met_as| *met_as != contact.id);
    draft.happened(EventType::ConversationMerged);
    if before.status != ConversationStatus::Resolved && facts.other_open.is_some() {
        draft.after.status = ConversationStatus::Resolved;
        draft.after.snoozed_until = None;
        draft.happened(EventType::ConversationStatusChanged);
    }
    Ok(draft.finish(true))
}
