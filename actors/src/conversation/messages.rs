//! What a conversation can be told to do.

use std::{collections::BTreeMap, sync::Arc};

use entities::{
    AttachmentId, BoardId, ConsentId, ConversationId, MessageId, Principal, TemplateId, Timestamp, UserId,
    conversation::{ConversationStatus, Owner, Priority},
    message::{IfQuiet, MessageClass},
    sealed::BlindIndex,
};
use serde::{Deserialize, Serialize};

use crate::{
    attachment::Found,
    consent::Utterance,
    event::Recorded,
    inbound::Media,
    journal::{Fence, NewJob},
    receipt::Settling,
    supervision::Command,
};

use super::{
    CancelMessage, ChannelRef, ContactRef, Conversation, ConversationError, MarkProgress, Message,
    RescheduleMessage, SayScheduled,
};

/// The longest body, in characters.
pub(crate) const BODY: usize = 10_000;

/// Who acts, with the name shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub principal: Principal,
    pub name: String,
    pub sight: Sight,
    /// A key that may speak though a person owns the conversation.
    pub overrides: bool,
}

impl Sender {
    /// The hub itself, which may do anything.
    #[must_use]
    pub fn system() -> Self {
        Self { principal: Principal::System, name: String::new(), sight: Sight::All, overrides: false }
    }
}

/// Which conversations somebody may see, and so command. The others do not exist for him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    All,
    /// Those on these boards, and those on none.
    Boards(Box<[BoardId]>),
    /// This one: a visitor's own.
    Own(ConversationId),
}

impl Sight {
    /// May see the conversation.
    #[must_use]
    pub fn sees(&self, conversation: &Conversation) -> bool {
        match self {
            Self::All => true,
            Self::Boards(own) => conversation.board_id.is_none_or(|board| own.contains(&board)),
            Self::Own(id) => conversation.id == *id,
        }
    }

    /// May see what stands on this board, or on none.
    #[must_use]
    pub fn sees_what_stands_on(&self, board: Option<BoardId>) -> bool {
        match self {
            Self::Own(_) => false,
            _ => board.is_none_or(|board| self.sees_board(board)),
        }
    }

    /// May see the board, and so move a conversation there.
    #[must_use]
    pub fn sees_board(&self, board: BoardId) -> bool {
        match self {
            Self::All => true,
            Self::Boards(own) => own.contains(&board),
            Self::Own(_) => false,
        }
    }
}

/// One command, who gives it, and what makes a repeat of it harmless.
#[derive(Clone, Debug)]
pub struct Change {
    pub by: Sender,
    pub what: What,
    /// Travels in the event.
    pub client_id: Option<Arc<str>>,
    pub fence: Option<Fence>,
    /// What it does is what this receipt says, which is settled with it.
    pub receipt: Option<Settling>,
    /// What it says may have been sent since then already ([`Due::in_doubt_since`](crate::jobs::Due)).
    pub in_doubt_since: Option<Timestamp>,
}

impl Change {
    /// By somebody, without a key.
    #[must_use]
    pub fn new(by: Sender, what: What) -> Self {
        Self { by, what, client_id: None, fence: None, receipt: None, in_doubt_since: None }
    }
}

impl Change {
    /// What it says about being written to.
    pub(super) fn consent(&self) -> Option<&Arc<Utterance>> {
        match &self.what {
            What::Open(open) => open.first.as_ref().and_then(|first| first.consent.as_ref()),
            What::Send(send) => send.consent.as_ref(),
            _ => None,
        }
    }
}

/// The commands of this room.
#[derive(Clone, Debug)]
pub enum What {
    Open(Open),
    Send(SendMessage),
    Edit(EditMessage),
    Delete(DeleteMessage),
    Reschedule(RescheduleMessage),
    Cancel(CancelMessage),
    SayScheduled(SayScheduled),
    /// There is nobody any more to say to what waits.
    Abandon,
    Update(UpdateConversation),
    MarkRead(MarkRead),
    MarkDelivered(MarkDelivered),
    Route(Route),
    Wake(Wake),
    /// Its contact is this one now, or is called so.
    Follow(ContactRef),
    /// Time has passed: tell what it brings about the clock.
    CheckSla,
    Scanned(Scanned),
    Progress(MarkProgress),
}

/// Begin the conversation, with a first message or without.
#[derive(Clone, Debug)]
pub struct Open {
    pub id: ConversationId,
    pub channel: ChannelRef,
    pub contact: ContactRef,
    pub board_id: Option<BoardId>,
    /// Which of the contact's numbers it is with.
    pub number: Option<BlindIndex>,
    pub first: Option<SendMessage>,
}

/// Say something.
#[derive(Clone, Debug, Default)]
pub struct SendMessage {
    /// 1 to 10,000 characters; may be empty with attachments, and is with a template.
    pub body: String,
    /// Says what is to be said, in the place of a body.
    pub template: Option<UseTemplate>,
    /// A note among agents.
    pub private: bool,
    /// Users who are called to a private note; at most 20.
    pub mentions: Vec<UserId>,
    /// Files the sender uploaded; at most 10.
    pub attachments: Vec<AttachmentId>,
    pub class: Option<MessageClass>,
    /// Not before: in the future, and at most a year away.
    pub scheduled_at: Option<Timestamp>,
    /// What the provider calls it, when it came through one.
    pub external_id: Option<String>,
    /// Files that came with it and lie with the provider still; those beyond the first ten are left there.
    pub media: Vec<Media>,
    /// When it is night where the contact is.
    pub if_quiet: IfQuiet,
    /// The number it comes from, or is meant for: from now on the conversation is with that one.
    pub number: Option<BlindIndex>,
    /// What it says about being written to.
    pub consent: Option<Arc<Utterance>>,
    /// What is owed for that, when it is news.
    pub answer: Option<Box<NewJob>>,
    /// The opt-out that it confirms and does nothing else.
    pub confirms: Option<ConsentId>,
}

/// Say what a template says.
#[derive(Clone, Debug)]
pub struct UseTemplate {
    pub id: TemplateId,
    /// What fills its gaps, by their names. What it does not ask for changes nothing.
    pub variables: BTreeMap<String, String>,
}

/// Change what was said.
#[derive(Clone, Debug)]
pub struct EditMessage {
    pub message_id: MessageId,
    pub body: String,
    /// The rev of the message the author saw, when he minds.
    pub rev: Option<i64>,
    /// May change what others wrote.
    pub others: bool,
}

/// Take back what was said.
#[derive(Clone, Debug)]
pub struct DeleteMessage {
    pub message_id: MessageId,
    pub rev: Option<i64>,
    /// May take back what others wrote.
    pub others: bool,
}

/// The contact has read our messages up to and with this one.
#[derive(Clone, Copy, Debug)]
pub struct MarkRead {
    pub message_id: MessageId,
}

/// Give what waits to this user, if he has room for it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub user: UserId,
    /// The most he may have in hand with it.
    pub capacity: u64,
}

/// The time has come that it was snoozed until.
#[derive(Clone, Copy, Debug)]
pub struct Wake {
    /// What is snoozed until then, or until before, wakes.
    pub due: Timestamp,
}

/// A file of a message was looked at, or came, or never will.
#[derive(Clone, Debug)]
pub struct Scanned {
    pub message_id: MessageId,
    pub attachment_id: AttachmentId,
    pub found: Found,
}

/// Set it aside until then.
#[derive(Clone, Copy, Debug)]
pub struct Snooze {
    /// In the future, and at most a year away. `None`: it wakes now.
    pub until: Option<Timestamp>,
    /// The member of the request that says so.
    pub field: &'static str,
}

/// A socket of the contact took our messages up to and with the one of this seq.
#[derive(Clone, Copy, Debug)]
pub struct MarkDelivered {
    pub seq: i64,
}

/// Change how the conversation stands: what is `None` stays as it is. All of it happens at once, or nothing.
#[derive(Clone, Debug, Default)]
pub struct UpdateConversation {
    /// Open, wait for the contact, or resolve.
    pub status: Option<ConversationStatus>,
    /// Not together with a status.
    pub snooze: Option<Snooze>,
    /// Give it to a user, or to nobody.
    pub assignee_id: Option<Option<UserId>>,
    /// Move it to a board.
    pub board_id: Option<BoardId>,
    /// A person takes it over, or hands it back to the bot.
    pub owner: Option<Owner>,
    pub priority: Option<Priority>,
    pub labels: Option<ListChange<String>>,
    pub participants: Option<ListChange<UserId>>,
    /// The rev of the conversation the caller saw, when he minds.
    pub rev: Option<i64>,
}

impl UpdateConversation {
    /// Opens it again.
    #[must_use]
    pub fn reopened() -> Self {
        Self { status: Some(ConversationStatus::Open), ..Self::default() }
    }
}

/// A change of a list that is a set.
#[derive(Clone, Debug)]
pub enum ListChange<T> {
    /// Adds what is not there, then removes.
    Edit { add: Vec<T>, remove: Vec<T> },
    /// What it is to be.
    Whole(Vec<T>),
}

impl<T: Clone + PartialEq> ListChange<T> {
    /// What is to be in the list.
    pub(super) fn wanted(&self) -> &[T] {
        match self {
            Self::Edit { add, .. } => add,
            Self::Whole(list) => list,
        }
    }

    /// The list after the change, each member once, the new ones last.
    pub(super) fn applied_to(&self, before: &[T]) -> Vec<T> {
        let (kept, removed): (&[T], &[T]) = match self {
            Self::Edit { remove, .. } => (before, remove),
            Self::Whole(_) => (&[], &[]),
        };
        let mut after: Vec<T> = Vec::with_capacity(kept.len() + self.wanted().len());
        for member in kept.iter().chain(self.wanted()) {
            if !after.contains(member) && !removed.contains(member) {
                after.push(member.clone());
            }
        }
        after
    }

    /// The member of a request that brought what is wanted, for a list called `whole`.
    pub(super) fn field(&self, whole: &'static str) -> &'static str {
        match self {
            Self::Edit { .. } => "add",
            Self::Whole(_) => whole,
        }
    }
}

/// What a change made. Stored, without its seq, as the answer to repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<Box<Conversation>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Box<Message>>,
    /// The seq of the event the request made.
    #[serde(skip)]
    pub seq: i64,
}

/// What opening answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub conversation: Conversation,
    pub message: Option<Message>,
    pub seq: i64,
    /// False when an open one was there already.
    pub created: bool,
}

impl Reply {
    /// A new message takes the seq of the event that made it; one that waits has none yet.
    pub(super) fn name_seq(&mut self, seq: i64) {
        if let Some(message) = self.message.as_mut().filter(|message| !message.stands_apart()) {
            message.seq.get_or_insert(seq);
        }
    }
}

impl Command for Change {
    type Reply = Result<Reply, ConversationError>;
}

/// An event of this conversation that another copy of it wrote.
#[derive(Clone, Debug, actix::Message)]
#[rtype(result = "()")]
pub(super) struct Observed(pub(super) Arc<Recorded>);

/// The key of a conversation's actor.
pub(super) type Key = (entities::TenantId, ConversationId);
