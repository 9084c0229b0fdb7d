//! Conferences: who enters and leaves, what is told of it, and what the API changes.

use loadtest::provider::twilio::{Answers, Person};
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{Caller, OURS, THEIRS};
use crate::hook::{Heard, Hook};

const AGENT: &str = "client:agent_7";
const ALL_EVENTS: &str = "start end join leave mute hold modify";

/// Calls somebody into the conference `room`; the SIDs of the call and of the conference.
pub(crate) async fn call_in(caller: &Caller, to: &str, more: &[(&str, &str)]) -> (String, String) {
    let form = [&[("From", OURS), ("To", to)], more].concat();
    let (status, participant) = caller.post("Conferences/room/Participants.json", &form).await;
    assert_eq!(status, 201, "{participant}");
    let sid = |name: &str| participant[name].as_str().unwrap().to_owned();
    (sid("call_sid"), sid("conference_sid"))
}

/// A customer and an agent who talk; the SIDs of their calls, and what is told of them from the join of the second on.
async fn talking(hook: &mut Hook, caller: &Caller, more: &[(&str, &str)]) -> (String, String, Vec<Heard>) {
    let told = hook.url("/conference");
    let subscribed =
        [("ConferenceStatusCallback", told.as_str()), ("ConferenceStatusCallbackEvent", ALL_EVENTS)];
    let (customer, conference) =
        call_in(caller, THEIRS, &[&subscribed[..], &[("Label", "customer")]].concat()).await;
    caller.until_call(&customer, "in-progress").await;
    let mut heard = hook.told_at("/conference", 1).await;
    let (agent, same) = call_in(caller, AGENT, &[&[("Label", "agent")], more].concat()).await;
    assert_eq!(conference, same);
    heard.extend(hook.told_at("/conference", 2).await);
    (customer, agent, heard)
}

fn events(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(|it| it.field("StatusCallbackEvent")).collect()
}

fn code((status, body): (u16, Value)) -> (u16, u64) {
    (status, body["code"].as_u64().unwrap_or_default())
}

pub(crate) fn participant(who: &str) -> String {
    format!("Conferences/room/Participants/{who}.json")
}

#[tokio::test]
async fn a_conference_begins_with_the_second_and_ends_with_the_last() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let (customer, agent, mut heard) = talking(&mut hook, &caller, &[]).await;
    assert_eq!(events(&heard), ["participant-join", "participant-join", "conference-start"]);
    assert_eq!(
        (heard[0].field("CallSid"), heard[0].field("ParticipantLabel")),
        (customer.as_str(), "customer")
    );
    assert_eq!(heard[2].field("CallSid"), agent);
    caller.post(&format!("Calls/{agent}.json"), &[("Status", "completed")]).await;
    heard.extend(hook.told_at("/conference", 1).await);
    caller.simulator.act(&customer, loadtest::provider::twilio::Act::HangsUp);
    heard.extend(hook.told_at("/conference", 2).await);
    assert_eq!(events(&heard[3..]), ["participant-leave", "participant-leave", "conference-end"]);
    let reasons: Vec<&str> = heard[3..5].iter().map(|it| it.field("ReasonParticipantLeft")).collect();
    assert_eq!(reasons, ["participant_updated_via_api", "participant_hung_up"]);
    assert_eq!(heard[5].field("ReasonConferenceEnded"), "last-participant-left");
    assert_eq!(
        (heard[5].field("CallSidEndingConference"), heard[5].field("Reason")),
        (customer.as_str(), "Last participant left")
    );
    let sequence: Vec<&str> = heard.iter().map(|it| it.field("SequenceNumber")).collect();
    assert_eq!(sequence, ["1", "2", "3", "4", "5", "6"]);
    assert!(heard.iter().all(|it| hook.has_signed(it)));
}

#[tokio::test]
async fn what_is_changed_of_a_participant_is_told_once() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let (customer, agent, _) = talking(&mut hook, &caller, &[]).await;
    let (status, muted) = caller.post(&participant("agent"), &[("Muted", "true")]).await;
    assert_eq!((status, &muted["muted"], &muted["call_sid"]), (200, &json!(true), &json!(agent)));
    caller.post(&participant("agent"), &[("Muted", "true")]).await;
    caller.post(&participant(&agent), &[("Muted", "no")]).await;
    caller.post(&participant(&customer), &[("Hold", "true")]).await;
    caller.post(&participant(&customer), &[("Hold", "false")]).await;
    caller.post(&participant(&agent), &[("EndConferenceOnExit", "true")]).await;
    let coached =
        caller.post(&participant(&agent), &[("Coaching", "true"), ("CallSidToCoach", &customer)]).await;
    assert_eq!((&coached.1["coaching"], &coached.1["call_sid_to_coach"]), (&json!(true), &json!(customer)));
    let heard = hook.told_at("/conference", 6).await;
    let names = ["participant-mute", "participant-unmute", "participant-hold", "participant-unhold"];
    assert_eq!(events(&heard)[..4], names);
    assert_eq!(events(&heard)[4..], ["participant-modify"; 2]);
    assert_eq!(
        (heard[0].field("Muted"), heard[1].field("Muted"), heard[2].field("Hold")),
        ("true", "false", "true")
    );
    assert_eq!(heard[5].field("CallSidToCoach"), customer);
    assert_eq!(code(caller.post(&participant(&agent), &[("CallSidToCoach", "CA0")]).await), (400, 16028));
}

#[tokio::test]
async fn a_call_that_is_in_no_conference_is_neither_muted_nor_held() {
    let caller = Caller::start(&["--step", "20ms"]).await;
    let alone = caller.dialled(&[("Twiml", "<Response><Pause length=\"10000\"/></Response>")]).await;
    caller.until_call(&alone, "in-progress").await;
    assert_eq!(code(caller.post(&participant(&alone), &[("Muted", "true")]).await), (404, 20404));
    caller.simulator.behave(Some(THEIRS), Person { answers: Answers::Never, ..Person::default() });
    let (ringing, _) = call_in(&caller, THEIRS, &[("Timeout", "600")]).await;
    assert_eq!(code(caller.post(&participant(&alone), &[("Hold", "true")]).await), (404, 20404));
    caller.until_call(&ringing, "ringing").await;
    assert_eq!(caller.get(&participant(&ringing)).await.1["status"], "ringing");
    assert_eq!(
        code(caller.post(&participant(&ringing), &[("Hold", "true")]).await),
        (404, 20404),
        "it is not in yet"
    );
    assert_eq!(caller.send(Method::DELETE, &participant(&ringing), &[]).await.unwrap().status(), 204);
    caller.until_call(&ringing, "canceled").await;
}

#[tokio::test]
async fn who_ends_it_on_exit_ends_it_for_everybody() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let (customer, agent, _) = talking(&mut hook, &caller, &[("EndConferenceOnExit", "true")]).await;
    assert_eq!(caller.send(Method::DELETE, &participant("agent"), &[]).await.unwrap().status(), 204);
    let heard = hook.told_at("/conference", 3).await;
    assert_eq!(events(&heard), ["participant-leave", "participant-leave", "conference-end"]);
    assert_eq!(heard[0].field("CallSid"), agent);
    assert_eq!(heard[1].field("ReasonParticipantLeft"), "moderator_ended_conference");
    assert_eq!(heard[2].field("ReasonConferenceEnded"), "participant-with-end-conference-on-exit-kicked");
    // What they would go on with was the conference alone.
    caller.until_call(&customer, "completed").await;
    caller.until_call(&agent, "completed").await;
}

#[tokio::test]
async fn a_conference_is_found_by_its_name_and_ended_by_its_sid() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let (customer, agent, heard) = talking(&mut hook, &caller, &[]).await;
    let (_, found) = caller.get("Conferences.json?FriendlyName=room&Status=in-progress").await;
    let sid = found["conferences"][0]["sid"].as_str().unwrap().to_owned();
    assert_eq!(sid, heard[0].field("ConferenceSid"));
    let (_, list) = caller.get(&format!("Conferences/{sid}/Participants.json")).await;
    let listed: Vec<&str> =
        list["participants"].as_array().unwrap().iter().map(|it| it["call_sid"].as_str().unwrap()).collect();
    assert_eq!(listed, [agent.as_str(), customer.as_str()]);
    let path = format!("Conferences/{sid}.json");
    assert_eq!(code(caller.post(&path, &[("Status", "over")]).await), (400, 20422));
    let (_, ended) = caller.post(&path, &[("Status", "completed")]).await;
    assert_eq!(
        (&ended["status"], &ended["reason_conference_ended"]),
        (&json!("completed"), &json!("conference-ended-via-api"))
    );
    let heard = hook.told_at("/conference", 3).await;
    assert!(!heard[2].has("CallSidEndingConference"));
    assert_eq!(heard[0].field("ReasonParticipantLeft"), "conference_ended_via_api");
    assert_eq!(code(caller.get(&participant("agent")).await), (404, 20404), "nobody is in it any more");
    assert_eq!(code(caller.get("Conferences/CF0.json").await), (404, 20404));
    assert!(
        caller.get("Conferences.json?FriendlyName=room&Status=in-progress").await.1["conferences"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn with_the_conference_end_the_calls_that_were_being_made_into_it() {
    let caller = Caller::start(&["--step", "20ms"]).await;
    caller.simulator.behave(Some(AGENT), Person { answers: Answers::Never, ..Person::default() });
    let (customer, conference) = call_in(&caller, THEIRS, &[]).await;
    let (agent, _) = call_in(&caller, AGENT, &[("Timeout", "600")]).await;
    caller.until_call(&customer, "in-progress").await;
    caller.until_call(&agent, "ringing").await;
    caller.post(&format!("Conferences/{conference}.json"), &[("Status", "completed")]).await;
    assert_eq!(caller.get(&format!("Calls/{agent}.json")).await.1["status"], "canceled");
    caller.until_call(&customer, "completed").await;
}

#[tokio::test]
async fn the_first_who_says_where_decides_who_is_told() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let late = hook.url("/late");
    let late = [("ConferenceStatusCallback", late.as_str()), ("ConferenceStatusCallbackEvent", "join leave")];
    talking(&mut hook, &caller, &late).await;
    caller.send(Method::DELETE, &participant("agent"), &[]).await.unwrap();
    assert_eq!(hook.next().await.path(), "/conference");
}

#[tokio::test]
async fn nobody_enters_under_a_label_that_is_taken_or_where_there_is_no_room() {
    let caller = Caller::start(&["--step", "20ms"]).await;
    call_in(&caller, THEIRS, &[("Label", "customer")]).await;
    let form = |more| [&[("From", OURS), ("To", AGENT)], &[more][..]].concat();
    let path = "Conferences/room/Participants.json";
    assert_eq!(code(caller.post(path, &form(("Label", "customer"))).await), (400, 16026));
    assert_eq!(code(caller.post(path, &form(("Label", "a/b"))).await), (400, 16024));
    assert_eq!(code(caller.post(path, &form(("MaxParticipants", "1"))).await), (400, 16020));
    let coach = [form(("Coaching", "true")), vec![("CallSidToCoach", "CA0")]].concat();
    assert_eq!(code(caller.post(path, &coach).await), (400, 16028));
    let elsewhere = "Conferences/CF00000000000000000000000000000009/Participants.json";
    assert_eq!(code(caller.post(elsewhere, &form(("Label", "agent"))).await), (404, 20404));
    assert_eq!(caller.simulator.calls().len(), 1);
}

#[tokio::test]
async fn somebody_who_never_answers_leaves_no_conference_behind_and_nothing_to_tell() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    caller.simulator.behave(None, Person { answers: Answers::Busy, ..Person::default() });
    let (told, status) = (hook.url("/conference"), hook.url("/status"));
    let subscribed = [("ConferenceStatusCallback", told.as_str()), ("StatusCallback", status.as_str())];
    let (_, conference) = call_in(&caller, THEIRS, &subscribed).await;
    assert_eq!(hook.next().await.field("CallStatus"), "busy");
    caller.until_quiet().await;
    assert!(hook.is_quiet());
    assert_eq!(caller.get(&format!("Conferences/{conference}.json")).await.1["status"], "completed");
}

const ENTERS: &str = r#"<Dial action="/after"><Conference statusCallback="/conference" waitUrl="/music" maxParticipants="2"
    statusCallbackEvent="start end join leave" startConferenceOnEnter="false" participantLabel="customer">room</Conference></Dial>"#;

#[tokio::test]
async fn a_caller_waits_in_a_conference_until_somebody_may_begin_it() {
    let mut hook = Hook::with_documents(&[("/voice", ENTERS), ("/after", "<Pause length=\"10000\"/>")]).await;
    let caller = Caller::start(&["--voice-webhook", &hook.url("/voice")]).await;
    let customer = caller.simulator.call(THEIRS, OURS, Person::default()).unwrap();
    let music = hook.next_at("/music").await;
    assert_eq!((music.field("FriendlyName"), music.field("CallSid")), ("room", customer.as_str()));
    let (agent, _) = call_in(&caller, AGENT, &[]).await;
    let full = caller.simulator.call(THEIRS, OURS, Person::default());
    caller.until_call(&agent, "in-progress").await;
    while hook.next_at("/conference").await.field("StatusCallbackEvent") != "conference-start" {}
    let ledger = caller.simulator.calls();
    assert_eq!(ledger[0].conference.as_deref(), Some("room"));
    assert_eq!(caller.send(Method::DELETE, &participant("customer"), &[]).await.unwrap().status(), 204);
    let mut after = hook.next_at("/after").await;
    // Who found no room, or the label taken, goes on at once.
    if after.field("CallSid") == full.unwrap() {
        assert_eq!(after.field("DialCallStatus"), "failed");
        after = hook.next_at("/after").await;
    }
    assert_eq!((after.field("CallSid"), after.field("DialCallStatus")), (customer.as_str(), "answered"));
    assert_eq!(after.field("CallStatus"), "in-progress", "who is taken out goes on");
}

#[tokio::test]
async fn a_redirected_call_leaves_its_conference() {
    let mut hook = Hook::with_documents(&[("/held", "<Pause length=\"10000\"/>")]).await;
    let caller = Caller::start(&[]).await;
    let (customer, _, _) = talking(&mut hook, &caller, &[]).await;
    caller.post(&format!("Calls/{customer}.json"), &[("Url", &hook.url("/held"))]).await;
    let left = hook.told_at("/conference", 1).await.remove(0);
    assert_eq!(
        (left.field("CallSid"), left.field("ParticipantCallStatus")),
        (customer.as_str(), "in-progress")
    );
    assert_eq!(left.field("ReasonParticipantLeft"), "participant_updated_via_api");
    assert_eq!(code(caller.post(&participant(&customer), &[("Hold", "true")]).await), (404, 20404));
    assert_eq!(caller.get(&format!("Calls/{customer}.json")).await.1["status"], "in-progress");
}
