//! What a call decides. Pure: the same call, command, time and ids give the same decision.

use std::{sync::Arc, time::Duration};

use entities::{LegId, Principal, Timestamp, UserId, call::CallState, message::Direction};

use crate::conversation::Sender;

use super::{
    announcing, caller,
    cost::decide_cost,
    digits::decide_send,
    duty::{Duty, Task},
    error::CallRefusal,
    leg::{End, Leg, Side, Step},
    messages::{Answer, Begin, CallWhat, Disposition, Failed, News, Offering, Which},
    outcome::{Decision, Draft},
    recording::decide_record,
    shape::{Control, Pending},
    standing::{Offer, Standing},
    transfer::{decide_cancel, decide_complete, decide_transfer},
};

/// The longest disposition and note, in characters.
const DISPOSITION: usize = 100;
const NOTE: usize = 2_000;
/// Controls that may wait for the provider at a time.
const PENDING: usize = 16;

/// Everything a decision may use besides call and command.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) by: &'a Sender,
    pub(super) client_id: Option<&'a Arc<str>>,
    /// To the millisecond.
    pub(super) now: Timestamp,
    /// Whoever is to be on it is on another call.
    pub(super) elsewhere: bool,
}

/// Decides a command.
pub(super) fn decide(
    before: Option<&Standing>,
    what: &CallWhat,
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    let Some(before) = before else {
        return match what {
            CallWhat::Begin(_) if given.elsewhere => Err(CallRefusal::OnTheLine),
            CallWhat::Begin(begin) => Ok(decide_begin(begin, given)),
            _ => Err(CallRefusal::NotFound),
        };
    };
    if !given.by.sight.sees_what_stands_on(before.board_id) {
        return Err(CallRefusal::NotFound);
    }
    match what {
        CallWhat::Begin(_) => Err(CallRefusal::NothingNew),
        CallWhat::Hear(news) => decide_hear(before, news, given),
        CallWhat::Offer(offering) => decide_offer(before, offering, given),
        CallWhat::Answer(answer) => decide_answer(before, answer, given),
        CallWhat::Decline(user) => decide_decline(before, *user, given),
        CallWhat::HangUp(leg) => decide_hang_up(before, *leg, given),
        CallWhat::Mute(on, leg) => decide_mute(before, (*on, *leg), given),
        CallWhat::Hold(on, leg) => decide_hold(before, (*on, *leg), given),
        CallWhat::Record(on) => decide_record(before, *on, given),
        CallWhat::SendDigits(digits) => decide_send(before, digits, given),
        CallWhat::Transfer(transfer) => decide_transfer(before, transfer, given),
        CallWhat::CompleteTransfer => decide_complete(before, given),
        CallWhat::CancelTransfer => decide_cancel(before, given),
        CallWhat::SetDisposition(disposition) => decide_disposition(before, disposition, given),
        CallWhat::Cost(cost) => decide_cost(before, cost, given),
        CallWhat::Failed(failed) => decide_failed(before, failed, given),
        CallWhat::Look => decide_look(before, given),
    }
}

fn decide_begin(begin: &Begin, given: Given<'_>) -> Decision {
    let mut contact = Leg::new(begin.contact_leg, Side::Contact, begin.contact.clone(), begin.at);
    contact.external_id.clone_from(&begin.external_id);
    if begin.direction == Direction::Inbound {
        // The provider has taken the call for us: the caller hears something from now on.
        contact.ringing_at = Some(begin.at);
        // Nobody hears him before he was asked for his name; outside of the hours he is asked nothing.
        contact.confirms = begin.screening.caller_named && begin.rings_until.is_some();
        contact.answered_at = Some(begin.at).filter(|_| !contact.confirms);
    }
    if let Some(over) = over(begin) {
        contact.answered_at = None;
        contact.end = Some(over);
    }
    let mut draft = Draft::of_new(given, fresh(begin, contact, given));
    if let Some(agent) = &begin.agent {
        bring_in(&mut draft, agent, given);
    }
    draft.created();
    draft.finish()
}

/// How it ended that is over as soon as it begins. When a call ended that we refuse, its provider says.
fn over(begin: &Begin) -> Option<End> {
    let refused_at = begin.barred.map(|_| begin.at);
    let at = begin.ended_at.or(refused_at)?;
    let undated = begin.ended_at.is_none();
    Some(End { undated, at, how: CallState::NoAnswer, duration_s: None, error: None })
}

fn fresh(begin: &Begin, contact: Leg, given: Given<'_>) -> Standing {
    Standing {
        id: begin.id,
        channel_id: begin.channel_id,
        conversation_id: begin.conversation_id,
        contact_id: begin.contact_id,
        board_id: begin.board_id,
        direction: begin.direction,
        contact: begin.contact.clone(),
        number: begin.number.clone(),
        provider: begin.provider.clone(),
        room: begin.room.clone().unwrap_or_else(|| begin.id.to_string()),
        room_id: None,
        legs: vec![contact],
        offers: Vec::new(),
        passed: Vec::new(),
        rings_until: begin.rings_until,
        agent_id: None,
        taken_by: None,
        pending: Vec::new(),
        handing: None,
        recording: begin.recording,
        screening: begin.screening,
        notice_awaited: false,
        digits: None,
        hung_up_at: None,
        turned_away: begin.direction == Direction::Inbound && begin.rings_until.is_none(),
        end_told: false,
        barred: begin.barred,
        verification: begin.verification,
        caller_said: None,
        cost: None,
        disposition: None,
        note: None,
        started_at: begin.at,
        look_id: begin.look_id,
        heard_at: given.now,
        rev: 1,
    }
}

/// Somebody of us has it, and is called into it.
fn bring_in(draft: &mut Draft<'_>, agent: &Answer, given: Given<'_>) {
    draft.after.agent_id = Some(agent.user_id);
    draft.after.taken_by = Some(agent.user_id);
    let mut leg = Leg::new(agent.leg_id, Side::Agent, agent.address.clone(), given.now);
    leg.user_id = Some(agent.user_id);
    leg.confirms = draft.after.is_confirmed_by(&leg);
    draft.after.legs.push(leg);
    draft.owe(Duty(Task::Dial, agent.leg_id));
}

fn decide_hear(before: &Standing, news: &[News], given: Given<'_>) -> Result<Decision, CallRefusal> {
    let mut draft = Draft::of_change(given, before);
    draft.after.heard_at = given.now;
    let mut known = false;
    for one in news {
        known |= hear(&mut draft.after, one, given.now);
        if let Some(Step::Announced(what, error)) = &one.step {
            announcing::heard(&mut draft, *what, error.as_ref());
        }
    }
    match known {
        true => draft.finish_if_news(),
        false => Err(CallRefusal::LegNotFound),
    }
}

fn hear(after: &mut Standing, news: &News, now: Timestamp) -> bool {
    if after.room_id.is_none() {
        after.room_id.clone_from(&news.room_id);
    }
    let leg = after.legs.iter_mut().find(|leg| match &news.leg {
        Which::Leg(id) => leg.id == *id,
        Which::Called(name) => leg.external_id.as_ref() == Some(name),
    });
    let Some(leg) = leg else { return false };
    if leg.external_id.is_none() {
        leg.external_id.clone_from(&news.external_id);
    }
    if let Some(step) = &news.step {
        let at = news.at.unwrap_or(now);
        leg.hear(step, (at, news.undated || news.at.is_none()));
        if let (Step::Said(text), Side::Contact) = (step, leg.side) {
            caller::hear(&mut after.caller_said, text, at);
        }
    }
    true
}

fn decide_offer(before: &Standing, offering: &Offering, given: Given<'_>) -> Result<Decision, CallRefusal> {
    if !before.waits() {
        return Err(CallRefusal::NothingNew);
    }
    let asked = |user: &UserId| before.offers.iter().any(|offer| offer.user_id == *user);
    let fresh = offering.users.iter().filter(|user| !asked(user) && !before.passed.contains(user));
    let mut draft = Draft::of_change(given, before);
    let expires_at = given.now.plus(offering.lasting).min(before.rings_until.unwrap_or(given.now));
    for user in fresh.take(offering.at_once.saturating_sub(before.offers.len())) {
        draft.offered(Offer { user_id: *user, expires_at });
    }
    if draft.after.offers.is_empty() && !before.passed.is_empty() {
        // Everybody who is there was asked.
        turn_away(&mut draft);
    }
    draft.finish_if_news()
}

fn decide_answer(before: &Standing, answer: &Answer, given: Given<'_>) -> Result<Decision, CallRefusal> {
    if before.is_over() {
        return Err(CallRefusal::Over);
    }
    if !before.waits() {
        return Err(CallRefusal::AlreadyAnswered);
    }
    if given.elsewhere {
        return Err(CallRefusal::OnTheLine);
    }
    let mut draft = Draft::of_change(given, before);
    bring_in(&mut draft, answer, given);
    await_it(&mut draft, Control::Answer, Some(answer.leg_id), given);
    draft.answered();
    for offer in std::mem::take(&mut draft.after.offers) {
        if offer.user_id != answer.user_id {
            draft.offer_ended(offer.user_id, "answered_elsewhere");
        }
    }
    Ok(draft.finish())
}

fn decide_decline(before: &Standing, user: UserId, given: Given<'_>) -> Result<Decision, CallRefusal> {
    if before.is_over() {
        return Err(CallRefusal::Over);
    }
    if !before.offers.iter().any(|offer| offer.user_id == user) {
        return Err(CallRefusal::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    pass(&mut draft, user, "declined");
    // Whoever is next is asked at once.
    draft.after.heard_at = given.now.minus(Duration::from_mins(1));
    Ok(draft.finish())
}

/// This one does not take it.
fn pass(draft: &mut Draft<'_>, user: UserId, reason: &'static str) {
    draft.after.offers.retain(|offer| offer.user_id != user);
    draft.after.passed.push(user);
    draft.offer_ended(user, reason);
}

fn decide_hang_up(before: &Standing, leg: Option<LegId>, given: Given<'_>) -> Result<Decision, CallRefusal> {
    if before.is_over() {
        return Err(CallRefusal::Over);
    }
    let ends = |it: &&Leg| it.is_live() && leg.is_none_or(|leg| leg == it.id) && is_called(before, it);
    let legs: Vec<LegId> = before.legs.iter().filter(ends).map(|leg| leg.id).collect();
    if legs.is_empty() {
        return Err(CallRefusal::LegNotFound);
    }
    let mut draft = Draft::of_change(given, before);
    draft.after.hung_up_at.get_or_insert(given.now);
    await_it(&mut draft, Control::HangUp, leg, given);
    for leg in legs {
        draft.end_leg(leg);
    }
    draft.finish_if_news()
}

/// Of a call we place the contact is called when one of us is on the line, and not before.
fn is_called(standing: &Standing, leg: &Leg) -> bool {
    leg.is_placed() || leg.side == Side::Agent || standing.agent_legs().any(Leg::is_up)
}

fn decide_mute(
    before: &Standing,
    (on, leg): (bool, Option<LegId>),
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    let own = |it: &&Leg| given.by.principal == it.user_id.map_or(Principal::System, Principal::User);
    let leg = match leg {
        Some(id) => before.leg(id).ok_or(CallRefusal::LegNotFound)?,
        None => match before.agent_legs().rev().filter(|leg| leg.is_live()).find(own) {
            Some(own) => own,
            None => before.agent_leg().ok_or(CallRefusal::NotAnswered)?,
        },
    };
    let control = if on { Control::Mute } else { Control::Unmute };
    decide_control(before, (control, Task::Mute(on), leg), leg.muted.on == on, given)
}

fn decide_hold(
    before: &Standing,
    (on, leg): (bool, Option<LegId>),
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    let leg = match leg {
        Some(id) => before.leg(id),
        None => before.contact_leg(),
    };
    let leg = leg.ok_or(CallRefusal::LegNotFound)?;
    let control = if on { Control::Hold } else { Control::Resume };
    decide_control(before, (control, Task::Hold(on), leg), leg.held.on == on, given)
}

/// The contact's leg, when it and one of us are on the line.
pub(super) fn talking(before: &Standing) -> Result<&Leg, CallRefusal> {
    if before.is_over() {
        return Err(CallRefusal::Over);
    }
    let contact = before.contact_leg().filter(|leg| leg.is_up() && before.agent_legs().any(Leg::is_up));
    contact.ok_or(CallRefusal::NotAnswered)
}

/// Has the provider do it, unless it is so already and nothing under way changes that.
fn decide_control(
    before: &Standing,
    (control, task, leg): (Control, Task, &Leg),
    is_so: bool,
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    if before.is_over() {
        return Err(CallRefusal::Over);
    }
    if !leg.is_up() || !before.agent_legs().any(Leg::is_up) {
        return Err(CallRefusal::NotAnswered);
    }
    if is_so && !before.pending.iter().any(|pending| pending.leg_id == Some(leg.id)) {
        return Err(CallRefusal::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    draft
        .after
        .pending
        .retain(|pending| !(pending.leg_id == Some(leg.id) && pending.control.is_about(control)));
    await_it(&mut draft, control, Some(leg.id), given);
    draft.owe(Duty(task, leg.id));
    draft.finish_if_news()
}

pub(super) fn await_it(draft: &mut Draft<'_>, control: Control, leg_id: Option<LegId>, given: Given<'_>) {
    let client_id = given.client_id.map(ToString::to_string);
    let pending = &mut draft.after.pending;
    pending.retain(|known| (known.control, known.leg_id) != (control, leg_id));
    if pending.len() == PENDING {
        pending.remove(0);
    }
    pending.push(Pending { control, leg_id, client_id, since: given.now });
    draft.after.heard_at = given.now;
}

fn decide_disposition(
    before: &Standing,
    told: &Disposition,
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    let disposition = told.disposition.trim();
    let fits = |text: &str, most: usize| text.chars().count() <= most && !text.contains('\0');
    if disposition.is_empty() || !fits(disposition, DISPOSITION) {
        return Err(CallRefusal::Invalid { field: "disposition", reason: "must have 1 to 100 characters" });
    }
    if told.note.as_deref().is_some_and(|note| !fits(note, NOTE)) {
        return Err(CallRefusal::Invalid { field: "note", reason: "must have at most 2,000 characters" });
    }
    let mut draft = Draft::of_change(given, before);
    draft.after.disposition = Some(disposition.to_owned());
    if told.note.is_some() {
        draft.after.note.clone_from(&told.note);
    }
    draft.disposed();
    Ok(draft.finish())
}

fn decide_failed(before: &Standing, failed: &Failed, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let Failed { control, leg_id, error } = failed;
    let is_it =
        |pending: &&Pending| pending.control == *control && pending.leg_id.is_none_or(|leg| leg == *leg_id);
    let Some(at) = before.pending.iter().position(|pending| is_it(&pending)) else {
        return Err(CallRefusal::NothingNew);
    };
    let mut draft = Draft::of_change(given, before);
    match control {
        Control::Record => draft.after.notice_awaited = false,
        Control::SendDigits => draft.after.digits = None,
        _ => {}
    }
    let pending = draft.after.pending.remove(at);
    draft.control_failed(&pending, error.clone());
    Ok(draft.finish())
}

/// What time alone brings: offers run out, and a caller is not kept for ever.
fn decide_look(before: &Standing, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let mut draft = Draft::of_change(given, before);
    draft.after.heard_at = given.now;
    let over = before.offers.iter().filter(|offer| offer.expires_at <= given.now);
    for user in over.map(|offer| offer.user_id).collect::<Vec<_>>() {
        pass(&mut draft, user, "timeout");
    }
    announcing::give_up(&mut draft, given.now);
    if before.waits() && before.rings_until.is_some_and(|until| until <= given.now) {
        turn_away(&mut draft);
    }
    draft.finish_if_news()
}

fn turn_away(draft: &mut Draft<'_>) {
    draft.after.turned_away = true;
    for offer in std::mem::take(&mut draft.after.offers) {
        draft.offer_ended(offer.user_id, "timeout");
    }
    if let Some(leg) = draft.after.contact_leg().map(|leg| leg.id) {
        draft.owe(Duty(Task::TurnAway, leg));
    }
}
