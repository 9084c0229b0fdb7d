//! Digits that are sent as tones. They may be somebody's PIN: nothing shows them but the tones themselves.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    duty::{Announcement, Duty, Task},
    error::CallRefusal,
    outcome::{Decision, Draft},
    shape::Control,
    standing::Standing,
    state::{Given, await_it, talking},
};

/// The most at a time.
const MOST: usize = 32;

/// What is typed on a telephone, and `w` and `W` for half a second and a whole one of silence.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digits(String);

impl Digits {
    /// As somebody typed them.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// For the provider alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn are_sound(&self) -> bool {
        let is_known = |digit: char| digit.is_ascii_digit() || matches!(digit, '*' | '#' | 'w' | 'W');
        (1..=MOST).contains(&self.0.len()) && self.0.chars().all(is_known)
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digits(..)")
    }
}

/// The contact's leg hears them, one sending after the other.
pub(super) fn decide_send(
    before: &Standing,
    digits: &Digits,
    given: Given<'_>,
) -> Result<Decision, CallRefusal> {
    if !digits.are_sound() {
        return Err(CallRefusal::Invalid {
            field: "digits",
            reason: "must be 1 to 32 of 0-9, *, #, w and W",
        });
    }
    let contact = talking(before)?.id;
    if before.digits.is_some() {
        return Err(CallRefusal::DigitsUnderWay);
    }
    let mut draft = Draft::of_change(given, before);
    draft.after.digits = Some(digits.clone());
    await_it(&mut draft, Control::SendDigits, Some(contact), given);
    draft.owe(Duty(Task::Announce(Announcement::Digits), contact));
    Ok(draft.finish())
}
