//! How a conversation begins, with a first message or without. Pure.

use entities::conversation::{ConversationStatus, Owner, Priority};

use crate::event::EventType;

use super::{
    Conversation, ConversationError, Decision, Facts, Open, SendMessage,
    draft::{Draft, Given},
    say::{morning, say},
    scheduled::schedule,
};

/// Decides to begin it. A first message that must wait for the morning keeps nothing from beginning.
pub(super) fn decide_open(
    open: &Open,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    if let Some(id) = facts.other_open {
        return Err(ConversationError::AnotherOpen { id });
    }
    let conversation = Conversation {
        id: open.id,
        channel: open.channel.clone(),
        contact: open.contact.clone(),
        board_id: open.board_id,
        status: ConversationStatus::Open,
        owner: Owner::Nobody,
        assignee_id: None,
        priority: Priority::Normal,
        labels: Vec::new(),
        participants: Vec::new(),
        last_message: None,
        activity_at: given.now,
        next_scheduled_at: None,
        snoozed_until: None,
        inbound_count: 0,
        queued_at: None,
        first_answer_at: None,
        met_as: None,
        reached_at: open.number,
        sla: None,
        created_at: given.now,
        rev: 1,
    };
    let mut draft = Draft::of_new(given, conversation);
    draft.happened(EventType::ConversationCreated);
    if let Some(first) = &open.first {
        say_first(&mut draft, first, facts, given)?;
    }
    Ok(draft.finish(true))
}

fn say_first(
    draft: &mut Draft<'_>,
    first: &SendMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    let Err(refusal) = say(draft, first, facts, given) else { return Ok(()) };
    match morning(&refusal, first.if_quiet) {
        Some(until) => schedule(draft, (first, until), facts, given),
        None => Err(refusal),
    }
}
