//! Somebody who is asked something before he comes into a conference: he presses a key, says a name, or does neither.

use loadtest::provider::twilio::{Act, Person};
use reqwest::Method;

use crate::caller::{Caller, OURS, THEIRS};
use crate::hook::Hook;

const ASKS: &str = r#"<Gather numDigits="1" timeout="5" action="/pressed"><Say>Joe calls.</Say></Gather>
    <Gather numDigits="1" timeout="5" action="/pressed"><Say>Joe calls.</Say></Gather><Hangup/>"#;
const SEAT: &str = r#"<Dial><Conference participantLabel="leg" startConferenceOnEnter="true" endConferenceOnExit="true"
    statusCallback="/conference" statusCallbackEvent="join">room</Conference></Dial>"#;

fn does(responses: Vec<Act>) -> Person {
    Person { responses, ..Person::default() }
}

#[tokio::test]
async fn who_presses_the_key_is_in_the_conference_under_his_label_and_a_voicemail_box_is_not() {
    let mut hook = Hook::with_documents(&[("/asks", ASKS), ("/pressed", SEAT)]).await;
    let caller = Caller::start(&[]).await;
    let url = hook.url("/asks");
    let message = Act::Speaks { words: "I am not here.".to_owned(), seconds: 2 };
    for nobody in [does(Vec::new()), does(vec![message])] {
        caller.simulator.behave(Some(THEIRS), nobody);
        let sid = caller.dialled(&[("Url", &url)]).await;
        let over = caller.until_call(&sid, "completed").await;
        assert!(over["start_time"].is_string(), "something picked up");
        assert_eq!(caller.get("Conferences/room/Participants/leg.json").await.0, 404);
    }
    assert!(hook.next_at("/asks").await.has("CallSid"));
    caller.simulator.behave(Some(THEIRS), does(vec![Act::Keys("1".to_owned())]));
    let sid = caller.dialled(&[("Url", &url)]).await;
    let pressed = hook.next_at("/pressed").await;
    assert_eq!((pressed.field("Digits"), pressed.field("CallSid")), ("1", sid.as_str()));
    let joined = hook.next_at("/conference").await;
    assert_eq!((joined.field("ParticipantLabel"), joined.field("CallSid")), ("leg", sid.as_str()));
    let gone = caller.send(Method::POST, &format!("Calls/{sid}.json"), &[("Status", "completed")]).await;
    assert_eq!(gone.unwrap().status(), 200);
}

#[tokio::test]
async fn a_caller_says_his_name_or_nothing_and_is_asked_what_comes_then_in_any_case() {
    const NAME: &str = r#"<Gather input="speech" action="/named" timeout="5" speechTimeout="auto" actionOnEmptyResult="true">
        <Say>Please say your name.</Say></Gather>"#;
    let mut hook = Hook::with_documents(&[("/voice", NAME), ("/named", "<Hangup/>")]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    caller.simulator.call(THEIRS, OURS, does(vec![Act::Says("Joe of Acme.".to_owned())])).unwrap();
    assert_eq!(hook.next_at("/named").await.field("SpeechResult"), "Joe of Acme.");
    caller.simulator.call(THEIRS, OURS, does(Vec::new())).unwrap();
    assert!(!hook.next_at("/named").await.has("SpeechResult"));
}
