//! How something is said: what it needs, what it does to the conversation, and who carries it. Pure.

use entities::{
    MessageId, Principal, Timestamp, attachment,
    channel::ChannelType,
    conversation::{ConversationStatus, Owner},
    message::{self, Author, Direction, IfQuiet, MessageStatus},
};

use crate::{consent::Block, event::EventType, journal::Row};

use super::{
    Carriage, Conversation, ConversationError, Decision, Facts, Message, SendMessage,
    attach::{attached, hang, remembered},
    brought::{bring, brought},
    carrier::errand,
    consent::{Admitted, Wish, admit, hear},
    draft::{Draft, Given},
    fill::filled,
    load::{check_load, chosen},
    mention::mentioned,
    messages::BODY,
    models,
    scheduled::decide_schedule,
    snooze::wake,
};

/// Decides to say something now.
pub(super) fn decide_send(
    before: &Conversation,
    send: &SendMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let mut draft = Draft::of_change(given, before);
    if !send.private {
        speak_up(&mut draft, before, facts, given)?;
    }
    match say(&mut draft, send, facts, given) {
        Ok(()) => Ok(draft.finish(false)),
        Err(refusal) => match morning(&refusal, send.if_quiet) {
            Some(until) => decide_schedule(before, (send, until), facts, given),
            None => Err(refusal),
        },
    }
}

/// Until when it waits instead of being refused.
pub(super) fn morning(refusal: &ConversationError, if_quiet: IfQuiet) -> Option<Timestamp> {
    match refusal {
        ConversationError::Blocked(Block::QuietHours { until }) if if_quiet == IfQuiet::Hold => *until,
        _ => None,
    }
}

/// What it does to a conversation that somebody speaks in it, whatever he says.
pub(super) fn speak_up(
    draft: &mut Draft<'_>,
    before: &Conversation,
    facts: &Facts,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    check_owner(before, given)?;
    if before.status == ConversationStatus::Resolved {
        reopen(draft, facts)?;
    }
    if before.status == ConversationStatus::Snoozed && is_inbound(given) {
        wake(draft);
    }
    if before.owner == Owner::Bot && matches!(given.by.principal, Principal::User(_)) {
        draft.after.owner = Owner::Human;
        draft.happened(EventType::ConversationOwnerChanged);
    }
    Ok(())
}

/// A key speaks for the bot.
pub(super) fn check_owner(before: &Conversation, given: Given<'_>) -> Result<(), ConversationError> {
    let for_the_bot = matches!(given.by.principal, Principal::Key(_)) && !given.by.overrides;
    match for_the_bot && before.owner == Owner::Human {
        true => Err(ConversationError::NotOwner),
        false => Ok(()),
    }
}

/// Adds a message to the draft. A refusal leaves the draft as it was.
pub(super) fn say(
    draft: &mut Draft<'_>,
    send: &SendMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<(), ConversationError> {
    let send = &*filled(send, &draft.after, facts, given)?;
    let inbound = is_inbound(given);
    let channel = draft.after.channel.kind;
    let is_carried = channel.address_kind().is_some();
    // What comes from outside is not refused for saying nothing.
    check_body(&send.body, !send.attachments.is_empty() || (inbound && is_carried))?;
    let mentions = mentioned(send, facts)?;
    let files = attached(send, facts, given)?;
    let brought = brought(send, given);
    let carriage =
        (is_carried && !inbound && !send.private).then(|| carried(channel, send, facts)).transpose()?;
    let wish = Wish { class: send.class, confirms: send.confirms, scheduled: false };
    let admitted = carriage.map(|_| admit(wish, &draft.after, facts, given)).transpose()?;
    let message = composed(send, &[&files[..], &brought].concat(), &draft.after, given);
    let status = first_status(inbound, carriage);
    let class = admitted.map(|admitted| admitted.class).or(message.class);
    let message = Message { mentions, status, class, ..message };
    if !send.private {
        draft.after.reached_at = send.number.or(draft.after.reached_at);
    }
    hang(draft, files, message.id);
    bring(draft, brought, (send, &message), given);
    hear(draft, send, message.id, (facts, given));
    utter(draft, (message, send.external_id.clone()), carriage.zip(admitted), given);
    Ok(())
}

/// A message as somebody writes it.
pub(super) fn composed(
    send: &SendMessage,
    files: &[attachment::Model],
    to: &Conversation,
    given: Given<'_>,
) -> Message {
    let by = given.by;
    Message {
        id: MessageId::from_uuid(given.ids.draw()),
        conversation_id: to.id,
        direction: if is_inbound(given) { Direction::Inbound } else { Direction::Outbound },
        author: Author { kind: by.principal.kind(), id: by.principal.id(), name: by.name.clone() },
        body: send.body.clone(),
        private: send.private,
        mentions: Vec::new(),
        attachments: remembered(files),
        status: MessageStatus::Sent,
        error: None,
        channel_type: to.channel.kind,
        class: send.class,
        client_id: given.client_id.cloned(),
        scheduled_at: None,
        created_at: given.now,
        edited_at: None,
        seq: None,
        rev: 1,
    }
}

/// The message enters the thread, under its name with a provider if it has one, and whoever carries it is told.
pub(super) fn utter(
    draft: &mut Draft<'_>,
    (message, external_id): (Message, Option<String>),
    carried: Option<(Carriage, Admitted)>,
    given: Given<'_>,
) {
    if !message.private {
        draft.after.last_message = Some(message.as_last());
        draft.after.activity_at = draft.after.activity_at.max(given.now);
        draft.after.inbound_count += i64::from(is_inbound(given));
        draft.spoken();
    }
    if let Some((carriage, _)) = carried {
        let errand = errand(carriage, &message, &draft.after, given);
        draft.owe(errand);
    }
    let automatic = carried.is_some_and(|(_, admitted)| admitted.automatic);
    let row = models::message(&given, &draft.after, &message);
    let row = message::Model { automatic, external_id, ..row };
    let row = Row::InsertMessage(row, draft.message_index());
    draft.message(EventType::MessageCreated, message, row);
}

/// How far a message is when it is said. A web chat is its own messenger.
pub(super) fn first_status(inbound: bool, carriage: Option<Carriage>) -> MessageStatus {
    match carriage {
        _ if inbound => MessageStatus::Received,
        Some(_) => MessageStatus::Queued,
        None => MessageStatus::Sent,
    }
}

/// Who carries what is said on a channel like this.
pub(super) fn carried(
    channel: ChannelType,
    send: &SendMessage,
    facts: &Facts,
) -> Result<Carriage, ConversationError> {
    let carriage = facts.carriage.ok_or(ConversationError::NotConnected { channel })?;
    check_load(carriage, &send.body, &chosen(&send.attachments, &facts.attachments))?;
    Ok(carriage)
}

pub(super) fn is_inbound(given: Given<'_>) -> bool {
    matches!(given.by.principal, Principal::Contact(_))
}

fn reopen(draft: &mut Draft<'_>, facts: &Facts) -> Result<(), ConversationError> {
    if let Some(id) = facts.other_open {
        return Err(ConversationError::AnotherOpen { id });
    }
    draft.after.status = ConversationStatus::Open;
    draft.happened(EventType::ConversationStatusChanged);
    Ok(())
}

pub(super) fn check_body(body: &str, brings_files: bool) -> Result<(), ConversationError> {
    if body.trim().is_empty() && !brings_files {
        return Err(ConversationError::Invalid { field: "body", reason: "is empty" });
    }
    if body.chars().count() > BODY {
        return Err(ConversationError::Invalid { field: "body", reason: "is longer than 10,000 characters" });
    }
    Ok(())
}
