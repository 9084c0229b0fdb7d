//! Nothing about a call is sent that Twilio was not seen to send, and answers have the fields of the documents.

use loadtest::provider::twilio::{Act, Answers, Person};
use serde_json::{Value, json};

use crate::caller::{Caller, OURS, THEIRS};
use crate::fields::{fixture, names, names_in_forms, names_in_json};
use crate::hook::{Heard, Hook};

/// Beside the samples: what section 2 of the documents lists, and
/// <https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback>.
const LISTED: [&str; 3] = ["AnnounceUrl", "CallSidToCoach", "ReasonAnnouncementFailed"];

pub(crate) fn assert_known(heard: &Heard, kind: &str) {
    let known = names_in_forms(kind);
    for (name, _) in &heard.form {
        assert!(known.contains(name) || LISTED.contains(&name.as_str()), "{name} in {kind}");
    }
}

#[tokio::test]
async fn callbacks_of_calls_have_only_fields_twilio_was_seen_to_send() {
    let mut hook = Hook::with_documents(&[]).await;
    let caller =
        Caller::start(&["--voice-webhook", &hook.url("/voice"), "--voice-status-webhook", &hook.url("/end")])
            .await;
    for answers in [Answers::After(0), Answers::Busy, Answers::Never, Answers::Fails] {
        caller.simulator.behave(None, Person { answers, ..Person::default() });
        let callback = hook.url("/status");
        caller.dialled(&[("Twiml", "<Response/>"), ("Timeout", "2"), ("StatusCallback", &callback)]).await;
        assert_known(&hook.next().await, "voice-status-");
    }
    let arriving = json!({ "from": THEIRS, "forwarded_from": "+12025550177", "caller_name": "PAT DOE" });
    caller.control("calls", &arriving).await;
    let asked = hook.next_at("/voice").await;
    assert_known(&asked, "voice-inbound");
    let sample = fixture("voice-inbound.txt");
    for (name, _) in form_urlencoded::parse(sample.trim().as_bytes()) {
        assert!(asked.has(&name), "{name} is always there");
    }
    assert_known(&hook.next_at("/end").await, "voice-status-inbound-");
}

#[tokio::test]
async fn actions_and_recordings_have_only_fields_twilio_was_seen_to_send() {
    let menu = r#"<Gather action="/menu" input="dtmf speech" numDigits="1"/><Hangup/>"#;
    let dial =
        r#"<Dial action="/result" record="true" recordingStatusCallback="/recording">+12025550140</Dial>"#;
    let message =
        r#"<Record action="/voicemail" recordingStatusCallback="/recording" transcribeCallback="/words"/>"#;
    let documents = [("/voice", menu), ("/menu", dial), ("/result", message)];
    let mut hook = Hook::with_documents(&documents).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    caller.simulator.behave(Some("+12025550140"), Person { hangs_up_after: Some(2), ..Person::default() });
    let responses = vec![Act::Keys("1".to_owned()), Act::Says("Hi.".to_owned()), Act::HangsUp];
    caller.simulator.call(THEIRS, OURS, Person { responses, ..Person::default() }).unwrap();
    let kinds = [
        ("/menu", "voice-gather-"),
        ("/result", "voice-dial-action-"),
        ("/recording", "recording-status-"),
        ("/voicemail", "voice-record-action"),
        ("/words", "transcription-"),
    ];
    let mut seen = Vec::new();
    while seen.len() < kinds.len() {
        let heard = hook.next().await;
        if let Some((path, kind)) = kinds.iter().find(|(path, _)| *path == heard.path()) {
            assert_known(&heard, kind);
            if !seen.contains(path) {
                seen.push(path);
            }
        }
    }
}

#[tokio::test]
async fn callbacks_of_conferences_have_only_fields_twilio_was_seen_to_send() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let told = hook.url("/conference");
    let form = [
        ("From", OURS),
        ("ConferenceStatusCallback", &told),
        ("ConferenceStatusCallbackEvent", "start end join leave mute"),
    ];
    let path = "Conferences/room/Participants.json";
    let (status, participant) =
        caller.post(path, &[&form[..], &[("To", THEIRS), ("Label", "customer")]].concat()).await;
    assert_eq!((status, names(&participant)), (201, names_in_json("rest-participant-")));
    caller.post(path, &[("From", OURS), ("To", "client:ada")]).await;
    for _ in 0..3 {
        assert_known(&hook.next().await, "conference-");
    }
    let muted = "Conferences/room/Participants/customer.json";
    assert_eq!(names(&caller.post(muted, &[("Muted", "true")]).await.1), names_in_json("rest-participant-"));
    let conference = participant["conference_sid"].as_str().unwrap();
    caller.post(&format!("Conferences/{conference}.json"), &[("Status", "completed")]).await;
    for _ in 0..4 {
        assert_known(&hook.next().await, "conference-");
    }
}

#[tokio::test]
async fn calls_and_recordings_are_shown_as_in_the_documents() {
    let caller = Caller::start(&["--step", "20ms"]).await;
    let (_, created) = caller.dial(&[("Twiml", "<Response><Pause length=\"10000\"/></Response>")]).await;
    assert_eq!(names(&created), names_in_json("rest-call-"));
    assert_eq!(
        names(&created["subresource_uris"]),
        names(&shown("rest-call-create-201.json")["subresource_uris"])
    );
    let sid = created["sid"].as_str().unwrap();
    caller.until_call(sid, "in-progress").await;
    let (_, recording) = caller.post(&format!("Calls/{sid}/Recordings.json"), &[]).await;
    assert_eq!(names(&recording), names_in_json("rest-recording-"));
    let (status, refused) = caller.post(&format!("Calls/{sid}.json"), &[("Status", "canceled")]).await;
    assert_eq!((status, refused), (400, shown("rest-error-21220.json")));
}

fn shown(name: &str) -> Value {
    serde_json::from_str(&fixture(name)).unwrap()
}

#[tokio::test]
async fn documents_as_twilios_own_package_writes_them_are_followed() {
    let documents = [
        ("dial-conference.xml", "completed"),
        ("dial-simultaneous.xml", "completed"),
        ("ivr-gather.xml", "completed"),
        ("reject-busy.xml", "busy"),
        ("voice-empty.xml", "completed"),
        ("voicemail-record.xml", "completed"),
    ];
    for (name, status) in documents {
        let document = fixture(&format!("twiml/{name}"));
        let hook = Hook::serve(move |heard| {
            let is_first = heard.path() == "/voice";
            (200, if is_first { document.clone() } else { "<Response><Hangup/></Response>".to_owned() })
        })
        .await;
        let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
        caller.simulator.behave(None, Person { hangs_up_after: Some(40), ..Person::default() });
        let person = Person { hangs_up_after: Some(40), ..Person::default() };
        caller.simulator.call(THEIRS, OURS, person).unwrap();
        caller.until_quiet().await;
        let call = caller.simulator.calls().remove(0);
        assert_eq!((call.status, call.problems), (status, Vec::new()), "{name}");
    }
}
