//! What is done to a live call beside holding and muting it: it is recorded, hears digits, and goes to a board.

use entities::user::Role;
use serde_json::{Value, json};

use super::{
    house::over_both,
    lines::{Exchange, Line, event, sid, talking},
};

/// The next `call.updated` in which the call is so.
async fn updated(line: &mut Line, is_so: impl Fn(&Value) -> bool) -> Value {
    loop {
        let told = event(line, "call.updated").await;
        if is_so(&told["data"]["call"]) {
            return told;
        }
    }
}

fn waits_for_nothing(call: &Value) -> bool {
    call["pending"] == json!([])
}

fn recordings(line: &Line) -> String {
    format!("/Calls/{}/Recordings.json", line.caller)
}

const EVERYBODY: &str = "/Conferences/CF00000000000000000000000000000001.json";

#[actix_web::test]
async fn nobody_is_recorded_before_everybody_was_told() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let (id, _) = talking(&mut line, &exchange).await;
        let asked = json!({"call_id": id, "on": true, "client_id": "tape"});
        let begins = line.agent.call("call.record", asked).await;
        assert_eq!(
            (&begins["call"]["recording"], &begins["call"]["pending"][0]["control"]),
            (&json!(false), &json!("record"))
        );
        let notice = exchange.told(EVERYBODY, "AnnounceUrl", &line.announcement(&id)).await;
        let said = line.fetches(&notice).await;
        assert_eq!((said.status, said.content_type.as_str()), (200, "text/xml"));
        assert_eq!(said.text, "<Response><Say>This call is being recorded.</Say></Response>");
        assert!(exchange.asked(&recordings(&line)).is_empty(), "before it was said");
        line.announced(&notice, "announcement-end", 9).await;
        let begun = exchange.told(&recordings(&line), "RecordingChannels", "dual").await;
        assert!(begun.param("RecordingStatusCallback").contains(&format!("/recording?call={id}")));
        let told = updated(&mut line, |call| call["recording"] == true).await;
        let call = &told["data"]["call"];
        assert_eq!(
            (&told["client_id"], &call["recording"], &call["pending"]),
            (&json!("tape"), &json!(true), &json!([]))
        );
        line.announced(&notice, "announcement-end", 10).await;
        assert_eq!(line.fetches(&notice).await.text, "<Response/>", "nobody waits for it");
        assert_eq!(line.does(&id, "record", json!({"on": true})).await.body["pending"], json!([]));
        line.does(&id, "record", json!({"on": false, "client_id": "off"})).await;
        let told = updated(&mut line, |call| call["recording"] == false && waits_for_nothing(call)).await;
        assert_eq!((&told["client_id"], &told["data"]["call"]["recording"]), (&json!("off"), &json!(false)));
        assert_eq!(exchange.asked(&recordings(&line)).len(), 1);
        line.caller_comes("completed", 30).await;
        event(&mut line, "call.ended").await;
        assert_eq!(line.does(&id, "record", json!({"on": true})).await.refusal(), (409, "CALL_OVER"));
    })
    .await;
}

#[actix_web::test]
async fn what_could_not_be_said_begins_no_recording() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"recording_notice": "We listen."})).await;
        let (id, _) = talking(&mut line, &exchange).await;
        line.does(&id, "record", json!({"on": true, "client_id": "tape"})).await;
        let notice = exchange.told(EVERYBODY, "AnnounceUrl", &line.announcement(&id)).await;
        assert_eq!(line.fetches(&notice).await.text, "<Response><Say>We listen.</Say></Response>");
        line.announced(&notice, "announcement-fail", 9).await;
        let failed = event(&mut line, "call.control_failed").await;
        assert_eq!(
            (&failed["client_id"], &failed["data"]["control"], &failed["data"]["error"]["code"]),
            (&json!("tape"), &json!("record"), &json!("NOT_ANNOUNCED"))
        );
        line.announced(&notice, "announcement-end", 10).await;
        line.carrier.is_settled().await;
        let call = line.call(&id, |_| true).await;
        assert_eq!((&call["recording"], &call["pending"]), (&json!(false), &json!([])));
        assert!(exchange.asked(&recordings(&line)).is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_number_may_record_all_its_calls() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let empty = json!({"settings": {"voice": {"recording_notice": " "}}});
        let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
        let refused = line.ask().patch(&channel, empty).await;
        assert_eq!(
            (refused.refusal(), refused.field()),
            ((422, "INVALID"), "settings.voice.recording_notice")
        );
        line.set_voice(json!({"record": "all", "announce_recording": false})).await;
        let (id, _) = talking(&mut line, &exchange).await;
        exchange.told(&recordings(&line), "RecordingChannels", "dual").await;
        line.call(&id, |call| call["recording"] == true).await;
        let announced = exchange.asked(EVERYBODY).into_iter();
        assert_eq!(announced.filter(|asked| asked.param("AnnounceUrl").contains(&id)).count(), 0);
    })
    .await;
}

#[actix_web::test]
async fn digits_are_heard_and_stand_nowhere() {
    const PIN: &str = "48151623W42#";
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let (id, _) = talking(&mut line, &exchange).await;
        for wrong in ["", "12a", "1 2", &"1".repeat(33)] {
            let refused = line.does(&id, "send_digits", json!({"digits": wrong})).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "digits"), "{wrong}");
        }
        let asked = json!({"call_id": id, "digits": PIN, "client_id": "keys"});
        let sent = line.agent.call("call.send_digits", asked).await;
        assert_eq!(sent["call"]["pending"][0]["control"], "send_digits");
        let more = line.does(&id, "send_digits", json!({"digits": "1"})).await;
        assert_eq!(more.refusal(), (409, "CONFLICT"));
        let leg = format!("/Participants/{}.json", line.caller);
        let tones = exchange.told(&leg, "AnnounceUrl", &line.announcement(&id)).await;
        let unsigned = line.carrier.http.request(reqwest::Method::POST, &line.carrier.path("voice/announce"));
        assert_eq!(unsigned.send().await.unwrap().status(), 403);
        let heard = line.fetches(&tones).await.text;
        assert_eq!(heard, format!("<Response><Play digits=\"{PIN}\"/></Response>"));
        line.announced(&tones, "announcement-end", 9).await;
        let told = updated(&mut line, waits_for_nothing).await;
        assert_eq!((&told["client_id"], &told["data"]["call"]["pending"]), (&json!("keys"), &json!([])));
        assert_eq!(line.fetches(&tones).await.text, "<Response/>", "they are gone");
        for path in ["/api/events", "/api/jobs", "/api/webhook-receipts", "/api/calls"] {
            let shown = line.ask().get(&format!("{path}?limit=200")).await;
            assert!(shown.status == 200 && !shown.body.to_string().contains("48151623"), "{path}");
        }
        let asked = format!("{:?}", exchange.asked(".json"));
        assert!(!asked.contains("48151623"), "{asked}");
        assert_eq!(line.does(&id, "send_digits", json!({"digits": "1"})).await.status, 200);
    })
    .await;
}

/// The leg of this user in a call.
fn leg_of(call: &Value, user: &Value) -> Option<String> {
    let legs = call["legs"].as_array().unwrap();
    let leg = legs.iter().find(|leg| leg["party"]["user_id"] == *user)?;
    leg["id"].as_str().map(ToOwned::to_owned)
}

#[actix_web::test]
async fn a_call_goes_to_whoever_of_a_board_answers_first() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let (id, own) = talking(&mut line, &exchange).await;
        let board = tenant.board("Support").await;
        let unknown = json!({"kind": "blind", "to": {"board_id": uuid::Uuid::now_v7()}});
        let refused = line.does(&id, "transfer", unknown).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "to.board_id"));
        let to = json!({"kind": "blind", "to": {"board_id": board}, "client_id": "hand"});
        let nobody = line.does(&id, "transfer", to).await;
        assert_eq!((nobody.status, &nobody.body["state"]), (200, &json!("in_progress")), "{nobody:?}");
        let failed = event(&mut line, "call.control_failed").await;
        assert_eq!(
            (&failed["client_id"], &failed["data"]["error"]["code"]),
            (&json!("hand"), &json!("NOBODY_THERE"))
        );
        let (first, second) = (
            tenant.user(Role::Agent, Some(vec![board])).await,
            tenant.user(Role::Agent, Some(vec![board])).await,
        );
        let _first = house.listener(&tenant.token(first), &["calls"]).await;
        let mut there = house.listener(&tenant.token(second), &["calls"]).await;
        let to = json!({"call_id": id, "kind": "blind", "to": {"board_id": board}, "client_id": "again"});
        line.agent.call("call.transfer", to).await;
        let leg = leg_of(&line.call(&id, |_| true).await, &json!(first)).unwrap();
        let rung = exchange.told("/Participants.json", "Label", &leg).await;
        assert_eq!(rung.param("Timeout"), "15", "others may be asked after him");
        line.comes((&id, &leg), "no-answer", 20).await;
        let call = line.call(&id, |call| leg_of(call, &json!(second)).is_some()).await;
        assert_eq!((&call["state"], &call["board_id"]), (&json!("transferring"), &Value::Null));
        let leg = leg_of(&call, &json!(second)).unwrap();
        exchange.told("/Participants.json", "Label", &leg).await;
        line.comes((&id, &leg), "in-progress", 24).await;
        let handed = event(&mut line, "call.transferred").await;
        let call = &handed["data"]["call"];
        assert_eq!(
            (&handed["client_id"], &call["agent_id"], &call["board_id"]),
            (&json!("again"), &json!(second), &json!(board))
        );
        assert_eq!(there.call("call.mute", json!({"call_id": id})).await["call"]["id"], json!(id));
        exchange.told(&format!("/Calls/{}.json", sid(&own)), "Status", "completed").await;
    })
    .await;
}
