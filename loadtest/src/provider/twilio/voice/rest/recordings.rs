//! Recordings: begun, held, ended, fetched, listened to and deleted.

use std::sync::Arc;

use super::super::super::answer::Answer;
use super::super::super::form::Form;
use super::super::super::listing::is;
use super::super::super::refusal::Refusal;
use super::super::super::request::Asked;
use super::super::Voice;
use super::super::call::Status;
use super::super::draft::record;
use super::super::lines::Lines;
use super::super::recording::{Of, Recording, Source, State};
use super::{Access, Answered, page};

/// Where a recording is looked for.
#[derive(Debug)]
pub(super) enum Within<'a> {
    Account,
    Call(&'a str),
    /// By its SID.
    Conference(&'a str),
}

impl Within<'_> {
    fn has(&self, recording: &Recording) -> bool {
        match self {
            Self::Account => true,
            Self::Call(sid) => matches!(&recording.of, Of::Call(call) if call == sid),
            Self::Conference(sid) => matches!(&recording.of, Of::Conference(conference) if conference == sid),
        }
    }
}

impl Voice {
    pub(super) fn recordings(self: &Arc<Self>, asked: &Asked, within: &Within) -> Answered {
        match (Access::of(asked)?, within) {
            (Access::Read, _) => {
                let lines = self.lines.lock();
                let [call, conference] = ["CallSid", "ConferenceSid"].map(|name| asked.query.get(name));
                let is_of = |it: &Recording| match &it.of {
                    Of::Call(sid) => conference.is_none() && is(call, sid),
                    Of::Conference(sid) => call.is_none() && is(conference, sid),
                };
                let wants = |it: &Recording| !it.is_deleted && within.has(it) && is_of(it);
                let show = |it: &Recording| it.resource(&lines.base);
                page(asked, "recordings", &lines.recordings, wants, show)
            }
            (Access::Write, Within::Call(call)) => self.start_recording(asked, call),
            _ => Err(Refusal::METHOD_NOT_ALLOWED),
        }
    }

    pub(super) fn recording(self: &Arc<Self>, asked: &Asked, within: &Within, name: &str) -> Answered {
        let access = Access::of(asked)?;
        let form = Form::parse(&asked.body);
        self.change(|lines, now| {
            let missing = || Refusal::not_found(&asked.path);
            let (name, format) =
                name.split_once('.').filter(|_| name != "Twilio.CURRENT").unwrap_or((name, ""));
            let recording = find(lines, within, name).ok_or_else(missing)?;
            let (sid, state) = (recording.sid.clone(), recording.state);
            match access {
                Access::Read if asked.path.ends_with(".json") => {}
                Access::Read => {
                    let (content_type, bytes) = recording.sound(format).ok_or_else(missing)?;
                    return Ok(Answer::Bytes { content_type: content_type.to_owned(), bytes });
                }
                Access::Write if matches!(within, Within::Account) => {
                    return Err(Refusal::METHOD_NOT_ALLOWED);
                }
                Access::Write => update(lines, &sid, (state, form.get("Status")), now)?,
                Access::Remove if !state.is_over() => return Err(Refusal::NOT_ELIGIBLE_FOR_RECORDING),
                Access::Remove => {
                    lines.delete_recording(&sid);
                    return Ok(Answer::Nothing);
                }
            }
            let recording = lines.recording(&sid).ok_or_else(missing)?;
            Ok(Answer::Json(200, recording.resource(&lines.base)))
        })
    }

    fn start_recording(self: &Arc<Self>, asked: &Asked, call: &str) -> Answered {
        let wish = record(&Form::parse(&asked.body), Source::StartCallRecordingApi)?;
        self.change(|lines, now| {
            let status = lines.call(call).ok_or_else(|| Refusal::not_found(&asked.path))?.status;
            if status != Status::InProgress {
                return Err(Refusal::NOT_ELIGIBLE_FOR_RECORDING);
            }
            let sid = lines.record(Of::Call(call.to_owned()), wish, now);
            let recording = lines.recording(&sid).ok_or(Refusal::NOT_ELIGIBLE_FOR_RECORDING)?;
            Ok(Answer::Json(201, recording.resource(&lines.base)))
        })
    }
}

/// By its SID, or the one that is going on.
fn find<'a>(lines: &'a Lines, within: &Within, name: &str) -> Option<&'a Recording> {
    let is_current = name == "Twilio.CURRENT" && !matches!(within, Within::Account);
    let is_it = |it: &&Recording| it.sid == name || (is_current && !it.state.is_over());
    lines.recordings.iter().rev().filter(|it| !it.is_deleted && within.has(it)).find(is_it)
}

fn update(
    lines: &mut Lines,
    sid: &str,
    (state, wanted): (State, Option<&str>),
    now: i64,
) -> Result<(), Refusal> {
    if state.is_over() {
        return Err(Refusal::NOT_ELIGIBLE_FOR_RECORDING);
    }
    match wanted {
        Some("paused") => lines.pause_recording(sid, true),
        Some("in-progress") => lines.pause_recording(sid, false),
        Some("stopped") => lines.stop_recording(sid, now),
        _ => return Err(Refusal::INVALID_STATUS),
    }
    Ok(())
}
