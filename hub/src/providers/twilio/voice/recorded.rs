//! What Twilio's webhooks say of recordings and of what was said on them. Pure.

use actors::{
    receipt::{Heard, Raw, Untranslatable},
    recording::{RecordingNews, RecordingTold, Redaction},
};
use entities::recording::RecordingKind;

use super::{OUR_CALL, SPOKEN, news};
use crate::providers::twilio::wire::Form;

/// A recording came further.
pub(in crate::providers::twilio) const RECORDING: &str = "recording";
/// A caller left something.
pub(in crate::providers::twilio) const RECORDED: &str = "voice/recorded";
/// What he said is written down.
pub(in crate::providers::twilio) const TRANSCRIPT: &str = "voice/transcript";

/// Where it says what was said.
const SAID: &str = "TranscriptionText";
/// Who recorded, when a caller was asked to leave something.
const LEFT: &str = "RecordVerb";
/// How the bytes are asked for: many times smaller than what is said in full.
const ENDING: &str = ".mp3";

/// The same for every delivery of one step of one recording.
pub(in crate::providers::twilio) fn recording_key(form: &Form) -> Option<String> {
    Some(format!("{RECORDING}:{}:{}", form.text("RecordingSid")?, form.text("RecordingStatus")?))
}

/// The same for every time we are asked what comes after a caller left something.
pub(in crate::providers::twilio) fn recorded_key(form: &Form) -> Option<String> {
    Some(format!("{RECORDED}:{}", form.text("RecordingSid")?))
}

/// The same for every delivery of what was said on one recording.
pub(in crate::providers::twilio) fn transcript_key(form: &Form) -> Option<String> {
    Some(format!("{TRANSCRIPT}:{}:{}", form.text("RecordingSid")?, form.text("TranscriptionStatus")?))
}

/// Reads one of these webhooks; `None`: it is none of them.
pub(super) fn heard(raw: &Raw, form: &Form) -> Option<Result<Heard, Untranslatable>> {
    let read = match raw.kind.as_str() {
        RECORDING if is_between(form) => return Some(Ok(Heard::Nothing)),
        RECORDING => recording(form),
        RECORDED => taken(form).map(|news| (RecordingKind::Voicemail, news)),
        TRANSCRIPT => transcript(form).map(|news| (RecordingKind::Voicemail, news)),
        _ => return None,
    };
    Some(read.and_then(|(kind, news)| told(kind, news, form, &Form::read(raw.head.query.as_bytes()))))
}

/// The webhook with what was said redacted: it is not kept otherwise.
pub(in crate::providers::twilio) fn redacted(form: &Form, redaction: &Redaction) -> Vec<u8> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = form.pairs().iter().map(|(name, value)| match text(name) {
        name if [SAID, SPOKEN].contains(&name.as_str()) => (name, redaction.redact(&text(value))),
        name => (name, text(value)),
    });
    Form::write(&pairs.collect::<Vec<_>>())
}

/// Whether it goes on no more and is not there yet: what became of it is told by the next one.
fn is_between(form: &Form) -> bool {
    form.text("RecordingStatus").is_some_and(|status| matches!(status.as_str(), "stopped" | "processing"))
}

fn recording(form: &Form) -> Result<(RecordingKind, RecordingNews), Untranslatable> {
    let kind = kind(form.text("RecordingSource").as_deref().unwrap_or_default());
    let status = form.text("RecordingStatus").ok_or_else(|| missing("RecordingStatus"))?;
    let news = match status.as_str() {
        "in-progress" | "paused" => RecordingNews::Begun,
        "completed" => taken(form)?,
        "absent" | "failed" => RecordingNews::Absent,
        _ => return Err(Untranslatable("nobody knows this status".to_owned())),
    };
    Ok((kind, news))
}

fn taken(form: &Form) -> Result<RecordingNews, Untranslatable> {
    let url = form.text("RecordingUrl").ok_or_else(|| missing("RecordingUrl"))?;
    let duration_s = form.text("RecordingDuration").and_then(|seconds| seconds.trim().parse().ok());
    Ok(RecordingNews::Taken { url: sound(&url), duration_s })
}

/// Of what Twilio says recorded it.
pub(super) fn kind(source: &str) -> RecordingKind {
    if source == LEFT { RecordingKind::Voicemail } else { RecordingKind::Call }
}

/// Where its bytes are.
pub(super) fn sound(url: &str) -> String {
    format!("{url}{ENDING}")
}

/// What this status of a transcription tells, with what was said; `None`: nothing yet.
pub(super) fn said(status: &str, text: Option<String>) -> Option<RecordingNews> {
    match (status, text) {
        ("completed", Some(text)) => Some(RecordingNews::Transcribed(text)),
        ("completed" | "failed", _) => Some(RecordingNews::NotTranscribed),
        _ => None,
    }
}

fn transcript(form: &Form) -> Result<RecordingNews, Untranslatable> {
    let status = form.text("TranscriptionStatus").ok_or_else(|| missing("TranscriptionStatus"))?;
    said(&status, form.text(SAID)).ok_or_else(|| Untranslatable("nobody knows this status".to_owned()))
}

fn told(kind: RecordingKind, news: RecordingNews, form: &Form, ours: &Form) -> Result<Heard, Untranslatable> {
    Ok(Heard::Recording(RecordingTold {
        call_id: ours.text(OUR_CALL).and_then(|id| id.parse().ok()),
        named: form.text("CallSid"),
        external_id: form.text("RecordingSid").ok_or_else(|| missing("RecordingSid"))?,
        kind,
        started_at: news::time(form.text("RecordingStartTime").as_deref()),
        news,
    }))
}

fn missing(what: &str) -> Untranslatable {
    Untranslatable(format!("it has no {what}"))
}

#[cfg(test)]
mod tests {
    use actors::receipt::Head;

    use super::*;

    macro_rules! recorded {
        ($name:literal) => {
            include_bytes!(concat!("../../../../tests/fixtures/twilio/", $name, ".txt"))
        };
    }

    fn read(kind: &str, query: &str, body: &[u8]) -> Result<RecordingTold, Untranslatable> {
        let head = Head { query: query.to_owned(), ..Head::default() };
        let raw = Raw { kind: kind.to_owned(), head, body: body.to_vec() };
        match heard(&raw, &Form::read(body)).expect("a recording")? {
            Heard::Recording(told) => Ok(told),
            other => panic!("{other:?} tells of no recording"),
        }
    }

    #[test]
    fn what_a_caller_left_is_told_apart_from_what_was_recorded_of_a_call() {
        let left = read(RECORDING, "", recorded!("recording-status-completed-recordverb")).unwrap();
        assert_eq!((left.kind, left.call_id), (RecordingKind::Voicemail, None));
        assert_eq!(left.named.as_deref(), Some("CA00000000000000000000000000000001"));
        assert_eq!(left.started_at.unwrap().to_string(), "2021-07-29T06:59:25.000Z");
        let RecordingNews::Taken { url, duration_s: Some(3) } = left.news else { panic!("not taken") };
        assert!(url.ends_with("/Recordings/RE00000000000000000000000000000001.mp3"), "{url}");
        let ours = "01939f3e-5b5e-7c3a-9a59-0a0b0c0d0e0f";
        let query = format!("call={ours}");
        let both = read(RECORDING, &query, recorded!("recording-status-completed-api-dual")).unwrap();
        assert_eq!((both.kind, both.call_id), (RecordingKind::Call, Some(ours.parse().unwrap())));
    }

    #[test]
    fn silence_is_no_recording_and_the_verb_tells_the_same_as_its_callback() {
        let silent = read(RECORDING, "", recorded!("recording-status-absent")).unwrap();
        assert_eq!(silent.news, RecordingNews::Absent);
        let verb = read(RECORDED, "", recorded!("voice-record-action")).unwrap();
        assert!(matches!(verb.news, RecordingNews::Taken { duration_s: Some(12), .. }));
        assert_eq!(verb.kind, RecordingKind::Voicemail);
    }

    #[test]
    fn what_goes_on_is_begun_and_what_was_stopped_waits_for_its_end() {
        let heard_of = |status: &str| {
            let body = format!("CallSid=CA1&RecordingSid=RE1&RecordingStatus={status}");
            let raw =
                Raw { kind: RECORDING.to_owned(), head: Head::default(), body: body.clone().into_bytes() };
            heard(&raw, &Form::read(body.as_bytes())).unwrap()
        };
        for status in ["in-progress", "paused"] {
            let Ok(Heard::Recording(told)) = heard_of(status) else {
                panic!("{status} tells of a recording")
            };
            assert_eq!(told.news, RecordingNews::Begun);
        }
        for status in ["stopped", "processing"] {
            assert!(matches!(heard_of(status), Ok(Heard::Nothing)), "{status}");
        }
        assert!(heard_of("sideways").is_err());
    }

    #[test]
    fn what_was_said_is_read_or_nobody_can_tell() {
        let said = read(TRANSCRIPT, "", recorded!("transcription-completed")).unwrap();
        let words = "Hi, please call me back about Tuesday.".to_owned();
        assert_eq!(said.news, RecordingNews::Transcribed(words));
        let lost = read(TRANSCRIPT, "", recorded!("transcription-failed")).unwrap();
        assert_eq!(lost.news, RecordingNews::NotTranscribed);
    }

    #[test]
    fn a_webhook_is_kept_without_the_numbers_that_were_said() {
        let form =
            Form::read(b"CallSid=CA1&TranscriptionText=My+card+is+4111+1111+1111+1111&RecordingSid=RE1");
        let kept = Form::read(&redacted(&form, &Redaction::default()));
        assert_eq!(kept.text(SAID).as_deref(), Some("My card is [redacted]"));
        assert_eq!(kept.text("CallSid").as_deref(), Some("CA1"));
    }

    #[test]
    fn what_nobody_knows_is_not_guessed() {
        for (kind, body) in [
            (RECORDING, &b"RecordingSid=RE1&RecordingStatus=teleported"[..]),
            (RECORDING, b"RecordingSid=RE1"),
            (RECORDING, b"RecordingStatus=absent"),
            (RECORDED, b"RecordingSid=RE1"),
            (TRANSCRIPT, b"RecordingSid=RE1&TranscriptionStatus=later"),
        ] {
            assert!(read(kind, "", body).is_err(), "{kind}");
        }
    }
}
