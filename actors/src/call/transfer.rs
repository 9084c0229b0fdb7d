//! A call on its way from one of us to somebody else. Nobody is left alone: until the new one is there, the old one stays.

use entities::{LegId, Timestamp};

use super::{
    duty::{Duty, Task},
    error::CallRefusal,
    leg::{Leg, Side},
    messages::{Target, Transfer, TransferKind},
    outcome::{Decision, Draft},
    shape::{CallError, Control},
    standing::{Handing, Standing},
    state::{Given, await_it},
};

pub(super) fn decide_transfer(
    before: &Standing,
    transfer: &Transfer,
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    if before.is_over() {
        return Err(CallRefusal::Over);
    }
    if before.handing.is_some() {
        return Err(CallRefusal::Transferring);
    }
    let contact = before.contact_leg().filter(|leg| leg.is_up()).ok_or(CallRefusal::NotAnswered)?.id;
    let from = before.agent_leg().filter(|leg| leg.is_up()).ok_or(CallRefusal::NotAnswered)?.id;
    let has_it = |target: &Target| target.user_id.is_some() && target.user_id == before.agent_id;
    if transfer.to.iter().any(has_it) {
        return Err(CallRefusal::Invalid { field: "to.user_id", reason: "has the call" });
    }
    let mut draft = Draft::of_change(given, before);
    let mut next = transfer.to.clone();
    if next.is_empty() {
        await_it(&mut draft, Control::Transfer, None, given);
        let error = CallError::new("NOBODY_THERE", "Nobody of that board is there and free");
        draft.fail(Control::Transfer, error);
        return Ok(draft.finish());
    }
    let first = next.remove(0);
    draft.owe(Duty(Task::Anchor(false), from));
    if transfer.kind == TransferKind::Warm {
        draft.owe(Duty(Task::Hold(true), contact));
    }
    let to = call_in(&mut draft, first, given.now);
    let (kind, board_id) = (transfer.kind, transfer.board_id);
    draft.after.handing = Some(Handing { from, to, kind, next, board_id });
    await_it(&mut draft, Control::Transfer, Some(to), given);
    Ok(draft.finish())
}

/// Calls somebody who is to have it.
fn call_in(draft: &mut Draft<'_>, target: Target, now: Timestamp) -> LegId {
    let mut leg = Leg::new(target.leg_id, Side::Agent, target.address, now);
    leg.user_id = target.user_id;
    leg.confirms = draft.after.is_confirmed_by(&leg);
    draft.after.legs.push(leg);
    draft.owe(Duty(Task::Dial, target.leg_id));
    target.leg_id
}

pub(super) fn decide_complete(before: &Standing, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let handing = under_way(before)?;
    if !before.leg(handing.to).is_some_and(Leg::is_up) {
        return Err(CallRefusal::NotAnswered);
    }
    let mut draft = Draft::of_change(given, before);
    hand_over(&mut draft, &handing);
    Ok(draft.finish())
}

pub(super) fn decide_cancel(before: &Standing, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let handing = under_way(before)?;
    let mut draft = Draft::of_change(given, before);
    keep(&mut draft, &handing);
    draft.end_leg(handing.to);
    Ok(draft.finish())
}

fn under_way(before: &Standing) -> Result<Handing, CallRefusal> {
    match &before.handing {
        _ if before.is_over() => Err(CallRefusal::Over),
        Some(handing) => Ok(handing.clone()),
        None => Err(CallRefusal::NotTransferring),
    }
}

/// What a change of the legs means for it: who answers a blind transfer has the call, who cannot be reached has it not.
pub(super) fn follow(draft: &mut Draft<'_>, now: Timestamp) {
    let Some(handing) = draft.after.handing.clone() else { return };
    if draft.after.is_over() {
        draft.after.handing = None;
        return;
    }
    let Some(to) = draft.after.leg(handing.to) else { return };
    let (is_up, end, answered) = (to.is_up(), to.end.clone(), to.answered());
    if is_up && handing.kind == TransferKind::Blind {
        hand_over(draft, &handing);
    } else if end.is_some() && answered.is_none() && !handing.next.is_empty() {
        ask_the_next(draft, handing, now);
    } else if let Some(end) = end {
        let unreached = || CallError::new("NOT_REACHED", "The call did not reach who was to have it");
        let pending =
            draft.after.pending.iter().find(|pending| pending.control == Control::Transfer).cloned();
        keep(draft, &handing);
        if let Some(pending) = pending {
            draft.control_failed(&pending, end.error.unwrap_or_else(unreached));
        }
    }
}

/// That one did not answer: somebody else of the board may.
fn ask_the_next(draft: &mut Draft<'_>, mut handing: Handing, now: Timestamp) {
    handing.to = call_in(draft, handing.next.remove(0), now);
    let waiting = draft.after.pending.iter_mut().filter(|pending| pending.control == Control::Transfer);
    waiting.for_each(|pending| pending.leg_id = Some(handing.to));
    draft.after.handing = Some(handing);
}

/// The new one has it; the old one leaves.
fn hand_over(draft: &mut Draft<'_>, handing: &Handing) {
    draft.after.handing = None;
    draft.after.taken_by = None;
    draft.after.board_id = handing.board_id.or(draft.after.board_id);
    draft.after.agent_id = draft.after.leg(handing.to).and_then(|leg| leg.user_id);
    let pending = draft.after.pending.iter().position(|pending| pending.control == Control::Transfer);
    let pending = pending.map(|at| draft.after.pending.remove(at));
    draft.transferred(pending.as_ref());
    resume(draft, handing);
    if draft.after.leg(handing.from).is_some_and(Leg::is_live) {
        draft.owe(Duty(Task::HangUp, handing.from));
    }
}

/// It stays with the old one; when he has gone meanwhile, there is nobody left for the contact.
fn keep(draft: &mut Draft<'_>, handing: &Handing) {
    draft.after.handing = None;
    draft.after.pending.retain(|pending| pending.control != Control::Transfer);
    if draft.after.leg(handing.from).is_some_and(Leg::is_live) {
        draft.owe(Duty(Task::Anchor(true), handing.from));
        resume(draft, handing);
    } else if let Some(contact) = draft.after.contact_leg().map(|leg| leg.id) {
        draft.end_leg(contact);
    }
}

/// The contact hears us again.
fn resume(draft: &mut Draft<'_>, handing: &Handing) {
    if let (TransferKind::Warm, Some(contact)) = (handing.kind, draft.after.contact_leg().map(|leg| leg.id)) {
        draft.owe(Duty(Task::Hold(false), contact));
    }
}
