//! What a call can be told to do, and what can be told of it.

use std::{sync::Arc, time::Duration};

use entities::{
    Address, BoardId, CallId, ChannelId, ContactId, ConversationId, JobId, LegId, Timestamp, UserId,
    message::Direction,
};
use serde::{Deserialize, Serialize};

use crate::{
    channel::{RecordingRules, ScreeningRules},
    conversation::Sender,
    event::Recorded,
    journal::Fence,
    receipt::Settling,
    supervision::Command,
};

use super::{
    caller::{Barred, Verification},
    cost::Cost,
    digits::Digits,
    error::CallRefusal,
    leg::Step,
    shape::{Call, CallError, Control},
};

/// One command, who gives it, and what makes a repeat of it harmless.
#[derive(Clone, Debug)]
pub struct CallChange {
    pub by: Sender,
    pub what: CallWhat,
    /// Travels in the event.
    pub client_id: Option<Arc<str>>,
    pub fence: Option<Fence>,
    /// It comes from the job that looks at the call, which says itself when it comes again: its commit does not move it.
    pub looking: bool,
    /// What it does is what this receipt says, which is settled with it.
    pub receipt: Option<Settling>,
}

impl CallChange {
    /// By somebody, without a key.
    #[must_use]
    pub fn new(by: Sender, what: CallWhat) -> Self {
        Self { by, what, client_id: None, fence: None, looking: false, receipt: None }
    }

    /// By the hub itself.
    #[must_use]
    pub fn system(what: CallWhat) -> Self {
        Self::new(Sender::system(), what)
    }

    /// By the job that looks at the call.
    #[must_use]
    pub fn looking(what: CallWhat) -> Self {
        Self { looking: true, ..Self::system(what) }
    }
}

/// The commands of this room.
#[derive(Clone, Debug)]
pub enum CallWhat {
    /// It begins.
    Begin(Box<Begin>),
    /// The provider told something.
    Hear(Vec<News>),
    /// Somebody may take it.
    Offer(Offering),
    /// Take it.
    Answer(Answer),
    /// Somebody else shall.
    Decline(UserId),
    /// End it, or one leg of it.
    HangUp(Option<LegId>),
    /// A leg is heard no more, or again; the user's own when none is named.
    Mute(bool, Option<LegId>),
    /// The contact hears music, or us again.
    Hold(bool, Option<LegId>),
    /// Have the contact's leg recorded, or no longer.
    Record(bool),
    /// The contact's leg hears these tones.
    SendDigits(Digits),
    /// Hand it to somebody else.
    Transfer(Transfer),
    /// The one who was asked has it now.
    CompleteTransfer,
    /// It stays where it is.
    CancelTransfer,
    /// What came of it.
    SetDisposition(Disposition),
    /// It cost so much.
    Cost(Cost),
    /// The provider did not do this.
    Failed(Failed),
    /// Time has passed.
    Look,
}

impl CallWhat {
    /// The user who is to be on it.
    pub(super) fn taken_by(&self) -> Option<UserId> {
        match self {
            Self::Begin(begin) => begin.agent.as_ref().map(|agent| agent.user_id),
            Self::Answer(answer) => Some(answer.user_id),
            _ => None,
        }
    }
}

/// A call that begins: somebody calls, or somebody of us does.
#[derive(Clone, Debug)]
pub struct Begin {
    pub id: CallId,
    pub channel_id: ChannelId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub board_id: Option<BoardId>,
    pub direction: Direction,
    pub contact: Address,
    pub number: Address,
    pub provider: String,
    /// What the room is called; the call's id when there is none.
    pub room: Option<String>,
    pub contact_leg: LegId,
    /// Of the job that will look at it.
    pub look_id: JobId,
    /// What the provider calls the contact's leg, when it is there already.
    pub external_id: Option<String>,
    /// When it began, by the clock of who tells.
    pub at: Timestamp,
    /// How calls to and from the number are recorded.
    pub recording: RecordingRules,
    /// Who is let into them.
    pub screening: ScreeningRules,
    /// When it ended, of one that is over before we hear of it.
    pub ended_at: Option<Timestamp>,
    /// Why its caller is let through to nobody.
    pub barred: Option<Barred>,
    pub verification: Option<Verification>,
    /// For how long somebody may take it; of a call that comes in, nobody may without.
    pub rings_until: Option<Timestamp>,
    /// The user who places it, and where he is called first.
    pub agent: Option<Answer>,
}

/// Somebody of us takes part.
#[derive(Clone, Debug)]
pub struct Answer {
    pub user_id: UserId,
    pub leg_id: LegId,
    /// Where he is called.
    pub address: Address,
}

/// Somebody else is to have the call.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Who is called, one after the other; who answers first has it.
    pub to: Vec<Target>,
    /// Whose board it goes to.
    pub board_id: Option<BoardId>,
    pub kind: TransferKind,
}

/// Who may get a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub leg_id: LegId,
    /// Where he is called.
    pub address: Address,
    /// Who he is, when he is one of us.
    pub user_id: Option<UserId>,
}

/// How a call is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// He has it as soon as he answers.
    Blind,
    /// They speak first, while the contact hears music.
    Warm,
}

/// Who may take a call.
#[derive(Clone, Debug)]
pub struct Offering {
    /// In this order.
    pub users: Vec<UserId>,
    /// So many are asked at a time.
    pub at_once: usize,
    /// Each for so long.
    pub lasting: Duration,
}

/// What was heard of one leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub leg: Which,
    /// What the provider calls the leg.
    pub external_id: Option<String>,
    /// What the provider calls the room.
    pub room_id: Option<String>,
    /// By the provider's clock, unless it is undated; without, when it is heard.
    pub at: Option<Timestamp>,
    /// The provider did not say when.
    pub undated: bool,
    /// `None`: it is there, and nothing else.
    pub step: Option<Step>,
}

/// Which leg is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Leg(LegId),
    /// The one the provider calls so.
    Called(String),
}

/// What came of a call.
#[derive(Clone, Debug, Default)]
pub struct Disposition {
    /// 1 to 100 characters.
    pub disposition: String,
    /// At most 2,000 characters.
    pub note: Option<String>,
}

/// A control that did not come about.
#[derive(Clone, Debug)]
pub struct Failed {
    pub control: Control,
    pub leg_id: LegId,
    pub error: CallError,
}

/// What a change made. Stored, without its seq, as the answer to repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallReply {
    pub call: Box<Call>,
    /// The seq of the event the request made; 0 when it made none.
    #[serde(skip)]
    pub seq: i64,
}

impl Command for CallChange {
    type Reply = Result<CallReply, CallRefusal>;
}

/// An event of this call that another copy of it wrote.
#[derive(Clone, Debug, actix::Message)]
#[rtype(result = "()")]
pub(super) struct Observed(pub(super) Arc<Recorded>);

/// The key of a call's actor.
pub(super) type Key = (entities::TenantId, CallId);
