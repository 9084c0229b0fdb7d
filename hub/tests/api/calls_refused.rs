//! Calls nobody is asked to take: of blocked contacts, of callers who hide, of numbers that are forged. And calls that would be too many.

use serde_json::{Value, json};

use super::{
    carrier::ACCOUNT,
    house::over_both,
    lines::{Exchange, Line, THEIRS},
};

const REJECTED: &str = "<Response><Reject/></Response>";

async fn set(line: &Line, voice: Value) {
    let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
    let set = line.ask().patch(&channel, json!({"settings": {"voice": voice}})).await;
    assert_eq!(set.status, 200, "{set:?}");
}

/// Nobody was asked, and nobody missed it.
fn is_refused(call: &Value) {
    assert_eq!((&call["state"], &call["missed"]), (&json!("no_answer"), &Value::Null), "{call}");
    assert_eq!(call["error"]["code"], "BLOCKED", "{call}");
    assert!(call["ended_at"].is_string(), "{call}");
}

#[actix_web::test]
async fn a_blocked_contact_rings_nobody_and_is_heard_again_when_it_is_not() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let made = line.ask().post("/api/contacts", json!({"name": "Mallory", "phone": THEIRS})).await;
        assert_eq!(made.body["blocked"], false);
        let contact = format!("/api/contacts/{}", made.id());
        let blocked = line.ask().patch(&contact, json!({"blocked": true})).await;
        assert_eq!((blocked.status, &blocked.body["blocked"]), (200, &json!(true)));
        assert_eq!(line.ask().get(&contact).await.body["blocked"], true);

        assert_eq!(line.rings(THEIRS).await.text, REJECTED);
        assert_eq!(line.rings(THEIRS).await.text, REJECTED, "the same is answered the same");
        let call = line.calls("").await.remove(0);
        is_refused(&call);
        assert_eq!((&call["contact_id"], call["legs"].as_array().unwrap().len()), (&json!(made.id()), 1));
        line.caller_comes("no-answer", 3).await;
        let told = line.agent.all("event").await;
        let kinds: Vec<_> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert!(!kinds.contains(&"call.offered"), "{kinds:?}");
        assert_eq!(kinds.iter().filter(|kind| **kind == "call.failed").count(), 1, "{kinds:?}");
        is_refused(&line.call(call["id"].as_str().unwrap(), |_| true).await);

        line.carrier.texts("SM1", "%2B12025550123", "let me in").await;
        line.carrier.is_settled().await;
        let talks = line.carrier.conversations().await;
        assert_eq!(line.carrier.thread(&talks[0]).await[0]["body"], "let me in", "its texts come in");

        line.ask().patch(&contact, json!({"blocked": false})).await;
        assert!(line.rings_as("CA7", THEIRS).await.text.contains("</Conference>"));
        assert_eq!(line.calls("live=true").await.len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn a_refused_call_leaves_a_resolved_conversation_resolved() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        line.carrier.texts("SM1", "%2B12025550123", "hello").await;
        line.carrier.is_settled().await;
        let talk = line.carrier.conversations().await.remove(0);
        let conversation = format!("/api/conversations/{}", talk["id"].as_str().unwrap());
        line.ask().patch(&conversation, json!({"status": "resolved"})).await;
        let contact = format!("/api/contacts/{}", talk["contact"]["id"].as_str().unwrap());
        line.ask().patch(&contact, json!({"blocked": true})).await;
        assert_eq!(line.rings(THEIRS).await.text, REJECTED);
        let call = line.calls("").await.remove(0);
        assert_eq!(call["conversation_id"], talk["id"]);
        assert_eq!(line.ask().get(&conversation).await.body["status"], "resolved");
    })
    .await;
}

#[actix_web::test]
async fn who_hides_is_refused_where_the_number_is_set_so() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        assert!(line.rings_as("CA1", "anonymous").await.text.contains("</Conference>"));
        set(&line, json!({"refuse_anonymous": true})).await;
        assert_eq!(line.rings_as("CA2", "anonymous").await.text, REJECTED);
        assert!(line.rings_as("CA3", THEIRS).await.text.contains("</Conference>"));
        let calls = line.calls("state=no_answer").await;
        assert_eq!((calls.len(), &calls[0]["from"]["kind"]), (1, &json!("anonymous")));
        is_refused(&calls[0]);
        let channel = format!("/api/channels/{}", line.carrier.channel["id"].as_str().unwrap());
        let wrong = json!({"settings": {"voice": {"refuse_anonymous": "yes"}}});
        assert_eq!(line.ask().patch(&channel, wrong).await.refusal(), (422, "INVALID"));
    })
    .await;
}

#[actix_web::test]
async fn a_forged_number_is_told_and_refused_where_it_is_set_so() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let rings = async |sid: &str, said: &str| {
            let form = format!(
                "AccountSid={ACCOUNT}&CallSid={sid}&From=%2B12025550123&To=%2B12025550100&StirVerstat={said}"
            );
            line.carrier.sends("voice", form.as_bytes()).await.text
        };
        let forged = "TN-Validation-Failed-C";
        assert!(rings("CA1", forged).await.contains("</Conference>"));
        assert_eq!(line.calls("").await[0]["verification"], "failed");
        set(&line, json!({"refuse_unverified": true})).await;
        assert_eq!(rings("CA2", forged).await, REJECTED);
        for (sid, said, word) in [
            ("CA3", "TN-Validation-Passed-A", json!("passed")),
            ("CA4", "No-TN-Validation", json!("none")),
            ("CA5", "", json!(null)),
        ] {
            assert!(rings(sid, said).await.contains("</Conference>"), "{said}");
            assert_eq!(line.calls("").await[0]["verification"], word);
        }
        is_refused(&line.calls("state=no_answer").await[0]);
    })
    .await;
}

#[actix_web::test]
async fn a_user_places_so_many_calls_in_a_minute_and_no_more() {
    let exchange = Exchange::start().await;
    let mut settings = exchange.settings();
    settings.extend([("LIMITS__CALLS_PER_MINUTE", "1"), ("LIMITS__TENANT_CALLS_PER_MINUTE", "2")]);
    over_both(&settings, async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let place = async |token: String| {
            let place = json!({"to": THEIRS, "channel_id": line.carrier.channel["id"]});
            super::asking::Asking::with(house, token).post("/api/calls/initiate", place).await
        };
        assert_eq!(place(tenant.owners_token()).await.status, 201);
        let refused = place(tenant.owners_token()).await;
        assert_eq!(refused.refusal(), (429, "RATE_LIMITED"));
        assert!(refused.body["details"]["retry_after_ms"].as_i64().unwrap() > 0, "{refused:?}");
        let mut agents = Vec::new();
        for _ in 0..2 {
            agents.push(tenant.token(tenant.user(entities::user::Role::Agent, None).await));
        }
        assert_eq!(place(agents[0].clone()).await.status, 201);
        assert_eq!(place(agents[1].clone()).await.refusal(), (429, "RATE_LIMITED"), "all of them together");
    })
    .await;
}
