//! What is heard at the other end of a call: nothing is really said here, but it is remembered.

use serde::Serialize;

use super::lines::Lines;

/// Of one call no more is remembered.
const MOST_HEARD: usize = 256;

/// A piece of what is heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// What a machine says.
    Words(String),
    /// What is to be found at an address.
    Music(String),
    /// The tones of these keys, and `w` for pauses between them.
    Keys(String),
}

impl Lines {
    pub(super) fn note_heard(&mut self, sid: &str, sound: &Sound) {
        if let Some(call) = self.call_mut(sid).filter(|call| call.heard.len() < MOST_HEARD) {
            call.heard.push(sound.clone());
        }
    }
}
