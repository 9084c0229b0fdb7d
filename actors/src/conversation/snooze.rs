//! How a conversation is set aside until a time, and comes back. Pure.

use std::time::Duration;

use entities::{JobId, Timestamp, conversation::ConversationStatus};

use crate::{event::EventType, journal::NewJob};

use super::{
    Conversation, ConversationError, Decision, Snooze, Wake,
    draft::{Draft, Given},
};

/// The kind of the job that wakes a conversation.
pub(super) const WAKE: &str = "conversation.wake";
/// Nobody snoozes for longer: a year, and the day a leap year has more.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// What the job that wakes a conversation knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Sleeper {
    pub(super) conversation_id: entities::ConversationId,
}

/// Sets the conversation aside, or wakes it now.
pub(super) fn snooze(
    draft: &mut Draft<'_>,
    snooze: Snooze,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    let Some(until) = snooze.until.map(Timestamp::in_milliseconds) else {
        // Asked for what is so already, the caller is told how it stands all the same.
        wake(draft);
        return Ok(());
    };
    let refused = |reason| Err(ConversationError::Invalid { field: snooze.field, reason });
    if until <= given.now {
        return refused("must be in the future");
    }
    if until > given.now.plus(LONGEST) {
        return refused("must be at most a year away");
    }
    if draft.after.status == ConversationStatus::Resolved {
        return Err(ConversationError::Resolved);
    }
    draft.after.status = ConversationStatus::Snoozed;
    draft.after.snoozed_until = Some(until);
    draft.happened(EventType::ConversationSnoozed);
    draft.owe(waking(&draft.after, until, given));
    Ok(())
}

/// It is open again, if it was set aside.
pub(super) fn wake(draft: &mut Draft<'_>) {
    if draft.after.status == ConversationStatus::Snoozed {
        draft.after.status = ConversationStatus::Open;
    }
    draft.after.snoozed_until = None;
    draft.happened(EventType::ConversationStatusChanged);
}

/// Every time it is snoozed until has a job of its own, so a job for a time that was put off, or that did not come to
/// pass, finds nothing to do.
pub(super) fn decide_wake(
    before: &Conversation,
    told: Wake,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    if before.snoozed_until.is_none_or(|until| until > told.due) {
        return Err(ConversationError::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    wake(&mut draft);
    Ok(draft.finish(true))
}

fn waking(conversation: &Conversation, until: Timestamp, given: Given<'_>) -> NewJob {
    let sleeper = Sleeper { conversation_id: conversation.id };
    NewJob {
        id: JobId::from_uuid(given.ids.draw()),
        kind: WAKE,
        key: Some(format!("conversation:{}", conversation.id)),
        run_at: until,
        payload: serde_json::json!(sleeper),
        contact_id: Some(conversation.contact.id),
    }
}
