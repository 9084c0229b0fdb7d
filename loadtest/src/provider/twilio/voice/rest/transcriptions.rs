//! What is written down of recordings: fetched, listed and deleted.

use std::sync::Arc;

use super::super::super::answer::Answer;
use super::super::super::refusal::Refusal;
use super::super::super::request::Asked;
use super::super::Voice;
use super::super::recording::Recording;
use super::{Access, Answered, page};
use crate::measure::now_micros;

impl Voice {
    /// All of the account, or of one recording.
    pub(super) fn transcriptions(&self, asked: &Asked, recording: Option<&str>) -> Answered {
        if Access::of(asked)? != Access::Read {
            return Err(Refusal::METHOD_NOT_ALLOWED);
        }
        let (lines, now) = (self.lines.lock(), now_micros());
        let wants = |it: &Recording| it.transcription.is_some() && is_of(it, recording);
        let show = |it: &Recording| it.transcription_resource(now).unwrap_or_default();
        page(asked, "transcriptions", &lines.recordings, wants, show)
    }

    pub(super) fn transcription(
        self: &Arc<Self>,
        asked: &Asked,
        recording: Option<&str>,
        sid: &str,
    ) -> Answered {
        let access = Access::of(asked)?;
        self.change(|lines, now| {
            let is_it = |it: &&mut Recording| {
                it.transcription.as_ref().is_some_and(|it| it.sid == sid) && is_of(it, recording)
            };
            let found = lines.recordings.iter_mut().find(is_it);
            let found = found.ok_or_else(|| Refusal::not_found(&asked.path))?;
            match access {
                Access::Read => Ok(Answer::Json(200, found.transcription_resource(now).unwrap_or_default())),
                Access::Write => Err(Refusal::METHOD_NOT_ALLOWED),
                Access::Remove => {
                    found.transcription = None;
                    Ok(Answer::Nothing)
                }
            }
        })
    }
}

/// What was written down of a recording outlives it, under the account.
fn is_of(it: &Recording, recording: Option<&str>) -> bool {
    recording.is_none_or(|sid| it.sid == sid && !it.is_deleted)
}
