//! The REST calls about calls, conferences and recordings, by their paths.

mod calls;
mod conferences;
mod participants;
mod recordings;
mod transcriptions;

use std::sync::Arc;

use hyper::Method;
use serde_json::Value;

use self::recordings::Within;
use super::super::answer::Answer;
use super::super::paging::{Listed, Paging};
use super::super::refusal::Refusal;
use super::super::request::Asked;
use super::Voice;

/// The names under an account that are answered here.
pub(in super::super) const ROOMS: [&str; 4] = ["Calls", "Conferences", "Recordings", "Transcriptions"];

/// Who asks, what for, and what it comes to.
type Answered = Result<Answer, Refusal>;

impl Voice {
    /// Answers what is asked at `rest`, the path under the account.
    pub(in super::super) fn answer(self: &Arc<Self>, asked: &Asked, rest: &[&str]) -> Answered {
        let last = rest.last().copied().unwrap_or_default();
        let bare = last.strip_suffix(".json").unwrap_or(last);
        let path = [&rest[..rest.len().saturating_sub(1)], &[bare]].concat();
        match path.as_slice() {
            ["Recordings"] => self.recordings(asked, &Within::Account),
            ["Recordings", sid] => self.recording(asked, &Within::Account, sid),
            ["Recordings", recording, "Transcriptions"] => self.transcriptions(asked, Some(recording)),
            ["Recordings", recording, "Transcriptions", sid] => {
                self.transcription(asked, Some(recording), sid)
            }
            ["Transcriptions"] => self.transcriptions(asked, None),
            ["Transcriptions", sid] => self.transcription(asked, None, sid),
            ["Calls"] => self.calls(asked),
            ["Calls", sid] => self.call(asked, sid),
            ["Calls", call, "Recordings"] => self.recordings(asked, &Within::Call(call)),
            ["Calls", call, "Recordings", sid] => self.recording(asked, &Within::Call(call), sid),
            ["Conferences"] => self.conferences(asked),
            ["Conferences", sid] => self.conference(asked, sid),
            ["Conferences", name, "Participants"] => self.participants(asked, name),
            ["Conferences", name, "Participants", who] => self.participant(asked, name, who),
            ["Conferences", sid, "Recordings"] => self.recordings(asked, &Within::Conference(sid)),
            ["Conferences", name, "Recordings", sid] => self.recording(asked, &Within::Conference(name), sid),
            _ => Err(Refusal::not_found(&asked.path)),
        }
    }
}

/// What is to be done with something, by the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    Remove,
}

impl Access {
    fn of(asked: &Asked) -> Result<Self, Refusal> {
        match asked.method {
            Method::GET => Ok(Self::Read),
            Method::POST => Ok(Self::Write),
            Method::DELETE => Ok(Self::Remove),
            _ => Err(Refusal::METHOD_NOT_ALLOWED),
        }
    }
}

/// A page of `name`, which are in the order they came.
fn page<T: Listed>(
    asked: &Asked,
    name: &str,
    items: &[T],
    wants: impl Fn(&T) -> bool,
    show: impl Fn(&T) -> Value,
) -> Answered {
    let paging = Paging::read(&asked.query)?;
    let page = paging.page(items, wants)?;
    Ok(Answer::Json(200, paging.show((name, &asked.path), &asked.query, &page, show)))
}
