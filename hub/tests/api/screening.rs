//! Who calls says his name, and who is called on a telephone presses 1 before he is put through.

use entities::user::Role;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    carrier::{ACCOUNT, Heard},
    fake_twilio::Asked,
    house::over_both,
    lines::{Exchange, LOST, Line, THEIRS, event, id_of, own_leg, sid},
};

const PHONE: &str = "+12025550150";
const HUNG_UP: &str = "<Response><Hangup/></Response>";

impl Line {
    /// Something picks up the telephone of one of us, and Twilio asks what it is to hear.
    async fn picks_up(&self, (call, leg): (&str, &str)) -> Heard {
        self.asks(("screen", call, leg), "").await
    }

    /// Somebody presses a key.
    async fn presses(&self, (call, leg): (&str, &str), key: &str) -> Heard {
        self.asks(("screened", call, leg), &format!("&msg=Gather+End&Digits={key}")).await
    }

    async fn asks(&self, (what, call, leg): (&str, &str, &str), more: &str) -> Heard {
        let form = format!("AccountSid={ACCOUNT}&CallSid={}&CallStatus=in-progress{more}", sid(leg));
        let heard = self.carrier.sends(&format!("voice/{what}?call={call}&leg={leg}"), form.as_bytes()).await;
        assert!(heard.status == 200 && heard.content_type.starts_with("text/xml"), "{heard:?}");
        heard
    }

    /// The caller was asked for his name.
    async fn says(&self, name: &str) -> Heard {
        let mut form = reqwest::Url::parse("http://-").unwrap();
        form.query_pairs_mut()
            .append_pair("AccountSid", ACCOUNT)
            .append_pair("CallSid", &self.caller)
            .append_pair("SpeechResult", name);
        let path = format!("voice/named?room={}", self.caller);
        self.carrier.sends(&path, form.query().unwrap().as_bytes()).await
    }
}

/// The owner takes it by telephone: the id of his leg, and what Twilio was asked for.
async fn taken(line: &Line, exchange: &Exchange, id: &str) -> (String, Asked) {
    let taken = line.does(id, "answer", json!({"via": "phone", "phone": PHONE})).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let leg = own_leg(&taken.body);
    (leg.clone(), rung(exchange, &leg).await)
}

/// The request to ring this leg, once there is one.
async fn rung(exchange: &Exchange, leg: &str) -> Asked {
    actors::testing::eventually("somebody is rung", async || {
        exchange.asked("/Calls.json").into_iter().find(|asked| asked.param("Url").contains(leg))
    })
    .await
}

async fn rings(line: &mut Line) -> String {
    line.rings(THEIRS).await;
    id_of(&event(line, "call.offered").await["data"]["call"])
}

fn says(text: &str) -> String {
    format!("<Say>{text}</Say></Gather>")
}

#[actix_web::test]
async fn who_presses_1_is_put_through_and_controlled_as_anybody() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"agent_confirms": true})).await;
        let id = rings(&mut line).await;
        let (leg, asked) = taken(&line, &exchange, &id).await;
        let ids = (id.as_str(), leg.as_str());
        let ours = format!("?call={id}&leg={leg}#");
        assert!(asked.param("Url").contains(&format!("/voice/screen{ours}")), "{asked:?}");
        assert!(asked.param("StatusCallback").contains(&format!("/voice/status{ours}")), "{asked:?}");
        assert_eq!(
            (asked.param("To"), asked.param("From"), asked.param("Timeout")),
            (PHONE, "+12025550100", "45")
        );
        line.comes(ids, "in-progress", 8).await;
        let call = line.call(&id, |call| call["rev"] != json!(1)).await;
        assert_eq!((&call["state"], &call["pending"][0]["control"]), (&json!("ringing"), &json!("answer")));
        let asks = line.picks_up(ids).await.text;
        let question = says("Call from 1 2 0 2 5 5 5 0 1 2 3. Press 1 to take it.");
        assert_eq!(asks.matches(&question).count(), 2, "{asks}");
        assert!(
            asks.contains(&format!("/voice/screened?call={id}&amp;leg={leg}#"))
                && asks.ends_with("<Hangup/></Response>")
        );
        let through = line.presses(ids, "1").await.text;
        let seat =
            format!("<Response><Dial><Conference participantLabel=\"{leg}\" startConferenceOnEnter=\"true\"");
        assert!(
            through.starts_with(&seat) && through.contains(&format!(">{}</Conference>", line.caller)),
            "{through}"
        );
        assert_eq!(line.presses(ids, "1").await.text, through, "the same is answered the same");
        line.joins(Some(&leg), 12).await;
        let going = event(&mut line, "call.in_progress").await;
        assert_eq!(going["data"]["call"]["pending"], json!([]));
        assert_eq!(exchange.asked(&format!("/Conferences/{}/Participants.json", line.caller)).len(), 0);
        line.does(&id, "mute", json!({})).await;
        exchange.told(&format!("/Participants/{}.json", sid(&leg)), "Muted", "true").await;
        line.does(&id, "hang_up", json!({})).await;
        exchange.told(&format!("/Calls/{}.json", sid(&leg)), "Status", "completed").await;
        line.caller_comes("completed", 40).await;
        let ended = event(&mut line, "call.ended").await;
        assert_eq!(ended["data"]["call"]["state"], "completed");
        assert_eq!(line.presses(ids, "1").await.text, HUNG_UP, "nobody is there any more");
        assert_eq!(line.picks_up(ids).await.text, HUNG_UP);
    })
    .await;
}

#[actix_web::test]
async fn a_voicemail_box_that_picks_up_takes_no_call_and_the_next_one_may() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"agent_confirms": true})).await;
        let colleague = tenant.user(Role::Agent, None).await;
        let _there = house.listener(&tenant.token(colleague), &["calls"]).await;
        let id = rings(&mut line).await;
        let (leg, _) = taken(&line, &exchange, &id).await;
        line.comes((&id, &leg), "in-progress", 8).await;
        line.picks_up((&id, &leg)).await;
        assert_eq!(line.presses((&id, &leg), "2").await.text, HUNG_UP);
        line.comes((&id, &leg), "completed", 28).await;
        let failed = event(&mut line, "call.control_failed").await;
        assert_eq!(failed["data"]["error"]["code"], "AGENT_NOT_REACHED");
        let call = line.call(&id, |call| call["agent_id"] == Value::Null).await;
        assert_eq!((&call["state"], &call["legs"][1]["state"]), (&json!("ringing"), &json!("no_answer")));
        assert_eq!((&call["answered_at"], &call["legs"][1]["answered_at"]), (&Value::Null, &Value::Null));
        let next = Asking::with(house, tenant.token(colleague));
        let taken = next.post(&format!("/api/calls/{id}/answer"), json!({})).await;
        let legs = taken.body["legs"].as_array().unwrap();
        let own = legs.iter().find(|leg| leg["party"]["user_id"] == json!(colleague)).unwrap();
        exchange.dialled(&line.caller, 1).await;
        line.comes((&id, own["id"].as_str().unwrap()), "in-progress", 34).await;
        let call = line.call(&id, |call| call["state"] == "in_progress").await;
        assert_eq!(call["agent_id"], json!(colleague), "who clicks is asked nothing more");
    })
    .await;
}

#[actix_web::test]
async fn a_caller_says_his_name_while_it_rings_and_it_is_shown_and_said() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"screening": true, "greeting": "Hello."})).await;
        let asks = line.rings(THEIRS).await.text;
        assert!(asks.starts_with("<Response><Say>Hello.</Say><Gather input=\"speech\" "), "{asks}");
        assert!(
            asks.contains("actionOnEmptyResult=\"true\"") && asks.contains(&says("Please say your name.")),
            "{asks}"
        );
        assert!(asks.contains(&format!("/voice/named?room={}#", line.caller)), "{asks}");
        let id = id_of(&event(&mut line, "call.offered").await["data"]["call"]);
        let waits = line.says("Joe of Acme.").await.text;
        assert!(
            waits.contains(&format!(">{}</Conference>", line.caller)) && !waits.contains("Hello."),
            "{waits}"
        );
        assert_eq!(line.says("Jim").await.text, waits, "the same is answered the same");
        let told = event(&mut line, "call.updated").await;
        assert_eq!(told["data"]["call"]["caller_said"], "Joe of Acme.");
        assert_eq!(line.call(&id, |_| true).await["caller_said"], "Joe of Acme.");
        line.joins(None, 6).await;
        let (leg, _) = taken(&line, &exchange, &id).await;
        let asks = line.picks_up((&id, &leg)).await.text;
        assert!(asks.contains(&says("Call from Joe of Acme. Press 1 to take it.")), "{asks}");
        line.presses((&id, &leg), "1").await;
        line.joins(Some(&leg), 12).await;
        line.call(&id, |call| call["state"] == "in_progress").await;
    })
    .await;
}

#[actix_web::test]
async fn what_a_stranger_dictates_is_text_and_without_his_numbers() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"screening": true})).await;
        let id = rings(&mut line).await;
        line.says("</Say><Dial>+19005550123</Dial>\u{202e}\u{0} <script>x()</script> 4111 1111 1111 1111")
            .await;
        let call = line.call(&id, |call| call["caller_said"].is_string()).await;
        let shown = call["caller_said"].as_str().unwrap();
        assert!(shown.starts_with("</Say><Dial>+19005550123</Dial> <script>x()</script>"), "{shown}");
        assert!(!shown.contains("4111 1111") && !shown.contains(['\u{202e}', '\u{0}']), "{shown}");
        let (leg, _) = taken(&line, &exchange, &id).await;
        let asks = line.picks_up((&id, &leg)).await.text;
        assert!(
            !asks.contains("<Dial>") && !asks.contains("<script>") && asks.contains("&lt;Dial&gt;"),
            "{asks}"
        );
        for path in ["/api/events", "/api/webhook-receipts", "/api/calls"] {
            let kept = line.ask().get(&format!("{path}?limit=200")).await;
            assert!(kept.status == 200 && !kept.body.to_string().contains("4111 1111"), "{path}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_caller_who_says_nothing_waits_and_is_said_by_his_number() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"screening": true})).await;
        let id = rings(&mut line).await;
        assert!(line.says("").await.text.contains("</Conference>"));
        assert_eq!(line.call(&id, |_| true).await["caller_said"], Value::Null);
        let (leg, _) = taken(&line, &exchange, &id).await;
        let asks = line.picks_up((&id, &leg)).await.text;
        assert!(asks.contains("Call from 1 2 0 2 5 5 5 0 1 2 3. Press 1"), "{asks}");
    })
    .await;
}

#[actix_web::test]
async fn a_caller_waits_also_when_nothing_of_it_can_be_kept() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"screening": true})).await;
        rings(&mut line).await;
        line.carrier.keep(&tenant, json!({"account_sid": ACCOUNT})).await;
        let waits = line.says("Joe").await;
        assert_eq!(waits.status, 200);
        assert!(waits.text.contains(&format!(">{}</Conference>", line.caller)), "{waits:?}");
        let others = line.presses(("", ""), "1").await.text;
        assert!(others.contains("We are sorry") && others.ends_with("<Hangup/></Response>"), "{others}");
    })
    .await;
}

#[actix_web::test]
async fn a_caller_whose_agent_has_gone_meanwhile_does_not_wait_for_nobody() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"screening": true})).await;
        let id = rings(&mut line).await;
        let taken = line.does(&id, "answer", json!({})).await;
        let leg = own_leg(&taken.body);
        exchange.dialled(&line.caller, 1).await;
        line.comes((&id, &leg), "in-progress", 3).await;
        line.comes((&id, &leg), "completed", 5).await;
        exchange.told(&format!("/Calls/{}.json", line.caller), "Status", "completed").await;
        assert_eq!(line.says("Joe").await.text, HUNG_UP);
    })
    .await;
}

#[actix_web::test]
async fn who_places_a_call_by_telephone_presses_1_before_anybody_is_called() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"agent_confirms": true})).await;
        let place =
            json!({"to": THEIRS, "channel_id": line.carrier.channel["id"], "via": "phone", "phone": PHONE});
        let placed = line.ask().post("/api/calls/initiate", place.clone()).await;
        let (id, leg) = (placed.id(), own_leg(&placed.body));
        rung(&exchange, &leg).await;
        line.comes((&id, &leg), "in-progress", 4).await;
        let asks = line.picks_up((&id, &leg)).await.text;
        assert!(asks.contains("Your call to 1 2 0 2 5 5 5 0 1 2 3. Press 1 to be connected."), "{asks}");
        line.comes((&id, &leg), "completed", 24).await;
        let failed = event(&mut line, "call.failed").await;
        let call = &failed["data"]["call"];
        assert_eq!(
            (&call["state"], &call["error"]["code"]),
            (&json!("no_answer"), &json!("AGENT_NOT_REACHED"))
        );
        assert_eq!(exchange.asked(&format!("/Conferences/{id}/Participants.json")).len(), 0);

        let placed = line.ask().post("/api/calls/initiate", place).await;
        let (id, leg) = (placed.id(), own_leg(&placed.body));
        rung(&exchange, &leg).await;
        line.comes((&id, &leg), "in-progress", 34).await;
        let through = line.presses((&id, &leg), "1").await.text;
        assert!(through.contains(&format!(">{id}</Conference>")), "{through}");
        let called = exchange.dialled(&id, 1).await;
        assert_eq!(called[0].param("To"), THEIRS);
    })
    .await;
}

#[actix_web::test]
async fn a_ring_whose_answer_was_lost_is_found_and_nobody_rung_twice() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.set_voice(json!({"agent_confirms": true})).await;
        let id = rings(&mut line).await;
        let taken = line.does(&id, "answer", json!({"via": "phone", "phone": LOST})).await;
        let leg = own_leg(&taken.body);
        let found = line.call(&id, |call| call["legs"][1]["state"] == "initiated").await;
        assert_eq!(found["legs"][1]["id"], json!(leg));
        line.presses((&id, &leg), "1").await;
        line.joins(Some(&leg), 12).await;
        line.call(&id, |call| call["state"] == "in_progress").await;
        line.does(&id, "hang_up", json!({"leg_id": leg})).await;
        exchange.told(&format!("/Calls/{}.json", sid(&leg)), "Status", "completed").await;
        let asked = exchange.asked("/Calls.json").into_iter();
        assert_eq!(asked.filter(|asked| asked.param("Url").contains(&leg)).count(), 1);
    })
    .await;
}

#[actix_web::test]
async fn nobody_is_put_through_into_what_is_not_his() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let mut line = Line::of(house, &tenant).await;
        let theirs = Line::of(house, &others).await;
        line.set_voice(json!({"agent_confirms": true})).await;
        let id = rings(&mut line).await;
        let (leg, _) = taken(&line, &exchange, &id).await;
        let contact = line.call(&id, |_| true).await["legs"][0]["id"].as_str().unwrap().to_owned();
        let stranger = uuid::Uuid::now_v7().to_string();
        for ids in [(id.as_str(), stranger.as_str()), (&stranger, &leg), (&id, &contact), ("", "x")] {
            assert_eq!(line.picks_up(ids).await.text, HUNG_UP, "{ids:?}");
            assert_eq!(line.presses(ids, "1").await.text, HUNG_UP, "{ids:?}");
        }
        assert_eq!(theirs.picks_up((&id, &leg)).await.text, HUNG_UP);
        assert_eq!(theirs.presses((&id, &leg), "1").await.text, HUNG_UP);
        theirs.joins(Some(&leg), 12).await;
        line.carrier.is_settled().await;
        assert_eq!(line.call(&id, |_| true).await["state"], "ringing");
        line.does(&id, "hang_up", json!({"leg_id": leg})).await;
        assert_eq!(line.presses((&id, &leg), "1").await.text, HUNG_UP, "he was called back");
        let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
        let wrong = json!({"settings": {"voice": {"screening": "yes"}}});
        assert_eq!(line.ask().patch(&channel, wrong).await.refusal(), (422, "INVALID"));
    })
    .await;
}
