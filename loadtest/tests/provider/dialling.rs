//! `Dial`: other people are called, and who answers first is connected.

use std::time::Instant;

use loadtest::provider::twilio::{Act, Answers, Called, Person};

use crate::caller::{Caller, OURS, PATIENCE, THEIRS};
use crate::hook::Hook;

const AGENT: &str = "+12025550140";
const LEG: &str = r#"statusCallback="/legs" statusCallbackEvent="initiated ringing answered completed""#;

fn behaves(answers: Answers) -> Person {
    Person { answers, ..Person::default() }
}

/// Somebody who answers, and hangs up so many steps later.
fn talks_for(steps: u32) -> Person {
    Person { hangs_up_after: Some(steps), ..Person::default() }
}

/// A simulator whose number is answered with this document, and what it tells of.
async fn answering(verbs: &str, more: &[(&'static str, &str)]) -> (Caller, Hook) {
    let documents = [&[("/voice", verbs)], more].concat();
    let hook = Hook::with_documents(&documents).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    (caller, hook)
}

fn legs(caller: &Caller) -> Vec<Called> {
    caller.simulator.calls().into_iter().filter(|call| call.parent.is_some()).collect()
}

async fn until_connected(caller: &Caller) {
    let end = Instant::now() + PATIENCE;
    while !legs(caller).iter().any(|leg| leg.was_bridged) {
        assert!(Instant::now() < end, "nobody was connected");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_is_dialled_is_a_leg_of_its_own_and_the_action_is_told_what_came_of_it() {
    let dial =
        format!(r#"<Dial action="/result"><Number {LEG}>{AGENT}</Number></Dial><Redirect>/never</Redirect>"#);
    let (caller, mut hook) = answering(&dial, &[("/result", "<Hangup/>")]).await;
    caller.simulator.behave(Some(AGENT), talks_for(3));
    let parent = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let told = hook.told_at("/legs", 4).await;
    let statuses: Vec<&str> = told.iter().map(|it| it.field("CallStatus")).collect();
    assert_eq!(statuses, ["initiated", "ringing", "in-progress", "completed"]);
    for leg in &told {
        assert_eq!((leg.field("ParentCallSid"), leg.field("Direction")), (parent.as_str(), "outbound-dial"));
        assert_eq!((leg.field("From"), leg.field("To")), (THEIRS, AGENT));
        assert!(hook.has_signed(leg));
    }
    let call = caller.until_call(&parent, "completed").await;
    assert_eq!(call["direction"], "inbound");
    let listed = caller.get(&format!("Calls.json?ParentCallSid={parent}")).await.1;
    assert_eq!(listed["calls"][0]["sid"], told[0].field("CallSid"));
    assert!(legs(&caller)[0].was_bridged);
}

#[tokio::test]
async fn the_action_alone_goes_on_when_there_is_one() {
    let dial =
        format!(r#"<Dial action="/result" callerId="{OURS}">{AGENT}</Dial><Redirect>/never</Redirect>"#);
    let (caller, mut hook) = answering(&dial, &[]).await;
    caller.simulator.behave(Some(AGENT), talks_for(2));
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let result = hook.next_at("/result").await;
    assert_eq!((result.field("DialCallStatus"), result.field("DialBridged")), ("completed", "true"));
    assert_eq!((result.field("DialCallDuration"), result.field("CallStatus")), ("0", "in-progress"));
    caller.until_quiet().await;
    assert!(hook.is_quiet());
    assert_eq!(
        (result.field("DialCallSid"), legs(&caller)[0].from.as_str()),
        (legs(&caller)[0].sid.as_str(), OURS)
    );
}

#[tokio::test]
async fn without_an_action_the_document_goes_on() {
    let dial = format!(r#"<Dial timeout="3">{AGENT}</Dial><Redirect>/voicemail</Redirect>"#);
    let (caller, mut hook) = answering(&dial, &[]).await;
    caller.simulator.behave(Some(AGENT), behaves(Answers::Never));
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    hook.next_at("/voicemail").await;
    assert_eq!(legs(&caller)[0].status, "no-answer");
}

#[tokio::test]
async fn the_action_is_told_why_nobody_was_connected() {
    for (answers, status) in
        [(Answers::Busy, "busy"), (Answers::Never, "no-answer"), (Answers::Fails, "failed")]
    {
        let dial = format!(r#"<Dial action="/result" timeout="3">{AGENT}</Dial>"#);
        let (caller, mut hook) = answering(&dial, &[]).await;
        caller.simulator.behave(Some(AGENT), behaves(answers));
        caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
        let result = hook.next_at("/result").await;
        assert_eq!((result.field("DialCallStatus"), result.field("DialBridged")), (status, "false"));
        assert!(!result.has("DialCallDuration"));
    }
}

#[tokio::test]
async fn of_several_the_first_who_answers_has_it() {
    let dial =
        r#"<Dial action="/result"><Client>ada</Client><Client>eve</Client><Client>joe</Client></Dial>"#;
    let (caller, mut hook) = answering(dial, &[]).await;
    caller.simulator.behave(Some("client:ada"), behaves(Answers::Never));
    caller.simulator.behave(Some("client:eve"), talks_for(5));
    caller.simulator.behave(Some("client:joe"), behaves(Answers::Busy));
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    assert_eq!(hook.next_at("/result").await.field("DialCallStatus"), "completed");
    let ends: Vec<(String, &str, bool)> =
        legs(&caller).into_iter().map(|leg| (leg.to, leg.status, leg.was_bridged)).collect();
    let end = |to: &str, status, was_bridged| (to.to_owned(), status, was_bridged);
    assert_eq!(ends[..2], [end("client:ada", "canceled", false), end("client:eve", "completed", true)]);
    assert!(!ends[2].2);
}

#[tokio::test]
async fn who_answers_hears_the_whisper_before_he_is_connected() {
    let dial = format!(r#"<Dial action="/result"><Number url="/whisper">{AGENT}</Number></Dial>"#);
    let (caller, mut hook) =
        answering(&dial, &[("/whisper", r#"<Gather action="/accept" numDigits="1"/><Hangup/>"#)]).await;
    let accepts = Person { responses: vec![Act::Keys("1".to_owned())], ..Person::default() };
    caller.simulator.behave(Some(AGENT), accepts);
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let whisper = hook.next_at("/whisper").await;
    assert_eq!((whisper.field("Direction"), whisper.field("CallStatus")), ("outbound-dial", "in-progress"));
    assert_eq!(hook.next_at("/accept").await.field("Digits"), "1");
    until_connected(&caller).await;
    assert!(caller.simulator.act(whisper.field("CallSid"), Act::HangsUp));
    assert_eq!(hook.next_at("/result").await.field("DialBridged"), "true");
}

#[tokio::test]
async fn whoever_does_not_accept_the_whisper_is_not_connected() {
    let dial = format!(r#"<Dial action="/result"><Number url="/whisper">{AGENT}</Number></Dial>"#);
    let whisper = r#"<Gather action="/accept" numDigits="1" timeout="1"/><Hangup/>"#;
    let (caller, mut hook) = answering(&dial, &[("/whisper", whisper)]).await;
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let result = hook.next_at("/result").await;
    assert_eq!((result.field("DialBridged"), result.field("DialCallStatus")), ("false", "completed"));
}

#[tokio::test]
async fn with_answer_on_bridge_who_dials_is_answered_when_somebody_is_connected() {
    let dial = format!(r#"<Dial answerOnBridge="true" action="/result" timeout="2">{AGENT}</Dial>"#);
    let (caller, mut hook) = answering(&dial, &[("/result", "<Reject reason=\"busy\"/>")]).await;
    caller.simulator.behave(Some(AGENT), behaves(Answers::Never));
    let sid = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    assert_eq!(hook.next_at("/result").await.field("CallStatus"), "ringing");
    assert!(caller.until_call(&sid, "busy").await["start_time"].is_null());
    caller.simulator.behave(Some(AGENT), talks_for(1));
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    assert_eq!(hook.next_at("/result").await.field("CallStatus"), "in-progress");
}

#[tokio::test]
async fn a_caller_who_hangs_up_takes_who_was_dialled_along_and_the_action_is_told() {
    let dial = format!(r#"<Dial action="/result"><Number {LEG}>{AGENT}</Number></Dial>"#);
    let (caller, mut hook) = answering(&dial, &[("/result", "<Redirect>/never</Redirect>")]).await;
    let sid = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    while hook.next_at("/legs").await.field("CallStatus") != "in-progress" {}
    until_connected(&caller).await;
    assert!(caller.simulator.act(&sid, Act::HangsUp));
    assert_eq!(legs(&caller)[0].status, "completed");
    let result = hook.next_at("/result").await;
    assert_eq!((result.field("CallStatus"), result.field("DialCallStatus")), ("completed", "completed"));
    caller.until_quiet().await;
    let statuses = caller.simulator.calls().iter().map(|call| call.status).collect::<Vec<_>>();
    assert_eq!(statuses, ["completed", "completed"]);
}

#[tokio::test]
async fn a_leg_that_is_redirected_leaves_who_dialled_it() {
    let dial = format!(r#"<Dial action="/result">{AGENT}</Dial>"#);
    let (caller, mut hook) = answering(&dial, &[("/elsewhere", "<Pause length=\"60000\"/>")]).await;
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    until_connected(&caller).await;
    let leg = legs(&caller).remove(0).sid;
    caller.post(&format!("Calls/{leg}.json"), &[("Url", &hook.url("/elsewhere"))]).await;
    let [elsewhere, result] = hook.next_at_each(["/elsewhere", "/result"]).await;
    assert_eq!((elsewhere.field("CallSid"), result.field("DialBridged")), (leg.as_str(), "true"));
    assert_eq!(caller.get(&format!("Calls/{leg}.json")).await.1["status"], "in-progress");
}

#[tokio::test]
async fn nobody_calls_in_the_name_of_somebody_else() {
    let dial = format!(r#"<Dial action="/result" callerId="+12025550199">{AGENT}</Dial>"#);
    let (caller, mut hook) = answering(&dial, &[]).await;
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let result = hook.next_at("/result").await;
    assert_eq!(result.field("DialCallStatus"), "failed");
    assert!(!result.has("DialCallSid") && legs(&caller).is_empty());
    assert_eq!(caller.simulator.calls()[0].problems, [13214]);
}
