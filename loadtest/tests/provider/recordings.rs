//! Recordings: of messages that are left, of calls, of who is dialled, of conferences.

use std::collections::HashSet;

use loadtest::provider::twilio::{Act, Person, SECRETS};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Caller, OURS, THEIRS};
use crate::fields::{names, names_in_json};
use crate::hook::Hook;

const WAITS: &str = "<Response><Pause length=\"10000\"/></Response>";
const MESSAGE: &str = r#"<Record action="/voicemail" recordingStatusCallback="/recording" transcribeCallback="/words"
    recordingStatusCallbackEvent="in-progress completed absent" transcribe="true" timeout="3" maxLength="9999"/><Redirect>/silence</Redirect>"#;

fn says(words: &[&str], then: Act) -> Person {
    let words = words.iter().map(|words| Act::Says((*words).to_owned()));
    Person { responses: words.chain([then]).collect(), ..Person::default() }
}

async fn answering(verbs: &str) -> (Caller, Hook) {
    let hook = Hook::with_documents(&[("/voice", verbs)]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    (caller, hook)
}

fn code((status, body): (u16, Value)) -> (u16, u64) {
    (status, body["code"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn a_message_that_is_left_is_recorded_told_and_written_down() {
    let (caller, mut hook) = answering(MESSAGE).await;
    let person = says(&["Hi.", "Please call me back."], Act::Keys("#".to_owned()));
    let call = caller.simulator.call(THEIRS, OURS, person).unwrap();
    let begun = hook.next_at("/recording").await;
    assert_eq!(begun.field("RecordingStatus"), "in-progress");
    let [action, ended, words] = hook.next_at_each(["/voicemail", "/recording", "/words"]).await;
    let sid = action.field("RecordingSid");
    assert_eq!((action.field("Digits"), action.field("RecordingDuration")), ("#", "1"));
    assert_eq!((ended.field("RecordingStatus"), ended.field("RecordingSource")), ("completed", "RecordVerb"));
    assert_eq!((ended.field("RecordingSid"), ended.field("CallSid")), (sid, call.as_str()));
    assert!(!ended.has("From"), "recordings do not say who spoke");
    assert_eq!(words.field("TranscriptionText"), "Hi. Please call me back.");
    assert_eq!((words.field("TranscriptionStatus"), words.field("RecordingSid")), ("completed", sid));
    let written =
        caller.get(words.field("TranscriptionUrl").strip_prefix(&caller.simulator.base()).unwrap()).await;
    assert_eq!(names(&written.1), names_in_json("rest-transcription-"));
    assert_eq!((written.0, &written.1["transcription_text"]), (200, &json!("Hi. Please call me back.")));
}

#[tokio::test]
async fn a_recording_is_fetched_with_the_credentials_alone_and_can_be_deleted() {
    let (caller, mut hook) = answering(MESSAGE).await;
    caller.simulator.call(THEIRS, OURS, says(&["Hi."], Act::Keys("1".to_owned()))).unwrap();
    let action = hook.next_at("/voicemail").await;
    let url = action.field("RecordingUrl");
    assert_eq!(caller.http.get(url).send().await.unwrap().status(), 401);
    let path = url.strip_prefix(&caller.simulator.base()).unwrap();
    for (ending, content_type, begins) in [
        ("", "audio/x-wav", &b"RIFF"[..]),
        (".wav", "audio/x-wav", b"RIFF"),
        (".mp3", "audio/mpeg", b"\xFF\xFB"),
    ] {
        let sound = caller.send(Method::GET, &format!("{path}{ending}"), &[]).await.unwrap();
        assert_eq!(sound.headers()["content-type"], content_type);
        assert!(sound.bytes().await.unwrap().starts_with(begins), "{ending}");
    }
    let (status, shown) = caller.get(&format!("{path}.json")).await;
    assert_eq!((status, &shown["status"], &shown["duration"]), (200, &json!("completed"), &json!("1")));
    assert_eq!(code(caller.get(&format!("{path}.ogg")).await), (404, 20404));
    assert_eq!(caller.send(Method::DELETE, &format!("{path}.json"), &[]).await.unwrap().status(), 204);
    assert_eq!(code(caller.get(&format!("{path}.json")).await), (404, 20404));
}

#[tokio::test]
async fn silence_is_no_recording_and_the_document_goes_on() {
    let (caller, mut hook) = answering(MESSAGE).await;
    caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let mut told = Vec::new();
    loop {
        let heard = hook.next().await;
        assert!(heard.path() != "/voicemail" && heard.path() != "/words");
        if heard.path() == "/recording" {
            told.push((
                heard.field("RecordingStatus").to_owned(),
                heard.field("RecordingDuration").to_owned(),
            ));
        }
        if heard.path() == "/silence" {
            break;
        }
    }
    caller.until_quiet().await;
    while !hook.is_quiet() {
        let heard = hook.next().await;
        told.push((heard.field("RecordingStatus").to_owned(), heard.field("RecordingDuration").to_owned()));
    }
    assert!(told.contains(&("absent".to_owned(), "-1".to_owned())), "{told:?}");
}

#[tokio::test]
async fn whoever_hangs_up_has_left_his_message_all_the_same() {
    let (caller, mut hook) = answering(MESSAGE).await;
    caller.simulator.call(THEIRS, OURS, says(&["Hi."], Act::HangsUp)).unwrap();
    let [action, words] = hook.next_at_each(["/voicemail", "/words"]).await;
    assert_eq!((action.field("Digits"), action.field("CallStatus")), ("hangup", "completed"));
    assert_eq!(words.field("TranscriptionText"), "Hi.");
}

#[tokio::test]
async fn a_call_is_recorded_while_it_goes_on_and_no_longer() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--step", "20ms"]).await;
    let call = caller.dialled(&[("Twiml", WAITS)]).await;
    let path = format!("Calls/{call}/Recordings.json");
    assert_eq!(code(caller.post(&path, &[]).await), (400, 21220), "nobody has answered");
    caller.until_call(&call, "in-progress").await;
    let told =
        [("RecordingStatusCallback", hook.url("/recording")), ("RecordingChannels", "dual".to_owned())];
    let told: Vec<(&str, &str)> = told.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, begun) = caller.post(&path, &told).await;
    assert_eq!((status, &begun["status"], &begun["channels"]), (201, &json!("in-progress"), &json!(2)));
    let current = format!("Calls/{call}/Recordings/Twilio.CURRENT.json");
    for (wanted, shown) in [("paused", "paused"), ("in-progress", "in-progress"), ("stopped", "completed")] {
        let (status, recording) = caller.post(&current, &[("Status", wanted)]).await;
        assert_eq!((status, &recording["status"], &recording["sid"]), (200, &json!(shown), &begun["sid"]));
    }
    let ended = hook.next().await;
    assert_eq!(
        (ended.field("RecordingSource"), ended.field("RecordingChannels")),
        ("StartCallRecordingAPI", "2")
    );
    assert_eq!(code(caller.post(&current, &[("Status", "paused")]).await), (404, 20404), "none is going on");
    let sid = begun["sid"].as_str().unwrap();
    let by_sid = format!("Calls/{call}/Recordings/{sid}.json");
    assert_eq!(code(caller.post(&by_sid, &[("Status", "in-progress")]).await), (400, 21220));
    caller.post(&path, &told).await;
    caller.post(&format!("Calls/{call}.json"), &[("Status", "completed")]).await;
    assert_eq!(hook.next().await.field("RecordingStatus"), "completed");
    let (_, list) = caller.get(&path).await;
    assert_eq!(list["recordings"].as_array().unwrap().len(), 2);
    assert_eq!(caller.get("Recordings.json?CallSid=CA0").await.1["recordings"], json!([]));
}

#[tokio::test]
async fn a_call_that_is_recorded_from_its_answer_tells_it_with_its_end() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let (status, recording) = (hook.url("/status"), hook.url("/recording"));
    let form = [
        ("Twiml", "<Response><Say>Hi</Say></Response>"),
        ("Record", "true"),
        ("StatusCallback", &status),
        ("RecordingStatusCallback", &recording),
    ];
    caller.dialled(&form).await;
    let [end, recorded] = hook.next_at_each(["/status", "/recording"]).await;
    assert_eq!(
        (end.field("RecordingSid"), end.field("RecordingDuration")),
        (recorded.field("RecordingSid"), "1")
    );
    assert_eq!(recorded.field("RecordingSource"), "OutboundAPI");
}

#[tokio::test]
async fn what_is_said_with_who_was_dialled_is_recorded() {
    let dial = r#"<Dial action="/result" record="record-from-answer-dual" recordingStatusCallback="/recording">+12025550140</Dial>"#;
    let (caller, mut hook) = answering(dial).await;
    caller.simulator.behave(Some("+12025550140"), Person { hangs_up_after: Some(3), ..Person::default() });
    let call = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let [result, recorded] = hook.next_at_each(["/result", "/recording"]).await;
    assert_eq!((recorded.field("RecordingSource"), recorded.field("CallSid")), ("DialVerb", call.as_str()));
    assert_eq!(
        (result.field("RecordingSid"), result.field("DialCallStatus")),
        (recorded.field("RecordingSid"), "completed")
    );
}

#[tokio::test]
async fn a_conference_is_recorded_from_its_beginning() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let told = hook.url("/recording");
    let form = [("From", OURS), ("ConferenceRecord", "true"), ("ConferenceRecordingStatusCallback", &told)];
    let path = "Conferences/room/Participants.json";
    let (_, first) = caller.post(path, &[&form[..], &[("To", THEIRS)]].concat()).await;
    let (_, second) = caller.post(path, &[("From", OURS), ("To", "client:ada")]).await;
    for call in [&first, &second] {
        caller.until_call(call["call_sid"].as_str().unwrap(), "in-progress").await;
    }
    let conference = first["conference_sid"].as_str().unwrap();
    let mut list = caller.get(&format!("Conferences/{conference}/Recordings.json")).await.1;
    while list["recordings"] == json!([]) {
        list = caller.get(&format!("Conferences/{conference}/Recordings.json")).await.1;
    }
    let current = format!("Conferences/{conference}/Recordings/Twilio.CURRENT.json");
    assert_eq!(caller.post(&current, &[("Status", "paused")]).await.1["status"], "paused");
    caller.post(&format!("Conferences/{conference}.json"), &[("Status", "completed")]).await;
    let ended = hook.next().await;
    assert_eq!((ended.field("RecordingSource"), ended.field("ConferenceSid")), ("Conference", conference));
    assert!(!ended.has("CallSid") && list["recordings"][0]["sid"] == ended.field("RecordingSid"));
}

#[tokio::test]
async fn a_recording_can_be_of_one_side_and_no_other_wish_is_understood() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--step", "20ms"]).await;
    let call = caller.dialled(&[("Twiml", WAITS)]).await;
    caller.until_call(&call, "in-progress").await;
    let path = format!("Calls/{call}/Recordings.json");
    for (name, value) in [("RecordingTrack", "mine"), ("Trim", "some"), ("RecordingChannels", "three")] {
        assert_eq!(code(caller.post(&path, &[(name, value)]).await), (400, 20422), "{name}");
    }
    let told = hook.url("/recording");
    let wishes =
        [("RecordingTrack", "inbound"), ("Trim", "trim-silence"), ("RecordingStatusCallback", &told)];
    caller.post(&path, &wishes).await;
    caller.post(&format!("Calls/{call}.json"), &[("Status", "completed")]).await;
    assert_eq!(hook.next().await.field("RecordingTrack"), "inbound");
}

#[tokio::test]
async fn what_people_leave_is_thrown_for_and_some_say_what_nobody_should_keep() {
    let (caller, _hook) = answering(MESSAGE).await;
    for _ in 0..40 {
        let responses = vec![Act::LeavesMessage, Act::HangsUp];
        caller.simulator.call(THEIRS, OURS, Person { responses, ..Person::default() }).unwrap();
    }
    caller.until_quiet().await;
    let recordings = caller.simulator.recordings();
    assert_eq!(recordings.len(), 40);
    let digits = |said: &str| said.chars().filter(char::is_ascii_digit).collect::<String>();
    let said: Vec<&str> = recordings.iter().map(|recording| recording.said.as_deref().unwrap()).collect();
    let distinct: HashSet<&str> = said.iter().copied().collect();
    assert!(distinct.len() > 3 && SECRETS.iter().all(|secret| said.iter().any(|it| digits(it) == *secret)));
    assert!(recordings.iter().all(|it| (it.status, it.transcription) == ("completed", Some("completed"))));
    let (_, list) = caller.get("/_simulator/recordings").await;
    assert_eq!(list["recordings"].as_array().unwrap().len(), 40);
}

#[tokio::test]
async fn silence_at_the_end_of_a_message_is_cut_off_unless_it_is_to_stay() {
    for (trim, duration) in [("trim-silence", "1"), ("do-not-trim", "3")] {
        let record = format!(r#"<Record action="/voicemail" timeout="110" trim="{trim}"/>"#);
        let mut hook = Hook::with_documents(&[("/voice", &record)]).await;
        let caller = Caller::start(&["--voice-webhook", &hook.url("/voice"), "--step", "20ms"]).await;
        let spoken = Act::Speaks { words: "Hi.".to_owned(), seconds: 45 };
        let person = Person { responses: vec![spoken], ..Person::default() };
        caller.simulator.call(THEIRS, OURS, person).unwrap();
        let action = hook.next_at("/voicemail").await;
        assert_eq!(action.field("RecordingDuration"), duration, "{trim}");
    }
}

#[tokio::test]
async fn what_is_not_understood_is_told_and_what_is_written_down_can_be_deleted() {
    let mut hook = Hook::with_documents(&[("/voice", MESSAGE)]).await;
    let voice = hook.url("/voice");
    let caller = Caller::start(&["--voice-webhook", &voice, "--faults", "unintelligible=1"]).await;
    caller.simulator.call(THEIRS, OURS, says(&["Hi."], Act::HangsUp)).unwrap();
    let words = hook.next_at("/words").await;
    assert!(words.field("TranscriptionStatus") == "failed" && !words.has("TranscriptionText"));
    let path = format!("Transcriptions/{}.json", words.field("TranscriptionSid"));
    let (status, shown) = caller.get(&path).await;
    assert_eq!(
        (status, &shown["status"], &shown["transcription_text"]),
        (200, &json!("failed"), &json!("(blank)"))
    );
    let recording = words.field("RecordingSid");
    let of_recording = format!("Recordings/{recording}/Transcriptions.json");
    assert_eq!(caller.get(&of_recording).await.1["transcriptions"][0]["sid"], shown["sid"]);
    caller.send(Method::DELETE, &format!("Recordings/{recording}.json"), &[]).await.unwrap();
    assert_eq!(caller.get(&of_recording).await.1["transcriptions"], json!([]));
    assert_eq!(caller.get(&path).await.0, 200, "it outlives the recording");
    assert_eq!(caller.send(Method::DELETE, &path, &[]).await.unwrap().status(), 204);
    assert_eq!(code(caller.get(&path).await), (404, 20404));
    let kept = caller.simulator.recordings().remove(0);
    assert!(kept.is_deleted && caller.simulator.sound(&kept.sid, "wav").is_some());
}
