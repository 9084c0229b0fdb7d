//! What callers leave and what is recorded of calls: fetched, heard by those who may, found by what was said, and gone.

use actors::{
    channel,
    receipt::{Arrived, Head, Raw},
    testing::eventually,
};
use entities::{ChannelId, user::Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    carrier::ACCOUNT,
    fake_twilio::{FakeTwilio, Reply},
    house::{House, over_both},
    lines::{Exchange, Line, THEIRS},
    tenant::Tenant,
};

/// The first bytes of an MP3.
pub(crate) const SOUND: &[u8] = b"ID3\x04\x00\x00\x00\x00\x00\x00sound";
const SAID: &str = "Hi%2C+my+card+is+4111+1111+1111+1111%2C+call+me+about+Tuesday";

/// Twilio, which has every recording it is asked for.
async fn recorder() -> FakeTwilio {
    FakeTwilio::start(|asked| match asked.verb.as_str() {
        "GET" if asked.path.ends_with(".mp3") => Reply::File("audio/mpeg", SOUND.to_vec()),
        "DELETE" => Reply::Json(200, json!(null)),
        _ => Reply::Json(200, json!({"messages": [], "sid": "CA1", "status": "in-progress"})),
    })
    .await
}

/// A number nobody ever answers.
pub(crate) async fn closed(house: &House, tenant: &Tenant) -> Line {
    let line = Line::of(house, tenant).await;
    let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
    let never = json!({"voice": {"hours": {"time_zone": "Europe/Berlin"}}});
    assert_eq!(line.ask().patch(&channel, json!({"settings": never})).await.status, 200);
    line
}

/// The provider tells of a recording on the caller's line.
async fn told(line: &Line, webhook: &str, (twilio, more): (&FakeTwilio, &str)) {
    let (url, sid) = (&twilio.url, &line.caller);
    let form = format!(
        "AccountSid={ACCOUNT}&CallSid={sid}&RecordingSid=RE1&RecordingUrl={url}/2010-04-01/Recordings/RE1&{more}"
    );
    let answer = line.carrier.sends(webhook, form.as_bytes()).await;
    assert!(matches!(answer.status, 200 | 204), "{answer:?}");
}

const LEFT: &str = "RecordingSource=RecordVerb&RecordingStatus=completed&RecordingDuration=12";

pub(crate) async fn voicemails(ask: &Asking, query: &str) -> Vec<Value> {
    let listed = ask.get(&format!("/api/voicemails?{query}")).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    listed.body["data"].as_array().unwrap().clone()
}

/// The only voicemail, once it is here.
pub(crate) async fn fetched(ask: &Asking) -> Value {
    eventually("it is fetched", async || {
        voicemails(ask, "").await.pop().filter(|left| left["status"] == "completed")
    })
    .await
}

async fn with_role(house: &House, tenant: &Tenant, role: Role) -> Asking {
    let id = tenant.user(role, None).await;
    Asking::with(house, tenant.token(id))
}

pub(crate) async fn kinds(line: &Line, kind: &str) -> Vec<Value> {
    let events = line.ask().get(&format!("/api/events?type={kind}")).await;
    events.body["data"].as_array().unwrap().clone()
}

/// What somebody left on this call, with what he said.
pub(crate) async fn recording(house: &House, tenant: &Tenant, (call, channel): (&str, ChannelId)) -> String {
    let channel = channel::store::get(house.hub.ports.store(), tenant.id, channel).await.unwrap().unwrap();
    let kind = "voice/transcript";
    let body = b"RecordingSid=RE1&TranscriptionStatus=completed&TranscriptionText=secret".to_vec();
    let head = Head { query: format!("call={call}"), ..Head::default() };
    let raw = Raw { kind: kind.to_owned(), head, body };
    let arrived = Arrived { provider: "twilio", kind, dedupe_key: call.to_owned(), raw, answer: None };
    house.hub.receipts.take(tenant.id, &channel, arrived).await.unwrap();
    let owner = Asking::with(house, tenant.owners_token());
    voicemails(&owner, "").await.remove(0)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn who_is_not_taken_leaves_something_that_is_heard_found_and_told_without_its_numbers() {
    let twilio = recorder().await;
    over_both(&twilio.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let line = closed(house, &tenant).await;
        let said = line.rings(THEIRS).await.text;
        assert!(said.contains("Please leave a message after the tone.</Say><Record "), "{said}");
        assert!(said.contains("maxLength=\"120\"") && said.contains("transcribe=\"true\""), "{said}");
        told(&line, "voice/recorded", (&twilio, "RecordingDuration=12&Digits=hangup")).await;
        told(&line, "recording", (&twilio, LEFT)).await;
        told(
            &line,
            "voice/transcript",
            (&twilio, &format!("TranscriptionStatus=completed&TranscriptionText={SAID}")),
        )
        .await;
        let left = fetched(line.ask()).await;
        let call = line.calls("").await.remove(0);
        assert_eq!((&left["kind"], &left["duration_s"]), (&json!("voicemail"), &json!(12)));
        assert_eq!((&left["call_id"], &left["from"]["value"]), (&call["id"], &json!(THEIRS)));
        assert_eq!(
            left["transcript"],
            json!({"status": "completed"}),
            "its words are asked for one at a time"
        );
        let path = format!("/api/recordings/{}", left["id"].as_str().unwrap());
        let heard = line.ask().get(&path).await;
        let words = "Hi, my card is [redacted], call me about Tuesday";
        assert_eq!(heard.body["transcript"], json!({"status": "completed", "text": words}), "{heard:?}");
        let link = heard.body["url"].as_str().unwrap();
        let sound = Asking::nobody(house).request(Method::GET, link).send().await.unwrap();
        assert_eq!(sound.headers()["content-type"], "audio/mpeg");
        assert_eq!(sound.bytes().await.unwrap(), SOUND);
        for (kind, expected) in
            [("recording.created", 1), ("voicemail.created", 1), ("transcript.created", 1)]
        {
            let events = kinds(&line, kind).await;
            assert_eq!(events.len(), expected, "{kind}");
            assert!(!events[0].to_string().contains("Tuesday"), "the words are in no event");
        }
        let noted = line.ask().get("/api/audit?action=recording.read").await;
        assert_eq!(noted.body["data"].as_array().unwrap().len(), 1, "{noted:?}");
        for (query, found) in
            [("q=tuesday", 1), ("q=call+TUESDAY", 1), ("q=wednesday", 0), ("q=tues", 0), ("q=4111", 0)]
        {
            assert_eq!(voicemails(line.ask(), query).await.len(), found, "{query}");
        }
    })
    .await;
}

#[actix_web::test]
async fn what_was_left_is_heard_by_agents_and_by_nobody_who_only_looks() {
    let twilio = recorder().await;
    over_both(&twilio.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let line = closed(house, &tenant).await;
        line.rings(THEIRS).await;
        told(&line, "recording", (&twilio, LEFT)).await;
        let left = fetched(line.ask()).await;
        let path = format!("/api/recordings/{}", left["id"].as_str().unwrap());
        let agent = with_role(house, &tenant, Role::Agent).await;
        assert_eq!((agent.get(&path).await.status, voicemails(&agent, "").await.len()), (200, 1));
        assert_eq!(agent.delete(&path).await.refusal(), (403, "FORBIDDEN"));
        let reader = with_role(house, &tenant, Role::ReadOnly).await;
        for closed in [&path, "/api/voicemails", "/api/recordings"] {
            assert_eq!(reader.get(closed).await.refusal(), (403, "FORBIDDEN"), "{closed}");
        }
        let stranger = Asking::with(house, house.tenant().await.owners_token());
        assert_eq!(stranger.get(&path).await.refusal(), (404, "NOT_FOUND"));
        let asked = line.ask().get("/api/voicemails?q=+").await;
        assert_eq!((asked.refusal(), asked.field()), ((422, "INVALID"), "q"));
    })
    .await;
}

#[actix_web::test]
async fn what_was_recorded_of_a_call_is_heard_by_whoever_had_it_and_by_supervisors() {
    let twilio = recorder().await;
    over_both(&twilio.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        line.rings(THEIRS).await;
        let call = line.calls("").await.remove(0)["id"].as_str().unwrap().to_owned();
        let path = format!("recording?call={call}");
        told(&line, &path, (&twilio, "RecordingSource=StartCallRecordingAPI&RecordingStatus=in-progress"))
            .await;
        let listed = line.ask().get(&format!("/api/recordings?call_id={call}")).await;
        assert_eq!(listed.body["data"][0]["status"], "pending", "{listed:?}");
        assert!(voicemails(line.ask(), "").await.is_empty());
        let one = format!("/api/recordings/{}", listed.body["data"][0]["id"].as_str().unwrap());
        let manager = with_role(house, &tenant, Role::Manager).await;
        assert_eq!(manager.get(&one).await.status, 200);
        let agent = with_role(house, &tenant, Role::Agent).await;
        assert_eq!(agent.get(&one).await.refusal(), (404, "NOT_FOUND"), "it was not his call");
        assert_eq!(agent.get("/api/recordings").await.body["data"], json!([]));
    })
    .await;
}

#[actix_web::test]
async fn what_is_deleted_is_gone_here_and_at_the_provider() {
    let twilio = recorder().await;
    over_both(&twilio.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let line = closed(house, &tenant).await;
        line.rings(THEIRS).await;
        told(&line, "recording", (&twilio, LEFT)).await;
        told(&line, "voice/transcript", (&twilio, "TranscriptionStatus=completed&TranscriptionText=Tuesday"))
            .await;
        let left = fetched(line.ask()).await;
        let path = format!("/api/recordings/{}", left["id"].as_str().unwrap());
        let link = line.ask().get(&path).await.body["url"].as_str().unwrap().to_owned();
        assert_eq!(line.ask().delete(&path).await.status, 204);
        assert_eq!(line.ask().delete(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(line.ask().get(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(Asking::nobody(house).get(&link).await.status, 404);
        assert!(
            voicemails(line.ask(), "").await.is_empty()
                && voicemails(line.ask(), "q=tuesday").await.is_empty()
        );
        let id = tenant.id;
        eventually("the provider deletes it, too", async || {
            let asked = twilio.asked();
            asked
                .iter()
                .any(|asked| asked.verb == "DELETE" && asked.path.ends_with("/Recordings/RE1.json"))
                .then_some(id)
        })
        .await;
        assert_eq!(kinds(&line, "recording.deleted").await.len(), 1);
        told(&line, "recording", (&twilio, "RecordingSource=RecordVerb&RecordingStatus=absent")).await;
        assert!(voicemails(line.ask(), "").await.is_empty(), "what was deleted does not come back");
    })
    .await;
}

#[actix_web::test]
async fn what_was_left_before_its_call_was_told_of_waits_for_it_and_silence_leaves_nothing() {
    let twilio = recorder().await;
    over_both(&twilio.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let line = closed(house, &tenant).await;
        told(
            &line,
            "recording",
            (&twilio, "RecordingSource=RecordVerb&RecordingStatus=absent&RecordingDuration=-1"),
        )
        .await;
        assert!(voicemails(line.ask(), "").await.is_empty());
        line.rings(THEIRS).await;
        line.carrier.is_settled().await;
        let silent = voicemails(line.ask(), "").await.remove(0);
        assert_eq!(
            (&silent["status"], &silent["error"]["code"]),
            (&json!("failed"), &json!("NOTHING_RECORDED"))
        );
        assert!(kinds(&line, "voicemail.created").await.is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_caller_is_not_asked_to_leave_anything_where_the_channel_wants_none() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
        let wrong = json!({"voice": {"voicemail_s": 4}});
        let refused = line.ask().patch(&channel, json!({"settings": wrong})).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "settings.voice.voicemail_s"));
        let never = json!({"voice": {"hours": {"time_zone": "Europe/Berlin"}, "voicemail": false}});
        assert_eq!(line.ask().patch(&channel, json!({"settings": never})).await.status, 200);
        let said = line.rings(THEIRS).await.text;
        assert!(!said.contains("<Record") && said.ends_with("<Hangup/></Response>"), "{said}");
    })
    .await;
}
