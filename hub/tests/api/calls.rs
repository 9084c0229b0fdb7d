//! Calls over Twilio, from both sides, from the first ring to the end.

use actors::testing::eventually;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    carrier::heard,
    house::{House, over_both},
    lines::{Exchange, Line, THEIRS, event, id_of, own_leg, sid, talking},
};

#[actix_web::test]
async fn who_calls_waits_and_is_taken_by_the_first() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let said = line.rings(THEIRS).await;
        assert!(said.status == 200 && said.content_type.starts_with("text/xml"), "{said:?}");
        assert!(said.text.contains(&format!(">{}</Conference>", line.caller)), "{said:?}");
        let offered = event(&mut line, "call.offered").await;
        let id = id_of(&offered["data"]["call"]);
        assert_eq!(
            (&offered["data"]["call"]["state"], &offered["data"]["how"]),
            (&json!("ringing"), &json!("ring"))
        );
        let taken = line.agent.call("call.answer", json!({"call_id": id, "client_id": "take"})).await;
        assert_eq!(taken["call"]["pending"][0]["control"], "answer");
        let late = line.does(&id, "answer", json!({})).await;
        assert_eq!(late.refusal(), (409, "ALREADY_ANSWERED"));
        let dialled = exchange.dialled(&line.caller, 1).await.pop().unwrap();
        let leg = own_leg(&taken["call"]);
        assert!(dialled.param("To").starts_with("client:user_") && dialled.param("Label") == leg);
        let callback = format!("/voice/status?call={id}&leg={leg}");
        assert!(dialled.param("StatusCallback").contains(&callback), "{dialled:?}");
        line.comes((&id, &leg), "in-progress", 8).await;
        let going = event(&mut line, "call.in_progress").await;
        assert_eq!((&going["client_id"], &going["data"]["call"]["pending"]), (&json!("take"), &json!([])));
        assert!(going["data"]["conversation"]["activity_at"].is_string());
        line.caller_comes("completed", 38).await;
        let ended = event(&mut line, "call.ended").await;
        let call = &ended["data"]["call"];
        assert_eq!((&call["state"], &call["duration_s"]), (&json!("completed"), &json!(30)));
        exchange.told(&format!("/Calls/{}.json", sid(&leg)), "Status", "completed").await;
        assert_eq!(line.calls("live=true").await.len(), 0);
        assert_eq!(line.calls("number=%2B12025550123").await.len(), 1);
        assert_eq!(line.does(&id, "mute", json!({})).await.refusal(), (409, "CALL_OVER"));
    })
    .await;
}

#[actix_web::test]
async fn a_call_that_is_told_twice_is_one_call_and_answered_the_same() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let first = line.rings(THEIRS).await;
        let again = line.rings(THEIRS).await;
        assert_eq!(first.text, again.text);
        let calls = line.calls("").await;
        assert_eq!((calls.len(), &calls[0]["from"]["value"]), (1, &json!(THEIRS)));
        let talks = line.carrier.conversations().await;
        assert_eq!((talks.len(), &talks[0]["id"]), (1, &calls[0]["conversation_id"]));
        line.rings_as("CA9", "anonymous").await;
        let calls = line.calls("live=true&direction=inbound").await;
        assert_eq!((calls.len(), &calls[0]["from"]["kind"]), (2, &json!("anonymous")));
    })
    .await;
}

#[actix_web::test]
async fn whom_nobody_vouches_for_begins_no_call() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let form = b"AccountSid=AC00000000000000000000000000000001&CallSid=CA1&From=%2B12025550123";
        for webhook in [
            "voice",
            "voice/status",
            "voice/after",
            "voice/announce",
            "voice/recorded",
            "voice/transcript",
            "voice/named",
            "voice/screen",
            "voice/screened",
            "conference",
            "recording",
        ] {
            let path = line.carrier.path(webhook);
            let forged = heard(line.carrier.call(&path, form, "bm8=")).await;
            assert_eq!(forged.status, 403, "{webhook}");
        }
        let others = b"AccountSid=AC00000000000000000000000000000002&CallSid=CA1";
        assert_eq!(line.carrier.sends("voice", others).await.status, 403);
        assert_eq!(line.calls("").await.len(), 0);
        let path = line.carrier.path("voice");
        let query =
            format!("{path}?AccountSid=AC00000000000000000000000000000001&CallSid=CA7&From=anonymous");
        let signature = line.carrier.sign(&query, b"");
        let get = line.carrier.http.request(Method::GET, &query).header("X-Twilio-Signature", signature);
        assert_eq!(heard(get).await.status, 200);
        assert_eq!(line.calls("").await.len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn what_is_told_of_no_call_of_ours_changes_nothing() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let mut line = Line::of(house, &tenant).await;
        let theirs = Line::of(house, &others).await;
        line.rings(THEIRS).await;
        event(&mut line, "call.offered").await;
        let call = line.calls("").await.remove(0);
        let leg = call["legs"][0]["id"].as_str().unwrap().to_owned();
        let id = id_of(&call);
        theirs.comes((&id, &leg), "completed", 9).await;
        theirs.caller_comes("completed", 9).await;
        line.tells("voice/status", "CA000000000000000000000000000000ff", "completed", 9).await;
        let status = "AccountSid=AC00000000000000000000000000000001&CallSid=CA1&CallStatus=teleported";
        assert_eq!(line.carrier.sends("voice/status", status.as_bytes()).await.status, 204);
        let after = line.call(&id, |_| true).await;
        assert_eq!((&after["state"], &after["rev"]), (&json!("ringing"), &call["rev"]));
        assert_eq!(theirs.calls("").await.len(), 0);
    })
    .await;
}

#[actix_web::test]
async fn a_caller_everybody_declined_hears_that_nobody_is_there() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.rings(THEIRS).await;
        let id = id_of(&event(&mut line, "call.offered").await["data"]["call"]);
        line.agent.call("call.decline", json!({"call_id": id})).await;
        let ended = event(&mut line, "call.offer_ended").await;
        assert_eq!((&ended["data"]["call_id"], &ended["data"]["reason"]), (&json!(id), &json!("declined")));
        let document = exchange
            .told(&format!("/Calls/{}.json", line.caller), "Twiml", "<Response><Say>We are sorry")
            .await;
        assert!(document.param("Twiml").ends_with("<Hangup/></Response>"));
        line.caller_comes("completed", 20).await;
        let missed = event(&mut line, "call.failed").await;
        let call = &missed["data"]["call"];
        assert_eq!((&call["state"], &call["missed"]), (&json!("no_answer"), &json!(true)));
    })
    .await;
}

#[actix_web::test]
async fn controls_wait_for_the_provider_and_tell_who_asked() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.rings(THEIRS).await;
        let id = id_of(&event(&mut line, "call.offered").await["data"]["call"]);
        assert_eq!(line.does(&id, "hold", json!({})).await.refusal(), (409, "CONFLICT"));
        let taken = line.agent.call("call.answer", json!({"call_id": id})).await;
        let leg = own_leg(&taken["call"]);
        exchange.dialled(&line.caller, 1).await;
        line.comes((&id, &leg), "in-progress", 8).await;
        line.call(&id, |call| call["state"] == "in_progress").await;
        let muting = line.agent.call("call.mute", json!({"call_id": id, "client_id": "hush"})).await;
        assert_eq!(
            (&muting["call"]["muted"], &muting["call"]["pending"][0]["control"]),
            (&json!(false), &json!("mute"))
        );
        let muted = event(&mut line, "call.muted").await;
        assert_eq!((&muted["client_id"], &muted["data"]["call"]["muted"]), (&json!("hush"), &json!(true)));
        let held = line.does(&id, "hold", json!({})).await;
        assert_eq!(held.status, 200, "{held:?}");
        event(&mut line, "call.held").await;
        exchange.told(&format!("/Participants/{}.json", line.caller), "Hold", "true").await;
        let again = line.agent.call("call.hold", json!({"call_id": id})).await;
        assert_eq!((&again["seq"], &again["call"]["held"]), (&json!(0), &json!(true)));
        line.does(&id, "resume", json!({})).await;
        event(&mut line, "call.resumed").await;
        let noted = line.does(&id, "disposition", json!({"disposition": "sold"})).await;
        assert_eq!(noted.body["disposition"], "sold");
        line.does(&id, "hang_up", json!({"client_id": "bye"})).await;
        exchange.told(&format!("/Calls/{}.json", line.caller), "Status", "completed").await;
        line.caller_comes("completed", 60).await;
        assert_eq!(event(&mut line, "call.ended").await["client_id"], "bye");
    })
    .await;
}

#[actix_web::test]
async fn a_call_is_placed_once_and_its_contact_called_when_we_are_on_the_line() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let place = json!({"to": THEIRS, "channel_id": line.carrier.channel["id"], "client_id": "place"});
        let placed = line.ask().post("/api/calls/initiate", place.clone()).await;
        assert_eq!((placed.status, &placed.body["state"]), (201, &json!("queued")), "{placed:?}");
        let again = line.ask().post("/api/calls/initiate", place).await;
        assert_eq!((again.status, again.id()), (201, placed.id()));
        let (id, leg) = (placed.id(), own_leg(&placed.body));
        exchange.dialled(&id, 1).await;
        line.comes((&id, &leg), "ringing", 2).await;
        line.comes((&id, &leg), "in-progress", 4).await;
        let called = eventually("the contact is called", async || {
            let mut asked = exchange.asked("/Participants.json").into_iter();
            asked.find(|asked| asked.param("To") == THEIRS && asked.param("StatusCallback").contains(&id))
        })
        .await;
        assert_eq!((called.param("To"), called.param("From")), (THEIRS, "+12025550100"));
        let contact = called.param("Label").to_owned();
        line.comes((&id, &contact), "ringing", 6).await;
        event(&mut line, "call.ringing").await;
        line.comes((&id, &contact), "busy", 9).await;
        let failed = event(&mut line, "call.failed").await;
        assert_eq!(failed["data"]["call"]["state"], "busy");
        let dialled = exchange.asked("/Participants.json").into_iter();
        assert_eq!(dialled.filter(|asked| asked.param("StatusCallback").contains(&id)).count(), 2);
        let other = line
            .ask()
            .post("/api/calls/initiate", json!({"to": "12", "channel_id": line.carrier.channel["id"]}))
            .await;
        assert_eq!((other.refusal(), other.field()), ((422, "INVALID"), "to"));
    })
    .await;
}

#[actix_web::test]
async fn without_an_account_nobody_is_called() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        assert_eq!(line.ask().delete("/api/credentials/twilio").await.status, 204);
        let place = json!({"to": THEIRS, "channel_id": line.carrier.channel["id"]});
        let refused = line.ask().post("/api/calls/initiate", place).await;
        assert_eq!(refused.refusal(), (400, "NOT_CONNECTED"));
        assert_eq!(refused.body["error"], "Twilio not configured");
        assert_eq!(line.calls("").await.len(), 0);
    })
    .await;
}

#[actix_web::test]
async fn a_call_goes_on_when_the_hub_comes_back() {
    let exchange = Exchange::start().await;
    let house = House::with(&exchange.settings()).await;
    let tenant = house.tenant().await;
    let token = tenant.owners_token();
    let mut line = Line::of(&house, &tenant).await;
    let (id, _) = talking(&mut line, &exchange).await;
    let Line { carrier, caller, .. } = line;
    let house = house.restart().await;
    let agent = house.listener(&token, &[&format!("call:{id}")]).await;
    let mut line = Line { carrier: carrier.at(&house, &token), agent, caller };
    assert_eq!(line.call(&id, |_| true).await["state"], "in_progress");
    line.caller_comes("completed", 30).await;
    assert_eq!(event(&mut line, "call.ended").await["data"]["call"]["duration_s"], 22);
    house.close().await;
}

#[actix_web::test]
async fn a_browser_is_reached_with_a_key_alone() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let refused = line.ask().post("/api/voice/token", json!({})).await;
        assert_eq!(refused.refusal(), (400, "NOT_CONNECTED"));
        let key = format!("SK{}", "0".repeat(32));
        let config = json!({"account_sid": super::carrier::ACCOUNT, "auth_token": "t", "api_key_sid": key, "api_key_secret": "s"});
        line.carrier.keep(&tenant, config).await;
        let token = line.ask().post("/api/voice/token", json!({})).await;
        assert_eq!((token.status, &token.body["expires_in"]), (200, &json!(3600)), "{token:?}");
        assert!(token.body["identity"].as_str().unwrap().starts_with("user_"));
    })
    .await;
}

#[actix_web::test]
async fn outside_of_the_hours_nobody_is_asked_and_the_caller_hears_why() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let never =
            json!({"voice": {"hours": {"time_zone": "Europe/Berlin"}, "closed": "Come back on Monday.", "voicemail": false}});
        let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
        assert_eq!(line.ask().patch(&channel, json!({"settings": never})).await.status, 200);
        let said = line.rings(THEIRS).await;
        assert_eq!(said.text, "<Response><Say>Come back on Monday.</Say><Hangup/></Response>");
        let id = id_of(&line.calls("live=true").await.remove(0));
        assert_eq!(line.does(&id, "answer", json!({})).await.refusal(), (409, "ALREADY_ANSWERED"));
        line.caller_comes("completed", 4).await;
        let call = line.call(&id, |call| call["ended_at"].is_string()).await;
        assert_eq!((&call["state"], &call["missed"]), (&json!("no_answer"), &json!(true)));
        let offered = line.ask().get("/api/events?type=call.offered").await;
        assert_eq!(offered.body["data"], json!([]));
    })
    .await;
}

#[actix_web::test]
async fn a_call_is_handed_to_a_colleague_who_answers() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let (id, leg) = talking(&mut line, &exchange).await;
        let nobody = json!({"kind": "blind", "to": {"user_id": uuid::Uuid::now_v7()}});
        let refused = line.does(&id, "transfer", nobody).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "to.user_id"));
        let colleague = tenant.user(entities::user::Role::Agent, None).await;
        let to = json!({"call_id": id, "kind": "warm", "to": {"user_id": colleague}, "client_id": "hand"});
        let handing = line.agent.call("call.transfer", to).await;
        assert_eq!(handing["call"]["state"], "transferring");
        let legs = handing["call"]["legs"].as_array().unwrap();
        let next = legs.iter().find(|leg| leg["party"]["user_id"] == json!(colleague)).unwrap();
        let next = next["id"].as_str().unwrap().to_owned();
        exchange.told(&format!("/Participants/{}.json", line.caller), "Hold", "true").await;
        exchange.told(&format!("/Participants/{}.json", sid(&leg)), "EndConferenceOnExit", "false").await;
        line.comes((&id, &next), "in-progress", 14).await;
        line.agent.call("call.complete_transfer", json!({"call_id": id})).await;
        let handed = event(&mut line, "call.transferred").await;
        assert_eq!(
            (&handed["client_id"], &handed["data"]["call"]["agent_id"]),
            (&json!("hand"), &json!(colleague))
        );
        exchange.told(&format!("/Calls/{}.json", sid(&leg)), "Status", "completed").await;
        line.caller_comes("completed", 30).await;
        assert_eq!(event(&mut line, "call.ended").await["data"]["call"]["duration_s"], 22);
    })
    .await;
}

#[actix_web::test]
async fn after_a_call_that_broke_off_a_text_is_offered_or_sent() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let (id, _) = talking(&mut line, &exchange).await;
        line.caller_comes("failed", 20).await;
        let failed = event(&mut line, "call.failed").await;
        assert_eq!(failed["data"]["call"]["dropped"], true);
        let offered = failed["data"]["follow_up"].as_str().unwrap().to_owned();
        assert!(offered.starts_with("We were cut off."), "{offered}");
        let conversation = line.call(&id, |_| true).await["conversation_id"].take();
        let talk = json!({"id": conversation});
        assert_eq!(line.carrier.thread(&talk).await, Vec::<Value>::new(), "nobody sent it");
        let sends = json!({"voice": {"drop_follow_up": "send", "follow_up_text": "Call us back."}});
        let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
        assert_eq!(line.ask().patch(&channel, json!({"settings": sends})).await.status, 200);
        line.caller = sid(&uuid::Uuid::now_v7().to_string());
        talking(&mut line, &exchange).await;
        line.caller_comes("failed", 20).await;
        assert_eq!(event(&mut line, "call.failed").await["data"]["follow_up"], Value::Null);
        eventually("it is sent", async || {
            let thread = line.carrier.thread(&talk).await;
            thread.first().filter(|said| said["body"] == "Call us back.").cloned()
        })
        .await;
    })
    .await;
}

#[actix_web::test]
async fn who_may_only_look_is_not_asked() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let looker = tenant.user(entities::user::Role::ReadOnly, None).await;
        let mut looks = house.listener(&tenant.token(looker), &["calls"]).await;
        line.rings(THEIRS).await;
        let id = id_of(&event(&mut line, "call.offered").await["data"]["call"]);
        assert_eq!(line.does(&id, "decline", json!({})).await.status, 200);
        let seen = looks.all("event").await;
        assert!(seen.iter().all(|event| event["type"] != "call.offered"), "{seen:?}");
        let refused = looks.refusal("call.answer", json!({"call_id": id})).await;
        assert_eq!(refused.0, "FORBIDDEN");
    })
    .await;
}
