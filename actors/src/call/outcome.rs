//! A decision in the making: the call as it will be, what follows from that by itself, and what is told. Pure.

use std::sync::Arc;

use entities::{BoardId, LegId, Timestamp, UserId, call::CallState, message::Direction};

use crate::event::EventType;

use super::{
    duty::{Duty, Task},
    error::CallRefusal,
    leg::Leg,
    recording,
    shape::{Call, CallError, Control, Pending},
    standing::{Offer, Standing},
    state::Given,
    transfer,
};

/// What is to be written, and what the world will be told.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) after: Standing,
    pub(super) fresh: bool,
    pub(super) told: Vec<Told>,
    pub(super) duties: Vec<Duty>,
    /// It began or ended: the conversation moves in the lists.
    pub(super) moves: bool,
    /// The board it stood on, when it went to another one.
    pub(super) left_board: Option<BoardId>,
}

impl Decision {
    /// It ends now.
    pub(super) fn ends(&self) -> bool {
        self.moves && self.after.end_told
    }

    /// It ends now, and broke off.
    pub(super) fn breaks_off(&self) -> bool {
        self.ends() && self.after.shape().dropped
    }
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) kind: EventType,
    pub(super) client_id: Option<Arc<str>>,
    pub(super) about: About,
}

/// What it is about, beside the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    Call,
    Offered(UserId, Timestamp),
    OfferEnded(UserId, &'static str),
    Failed(Control, CallError),
}

pub(super) struct Draft<'a> {
    given: Given<'a>,
    before: Option<&'a Standing>,
    pub(super) after: Standing,
    told: Vec<Told>,
    duties: Vec<Duty>,
}

impl<'a> Draft<'a> {
    /// Of a call that begins.
    pub(super) fn of_new(given: Given<'a>, after: Standing) -> Self {
        Self { given, before: None, after, told: Vec::new(), duties: Vec::new() }
    }

    /// Of a change of one that stands.
    pub(super) fn of_change(given: Given<'a>, before: &'a Standing) -> Self {
        Self { before: Some(before), ..Self::of_new(given, before.clone()) }
    }

    pub(super) fn owe(&mut self, duty: Duty) {
        self.duties.push(duty);
    }

    pub(super) fn created(&mut self) {
        self.tell(EventType::CallCreated, About::Call);
    }

    pub(super) fn answered(&mut self) {
        self.tell(EventType::CallAnswered, About::Call);
    }

    pub(super) fn disposed(&mut self) {
        self.tell(EventType::CallDispositionSet, About::Call);
    }

    pub(super) fn offered(&mut self, offer: Offer) {
        self.after.offers.push(offer);
        self.tell(EventType::CallOffered, About::Offered(offer.user_id, offer.expires_at));
    }

    /// Somebody else has it now.
    pub(super) fn transferred(&mut self, pending: Option<&Pending>) {
        let by = pending.and_then(|pending| pending.client_id.clone());
        self.tell_as(EventType::CallTransferred, by);
    }

    /// Ends a leg, or has it never begin.
    pub(super) fn end_leg(&mut self, id: LegId) {
        if let Some(leg) = self.after.legs.iter_mut().find(|leg| leg.id == id) {
            leg.unwanted = true;
        }
        self.owe(Duty(Task::HangUp, id));
    }

    pub(super) fn offer_ended(&mut self, user: UserId, reason: &'static str) {
        self.tell(EventType::CallOfferEnded, About::OfferEnded(user, reason));
    }

    /// What was asked for does not come about: who asked is told.
    pub(super) fn fail(&mut self, control: Control, error: CallError) {
        if let Some(at) = self.after.pending.iter().position(|pending| pending.control == control) {
            let pending = self.after.pending.remove(at);
            self.control_failed(&pending, error);
        }
    }

    pub(super) fn control_failed(&mut self, pending: &Pending, error: CallError) {
        let client_id = pending.client_id.as_deref().map(Arc::from);
        let about = About::Failed(pending.control, error);
        self.told.push(Told { kind: EventType::CallControlFailed, client_id, about });
    }

    fn tell(&mut self, kind: EventType, about: About) {
        self.told.push(Told { kind, client_id: self.given.client_id.cloned(), about });
    }

    /// Refuses when nothing about it is other than before.
    pub(super) fn finish_if_news(self) -> Result<Decision, CallRefusal> {
        let heard_at = self.after.heard_at;
        let is_news = self.before.is_none_or(|before| {
            !self.told.is_empty() || Standing { heard_at, ..before.clone() } != self.after
        });
        if is_news { Ok(self.finish()) } else { Err(CallRefusal::NothingNew) }
    }

    /// What follows, and what is told of it.
    pub(super) fn finish(mut self) -> Decision {
        let fresh = self.before.is_none();
        if let Some(before) = self.before {
            self.after.rev = before.rev + 1;
            self.follow(before);
            self.tell_changes(before);
        }
        let ends = self.after.is_over() && !self.after.end_told;
        if ends && fresh {
            // It was over before we heard of it.
            self.tell(ending(self.after.state()), About::Call);
        }
        if ends {
            self.after.end_told = true;
            self.after.taken_by = None;
            self.after.notice_awaited = false;
            self.after.digits = None;
        }
        let stood_on = self.before.and_then(|before| before.board_id);
        let left_board = stood_on.filter(|_| stood_on != self.after.board_id);
        let Self { after, told, duties, .. } = self;
        Decision { after, fresh, told, duties, moves: fresh || ends, left_board }
    }

    /// What a change of the legs brings about by itself.
    fn follow(&mut self, before: &Standing) {
        let is_over = self.after.is_over();
        transfer::follow(self, self.given.now);
        recording::follow(self, before, self.given);
        self.dial_the_contact(before);
        self.give_back(is_over);
        self.let_the_contact_go(before);
        let legs = &self.after.legs;
        let placed_too_late = legs.iter().filter(|leg| {
            let was_placed = before.leg(leg.id).is_some_and(Leg::is_placed);
            is_over && leg.is_live() && leg.is_placed() && (!before.is_over() || !was_placed)
        });
        let late: Vec<_> = placed_too_late.map(|leg| Duty(Task::HangUp, leg.id)).collect();
        self.duties.extend(late);
        if is_over {
            for offer in std::mem::take(&mut self.after.offers) {
                self.offer_ended(offer.user_id, "caller_gone");
            }
        }
        self.confirm(is_over);
    }

    /// Of a call we place the contact is called once one of us is on the line.
    fn dial_the_contact(&mut self, before: &Standing) {
        let up = |standing: &Standing| standing.agent_legs().any(Leg::is_up);
        let Some(contact) = self.after.contact_leg() else { return };
        let wanted = self.after.direction == Direction::Outbound && self.after.hung_up_at.is_none();
        if wanted && up(&self.after) && !up(before) && !contact.is_placed() && contact.is_live() {
            let duty = Duty(Task::Dial, contact.id);
            self.duties.push(duty);
        }
    }

    /// Who took a waiting call could not be reached: somebody else may take it.
    fn give_back(&mut self, is_over: bool) {
        let Some(agent) = self.after.agent_id.filter(|_| !is_over) else { return };
        let unreached = |leg: &Leg| leg.end.is_some() && leg.answered().is_none();
        let gone = self.after.agent_legs().count() > 0 && self.after.agent_legs().all(unreached);
        if self.after.direction != Direction::Inbound || !gone {
            return;
        }
        let why = self.after.agent_legs().next_back().and_then(|leg| leg.end.clone()?.error);
        let why = why.unwrap_or_else(|| CallError::new("AGENT_NOT_REACHED", "The call did not reach you"));
        let waiting = self.after.pending.iter().find(|pending| pending.control == Control::Answer).cloned();
        self.after.pending.retain(|pending| pending.control != Control::Answer);
        (self.after.agent_id, self.after.taken_by) = (None, None);
        self.after.passed.push(agent);
        if let Some(pending) = waiting {
            self.control_failed(&pending, why);
        }
    }

    /// Who took it has gone before its caller had said his name: nobody is left for him.
    fn let_the_contact_go(&mut self, before: &Standing) {
        let is_alone = |standing: &Standing| !standing.is_over() && !standing.has_somebody();
        let unheard = self.after.talked_at().is_none();
        let asked = self.after.contact_leg().filter(|leg| leg.confirms).map(|leg| leg.id);
        if let Some(contact) = asked.filter(|_| unheard && is_alone(&self.after) && !is_alone(before)) {
            self.end_leg(contact);
        }
    }

    /// What was asked for and is so now, waits no more; and once it is over, nothing does.
    fn confirm(&mut self, is_over: bool) {
        let standing = &self.after;
        let done = |pending: &Pending| {
            let leg = pending.leg_id.and_then(|id| standing.leg(id));
            match pending.control {
                Control::Answer => leg.is_some_and(|leg| leg.answered_at.is_some()),
                Control::Transfer => standing.handing.is_none(),
                Control::Record => leg.is_some_and(|leg| leg.recordings.are_running()),
                Control::StopRecording => leg.is_some_and(|leg| !leg.recordings.are_running()),
                Control::SendDigits => standing.digits.is_none(),
                Control::HangUp => leg.is_some_and(|leg| leg.end.is_some()),
                Control::Mute => leg.is_some_and(|leg| leg.muted.on),
                Control::Unmute => leg.is_some_and(|leg| !leg.muted.on),
                Control::Hold => leg.is_some_and(|leg| leg.held.on),
                Control::Resume => leg.is_some_and(|leg| !leg.held.on),
            }
        };
        let still: Vec<Pending> =
            standing.pending.iter().filter(|pending| !is_over && !done(pending)).cloned().collect();
        self.after.pending = still;
    }

    /// What users see of it that is other than before: the farthest step, switches, the one end; else that it changed.
    fn tell_changes(&mut self, before: &Standing) {
        let (was, is) = (before.shape(), self.after.shape());
        let told = self.told.len();
        if self.after.is_over() {
            if !self.after.end_told {
                let by = confirmed(before, Control::HangUp);
                self.tell_as(ending(is.state), by);
            }
        } else {
            self.tell_progress(before, (&was, &is));
        }
        if self.told.len() == told && told == 0 && differ(&was, &is) {
            let done = before.pending.iter().find(|pending| !self.after.pending.contains(pending));
            let by =
                done.filter(|_| self.given.client_id.is_none()).and_then(|pending| pending.client_id.clone());
            self.tell_as(EventType::CallUpdated, by);
        }
    }

    fn tell_progress(&mut self, before: &Standing, (was, is): (&Call, &Call)) {
        let handed_over = self.told.iter().any(|told| told.kind == EventType::CallTransferred);
        if was.state != is.state
            && !handed_over
            && let Some(kind) = step(is.state)
        {
            self.tell_as(kind, confirmed(before, Control::Answer));
        }
        let switches = [
            (
                was.held,
                is.held,
                (EventType::CallHeld, Control::Hold),
                (EventType::CallResumed, Control::Resume),
            ),
            (
                was.muted,
                is.muted,
                (EventType::CallMuted, Control::Mute),
                (EventType::CallUnmuted, Control::Unmute),
            ),
        ];
        for (was, is, on, off) in switches {
            let (kind, control) = if is { on } else { off };
            if was != is {
                self.tell_as(kind, confirmed(before, control));
            }
        }
    }

    /// With the id of who asked for it, when it was somebody.
    fn tell_as(&mut self, kind: EventType, by: Option<String>) {
        let client_id = by.map(Arc::from).or_else(|| self.given.client_id.cloned());
        self.told.push(Told { kind, client_id, about: About::Call });
    }
}

/// Who waited for it.
fn confirmed(before: &Standing, control: Control) -> Option<String> {
    before.pending.iter().find(|pending| pending.control == control)?.client_id.clone()
}

fn step(state: CallState) -> Option<EventType> {
    match state {
        CallState::Initiated => Some(EventType::CallInitiated),
        CallState::Ringing => Some(EventType::CallRinging),
        CallState::InProgress => Some(EventType::CallInProgress),
        CallState::Transferring => Some(EventType::CallTransferring),
        _ => None,
    }
}

fn ending(state: CallState) -> EventType {
    match state {
        CallState::Completed | CallState::Canceled => EventType::CallEnded,
        _ => EventType::CallFailed,
    }
}

fn differ(was: &Call, is: &Call) -> bool {
    Call { rev: is.rev, ..was.clone() } != *is
}
