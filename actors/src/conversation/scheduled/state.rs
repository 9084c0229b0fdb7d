//! How a message comes to wait, and what becomes of it while it does. Pure.

use std::time::Duration;

use entities::{MessageId, Timestamp, attachment, message::MessageStatus, scheduled_message::Model};

use crate::{
    attachment::shown,
    conversation::{
        Conversation, ConversationError, Decision, EditMessage, Facts, Message, SendMessage,
        attach::{attached, give_up, hang},
        consent::check,
        draft::{Draft, Given},
        fill::filled,
        load::{all, check_load},
        mention::mentioned,
        say::{carried, check_body, check_owner, composed, is_inbound},
        state::check_author,
    },
    event::EventType,
    journal::{Record, Row},
};

use super::{CancelMessage, MOST, RescheduleMessage, models, timer::timer};

/// Nobody schedules for later: a year, and the day a leap year has more.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// The member of a request that says when.
const FIELD: &str = "scheduled_at";

/// Decides to say something later.
pub(in crate::conversation) fn decide_schedule(
    before: &Conversation,
    waiting: (&SendMessage, Timestamp),
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    check_owner(before, given)?;
    let mut draft = Draft::of_change(given, before);
    schedule(&mut draft, waiting, facts, given)?;
    Ok(draft.finish(false))
}

/// Adds to the draft a message that waits. What would be refused now is refused now.
pub(in crate::conversation) fn schedule(
    draft: &mut Draft<'_>,
    (send, at): (&SendMessage, Timestamp),
    facts: &Facts,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    if send.private || is_inbound(given) {
        return refused("is for what is said to the contact");
    }
    let at = checked_time(at, given)?;
    if facts.waiting.len() >= MOST {
        return refused("would be more than 50 messages that wait here");
    }
    let send = &*filled(send, &draft.after, facts, given)?;
    check_body(&send.body, !send.attachments.is_empty())?;
    mentioned(send, facts)?;
    let files = attached(send, facts, given)?;
    let channel = draft.after.channel.kind;
    if channel.address_kind().is_some() {
        carried(channel, send, facts)?;
        check(None, facts, given)?;
    }
    draft.after.reached_at = send.number.or(draft.after.reached_at);
    let message = composed(send, &files, &draft.after, given);
    let message = Message { status: MessageStatus::Scheduled, scheduled_at: Some(at), ..message };
    let row = models::row(&message, send.if_quiet, given);
    hang(draft, files, message.id);
    let timer = timer(&row, draft.after.contact.id, given);
    draft.owe(timer);
    draft.after.next_scheduled_at = soonest(facts, &row);
    draft.message(EventType::MessageScheduled, message, Row::Insert(Record::ScheduledMessage(row)));
    Ok(())
}

/// Decides to say it at another time; one that failed gets another chance.
pub(in crate::conversation) fn decide_reschedule(
    before: &Conversation,
    told: &RescheduleMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let others = told.others && told.body.is_none();
    let row = own(facts, given, (told.message_id, told.rev, others))?;
    let at = checked_time(told.scheduled_at, given)?;
    let mut row = models::touched(row, given);
    let mut draft = Draft::of_change(given, before);
    if let Some(body) = &told.body {
        say(&mut row, body, facts, given)?;
    }
    let waits = MessageStatus::Scheduled;
    let row = Model { status: waits, scheduled_at: at, error_code: None, error_message: None, ..row };
    if told.body.is_some() {
        draft.told(EventType::MessageEdited, Message::from(row.clone()));
    }
    draft.owe(timer(&row, before.contact.id, given));
    Ok(changed(draft, row, EventType::MessageRescheduled, facts))
}

/// Decides to say something else at its time.
pub(in crate::conversation) fn decide_edit(
    before: &Conversation,
    edit: &EditMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let mut row = models::touched(own(facts, given, (edit.message_id, edit.rev, edit.others))?, given);
    say(&mut row, &edit.body, facts, given)?;
    Ok(changed(Draft::of_change(given, before), row, EventType::MessageEdited, facts))
}

/// Decides not to say it.
pub(in crate::conversation) fn decide_cancel(
    before: &Conversation,
    cancel: CancelMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let row = own(facts, given, (cancel.message_id, cancel.rev, cancel.others))?;
    let mut draft = Draft::of_change(given, before);
    give_up(&mut draft, facts, given);
    Ok(changed(draft, canceled(row, given), EventType::MessageCanceled, facts))
}

/// Decides to say nothing of what waits: there is nobody any more to say it to.
pub(in crate::conversation) fn decide_abandon(
    before: &Conversation,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    if facts.waiting.is_empty() && before.next_scheduled_at.is_none() {
        return Err(ConversationError::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    draft.after.next_scheduled_at = None;
    give_up(&mut draft, facts, given);
    for row in &facts.waiting {
        let row = canceled(row, given);
        let message = Message::from(row.clone());
        draft.message(EventType::MessageCanceled, message, models::written(row));
    }
    Ok(draft.finish(false))
}

/// A file of a message that waits was looked at: the message, and the row that says so.
pub(in crate::conversation) fn looked_at(
    file: &attachment::Model,
    facts: &Facts,
    given: Given<'_>,
) -> Option<(Message, Row)> {
    let row = facts.waiting.iter().find(|row| Some(row.id) == file.message_id)?;
    let mut row = models::touched(row, given);
    for known in row.attachments.0.iter_mut().filter(|known| known.id == file.id) {
        *known = shown(file);
    }
    Some((Message::from(row.clone()), Row::Update(Record::ScheduledMessage(row))))
}

/// The soonest that waits in the conversation, once `row` stands as it is to be.
pub(super) fn soonest(facts: &Facts, row: &Model) -> Option<Timestamp> {
    let others = facts.waiting.iter().filter(|other| other.id != row.id);
    let waits = |row: &&Model| row.status == MessageStatus::Scheduled && row.deleted_at.is_none();
    others.chain([row]).filter(waits).map(|row| row.scheduled_at).min()
}

/// The change of one row, told as `kind`.
pub(super) fn changed(mut draft: Draft<'_>, row: Model, kind: EventType, facts: &Facts) -> Decision {
    draft.after.next_scheduled_at = soonest(facts, &row);
    draft.message(kind, Message::from(row.clone()), models::written(row));
    draft.finish(false)
}

/// The message a command is about, if this caller may change it and saw its latest rev. What was said waits no more.
fn own<'f>(
    facts: &'f Facts,
    given: Given<'_>,
    (id, rev, others): (MessageId, Option<i64>, bool),
) -> Result<&'f Model, ConversationError> {
    let Some(row) = facts.waiting.iter().find(|row| row.id == id) else {
        let said = facts.message.as_ref().is_some_and(|row| row.deleted_at.is_none());
        return Err(if said { ConversationError::NotScheduled } else { ConversationError::MessageNotFound });
    };
    check_author(models::author(row).principal, row.rev, given, (rev, others))?;
    Ok(row)
}

fn say(row: &mut Model, body: &str, facts: &Facts, given: Given<'_>) -> Result<(), ConversationError> {
    check_body(body, !row.attachments.is_empty())?;
    if let Some(carriage) = facts.carriage {
        check_load(carriage, body, &all(&row.attachments.0))?;
    }
    body.clone_into(&mut row.body);
    row.edited_at = Some(given.now);
    Ok(())
}

fn canceled(row: &Model, given: Given<'_>) -> Model {
    Model { status: MessageStatus::Canceled, deleted_at: Some(given.now), ..models::touched(row, given) }
}

fn checked_time(at: Timestamp, given: Given<'_>) -> Result<Timestamp, ConversationError> {
    let at = at.in_milliseconds();
    if at <= given.now {
        return refused("must be in the future");
    }
    if at > given.now.plus(LONGEST) {
        return refused("must be at most a year away");
    }
    Ok(at)
}

fn refused<T>(reason: &'static str) -> Result<T, ConversationError> {
    Err(ConversationError::Invalid { field: FIELD, reason })
}
