//! Calls from handsets: asked about, followed, and what callers do meanwhile.

use loadtest::provider::twilio::{Act, Person};
use serde_json::json;

use crate::caller::{Caller, OURS, THEIRS};
use crate::faults::times;
use crate::hook::Hook;

fn responds(responses: &[Act]) -> Person {
    Person { responses: responses.to_vec(), ..Person::default() }
}

fn keys(keys: &str) -> Act {
    Act::Keys(keys.to_owned())
}

const WAITS: &str = "<Pause length=\"10000\"/>";

#[tokio::test]
async fn a_call_that_arrives_is_asked_about_and_its_end_is_told_once() {
    let mut hook = Hook::with_documents(&[("/voice", "<Say>Hello</Say>")]).await;
    let (ask, end) = (hook.url("/voice"), hook.url("/status"));
    let caller = Caller::start(&["--voice-webhook", &ask, "--voice-status-webhook", &end]).await;
    let arriving = json!({ "from": THEIRS, "forwarded_from": "+12025550177", "caller_name": "PAT DOE" });
    let (status, begun) = caller.control("calls", &arriving).await;
    let asked = hook.next().await;
    assert_eq!((status, asked.field("CallSid")), (200, begun["sid"].as_str().unwrap()));
    assert_eq!((asked.field("CallStatus"), asked.field("Direction")), ("ringing", "inbound"));
    assert_eq!((asked.field("From"), asked.field("Called")), (THEIRS, OURS));
    assert_eq!((asked.field("ForwardedFrom"), asked.field("CallerName")), ("+12025550177", "PAT DOE"));
    let told = hook.next().await;
    assert_eq!((told.path(), told.field("CallStatus")), ("/status", "completed"));
    assert_eq!((told.field("SequenceNumber"), told.field("Duration")), ("0", "1"));
    assert!(hook.has_signed(&asked) && hook.has_signed(&told) && !told.has("SipResponseCode"));
    caller.until_quiet().await;
    assert!(hook.is_quiet());
    let call = caller.simulator.calls().remove(0);
    assert_eq!(call.told, ["completed"]);
    assert!(call.ended_at_us.is_some_and(|ended| call.posted_at_us["completed"] >= ended));
}

#[tokio::test]
async fn callers_may_hide_their_numbers() {
    let mut hook = Hook::with_documents(&[]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    for from in ["anonymous", "+266696687", "Restricted", ""] {
        caller.simulator.call(from, OURS, Person::default()).unwrap();
        assert_eq!(hook.next().await.field("From"), from);
    }
    assert!(
        caller.simulator.call(THEIRS, "+12025550199", Person::default()).is_err(),
        "it is not our number"
    );
}

#[tokio::test]
async fn a_client_calls_whom_it_likes_and_says_more() {
    let mut hook = Hook::with_documents(&[]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    let arriving =
        json!({ "from": "client:agent_7", "to": "+12025550177", "parameters": { "ticket": "4711" } });
    assert_eq!(caller.control("calls", &arriving).await.0, 200);
    let asked = hook.next().await;
    assert_eq!((asked.field("From"), asked.field("To")), ("client:agent_7", "+12025550177"));
    assert!(asked.field("ticket") == "4711" && !asked.has("StirVerstat"));
}

#[tokio::test]
async fn a_number_can_be_given_its_webhooks_later() {
    let mut hook = Hook::with_documents(&[]).await;
    let caller = Caller::start(&[]).await;
    assert!(caller.simulator.call(THEIRS, OURS, Person::default()).is_err());
    assert!(caller.simulator.ask_about_calls_at("https://hub.example.com/").is_err(), "it is elsewhere");
    caller.simulator.ask_about_calls_at(&hook.url("/voice")).unwrap();
    caller.simulator.tell_ends_of_calls_to(&hook.url("/end")).unwrap();
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    assert_eq!((hook.next().await.path(), hook.next().await.path()), ("/voice", "/end"));
}

#[tokio::test]
async fn what_is_pressed_and_said_goes_to_the_action() {
    let menu =
        r#"<Gather action="/menu" numDigits="1"><Say>Press 1</Say></Gather><Redirect>/again</Redirect>"#;
    let question = r#"<Gather action="/answer" input="speech" language="pt-PT"/>"#;
    let mut hook =
        Hook::with_documents(&[("/voice", menu), ("/menu", question), ("/answer", "<Hangup/>")]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    let person = responds(&[keys("1"), Act::Says("An appointment, please".to_owned())]);
    let sid = caller.simulator.call(THEIRS, OURS, person).unwrap();
    let pressed = hook.next_at("/menu").await;
    assert_eq!((pressed.field("Digits"), pressed.field("FinishedOnKey")), ("1", ""));
    assert_eq!((pressed.field("msg"), pressed.field("CallStatus")), ("Gather End", "in-progress"));
    let said = hook.next_at("/answer").await;
    assert_eq!((said.field("SpeechResult"), said.field("Language")), ("An appointment, please", "pt-PT"));
    assert!(said.has("Confidence") && !said.has("Digits"));
    caller.until_call(&sid, "completed").await;
}

#[tokio::test]
async fn silence_goes_on_after_the_gather_or_to_its_action_when_that_is_asked_for() {
    let silent = r#"<Gather action="/menu" timeout="1"/><Redirect method="GET">/again?x=1</Redirect>"#;
    let again = r#"<Gather action="/menu" timeout="1" actionOnEmptyResult="true"/>"#;
    let mut hook = Hook::with_documents(&[("/voice", silent), ("/again", again)]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let again = hook.next_at("/again").await;
    assert!(again.form.is_empty() && again.target.contains("x=1&") && again.target.contains("CallSid=CA"));
    assert!(hook.has_signed(&again), "with GET everything is in the URL");
    let empty = hook.next_at("/menu").await;
    assert_eq!((empty.field("Digits"), empty.field("msg")), ("", "Gather End"));
}

#[tokio::test]
async fn a_caller_can_be_told_what_to_do() {
    let menu = r#"<Gather action="/menu" timeout="9999"/>"#;
    let mut hook = Hook::with_documents(&[("/voice", menu), ("/menu", WAITS)]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    let sid = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    hook.next_at("/voice").await;
    let path = format!("calls/{sid}");
    assert_eq!(caller.control(&path, &json!({ "act": { "keys": "42#" } })).await.0, 200);
    let pressed = hook.next_at("/menu").await;
    assert_eq!((pressed.field("Digits"), pressed.field("FinishedOnKey")), ("42", "#"));
    assert!(caller.simulator.act(&sid, Act::HangsUp));
    assert_eq!(caller.get(&format!("Calls/{sid}.json")).await.1["status"], "completed");
    assert_eq!(caller.control(&path, &json!({ "act": "hangs_up" })).await.0, 400, "it is over");
    assert_eq!(caller.control(&path, &json!({ "act": "sings" })).await.0, 400);
    caller.until_quiet().await;
}

#[tokio::test]
async fn a_caller_hangs_up_when_he_has_had_enough() {
    let hook = Hook::with_documents(&[("/voice", "<Say>Please hold</Say><Pause length=\"10000\"/>")]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    let person = Person { hangs_up_after: Some(3), ..Person::default() };
    let sid = caller.simulator.call(THEIRS, OURS, person).unwrap();
    caller.until_call(&sid, "completed").await;
}

#[tokio::test]
async fn whoever_gives_up_before_he_is_answered_got_no_answer() {
    let hook = Hook::with_documents(&[("/voice", WAITS)]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    let sid = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    assert!(caller.simulator.act(&sid, Act::HangsUp));
    assert_eq!(caller.simulator.calls()[0].status, "no-answer");
    caller.until_quiet().await;
}

#[tokio::test]
async fn a_rejected_call_is_never_answered() {
    for (verb, status) in [("<Reject reason=\"busy\"/>", "busy"), ("<Reject/>", "no-answer")] {
        let hook = Hook::with_documents(&[("/voice", verb)]).await;
        let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
        let sid = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
        let call = caller.until_call(&sid, status).await;
        assert!(call["start_time"].is_null(), "{call}");
    }
}

#[tokio::test]
async fn a_webhook_that_fails_is_followed_by_the_fallback_once() {
    let mut hook = Hook::serve(|heard| match heard.path() {
        "/fallback" => (200, "<Response><Hangup/></Response>".to_owned()),
        _ => (500, String::new()),
    })
    .await;
    let caller =
        Caller::start(&["--voice-webhook", &hook.url("/voice"), "--voice-fallback", &hook.url("/fallback")])
            .await;
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let fallback = hook.next_at("/fallback").await;
    assert_eq!(
        (fallback.field("ErrorCode"), fallback.field("ErrorUrl")),
        ("11200", hook.url("/voice").as_str())
    );
    caller.until_quiet().await;
    assert_eq!(caller.simulator.calls()[0].problems, [11200]);
}

#[tokio::test]
async fn a_document_that_cannot_be_followed_ends_the_call() {
    for (body, code) in
        [("<Response><Enqueue>support</Enqueue></Response>", 12100), ("Hello", 12100), ("<Reply/>", 12102)]
    {
        let hook = Hook::serve(|_| (200, body.to_owned())).await;
        let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
        caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
        caller.until_quiet().await;
        let call = caller.simulator.calls().remove(0);
        assert_eq!((call.status, call.problems), ("completed", vec![code]), "{body}");
        let report = serde_json::to_value(caller.simulator.stop().await).unwrap();
        assert_eq!(times(&report, &format!("problems with documents: {code}")), 1);
    }
}

#[tokio::test]
async fn faults_befall_what_is_told_and_never_what_is_asked() {
    let mut hook = Hook::with_documents(&[("/voice", "<Say>Hello</Say>")]).await;
    let (ask, end) = (hook.url("/voice"), hook.url("/status"));
    for (faults, many) in [("lose=1", 0), ("duplicate=1", 2)] {
        let hooks = ["--voice-webhook", &ask, "--voice-status-webhook", &end, "--faults", faults];
        let caller = Caller::start(&hooks).await;
        caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
        caller.until_quiet().await;
        assert_eq!(hook.next().await.path(), "/voice");
        for _ in 0..many {
            assert_eq!(hook.next().await.path(), "/status");
        }
        assert!(hook.is_quiet());
        let report = serde_json::to_value(caller.simulator.stop().await).unwrap();
        assert_eq!(report["tables"][1]["rows"], json!([{ "status": "completed", "calls": 1 }]));
        assert_eq!(times(&report, "documents taken"), 1);
        let befallen = if many == 0 { "call callbacks lost" } else { "call callbacks doubled" };
        assert_eq!(times(&report, befallen), 1);
    }
}
