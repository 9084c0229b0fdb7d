//! Recordings no callback told of: the provider is asked when the call is over.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    carrier::ACCOUNT,
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::over_both,
    lines::THEIRS,
    voicemail::{SOUND, closed, kinds, voicemails},
};
use actors::testing::eventually;

const SAID: &str = "Hi, my card is 4111 1111 1111 1111, call me about Tuesday";

/// A Twilio whose callbacks never come. It has what a caller left, what somebody recorded, and what came to nothing; and
/// nothing of it is ready when it is asked for the first time.
async fn silent() -> FakeTwilio {
    let mut asked_before = HashSet::new();
    FakeTwilio::start(move |asked| {
        let is_ready = !asked_before.insert((asked.authorization.clone(), asked.path.clone()));
        match asked.verb.as_str() {
            "GET" if asked.path.ends_with(".mp3") => Reply::File("audio/mpeg", SOUND.to_vec()),
            "GET" if asked.path.ends_with("/Transcriptions.json") => {
                let (status, text) = if is_ready { ("completed", SAID) } else { ("in-progress", "") };
                let text = is_ready.then_some(text);
                let written = json!([{"sid": "TR1", "status": status, "transcription_text": text}]);
                Reply::Json(200, json!({ "transcriptions": written }))
            }
            "GET" if asked.path.ends_with("/Recordings.json") => {
                Reply::Json(200, json!({ "recordings": recordings(asked, is_ready) }))
            }
            _ => Reply::Json(200, json!({"messages": [], "sid": "CA1", "status": "completed"})),
        }
    })
    .await
}

fn recordings(asked: &Asked, is_ready: bool) -> Vec<Value> {
    let call = asked.path.split('/').nth_back(1).unwrap();
    let recorded = |number: u8, source: &str, status: &str| {
        let sid = format!("{}{number}", call.replace("CA", "RE"));
        json!({
            "sid": sid, "call_sid": call, "source": source, "status": status, "duration": "12",
            "start_time": "Thu, 29 Jul 2021 06:59:25 +0000",
            "uri": format!("/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.json"),
        })
    };
    let left = if is_ready { "completed" } else { "processing" };
    vec![
        recorded(1, "RecordVerb", left),
        recorded(2, "StartCallRecordingAPI", "completed"),
        recorded(3, "RecordVerb", "absent"),
    ]
}

#[actix_web::test]
async fn what_no_callback_told_of_is_found_when_the_call_is_over() {
    let twilio = silent().await;
    over_both(&twilio.settings(&[("PROVIDERS__TWILIO__PRICE_AFTER_S", "0")]), async |house| {
        let tenant = house.tenant().await;
        let line = closed(house, &tenant).await;
        line.rings(THEIRS).await;
        line.caller_comes("completed", 38).await;
        let left = eventually("it is found and written down", async || {
            let left = voicemails(line.ask(), "").await;
            left.into_iter().find(|it| it["transcript"]["status"] == "completed")
        })
        .await;
        let call = line.calls("").await.remove(0);
        assert_eq!((&left["call_id"], &left["duration_s"]), (&call["id"], &json!(12)));
        assert_eq!(left["started_at"], "2021-07-29T06:59:25.000Z");
        let path = format!("/api/recordings/{}", left["id"].as_str().unwrap());
        let words = line.ask().get(&path).await.body["transcript"]["text"].clone();
        assert_eq!(words, "Hi, my card is [redacted], call me about Tuesday");
        let listed =
            line.ask().get(&format!("/api/recordings?call_id={}", call["id"].as_str().unwrap())).await;
        let of_talks = listed.body["data"].as_array().unwrap().clone();
        assert_eq!(of_talks.len(), 1, "{of_talks:?}");
        assert_eq!((&of_talks[0]["kind"], &of_talks[0]["duration_s"]), (&json!("call"), &json!(12)));
        for (kind, expected) in
            [("recording.created", 3), ("voicemail.created", 1), ("transcript.created", 1)]
        {
            assert_eq!(kinds(&line, kind).await.len(), expected, "{kind}");
        }
    })
    .await;
}
