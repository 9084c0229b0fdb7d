//! A call as it stands: everything that is known of it, and what that says. Pure.

use std::time::Duration;

use entities::{
    Address, BoardId, CallId, ChannelId, ContactId, ConversationId, JobId, LegId, Timestamp, UserId,
    call::CallState, message::Direction,
};
use serde::{Deserialize, Serialize};

use crate::channel::{RecordingRules, ScreeningRules};

use super::{
    caller::{Barred, Said, Verification},
    cost::Cost,
    digits::Digits,
    duty::{Announcement, Task},
    leg::{Leg, Side},
    messages::{Target, TransferKind},
    shape::{Call, CallError, Control, LegShape, Party, Pending, ProviderRef},
};

/// Everything that is known of a call. What it shows of itself is [`Self::shape`], which depends on what was heard and
/// not on the order in which it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub id: CallId,
    pub channel_id: ChannelId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    #[serde(default)]
    pub board_id: Option<BoardId>,
    pub direction: Direction,
    /// The contact's, and ours.
    pub contact: Address,
    pub number: Address,
    pub provider: String,
    /// What we call the room its legs meet in, and what the provider does.
    pub room: String,
    #[serde(default)]
    pub room_id: Option<String>,
    /// The contact's first.
    pub legs: Vec<Leg>,
    #[serde(default)]
    pub offers: Vec<Offer>,
    /// Users who were offered it and did not take it.
    #[serde(default)]
    pub passed: Vec<UserId>,
    /// Until when somebody of us may take it.
    #[serde(default)]
    pub rings_until: Option<Timestamp>,
    #[serde(default)]
    pub agent_id: Option<UserId>,
    /// The same, as long as it is his: he takes no other meanwhile. Whoever was handed it has not taken it.
    #[serde(default)]
    pub taken_by: Option<UserId>,
    #[serde(default)]
    pub pending: Vec<Pending>,
    /// It is on its way to somebody else.
    #[serde(default)]
    pub handing: Option<Handing>,
    #[serde(default)]
    pub recording: RecordingRules,
    #[serde(default)]
    pub screening: ScreeningRules,
    /// Those on the line are being told that they are recorded from then on.
    #[serde(default)]
    pub notice_awaited: bool,
    /// On their way to the contact's leg, and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<Digits>,
    /// When one of us ended it.
    #[serde(default)]
    pub hung_up_at: Option<Timestamp>,
    /// Nobody took it, and its caller is told so.
    #[serde(default)]
    pub turned_away: bool,
    /// Its end was told: that is said once.
    #[serde(default)]
    pub end_told: bool,
    /// Its caller was let through to nobody.
    #[serde(default)]
    pub barred: Option<Barred>,
    #[serde(default)]
    pub verification: Option<Verification>,
    /// What the contact said when he was asked for his name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_said: Option<Said>,
    #[serde(default)]
    pub cost: Option<Cost>,
    #[serde(default)]
    pub disposition: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
    pub started_at: Timestamp,
    /// The job that looks at it: its own id tells nobody that of the call.
    pub look_id: JobId,
    /// When we last heard of it, by our clock.
    pub heard_at: Timestamp,
    pub rev: i64,
}

/// Somebody is asked whether he takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub user_id: UserId,
    pub expires_at: Timestamp,
}

/// A call on its way from one of us to somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handing {
    pub from: LegId,
    pub to: LegId,
    pub kind: TransferKind,
    /// Who is called when that one does not answer.
    #[serde(default)]
    pub next: Vec<Target>,
    /// Where the call stands when somebody of that board has it.
    #[serde(default)]
    pub board_id: Option<BoardId>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Ending {
    at: Timestamp,
    how: CallState,
    error: Option<CallError>,
}

/// Between two looks at a call while something is awaited, and while they talk.
const SOON: Duration = Duration::from_secs(30);
const LATER: Duration = Duration::from_secs(60);
/// How long the provider's own word of an end may take that somebody told of without its time.
const DOUBT: Duration = Duration::from_secs(5);
/// How long somebody is rung; and when others are asked after him.
const RINGS: Duration = Duration::from_secs(45);
const TURN: Duration = Duration::from_secs(15);
/// Between two looks whether somebody is there who could take it.
const NOBODY_YET: Duration = Duration::from_secs(3);

impl Standing {
    /// The contact's leg.
    #[must_use]
    pub fn contact_leg(&self) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.side == Side::Contact)
    }

    /// The legs of ours, the last one called last.
    pub(super) fn agent_legs(&self) -> impl DoubleEndedIterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.side == Side::Agent)
    }

    /// The leg of the user who has it.
    #[must_use]
    pub fn agent_leg(&self) -> Option<&Leg> {
        let own = |leg: &&Leg| leg.user_id.is_some() && leg.user_id == self.agent_id;
        let live = || self.agent_legs().rev().find(|leg| leg.is_live());
        self.agent_legs().rev().find(own).or_else(live).or_else(|| self.agent_legs().next_back())
    }

    /// One of its legs.
    #[must_use]
    pub fn leg(&self, id: LegId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.id == id)
    }

    /// When the contact and one of us could first hear each other.
    pub(super) fn talked_at(&self) -> Option<Timestamp> {
        let contact = self.contact_leg()?;
        // Who calls is on the line from the first moment, which nobody's clock but ours tells, unless he was asked for his name before.
        let answered = match self.direction {
            Direction::Inbound if !contact.confirms => None,
            _ => Some(contact.answered()?),
        };
        let together = self.agent_legs().filter_map(|leg| {
            let own = leg.answered()?;
            let at = answered.map_or(own, |answered| answered.max(own));
            let over = [&leg.end, &contact.end].into_iter().flatten().any(|end| end.at < at);
            (!over).then_some(at)
        });
        together.min()
    }

    /// How it ended, if it did: with the contact's leg, or before that one came about.
    fn ending(&self) -> Option<Ending> {
        let contact = self.contact_leg()?;
        match &contact.end {
            Some(end) => Some(self.ended_with_the_contact(end.at, end.how, end.error.clone())),
            None if contact.answered_at.is_some() || self.direction == Direction::Inbound => None,
            None => self.ended_before_the_contact(),
        }
    }

    fn ended_with_the_contact(&self, at: Timestamp, how: CallState, error: Option<CallError>) -> Ending {
        let talked = self.talked_at().is_some();
        let how = match how {
            CallState::Failed if talked => CallState::Failed,
            _ if talked => CallState::Completed,
            _ if self.direction == Direction::Inbound => CallState::NoAnswer,
            how if self.hung_up_at.is_some() && how != CallState::Completed => CallState::Canceled,
            how => how,
        };
        Ending { at, how, error }
    }

    /// Of a call we place: none of us is on it any more, and the contact was not reached.
    fn ended_before_the_contact(&self) -> Option<Ending> {
        let ends = self.agent_legs().map(Leg::ending);
        let last = ends.collect::<Option<Vec<_>>>()?.into_iter().max()?;
        let error = CallError::new("AGENT_NOT_REACHED", "The call did not reach you");
        Some(match last.how {
            _ if self.hung_up_at.is_some() => Ending { at: last.at, how: CallState::Canceled, error: None },
            CallState::Completed => Ending { at: last.at, how: CallState::Canceled, error: None },
            how => Ending { at: last.at, how, error: Some(last.error.unwrap_or(error)) },
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> CallState {
        if let Some(ending) = self.ending() {
            return ending.how;
        }
        if self.talked_at().is_some() {
            return if self.handing.is_some() { CallState::Transferring } else { CallState::InProgress };
        }
        if self.direction == Direction::Inbound {
            return CallState::Ringing;
        }
        let contact = self.contact_leg().map_or(CallState::Queued, Leg::state);
        let placed = self.agent_legs().any(Leg::is_placed);
        match contact {
            CallState::InProgress => CallState::Ringing,
            CallState::Queued if placed => CallState::Initiated,
            state => state,
        }
    }

    /// It is over, whether that was told or not.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ending().is_some()
    }

    /// One of us may take it. Who was handed to somebody outside is nobody's of us, and waits for nobody.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.direction == Direction::Inbound
            && !self.is_over()
            && self.agent_id.is_none()
            && self.talked_at().is_none()
            && !self.turned_away
    }

    /// It is over, and nobody has said when: the provider may know.
    #[must_use]
    pub fn ends_undated(&self) -> bool {
        let end = self.contact_leg().and_then(|leg| leg.end.as_ref());
        end.is_some_and(|end| end.undated)
    }

    /// Somebody of us has to look at it then; `None`: never again.
    #[must_use]
    pub fn next_look(&self) -> Option<Timestamp> {
        if self.is_over() {
            return self.ends_undated().then(|| self.heard_at.plus(DOUBT));
        }
        let talking = self.state() == CallState::InProgress && self.pending.is_empty();
        let asked = self.heard_at.plus(if talking { LATER } else { SOON });
        if !self.waits() {
            return Some(asked);
        }
        let offered = self.offers.iter().map(|offer| offer.expires_at).min();
        let offered = offered.unwrap_or(self.heard_at.plus(NOBODY_YET));
        Some(asked.min(offered).min(self.rings_until.unwrap_or(offered)))
    }

    /// Is this still to be done? What was given up or done meanwhile is not.
    #[must_use]
    pub fn wants(&self, task: Task) -> bool {
        match task {
            Task::Announce(Announcement::Notice) => self.notice_awaited,
            Task::Announce(Announcement::Digits) => self.digits.is_some(),
            Task::Record(true) => self.pending.iter().any(|pending| pending.control == Control::Record),
            _ => true,
        }
    }

    /// For how long this leg is rung.
    #[must_use]
    pub fn rings_for(&self, leg: LegId) -> Duration {
        let of_a_board = |handing: &Handing| handing.to == leg && handing.board_id.is_some();
        if self.handing.as_ref().is_some_and(of_a_board) { TURN } else { RINGS }
    }

    /// The same, of which nothing was heard since then.
    #[must_use]
    pub fn silent_since(self, heard_at: Timestamp) -> Self {
        Self { heard_at, ..self }
    }

    /// The contact called, and nobody of us took it who could have.
    fn is_nobodys(&self, answered_at: Option<Timestamp>) -> bool {
        self.direction == Direction::Inbound && answered_at.is_none() && self.barred.is_none()
    }

    /// As users see it.
    #[must_use]
    pub fn shape(&self) -> Call {
        let ending = self.ending();
        let (answered_at, agent) = (self.talked_at(), self.agent_leg());
        let state = self.state();
        let ours = Party { user_id: None, ..party(&self.number, None) };
        let (from, to) = match self.direction {
            Direction::Inbound => (party(&self.contact, None), ours),
            Direction::Outbound => (ours, party(&self.contact, None)),
        };
        let ended_at = ending.as_ref().map(|ending| ending.at);
        let lasted = answered_at.zip(ended_at).map(|(from, to)| to.since(from).as_secs());
        Call {
            id: self.id,
            conversation_id: self.conversation_id,
            contact_id: Some(self.contact_id),
            channel_id: self.channel_id,
            board_id: self.board_id,
            direction: self.direction,
            from,
            to,
            state,
            held: ending.is_none() && self.contact_leg().is_some_and(|leg| leg.held.on),
            muted: ending.is_none() && agent.is_some_and(|leg| leg.muted.on),
            recording: ending.is_none() && self.legs.iter().any(|leg| leg.recordings.are_running()),
            pending: if ending.is_some() { Vec::new() } else { self.pending.clone() },
            agent_id: self.agent_id,
            legs: self.legs.iter().map(leg).collect(),
            started_at: self.started_at,
            answered_at,
            ended_at,
            duration_s: lasted.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX)),
            disposition: self.disposition.clone(),
            note: self.note.clone(),
            missed: ending.is_some() && self.is_nobodys(answered_at),
            dropped: answered_at.is_some() && state == CallState::Failed,
            error: self.barred.map(Barred::error).or(ending.and_then(|ending| ending.error)),
            verification: self.verification,
            caller_said: self.caller_said.as_ref().map(|said| said.name().to_owned()),
            cost: self.cost.clone(),
            provider: ProviderRef {
                name: self.provider.clone(),
                id: self.contact_leg().and_then(|leg| leg.external_id.clone()),
            },
            rev: self.rev,
        }
    }
}

fn party(address: &Address, user_id: Option<UserId>) -> Party {
    Party { kind: address.kind(), value: address.value().to_owned(), user_id }
}

fn leg(leg: &Leg) -> LegShape {
    LegShape {
        id: leg.id,
        party: party(&leg.address, leg.user_id),
        state: leg.state(),
        muted: leg.muted.on,
        held: leg.held.on,
        started_at: leg.initiated_at.unwrap_or(leg.placed_at).min(leg.placed_at),
        answered_at: leg.answered(),
        ended_at: leg.end.as_ref().map(|end| end.at),
    }
}
