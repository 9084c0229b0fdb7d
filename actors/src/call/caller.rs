//! What is known of somebody who calls before anybody takes his call: whether his number was verified, how he says that he is called,
//! and why he is let through to nobody. Pure.

use entities::Timestamp;
use serde::{Deserialize, Serialize};

use super::shape::CallError;

/// The longest name, in characters.
const LONGEST: usize = 100;

/// What networks say of the number a call comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verification {
    /// It is the caller's own.
    Passed,
    /// It is forged, or known for calls nobody wants.
    Failed,
    /// Nobody vouches for it.
    None,
}

/// How somebody says that he is called: what a stranger dictated, for people to read and hear.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    at: Timestamp,
    name: String,
}

/// Why a caller is let through to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barred {
    /// The contact is blocked.
    Blocked,
    /// He shows no number.
    Anonymous,
    /// His number was found to be forged, or unwanted.
    Unverified,
}

impl Barred {
    /// As the call tells it.
    pub(super) fn error(self) -> CallError {
        let message = match self {
            Self::Blocked => "The contact is blocked",
            Self::Anonymous => "Callers without a number are refused here",
            Self::Unverified => "The number of the caller did not pass verification",
        };
        CallError::new("BLOCKED", message)
    }
}

impl Said {
    /// 1 to 100 characters that can be seen.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Takes in what was said. What was said first counts, whichever was heard first; nothing that can be read is nothing.
pub(super) fn hear(known: &mut Option<Said>, text: &str, at: Timestamp) {
    let Some(name) = readable(text) else { return };
    let heard = Said { at, name };
    *known = Some(known.take().map_or(heard.clone(), |known| known.min(heard)));
}

/// One line of it, without what steers a terminal, turns the direction of what stands around it, or is no character at all.
fn readable(text: &str) -> Option<String> {
    let seen = |letter: &char| letter.is_whitespace() || !(letter.is_control() || is_unseen(*letter));
    let text: String = text.chars().filter(seen).collect();
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

const fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
    )
}
