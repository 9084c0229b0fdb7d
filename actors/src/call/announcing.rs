//! What is said into a call, and what comes of it: a notice that was said lets the recording begin, digits that were sent are
//! gone. Pure.

use std::time::Duration;

use super::{
    duty::{Announcement, Duty, Task},
    outcome::Draft,
    shape::{CallError, Control},
};

/// What nobody told of for so long was not said. The longest notice takes half of it.
const PATIENCE: Duration = Duration::from_mins(1);

/// It was said, or why it was not.
pub(super) fn heard(draft: &mut Draft<'_>, what: Announcement, error: Option<&CallError>) {
    let was_awaited = match what {
        Announcement::Notice => std::mem::take(&mut draft.after.notice_awaited),
        Announcement::Digits => draft.after.digits.take().is_some(),
    };
    if !was_awaited {
        return;
    }
    match (what, error) {
        (_, Some(error)) => draft.fail(control(what), error.clone()),
        (Announcement::Notice, None) => {
            if let Some(contact) = draft.after.contact_leg().map(|leg| leg.id) {
                draft.owe(Duty(Task::Record(true), contact));
            }
        }
        (Announcement::Digits, None) => {}
    }
}

/// What was asked for too long ago is given up.
pub(super) fn give_up(draft: &mut Draft<'_>, now: entities::Timestamp) {
    for what in [Announcement::Notice, Announcement::Digits] {
        let is_late = |pending: &&super::Pending| now.since(pending.since) >= PATIENCE;
        let pending = draft.after.pending.iter().find(|pending| pending.control == control(what));
        if pending.is_some_and(|pending| is_late(&pending)) {
            let silent = CallError::new("NOT_ANNOUNCED", "The provider did not say that it was heard");
            heard(draft, what, Some(&silent));
        }
    }
}

/// Who waits for it.
pub(super) const fn control(what: Announcement) -> Control {
    match what {
        Announcement::Notice => Control::Record,
        Announcement::Digits => Control::SendDigits,
    }
}
