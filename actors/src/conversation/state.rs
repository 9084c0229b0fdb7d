//! What a conversation decides. Pure: the same state, command, facts, time and ids give the same decision.

use entities::{
    ConversationId, MessageId, Principal, UserId, agent_turn, attachment,
    channel::ChannelType,
    consent,
    conversation::{ConversationStatus, Owner, Priority},
    message::{self, Author, Direction, MessageStatus},
    scheduled_message,
};

use crate::{
    event::{ConversationData, Data, Event, EventType},
    journal::{NewJob, Record, Row},
    template::Template,
};

use super::{
    CancelMessage, Carriage, Conversation, ConversationError, DeleteMessage, EditMessage, Message, Open,
    Reply, SendMessage,
    attach::{attached, decide_scanned, give_up, hang, remembered},
    carrier::errand,
    consent::{check, hear},
    draft::{Draft, Given},
    fill::filled,
    follow::decide_follow,
    mention::mentioned,
    messages::{BODY, What},
    models,
    progress::decide_progress,
    route::decide_route,
    scheduled::{self, decide_abandon, decide_cancel, decide_due, decide_reschedule, decide_schedule},
    sla::{Limits, decide_check},
    snooze::{decide_wake, wake},
    update::decide_update,
};

/// What is open about one conversation; `None` until it begins. Never its history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationState(pub Option<Box<Conversation>>);

/// What only the store knows and a command needs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Another conversation of the contact on the channel that is not resolved.
    pub other_open: Option<ConversationId>,
    /// The message the command is about, when it is of this conversation.
    pub message: Option<message::Model>,
    /// Our messages up to the one the contact has read, of which he has not said so yet.
    pub unread: Vec<message::Model>,
    /// Of the users the command names, those who are active and may see the conversation where it will stand.
    pub able: Vec<UserId>,
    /// The board to move to exists.
    pub board_exists: bool,
    /// How long somebody may be kept waiting where the conversation will stand.
    pub limits: Limits,
    /// How many conversations the user it is to be given to has in hand, counted as far as it matters.
    pub in_hand: u64,
    /// The files the command is about, those that there are.
    pub attachments: Vec<attachment::Model>,
    /// When that user was last given one.
    pub turn: Option<agent_turn::Model>,
    /// Who carries what the command says, when somebody does.
    pub carriage: Option<Carriage>,
    /// What waits in the conversation for its time, when the command is about that.
    pub waiting: Vec<scheduled_message::Model>,
    /// The one that says what is to be said.
    pub template: Option<Template>,
    /// The last entry of the ledger about the address that is spoken to, or of.
    pub consent: Option<consent::Model>,
}

/// What is to be written, and what the world will be told.
#[derive(Debug)]
pub struct Decision {
    pub after: Conversation,
    pub rows: Vec<Row>,
    pub events: Vec<Event>,
    /// What is to happen later because of it.
    pub jobs: Vec<NewJob>,
    pub reply: Reply,
    /// Which event's seq answers the request.
    pub seq_of: usize,
    /// Which event is the message's, when there is one.
    pub message_at: usize,
}

impl ConversationState {
    /// Decides a command.
    ///
    /// # Errors
    /// The refusal; then nothing changes.
    pub fn decide(
        &self,
        what: &What,
        facts: &Facts,
        given: Given<'_>,
    ) -> Result<Decision, ConversationError> {
        let given = given.in_milliseconds();
        match (what, self.0.as_deref()) {
            (What::Open(open), None) => decide_open(open, facts, given),
            (What::Open(_), Some(conversation)) => {
                Err(ConversationError::AnotherOpen { id: conversation.id })
            }
            (_, None) => Err(ConversationError::NotFound),
            (_, Some(before)) if !given.by.sight.sees(before) => Err(ConversationError::NotFound),
            (What::Send(send), Some(before)) => match send.scheduled_at {
                Some(at) => decide_schedule(before, (send, at), facts, given),
                None => decide_send(before, send, facts, given),
            },
            (What::Edit(edit), Some(before)) => decide_edit(before, edit, facts, given),
            (What::Reschedule(told), Some(before)) => decide_reschedule(before, told, facts, given),
            (What::Cancel(cancel), Some(before)) => decide_cancel(before, *cancel, facts, given),
            (What::SayScheduled(told), Some(before)) => decide_due(before, *told, facts, given),
            (What::Abandon, Some(before)) => decide_abandon(before, facts, given),
            (What::Delete(delete), Some(before)) => decide_delete(before, delete, facts, given),
            (What::MarkRead(_), Some(_)) if facts.message.is_none() => {
                Err(ConversationError::MessageNotFound)
            }
            (What::MarkRead(_), Some(before)) => decide_reached(before, MessageStatus::Read, facts, given),
            (What::MarkDelivered(_), Some(before)) => {
                decide_reached(before, MessageStatus::Delivered, facts, given)
            }
            (What::Route(route), Some(before)) => decide_route(before, *route, facts, given),
            (What::Update(update), Some(before)) => decide_update(before, update, facts, given),
            (What::Wake(told), Some(before)) => decide_wake(before, *told, given),
            (What::Follow(contact), Some(before)) => decide_follow(before, contact, facts, given),
            (What::CheckSla, Some(before)) => decide_check(before, given),
            (What::Scanned(scanned), Some(before)) => decide_scanned(before, *scanned, facts, given),
            (What::Progress(mark), Some(before)) => decide_progress(before, mark, facts, given),
        }
    }

    /// Takes over what happened.
    pub fn apply(&mut self, data: &Data) {
        match (&data.conversation, &mut self.0) {
            (Some(ConversationData::Whole(whole)), _) => self.0 = Some(whole.clone()),
            (Some(ConversationData::Brief(brief)), Some(conversation)) => {
                conversation.absorb((**brief).clone())
            }
            _ => {}
        }
    }

    /// How many changes this copy has seen; 0 before the conversation begins.
    #[must_use]
    pub fn rev(&self) -> i64 {
        self.0.as_ref().map_or(0, |conversation| conversation.rev)
    }
}

fn decide_open(open: &Open, facts: &Facts, given: Given<'_>) -> Result<Decision, ConversationError> {
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
        say(&mut draft, first, facts, given)?;
    }
    Ok(draft.finish(true))
}

fn decide_send(
    before: &Conversation,
    send: &SendMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let mut draft = Draft::of_change(given, before);
    if !send.private {
        speak_up(&mut draft, before, facts, given)?;
    }
    say(&mut draft, send, facts, given)?;
    Ok(draft.finish(false))
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

/// Adds a message to the draft.
fn say(
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
    let carriage =
        (is_carried && !inbound && !send.private).then(|| carried(channel, send, facts)).transpose()?;
    if carriage.is_some() {
        check(send.confirms, facts, given)?;
    }
    let message = composed(send, &files, &draft.after, given);
    let message = Message { mentions, status: first_status(inbound, carriage), ..message };
    if !send.private {
        draft.after.reached_at = send.number.or(draft.after.reached_at);
    }
    hang(draft, files, message.id);
    hear(draft, send, message.id, (facts, given));
    utter(draft, message, carriage, given);
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

/// The message enters the thread, and whoever carries it is told.
pub(super) fn utter(draft: &mut Draft<'_>, message: Message, carriage: Option<Carriage>, given: Given<'_>) {
    if !message.private {
        draft.after.last_message = Some(message.as_last());
        draft.after.activity_at = draft.after.activity_at.max(given.now);
        draft.after.inbound_count += i64::from(is_inbound(given));
        draft.spoken();
    }
    if let Some(carriage) = carriage {
        let errand = errand(carriage, &message, &draft.after, given.ids);
        draft.owe(errand);
    }
    let row = models::message(&given, &draft.after, &message);
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
    check_load(carriage, &send.body, send.attachments.len())?;
    Ok(carriage)
}

/// What a carrier does not take is refused before it is said.
pub(super) fn check_load(carriage: Carriage, body: &str, files: usize) -> Result<(), ConversationError> {
    if body.chars().count() > carriage.longest {
        return Err(ConversationError::Invalid { field: "body", reason: carriage.too_long });
    }
    if files > 0 {
        let reason = "cannot be sent on this channel in this version";
        return Err(ConversationError::Invalid { field: "attachments", reason });
    }
    Ok(())
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

fn decide_edit(
    before: &Conversation,
    edit: &EditMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    if !facts.waiting.is_empty() && facts.message.is_none() {
        return scheduled::decide_edit(before, edit, facts, given);
    }
    check_body(&edit.body, false)?;
    let row = own_message(facts, given, (edit.message_id, edit.rev, edit.others))?;
    let mut row = row.clone();
    row.say(edit.body.clone());
    row.edited_at = Some(given.now);
    Ok(change_message(Draft::of_change(given, before), row, EventType::MessageEdited, given))
}

fn decide_delete(
    before: &Conversation,
    delete: &DeleteMessage,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let DeleteMessage { message_id, rev, others } = *delete;
    if facts.message.is_none() {
        return decide_cancel(before, CancelMessage { message_id, rev, others }, facts, given);
    }
    let row = own_message(facts, given, (message_id, rev, others))?;
    let mut row = row.clone();
    // What is deleted is gone for every reader; the row stays for the order of the thread.
    row.say(String::new());
    row.attachments.0.clear();
    row.mentions.0.clear();
    row.deleted_at = Some(given.now);
    let mut draft = Draft::of_change(given, before);
    give_up(&mut draft, facts, given);
    Ok(change_message(draft, row, EventType::MessageDeleted, given))
}

/// Our messages have come as far as the contact's screen, or his eyes; none goes back.
fn decide_reached(
    before: &Conversation,
    status: MessageStatus,
    facts: &Facts,
    given: Given<'_>,
) -> Result<Decision, ConversationError> {
    let news = |row: &&message::Model| status == MessageStatus::Read || row.status == MessageStatus::Sent;
    let reached: Vec<_> = facts.unread.iter().filter(news).collect();
    if !matches!(given.by.principal, Principal::Contact(_)) || reached.is_empty() {
        return Err(ConversationError::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    for row in reached {
        let mut row = touched(row.clone(), given);
        row.status = status;
        let message = Message::from(row.clone());
        draft.message(EventType::MessageStatusChanged, message, Row::Update(Record::Message(row)));
    }
    Ok(draft.finish(false))
}

pub(super) fn touched(mut row: message::Model, given: Given<'_>) -> message::Model {
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by.principal);
    row
}

/// The message a command is about, if this caller may change it and saw its latest rev.
fn own_message<'f>(
    facts: &'f Facts,
    given: Given<'_>,
    (id, rev, others): (MessageId, Option<i64>, bool),
) -> Result<&'f message::Model, ConversationError> {
    let found = facts.message.as_ref().filter(|row| row.id == id && row.deleted_at.is_none());
    let row = found.ok_or(ConversationError::MessageNotFound)?;
    let author = Principal::of(row.author_kind, row.author_id).unwrap_or(Principal::System);
    check_author(author, row.rev, given, (rev, others))?;
    Ok(row)
}

/// May this caller change what `author` wrote, and did he see its latest rev?
pub(super) fn check_author(
    author: Principal,
    rev: i64,
    given: Given<'_>,
    (seen, others): (Option<i64>, bool),
) -> Result<(), ConversationError> {
    if author != given.by.principal && !others {
        return Err(ConversationError::NotTheAuthor);
    }
    match seen {
        Some(seen) if seen != rev => Err(ConversationError::RevMismatch { rev }),
        _ => Ok(()),
    }
}

fn change_message(mut draft: Draft<'_>, row: message::Model, kind: EventType, given: Given<'_>) -> Decision {
    let row = touched(row, given);
    let message = Message::from(row.clone());
    if draft.after.last_message.as_ref().is_some_and(|last| last.id == row.id) {
        draft.after.last_message = Some(message.as_last());
    }
    draft.message(kind, message, Row::Update(Record::Message(row)));
    draft.finish(false)
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
