//! What is announced to who is in a conference, to all of them or to one.

use loadtest::provider::twilio::{Called, Sound};
use serde_json::json;

use crate::caller::{Caller, THEIRS};
use crate::conferences::{call_in, participant};
use crate::hook::{Heard, Hook};
use crate::voice_fields::assert_known;

const AGENT: &str = "client:agent_7";

/// A customer and an agent in the conference `room`, their calls and its SID; documents of announcements are at paths.
async fn talking(documents: &[(&'static str, &str)]) -> (Caller, Hook, [String; 3]) {
    let mut hook = Hook::with_documents(documents).await;
    let caller = Caller::start(&[]).await;
    let told = hook.url("/conference");
    let subscribed = [
        ("ConferenceStatusCallback", told.as_str()),
        ("ConferenceStatusCallbackEvent", "start announcement"),
    ];
    let (customer, conference) = call_in(&caller, THEIRS, &subscribed).await;
    let (agent, _) = call_in(&caller, AGENT, &[]).await;
    assert_eq!(hook.next_at("/conference").await.field("StatusCallbackEvent"), "conference-start");
    (caller, hook, [customer, agent, conference])
}

async fn announced(hook: &mut Hook) -> Heard {
    let told = hook.next_at("/conference").await;
    assert_known(&told, "conference-");
    told
}

fn heard(calls: &[Called], sid: &str) -> Vec<Sound> {
    calls.iter().find(|call| call.sid == sid).unwrap().heard.clone()
}

#[tokio::test]
async fn what_is_announced_to_one_nobody_else_hears() {
    let keys = "<Play digits=\"ww1234#\"/><Redirect>/more</Redirect>";
    let documents = [("/keys", keys), ("/more", "<Say>One moment</Say><Pause/><Play>/bell.mp3</Play>")];
    let (caller, mut hook, [customer, agent, _]) = talking(&documents).await;
    let url = hook.url("/keys");
    let (status, shown) = caller.post(&participant(&customer), &[("AnnounceUrl", &url)]).await;
    assert_eq!((status, &shown["call_sid"]), (200, &json!(customer)));
    let asked = hook.next_at("/keys").await;
    assert_eq!((asked.field("CallSid"), asked.field("FriendlyName")), (customer.as_str(), "room"));
    assert!(hook.has_signed(&asked));
    let told = announced(&mut hook).await;
    assert_eq!(
        (told.field("StatusCallbackEvent"), told.field("CallSid"), told.field("AnnounceUrl")),
        ("announcement-end", customer.as_str(), url.as_str())
    );
    let expected = [
        Sound::Keys("ww1234#".to_owned()),
        Sound::Words("One moment".to_owned()),
        Sound::Music("/bell.mp3".to_owned()),
    ];
    assert_eq!(heard(&caller.simulator.calls(), &customer), expected);
    assert!(heard(&caller.simulator.calls(), &agent).is_empty());
    let (_, ledger) = caller.get("/_simulator/calls").await;
    let shown = ledger["calls"].as_array().unwrap().iter().find(|call| call["sid"] == customer).unwrap();
    assert_eq!(
        (&shown["heard"][0]["keys"], &shown["heard"][1]["words"]),
        (&json!("ww1234#"), &json!("One moment"))
    );
}

#[tokio::test]
async fn what_is_announced_to_all_everybody_hears() {
    let (caller, mut hook, [customer, agent, conference]) =
        talking(&[("/words", "<Say>This call is recorded</Say>")]).await;
    let path = format!("Conferences/{conference}.json");
    let (status, shown) = caller.post(&path, &[("AnnounceUrl", &hook.url("/words"))]).await;
    assert_eq!((status, &shown["status"]), (200, &json!("in-progress")));
    let told = announced(&mut hook).await;
    assert!(told.field("StatusCallbackEvent") == "announcement-end" && !told.has("CallSid"));
    for call in [&customer, &agent] {
        let expected = [Sound::Words("This call is recorded".to_owned())];
        assert_eq!(heard(&caller.simulator.calls(), call), expected);
    }
}

#[tokio::test]
async fn an_announcement_that_cannot_be_made_is_told_with_its_reason() {
    let (caller, mut hook, [customer, _, conference]) = talking(&[("/wrong", "<Hangup/>")]).await;
    let wrong = hook.url("/wrong");
    caller.post(&participant(&customer), &[("AnnounceUrl", &wrong)]).await;
    let told = announced(&mut hook).await;
    assert_eq!(
        (told.field("StatusCallbackEvent"), told.field("ReasonAnnouncementFailed")),
        ("announcement-fail", "Error 13238")
    );
    assert_eq!(caller.get(&format!("Calls/{customer}.json")).await.1["status"], "in-progress");
    let elsewhere = [("AnnounceUrl", "https://hub.example.com/")];
    assert_eq!(caller.post(&participant(&customer), &elsewhere).await.1["code"], 21205);
    let path = format!("Conferences/{conference}.json");
    caller.post(&path, &[("Status", "completed")]).await;
    assert_eq!(caller.post(&path, &[("AnnounceUrl", &wrong)]).await.0, 404, "nobody is in it any more");
}
