//! Documents as hubs write them, and as they should not.

use super::super::post::Subscription;
use super::*;

fn base() -> Target {
    Target::post("http://127.0.0.1:8080/webhooks/twilio/acme/voice")
}

fn parse(verbs: &str) -> Result<Document, Problem> {
    Document::parse(&format!("<Response>{verbs}</Response>"), Some(&base()))
}

fn only(verbs: &str) -> Verb {
    parse(verbs).unwrap().verbs.remove(0)
}

fn at(path: &str) -> Target {
    Target::post(&format!("http://127.0.0.1:8080{path}"))
}

#[test]
fn an_empty_answer_asks_for_nothing() {
    let empty = Document::parse(r#"<?xml version="1.0" encoding="UTF-8"?><Response />"#, None);
    assert_eq!(empty, Ok(Document::default()));
}

#[test]
fn verbs_are_read_in_their_order() {
    let document = parse(
        r#"<Say voice="alice">Hello &amp; <emphasis>welcome</emphasis></Say><Pause length="3"/><Play loop="2">/a.mp3</Play><Play digits="ww42#"/>
        <!-- not a verb --><Redirect method="GET">/next</Redirect>"#,
    );
    let next = Target { method: reqwest::Method::GET, ..at("/next") };
    assert_eq!(
        document.unwrap().verbs,
        [
            Verb::Sound { seconds: 1, sound: Sound::Words("Hello & welcome".to_owned()) },
            Verb::Pause { seconds: 3 },
            Verb::Sound { seconds: 2, sound: Sound::Music("/a.mp3".to_owned()) },
            Verb::Sound { seconds: 1, sound: Sound::Keys("ww42#".to_owned()) },
            Verb::Redirect(next)
        ]
    );
}

#[test]
fn a_gather_is_read_with_its_prompt() {
    let Verb::Gather(gather) = only(
        r##"<Gather action="/ivr?node=1" actionOnEmptyResult="true" finishOnKey="#" input="dtmf speech" numDigits="1" timeout="7">
            <Say>Press 1</Say><Pause/></Gather>"##,
    ) else {
        panic!("no Gather")
    };
    assert!(gather.takes_keys && gather.takes_speech && gather.asks_when_empty);
    assert_eq!((gather.action, gather.timeout), (Some(at("/ivr?node=1")), 7));
    let prompt = (vec![Sound::Words("Press 1".to_owned())], 2);
    assert_eq!((gather.most_digits, gather.finish_on.as_str(), gather.prompt), (Some(1), "#", prompt));
    let Verb::Gather(plain) = only("<Gather/>") else { panic!("no Gather") };
    assert_eq!((plain.takes_speech, plain.action), (false, Some(base())), "it goes on where it came from");
}

#[test]
fn a_dial_calls_several_at_once() {
    let Verb::Dial(dial) = only(
        r#"<Dial action="/result" answerOnBridge="true" callerId="+12025550100" record="record-from-answer-dual" timeout="20">
            <Number url="/whisper" statusCallback="/status" statusCallbackEvent="initiated completed">+1 (202) 555-0140</Number>
            <Client><Identity>agent_7</Identity><Parameter name="a" value="b"/></Client></Dial>"#,
    ) else {
        panic!("no Dial")
    };
    assert!(dial.answer_on_bridge && dial.record.is_some_and(|wish| wish.channels == 2));
    assert_eq!(
        (dial.timeout, dial.action, dial.caller_id.as_deref()),
        (20, Some(at("/result")), Some("+12025550100"))
    );
    let told = ["initiated", "completed"].map(str::to_owned).to_vec();
    let callback = Some(Subscription { target: at("/status"), events: told });
    let number = Number { to: "+12025550140".to_owned(), whisper: Some(at("/whisper")), callback };
    let client = Number { to: "client:agent_7".to_owned(), whisper: None, callback: None };
    assert_eq!(dial.noun, Noun::Numbers(vec![number, client]));
}

#[test]
fn a_conference_is_read_as_a_seat_in_it() {
    let Verb::Dial(dial) = only(
        r#"<Dial><Conference beep="false" endConferenceOnExit="true" participantLabel="customer" record="record-from-start"
            startConferenceOnEnter="false" statusCallback="/conference" statusCallbackEvent="start end join"
            waitMethod="GET" waitUrl="https://music.example.com/">call-7</Conference></Dial>"#,
    ) else {
        panic!("no Dial")
    };
    let Noun::Conference(seat) = dial.noun else { panic!("no Conference") };
    assert_eq!((seat.name.as_str(), seat.label.as_deref()), ("call-7", Some("customer")));
    assert!(seat.end_on_exit && !seat.start_on_enter && seat.record.is_some());
    assert!(seat.subscription.is_some_and(|told| told.wants("join") && !told.wants("leave")));
    assert_eq!(seat.wait, None, "music from elsewhere is not fetched");
}

#[test]
fn what_twilio_does_not_take_has_its_code() {
    for (verbs, code) in [
        ("<Enqueue>support</Enqueue>", 12100),
        ("<Say>Hello<Say>", 12100),
        ("<Say></Say>", 13520),
        ("<Play/>", 11100),
        ("<Play digits='12x'/>", 13430),
        ("<Pause length='soon'/>", 13910),
        ("<Reject reason='tired'/>", 13810),
        ("<Redirect>https://hub.example.com/</Redirect>", 11100),
        ("<Gather input='touch'/>", 13326),
        ("<Gather numDigits='0'/>", 13314),
        ("<Gather finishOnKey='ab'/>", 13310),
        ("<Gather><Hangup/></Gather>", 13320),
        ("<Record maxLength='0'/>", 13612),
        ("<Record trim='some'/>", 13699),
        ("<Record recordingStatusCallback='/r' recordingStatusCallbackEvent='done'/>", 13621),
        ("<Dial/>", 13223),
        ("<Dial>12</Dial>", 13223),
        ("<Dial><Sip>sip:a@b</Sip></Dial>", 13215),
        ("<Dial timeout='long'>+12025550140</Dial>", 13212),
        ("<Dial record='yes'>+12025550140</Dial>", 13217),
        ("<Dial recordingTrack='mine'>+12025550140</Dial>", 13622),
        ("<Dial><Conference>a</Conference><Number>+12025550140</Number></Dial>", 13000),
        ("<Dial><Conference muted='1'>a</Conference></Dial>", 13230),
        ("<Dial><Conference participantLabel='a/b'>a</Conference></Dial>", 16023),
        ("<Dial><Number statusCallback='/s' statusCallbackEvent='done'>+12025550140</Number></Dial>", 21626),
    ] {
        assert_eq!(parse(verbs), Err(Problem(code)), "{verbs}");
    }
    assert_eq!(Document::parse("<Voice/>", None), Err(Problem::ROOT));
    assert_eq!(Document::parse("", None), Err(Problem::PARSE));
    assert_eq!(
        Document::parse("<!DOCTYPE Response [<!ENTITY a 'a'>]><Response>&a;</Response>", None),
        Err(Problem::PARSE)
    );
    assert_eq!(parse(&"<Pause/>".repeat(9_000)), Err(Problem::TOO_LARGE));
}

#[test]
fn an_unknown_attribute_is_warned_of_and_passed_over() {
    let document = parse("<Say tone='soft'>Hello</Say>").unwrap();
    assert_eq!((document.verbs.len(), document.warnings), (1, vec![Problem::SCHEMA]));
}

#[test]
fn a_document_that_is_nowhere_must_name_where_it_goes_on() {
    assert_eq!(
        Document::parse("<Response><Redirect>/next</Redirect></Response>", None),
        Err(Problem::INVALID_URL)
    );
    let nowhere = Document::parse("<Response><Gather/></Response>", None).unwrap();
    assert!(matches!(&nowhere.verbs[0], Verb::Gather(gather) if gather.action.is_none()));
}
