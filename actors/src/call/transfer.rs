//! A call on its way from one of us to somebody else. Nobody is left alone: until the new one is there, the old one stays.

use super::{
    duty::{Duty, Task},
    error::CallRefusal,
    leg::{Leg, Side},
    messages::{Transfer, TransferKind},
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
    if transfer.user_id.is_some() && transfer.user_id == before.agent_id {
        return Err(CallRefusal::Invalid { field: "to.user_id", reason: "has the call" });
    }
    let mut draft = Draft::of_change(given, before);
    let mut leg = Leg::new(transfer.leg_id, Side::Agent, transfer.address.clone(), given.now);
    leg.user_id = transfer.user_id;
    draft.after.legs.push(leg);
    draft.after.handing = Some(Handing { from, to: transfer.leg_id, kind: transfer.kind });
    draft.owe(Duty(Task::Anchor(false), from));
    if transfer.kind == TransferKind::Warm {
        draft.owe(Duty(Task::Hold(true), contact));
    }
    draft.owe(Duty(Task::Dial, transfer.leg_id));
    await_it(&mut draft, Control::Transfer, Some(transfer.leg_id), given);
    Ok(draft.finish())
}

pub(super) fn decide_complete(before: &Standing, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let handing = under_way(before)?;
    if !before.leg(handing.to).is_some_and(Leg::is_up) {
        return Err(CallRefusal::NotAnswered);
    }
    let mut draft = Draft::of_change(given, before);
    hand_over(&mut draft, handing);
    Ok(draft.finish())
}

pub(super) fn decide_cancel(before: &Standing, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let handing = under_way(before)?;
    let mut draft = Draft::of_change(given, before);
    keep(&mut draft, handing);
    draft.end_leg(handing.to);
    Ok(draft.finish())
}

fn under_way(before: &Standing) -> Result<Handing, CallRefusal> {
    match before.handing {
        _ if before.is_over() => Err(CallRefusal::Over),
        Some(handing) => Ok(handing),
        None => Err(CallRefusal::NotTransferring),
    }
}

/// What a change of the legs means for it: who answers a blind transfer has the call, who cannot be reached has it not.
pub(super) fn follow(draft: &mut Draft<'_>) {
    let Some(handing) = draft.after.handing else { return };
    if draft.after.is_over() {
        draft.after.handing = None;
        return;
    }
    let Some(to) = draft.after.leg(handing.to) else { return };
    let (is_up, end) = (to.is_up(), to.end.clone());
    if is_up && handing.kind == TransferKind::Blind {
        hand_over(draft, handing);
    } else if let Some(end) = end {
        let unreached = || CallError::new("NOT_REACHED", "The call did not reach who was to have it");
        let pending =
            draft.after.pending.iter().find(|pending| pending.control == Control::Transfer).cloned();
        keep(draft, handing);
        if let Some(pending) = pending {
            draft.control_failed(&pending, end.error.unwrap_or_else(unreached));
        }
    }
}

/// The new one has it; the old one leaves.
fn hand_over(draft: &mut Draft<'_>, handing: Handing) {
    draft.after.handing = None;
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
fn keep(draft: &mut Draft<'_>, handing: Handing) {
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
fn resume(draft: &mut Draft<'_>, handing: Handing) {
    if let (TransferKind::Warm, Some(contact)) = (handing.kind, draft.after.contact_leg().map(|leg| leg.id)) {
        draft.owe(Duty(Task::Hold(false), contact));
    }
}
