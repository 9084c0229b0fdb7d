//! What stands in the ledger of consent, who wrote it there, and what is answered to it.

use actors::testing::eventually;
use entities::user::Role;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    carrier::ACCOUNT,
    house::over_both,
    texting::{Desk, Network, OPTED_OUT, OTHERS, THEIRS},
};

#[actix_web::test]
async fn what_is_said_or_delivered_again_changes_nothing() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let desk = Desk::of(house, &house.tenant().await).await;
        desk.hears("SM0", THEIRS, "yes").await;
        desk.hears("SM1", THEIRS, "STOP").await;
        desk.hears("SM2", THEIRS, "hello").await;
        desk.hears("SM1", THEIRS, "STOP").await;
        desk.hears("SM3", THEIRS, "STOP STOP").await;
        desk.hears("SM4", THEIRS, "HELP").await;
        let contact = desk.contact().await;
        assert_eq!(desk.ledger(&contact).await.len(), 1);
        let form = |sid: &str, word: &str| {
            format!("AccountSid={ACCOUNT}&MessageSid={sid}&From=%2B12025550123&Body=x&OptOutType={word}")
        };
        desk.twilio.sends("sms", form("SM5", "START").as_bytes()).await;
        desk.twilio.sends("sms", form("SM6", "HELP").as_bytes()).await;
        desk.twilio.sends("sms", form("SM7", "STOP").as_bytes()).await;
        desk.twilio.is_settled().await;
        let states: Vec<_> = desk.ledger(&contact).await.into_iter().map(|it| it["state"].clone()).collect();
        assert_eq!(states, ["revoked", "reinstated", "revoked"]);
        assert_eq!(desk.ledger(&contact).await[0]["source"], "opt_out_type");
        assert_eq!(desk.events("consent.changed").await.len(), 3);
        assert_eq!(desk.events("message.created").await.len(), 8, "a keyword is a message all the same");
    })
    .await;
}

#[actix_web::test]
async fn an_agent_records_what_was_said_elsewhere() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        let contact = desk.ask().post("/api/contacts", json!({"name": "Bob", "phones": [THEIRS, OTHERS]})).await.id();
        let path = format!("/api/contacts/{contact}/consents");
        let record = async |record: Value| desk.ask().post(&path, record).await;
        for (wrong, field) in [
            (json!({"state": "revoked"}), "phone"),
            (json!({"state": "revoked", "phone": "+12025550129"}), "phone"),
            (json!({"state": "reinstated", "phone": THEIRS}), "state"),
            (json!({"state": "revoked", "phone": THEIRS, "class": "marketing"}), "class"),
            (json!({"state": "granted", "phone": THEIRS, "note": "x".repeat(1_001)}), "note"),
        ] {
            let refused = record(wrong.clone()).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{wrong}");
        }
        let revoked = record(json!({"state": "revoked", "phone": THEIRS, "note": "by telephone"})).await;
        assert_eq!((revoked.status, &revoked.body["source"]), (201, &json!("agent")), "{revoked:?}");
        assert_eq!(revoked.body["by"], json!({"kind": "user", "id": tenant.owner}));
        assert_eq!(desk.starts(THEIRS, "hello").await.refusal(), OPTED_OUT);
        assert_eq!(desk.starts(OTHERS, "hello").await.status, 201);
        let granted = record(json!({"state": "granted", "phone": THEIRS, "class": "marketing"})).await;
        assert_eq!((granted.refusal(), granted.field()), ((422, "INVALID"), "note"));
        let grant = json!({"state": "granted", "phone": THEIRS, "class": "marketing", "note": "signed", "client_id": "1"});
        let granted = record(grant.clone()).await;
        assert_eq!(granted.body["scope"], json!(["conversational", "transactional", "marketing"]));
        assert_eq!(record(grant).await.id(), granted.id(), "the same request again");
        assert_eq!(desk.starts(THEIRS, "hello").await.status, 200);
        let page = desk.ask().get(&format!("{path}?limit=1")).await;
        assert_eq!(page.ids(), [granted.id()]);
        let next = format!("{path}?limit=1&cursor={}", page.body["next_cursor"].as_str().unwrap());
        assert_eq!(desk.ask().get(&next).await.ids(), [revoked.id()]);
        let audit = desk.ask().get("/api/audit?action=consent.record").await;
        assert_eq!(audit.ids().len(), 2);
        assert!(!audit.body.to_string().contains(&THEIRS[1..]) && !audit.body.to_string().contains("signed"));
        let reader = Asking::with(house, tenant.token(tenant.user(Role::ReadOnly, None).await));
        assert_eq!(reader.get(&path).await.ids().len(), 2);
        assert_eq!(reader.post(&path, json!({"state": "revoked"})).await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}

#[actix_web::test]
async fn a_channel_answers_keywords_only_where_the_provider_does_not() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let desk = Desk::of(house, &house.tenant().await).await;
        let channel = format!("/api/channels/{}", desk.twilio.channel["id"].as_str().unwrap());
        let replies = |word: &str| format!("{word} {channel}");
        let words = ["stopped", "started", "help"].map(replies);
        let settings = |stop: &str| json!({"settings": {"keyword_replies": {"stop": stop, "start": words[1], "help": words[2]}}});
        let refused = desk.ask().patch(&channel, settings(&"x".repeat(321))).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "settings.keyword_replies.stop"));
        assert_eq!(desk.ask().patch(&channel, settings(&words[0])).await.status, 200);
        let form = format!("AccountSid={ACCOUNT}&MessageSid=SM0&From=%2B12025550124&Body=STOP&OptOutType=STOP");
        desk.twilio.sends("sms", form.as_bytes()).await;
        desk.hears("SM1", THEIRS, "yes").await;
        desk.hears("SM2", THEIRS, "HELP").await;
        eventually("help is told", async || network.asked(&words[2]).pop()).await;
        desk.hears("SM3", THEIRS, "STOP").await;
        let confirmed = eventually("the opt-out is confirmed", async || network.asked(&words[0]).pop()).await;
        assert_eq!(confirmed.param("To"), THEIRS);
        desk.hears("SM4", THEIRS, "stop!").await;
        desk.hears("SM5", THEIRS, "HELP").await;
        assert_eq!(desk.starts(THEIRS, "but why?").await.refusal(), OPTED_OUT);
        desk.hears("SM6", THEIRS, "START").await;
        eventually("the return is confirmed", async || network.asked(&words[1]).pop()).await;
        let done = async || {
            let jobs = desk.ask().get("/api/jobs?status=done&kind=keyword.answer").await;
            (jobs.ids().len() == 4).then_some(())
        };
        eventually("all answers were given or kept back", done).await;
        for word in &words {
            assert_eq!(network.asked(word).len(), 1, "{word}");
        }
        let talk = desk.says(&desk.talk().await, "hello again").await;
        assert_eq!(talk.status, 201, "{talk:?}");
    })
    .await;
}
