//! Whether a call is recorded: nobody is before he was told, where the number's settings want that. Pure.

use serde::{Deserialize, Serialize};

use crate::channel::RecordingRules;

use super::{
    duty::{Announcement, Duty, Task},
    error::CallRefusal,
    leg::Leg,
    outcome::{Decision, Draft},
    shape::Control,
    standing::Standing,
    state::{Given, await_it, talking},
};

/// Recordings of one leg that are kept in mind, so that late news of an old one starts nothing.
const KNOWN: usize = 32;

/// The recordings of a leg. What was heard of one is the same in whatever order: who is over does not begin again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recordings(Vec<Recording>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Recording {
    /// What the provider calls it.
    id: String,
    over: bool,
}

impl Recordings {
    pub(super) fn hear(&mut self, id: &str, on: bool) {
        match self.0.iter_mut().find(|known| known.id == id) {
            Some(known) => known.over |= !on,
            None => {
                let over = self.0.iter().position(|known| known.over).filter(|_| self.0.len() >= KNOWN);
                over.map(|oldest| self.0.remove(oldest));
                self.0.push(Recording { id: id.to_owned(), over: !on });
                self.0.sort_by(|one, other| one.id.cmp(&other.id));
            }
        }
    }

    /// One is going on.
    #[must_use]
    pub fn are_running(&self) -> bool {
        self.running().next().is_some()
    }

    /// Those that go on, by what the provider calls them.
    pub fn running(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|known| !known.over).map(|known| known.id.as_str())
    }
}

/// Somebody wants it recorded, or no longer.
pub(super) fn decide_record(before: &Standing, on: bool, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let contact = talking(before)?;
    let is_asked = before.pending.iter().any(|pending| pending.control.is_about(Control::Record));
    if contact.recordings.are_running() == on && !is_asked {
        return Err(CallRefusal::NothingNew);
    }
    let mut draft = Draft::of_change(given, before);
    let told_before = draft.after.notice_awaited;
    draft.after.pending.retain(|pending| !pending.control.is_about(Control::Record));
    draft.after.notice_awaited = false;
    match on {
        true => begin(&mut draft, contact, given),
        // They were to be told first, and nothing has begun.
        false if told_before => {}
        false => {
            await_it(&mut draft, Control::StopRecording, Some(contact.id), given);
            draft.owe(Duty(Task::Record(false), contact.id));
        }
    }
    Ok(draft.finish())
}

/// A call that is always recorded is as soon as they hear each other.
pub(super) fn follow(draft: &mut Draft<'_>, before: &Standing, given: Given<'_>) {
    let begins = before.talked_at().is_none() && draft.after.talked_at().is_some() && !draft.after.is_over();
    if draft.after.recording.by_itself
        && begins
        && let Some(contact) = draft.after.contact_leg().cloned()
    {
        begin(draft, &contact, given);
    }
}

fn begin(draft: &mut Draft<'_>, contact: &Leg, given: Given<'_>) {
    await_it(draft, Control::Record, Some(contact.id), given);
    let RecordingRules { announced, .. } = draft.after.recording;
    draft.after.notice_awaited = announced;
    let first = if announced { Task::Announce(Announcement::Notice) } else { Task::Record(true) };
    draft.owe(Duty(first, contact.id));
}
