//! What Twilio is told to do with a call, in its own markup.
//! Source: <https://www.twilio.com/docs/voice/twiml>.

use quick_xml::{Writer, events::BytesText};

/// A room that a caller waits in until somebody of us comes.
pub struct Waiting<'a> {
    pub greeting: Option<&'a str>,
    pub room: &'a str,
    /// Where Twilio tells what happens in the room.
    pub told_at: &'a str,
    /// Where it asks what to do when the caller leaves it.
    pub after: &'a str,
}

/// What a caller can leave whom nobody takes.
pub struct Voicemail<'a> {
    /// What he hears before.
    pub said: &'a str,
    /// So many seconds of it at the most.
    pub longest_s: u64,
    /// Where Twilio asks what comes after it.
    pub after: &'a str,
    /// Where it tells of the recording.
    pub told_at: &'a str,
    /// Where it tells what was said, when that is written down.
    pub transcript: Option<&'a str>,
}

/// What is told of what a caller leaves.
const TOLD_OF_RECORDING: &str = "completed absent";
/// Seconds of silence after which he is through.
const QUIET: &str = "5";

/// What is told of a room.
pub const TOLD: &str = "start end join leave mute hold announcement";

/// What a caller hears when we are in trouble.
const TROUBLE: &str = "We are sorry, we cannot take your call right now. Please try again in a moment.";

/// Nothing, and the call goes on.
pub const SILENCE: &str = "<Response/>";

/// Nothing, and the call is over.
pub const HANG_UP: &str = "<Response><Hangup/></Response>";

/// The call is not taken, and costs nothing.
pub const REJECT: &str = "<Response><Reject/></Response>";

type Document = Writer<Vec<u8>>;

/// The caller is greeted, and waits.
#[must_use]
pub fn wait(waiting: &Waiting<'_>) -> String {
    document(|response| {
        if let Some(greeting) = waiting.greeting {
            response.create_element("Say").write_text_content(BytesText::new(greeting))?;
        }
        let dial = response.create_element("Dial").with_attribute(("action", waiting.after));
        dial.write_inner_content(|dial| {
            let conference = dial.create_element("Conference").with_attributes([
                ("startConferenceOnEnter", "false"),
                ("endConferenceOnExit", "true"),
                ("beep", "false"),
                ("statusCallback", waiting.told_at),
                ("statusCallbackEvent", TOLD),
            ]);
            conference.write_text_content(BytesText::new(waiting.room)).map(drop)
        })
        .map(drop)
    })
}

/// The caller hears this, and may leave something after the tone; then the call is over.
#[must_use]
pub fn voicemail(voicemail: &Voicemail<'_>) -> String {
    let longest = voicemail.longest_s.to_string();
    document(|response| {
        response.create_element("Say").write_text_content(BytesText::new(voicemail.said))?;
        let record = response.create_element("Record").with_attributes([
            ("action", voicemail.after),
            ("maxLength", longest.as_str()),
            ("timeout", QUIET),
            ("playBeep", "true"),
            ("recordingStatusCallback", voicemail.told_at),
            ("recordingStatusCallbackEvent", TOLD_OF_RECORDING),
        ]);
        let record = match voicemail.transcript {
            Some(at) => record.with_attributes([("transcribe", "true"), ("transcribeCallback", at)]),
            None => record,
        };
        record.write_empty()?;
        response.create_element("Hangup").write_empty().map(drop)
    })
}

/// The caller hears this, and the call is over.
#[must_use]
pub fn say_and_hang_up(said: &str) -> String {
    document(|response| {
        response.create_element("Say").write_text_content(BytesText::new(said))?;
        response.create_element("Hangup").write_empty().map(drop)
    })
}

/// This is said, and the call goes on.
#[must_use]
pub fn say(said: &str) -> String {
    document(|response| response.create_element("Say").write_text_content(BytesText::new(said)).map(drop))
}

/// These tones are heard, and the call goes on.
#[must_use]
pub fn play_digits(digits: &str) -> String {
    document(|response| {
        response.create_element("Play").with_attribute(("digits", digits)).write_empty().map(drop)
    })
}

/// What is answered when we cannot even tell who is called.
#[must_use]
pub fn trouble() -> String {
    say_and_hang_up(TROUBLE)
}

fn document(write: impl FnOnce(&mut Document) -> std::io::Result<()>) -> String {
    let mut document = Writer::new(Vec::new());
    let written = document.create_element("Response").write_inner_content(write).is_ok();
    // A vector takes everything, and what was text stays text.
    let text = written.then(|| String::from_utf8(document.into_inner()).ok()).flatten();
    text.unwrap_or_else(|| HANG_UP.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_greeted_and_waits_in_a_room_of_his_own() {
        let waiting = Waiting {
            greeting: Some("Salt & <Pepper>"),
            room: "CA1",
            told_at: "https://hub.example/conference?a=1&b=2",
            after: "https://hub.example/voice/after",
        };
        assert_eq!(
            wait(&waiting),
            "<Response><Say>Salt &amp; &lt;Pepper&gt;</Say><Dial action=\"https://hub.example/voice/after\">\
             <Conference startConferenceOnEnter=\"false\" endConferenceOnExit=\"true\" beep=\"false\" \
             statusCallback=\"https://hub.example/conference?a=1&amp;b=2\" \
             statusCallbackEvent=\"start end join leave mute hold announcement\">CA1</Conference></Dial></Response>"
        );
    }

    #[test]
    fn a_caller_whom_nobody_takes_leaves_something_after_the_tone() {
        let (after, told_at) = ("https://hub.example/recorded", "https://hub.example/recording?a=1&b=2");
        let left = Voicemail { said: "Nobody is here.", longest_s: 90, after, told_at, transcript: None };
        assert_eq!(
            voicemail(&left),
            "<Response><Say>Nobody is here.</Say><Record action=\"https://hub.example/recorded\" maxLength=\"90\" \
             timeout=\"5\" playBeep=\"true\" recordingStatusCallback=\"https://hub.example/recording?a=1&amp;b=2\" \
             recordingStatusCallbackEvent=\"completed absent\"/><Hangup/></Response>"
        );
        let written = voicemail(&Voicemail { transcript: Some("https://hub.example/transcript"), ..left });
        assert!(written.contains(
            "transcribe=\"true\" transcribeCallback=\"https://hub.example/transcript\"/><Hangup/>"
        ));
    }

    #[test]
    fn what_is_said_is_said_as_it_was_written() {
        let said = say_and_hang_up("5 > 4 & \"ü\"");
        assert!(
            said.starts_with("<Response><Say>5 &gt; 4 &amp; ")
                && said.ends_with("</Say><Hangup/></Response>")
        );
        assert!(trouble().contains("<Hangup/>"));
        assert_eq!(say("Salt & <Pepper>"), "<Response><Say>Salt &amp; &lt;Pepper&gt;</Say></Response>");
        assert_eq!(play_digits("1w#*"), "<Response><Play digits=\"1w#*\"/></Response>");
    }
}
