//! `Record`: a message that is left. <https://www.twilio.com/docs/voice/twiml/record>

use super::super::super::target::Target;
use super::super::problem::Problem;
use super::super::recording::{EVENTS, Source, Wish};
use super::element::Element;
use super::gather::is_keys;

const ATTRIBUTES: &[&str] = &[
    "action",
    "method",
    "timeout",
    "finishOnKey",
    "maxLength",
    "playBeep",
    "trim",
    "recordingStatusCallback",
    "recordingStatusCallbackMethod",
    "recordingStatusCallbackEvent",
    "transcribe",
    "transcribeCallback",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Record {
    /// None when the document is nowhere, and names none.
    pub(in super::super) action: Option<Target>,
    /// Seconds of silence that end it.
    pub(in super::super) timeout: u64,
    /// Seconds it may take.
    pub(in super::super) longest: u64,
    pub(in super::super) finish_on: String,
    pub(in super::super) wish: Wish,
}

impl Record {
    pub(super) fn read(element: &mut Element) -> Result<Self, Problem> {
        element.knows(ATTRIBUTES);
        let finish_on = element.attribute("finishOnKey").unwrap_or("1234567890*#").to_owned();
        if !is_keys(&finish_on) {
            return Err(Problem(13613));
        }
        element.flag("playBeep", true, 13616)?;
        let method = element.method("method", 13610)?;
        let transcribe = element.link("transcribeCallback", method).map_err(|_| Problem(13257))?;
        // A callback alone asks for it as well.
        let is_transcribed = element.flag("transcribe", transcribe.is_some(), 13614)?;
        let told = element.subscription("recordingStatusCallback", (EVENTS, &["completed"]), 13621)?;
        let wish = Wish {
            is_trimmed: element.trims(true, 13699)?,
            transcribe: transcribe.filter(|_| is_transcribed),
            ..Wish::of(Source::RecordVerb, told)
        };
        let longest = match element.number("maxLength", 3600, 13612)? {
            0 => return Err(Problem(13612)),
            longest => longest,
        };
        Ok(Self {
            action: element.action(13610)?,
            timeout: element.number("timeout", 5, 13611)?,
            longest,
            finish_on,
            wish,
        })
    }
}
