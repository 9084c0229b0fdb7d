//! What a conversation decides. Pure: the same state, command, facts, time and ids give the same decision.

use entities::{
    ConversationId, MessageId, Principal, UserId, agent_turn, attachment, consent,
    message::{self, MessageStatus},
    scheduled_message,
};

use crate::{
    consent::Recipient,
    event::{ConversationData, Data, Event, EventType},
    journal::{NewJob, Record, Row},
    template::Template,
};

use super::{
    CancelMessage, Carriage, Conversation, ConversationError, DeleteMessage, EditMessage, Message, Reply,
    attach::{decide_scanned, give_up},
    draft::{Draft, Given},
    follow::decide_follow,
    messages::What,
    opening::decide_open,
    progress::decide_progress,
    route::decide_route,
    say::{check_body, decide_send},
    scheduled::{self, decide_abandon, decide_cancel, decide_due, decide_reschedule, decide_schedule},
    sla::{Limits, decide_check},
    snooze::decide_wake,
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
    /// What else is known of the one who is spoken to over a carrier.
    pub recipient: Option<Recipient>,
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
            (What::Scanned(scanned), Some(before)) => decide_scanned(before, scanned, facts, given),
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
