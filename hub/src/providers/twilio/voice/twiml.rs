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

/// Where somebody of us is put through to.
pub struct Seat<'a> {
    pub room: &'a str,
    /// What we call his leg.
    pub label: &'a str,
    /// Where Twilio tells what happens in the room.
    pub told_at: &'a str,
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

/// What a caller is asked before he waits, and how many seconds he has until he begins to answer.
const ASKED: &str = "Please say your name.";
const BEGINS_WITHIN: &str = "5";
/// How often somebody is told who calls, and how many seconds he then has to press a key.
const TOLD_TIMES: usize = 2;
const PRESSES_WITHIN: &str = "5";

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
            said(response, greeting)?;
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

/// The caller is greeted, and asked for his name. Whatever he says, Twilio then asks at `action` where he waits.
#[must_use]
pub fn ask_for_name(greeting: Option<&str>, action: &str) -> String {
    document(|response| {
        if let Some(greeting) = greeting {
            said(response, greeting)?;
        }
        let gather = response.create_element("Gather").with_attributes([
            ("input", "speech"),
            ("action", action),
            ("timeout", BEGINS_WITHIN),
            ("speechTimeout", "auto"),
            ("actionOnEmptyResult", "true"),
        ]);
        gather.write_inner_content(|gather| said(gather, ASKED)).map(drop)
    })
}

/// Somebody of us is asked twice to press a key, which Twilio tells at `action`. Who presses none is hung up on.
#[must_use]
pub fn ask_for_key(question: &str, action: &str) -> String {
    document(|response| {
        for _ in 0..TOLD_TIMES {
            let gather = response.create_element("Gather").with_attributes([
                ("numDigits", "1"),
                ("timeout", PRESSES_WITHIN),
                ("action", action),
            ]);
            gather.write_inner_content(|gather| said(gather, question))?;
        }
        response.create_element("Hangup").write_empty().map(drop)
    })
}

/// He is in the room from now on, which begins with him and ends when he leaves it.
#[must_use]
pub fn put_through(seat: &Seat<'_>) -> String {
    document(|response| {
        let dial = response.create_element("Dial");
        dial.write_inner_content(|dial| {
            let conference = dial.create_element("Conference").with_attributes([
                ("participantLabel", seat.label),
                ("startConferenceOnEnter", "true"),
                ("endConferenceOnExit", "true"),
                ("beep", "false"),
                ("statusCallback", seat.told_at),
                ("statusCallbackEvent", TOLD),
            ]);
            conference.write_text_content(BytesText::new(seat.room)).map(drop)
        })
        .map(drop)
    })
}

/// The caller hears this, and may leave something after the tone; then the call is over.
#[must_use]
pub fn voicemail(voicemail: &Voicemail<'_>) -> String {
    let longest = voicemail.longest_s.to_string();
    document(|response| {
        said(response, voicemail.said)?;
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
pub fn say_and_hang_up(text: &str) -> String {
    document(|response| {
        said(response, text)?;
        response.create_element("Hangup").write_empty().map(drop)
    })
}

/// This is said, and the call goes on.
#[must_use]
pub fn say(text: &str) -> String {
    document(|response| said(response, text))
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

fn said(element: &mut Document, text: &str) -> std::io::Result<()> {
    element.create_element("Say").write_text_content(BytesText::new(text)).map(drop)
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
    fn a_caller_is_asked_for_his_name_before_he_waits() {
        assert_eq!(
            ask_for_name(Some("Hello."), "https://hub.example/named?room=CA1"),
            "<Response><Say>Hello.</Say><Gather input=\"speech\" action=\"https://hub.example/named?room=CA1\" timeout=\"5\" \
             speechTimeout=\"auto\" actionOnEmptyResult=\"true\"><Say>Please say your name.</Say></Gather></Response>"
        );
        assert!(ask_for_name(None, "https://hub.example/named").starts_with("<Response><Gather "));
    }

    #[test]
    fn somebody_of_us_is_asked_twice_and_hung_up_on_when_he_presses_nothing() {
        let asked = "<Gather numDigits=\"1\" timeout=\"5\" action=\"https://hub.example/screened?call=1&amp;leg=2\">\
                     <Say>Call from &lt;Hangup/&gt;. Press 1.</Say></Gather>";
        assert_eq!(
            ask_for_key("Call from <Hangup/>. Press 1.", "https://hub.example/screened?call=1&leg=2"),
            format!("<Response>{asked}{asked}<Hangup/></Response>")
        );
    }

    #[test]
    fn who_takes_it_comes_into_the_room_under_our_name_of_his_leg() {
        let seat = Seat { room: "CA1", label: "leg-1", told_at: "https://hub.example/conference?call=1" };
        assert_eq!(
            put_through(&seat),
            "<Response><Dial><Conference participantLabel=\"leg-1\" startConferenceOnEnter=\"true\" \
             endConferenceOnExit=\"true\" beep=\"false\" statusCallback=\"https://hub.example/conference?call=1\" \
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
