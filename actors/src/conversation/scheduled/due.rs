//! What becomes of a message when its time has come: the decision its author would get if he said it now. Pure.

use entities::{
    Timestamp,
    message::{AttachmentState, MessageStatus},
    scheduled_message::Model,
};

use crate::{
    conversation::{
        Conversation, ConversationError, Decision, Facts, Message, MessageError,
        consent::{Wish, admit},
        draft::{Draft, Given},
        load::{all, check_load},
        say::{check_body, first_status, morning, speak_up, utter},
    },
    event::EventType,
};

use super::{
    SayScheduled, models,
    state::{changed, soonest},
    timer::timer,
};

/// Decides to say it, or to tell why it cannot be said. What was put off, said or taken back has nothing new.
pub(in crate::conversation) fn decide_due(
    before: &Conversation,
    told: SayScheduled,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let is_due = |row: &&Model| {
        row.id == told.message_id && row.status == MessageStatus::Scheduled && row.scheduled_at <= told.due
    };
    let row = facts.waiting.iter().find(is_due).ok_or(ConversationError::NothingNew)?;
    let (author, message) = (models::author(row), Message::from(row.clone()));
    let as_author = Given { by: &author, client_id: message.client_id.as_ref(), ..given };
    let refusal = match say(before, (row, message.clone()), facts, as_author) {
        Err(refusal) => refusal,
        said => return said,
    };
    let draft = Draft::of_change(given, before);
    match (morning(&refusal, row.if_quiet), why(&refusal)) {
        (Some(until), _) => Ok(put_off(draft, row, (until, facts), given)),
        (None, Some(error)) => Ok(failed(draft, row, (error, facts), given)),
        (None, None) => Err(refusal),
    }
}

fn say(
    before: &Conversation,
    (row, message): (&Model, Message),
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let mut draft = Draft::of_change(given, before);
    speak_up(&mut draft, before, facts, given)?;
    check_body(&message.body, !message.attachments.is_empty())?;
    if message.attachments.iter().any(|file| file.state == AttachmentState::Blocked) {
        let reason = "hold one that is blocked: it was not found clean";
        return Err(ConversationError::Invalid { field: "attachments", reason });
    }
    let channel = before.channel.kind;
    let carriage = match channel.address_kind() {
        Some(_) => Some(facts.carriage.ok_or(ConversationError::NotConnected { channel })?),
        None => None,
    };
    if let Some(carriage) = carriage {
        check_load(carriage, &message.body, &all(&message.attachments))?;
    }
    let wish = Wish { class: message.class, scheduled: true, ..Wish::default() };
    let admitted = carriage.map(|_| admit(wish, before, facts, given)).transpose()?;
    let gone = Model { deleted_at: Some(given.now), ..models::touched(row, given) };
    draft.after.next_scheduled_at = soonest(facts, &gone);
    let status = first_status(false, carriage);
    let class = admitted.map(|admitted| admitted.class).or(message.class);
    let message = Message { status, class, created_at: given.now, rev: gone.rev, ..message };
    draft.also(models::written(gone));
    utter(&mut draft, (message, None), carriage.zip(admitted), given);
    Ok(draft.finish(false))
}

/// It is night where the contact is: it waits on.
fn put_off(
    mut draft: Draft<'_>,
    row: &Model,
    (until, facts): (Timestamp, &Facts),
    given: Given<'_>,
) -> Decision {
    let row = Model { scheduled_at: until, ..models::touched(row, given) };
    draft.owe(timer(&row, draft.after.contact.id, given));
    changed(draft, row, EventType::MessageRescheduled, facts)
}

fn failed(
    draft: Draft<'_>,
    row: &Model,
    (error, facts): (MessageError, &Facts),
    given: Given<'_>,
) -> Decision {
    let row = Model {
        status: MessageStatus::Failed,
        error_code: Some(error.code),
        error_message: Some(error.message),
        ..models::touched(row, given)
    };
    changed(draft, row, EventType::MessageStatusChanged, facts)
}

/// The refusal as the message shows it; `None` when it may pass by itself.
fn why(refusal: &ConversationError) -> Option<MessageError> {
    let code = match refusal {
        ConversationError::Blocked(block) => block.code(),
        ConversationError::NotOwner => "NOT_OWNER",
        ConversationError::NotConnected { .. } => "NOT_CONNECTED",
        ConversationError::AnotherOpen { .. } => "CONFLICT",
        ConversationError::Invalid { .. } | ConversationError::InvalidMember { .. } => "INVALID",
        _ => return None,
    };
    Some(MessageError { code: code.to_owned(), message: refusal.to_string() })
}
