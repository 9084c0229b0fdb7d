//! Texts come in through Twilio's webhooks: proven, kept, once.

use actors::testing::eventually;
use futures::future::join_all;
use hmac::Hmac;
use reqwest::Method;
use serde_json::json;

use super::{
    asking::Asking,
    carrier::{ACCOUNT, Carrier, heard, sign},
    house::{House, over_both},
};

const SMS: &[u8] = include_bytes!("../fixtures/twilio/messaging-inbound-sms.txt");

/// Every recorded webhook of a text.
const RECORDED: [&[u8]; 6] = [
    SMS,
    include_bytes!("../fixtures/twilio/messaging-inbound-mms.txt"),
    include_bytes!("../fixtures/twilio/messaging-inbound-sms-messaging-service.txt"),
    include_bytes!("../fixtures/twilio/messaging-inbound-start-optin.txt"),
    include_bytes!("../fixtures/twilio/messaging-inbound-stop-optout.txt"),
    include_bytes!("../fixtures/twilio/messaging-inbound-whatsapp.txt"),
];

#[actix_web::test]
async fn a_text_stands_in_the_inbox_when_twilio_is_answered() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let answer = twilio.sends("sms", SMS).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "<Response/>"), "{answer:?}");
        assert!(answer.content_type.starts_with("text/xml"), "{answer:?}");
        twilio.is_settled().await;
        let talks = twilio.conversations().await;
        assert_eq!((talks.len(), &talks[0]["channel"]["type"]), (1, &json!("twilio")));
        let said = &twilio.thread(&talks[0]).await[0];
        assert_eq!((&said["body"], &said["status"]), (&json!("Test"), &json!("received")));
        assert_eq!((&said["direction"], &said["author"]["kind"]), (&json!("inbound"), &json!("contact")));
        let contact = format!("/api/contacts/{}", talks[0]["contact"]["id"].as_str().unwrap());
        assert_eq!(twilio.agent.get(&contact).await.body["phones"], json!(["+12025550123"]));
        let receipt = &twilio.receipts().await[0];
        assert_eq!((&receipt["status"], &receipt["kind"]), (&json!("applied"), &json!("sms")));
        assert!(!receipt.to_string().contains("2025550123") && !receipt.to_string().contains("Test"));
    })
    .await;
}

#[actix_web::test]
async fn everything_that_was_recorded_is_taken_by_post_and_by_get() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        for form in RECORDED {
            assert_eq!(twilio.sends("sms", form).await.status, 200);
        }
        assert_eq!(twilio.receipts().await.len(), RECORDED.len());
        let query = format!("AccountSid={ACCOUNT}&MessageSid=SM9&From=%2B12025550199&Body=by%20query+too");
        let path = format!("{}?{query}", twilio.path("sms"));
        let get =
            || twilio.http.request(Method::GET, &path).header("X-Twilio-Signature", twilio.sign(&path, b""));
        for _ in 0..2 {
            assert_eq!(heard(get()).await.text, "<Response/>");
        }
        assert_eq!(twilio.receipts().await.len(), RECORDED.len() + 1);
        twilio.is_settled().await;
        let talk = twilio.conversations().await.remove(0);
        assert_eq!(twilio.thread(&talk).await[0]["body"], "by query too");
    })
    .await;
}

#[actix_web::test]
async fn deliveries_that_race_make_one_message_each_and_one_conversation() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let deliver = async |number: usize| {
            let sid = format!("SM{}", number % 6);
            twilio.texts(&sid, "%2B12025550123", &sid).await.text
        };
        let answers = join_all((0..24).map(deliver)).await;
        assert!(answers.iter().all(|answer| answer == "<Response/>"), "{answers:?}");
        twilio.is_settled().await;
        let talks = twilio.conversations().await;
        assert_eq!((talks.len(), twilio.receipts().await.len()), (1, 6));
        assert_eq!(twilio.thread(&talks[0]).await.len(), 6);
    })
    .await;
}

#[actix_web::test]
async fn nobody_is_believed_who_does_not_prove_himself() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (twilio, theirs) = (Carrier::of(house, &tenant).await, Carrier::of(house, &others).await);
        let path = twilio.path("sms");
        let good = twilio.sign(&path, SMS);
        let other_account = String::from_utf8(SMS.to_vec()).unwrap().replace(ACCOUNT, "AC2");
        let calls = [
            (path.clone(), SMS, String::new()),
            (path.clone(), SMS, "no base64".to_owned()),
            (path.clone(), SMS, theirs.sign(&path, SMS)),
            (path.clone(), &SMS[..SMS.len() - 9], good.clone()),
            (format!("{path}?more=1"), SMS, good.clone()),
            (theirs.path("sms"), SMS, good.clone()),
            (path.clone(), other_account.as_bytes(), twilio.sign(&path, other_account.as_bytes())),
        ];
        for (number, (path, form, signature)) in calls.iter().enumerate() {
            let refused = heard(twilio.call(path, form, signature)).await;
            assert_eq!(refused.status, 403, "{number}: {refused:?}");
            assert!(refused.text.contains("FORBIDDEN"), "{number}: {refused:?}");
        }
        let unsigned = heard(twilio.http.request(Method::POST, &path).body(SMS)).await;
        assert_eq!(unsigned.status, 403);
        let unconnected = house.tenant().await;
        let nobody = Asking::with(house, unconnected.owners_token());
        let number = json!({"type": "twilio", "name": "Front", "address": "+12025550101"});
        let key = nobody.post("/api/channels", number).await.body["key"].as_str().unwrap().to_owned();
        let path = format!("/api/webhooks/twilio/{key}/sms");
        assert_eq!(heard(twilio.call(&path, SMS, &twilio.sign(&path, SMS))).await.status, 403);
        assert!(twilio.receipts().await.is_empty() && theirs.receipts().await.is_empty());
        assert!(twilio.conversations().await.is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_place_that_is_none_of_a_number_is_not_found() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let chat = twilio.agent.get(&format!("/api/channels/{}", tenant.webchat)).await;
        let chat = chat.body["key"].as_str().unwrap().to_owned();
        for key in ["nothing", chat.as_str()] {
            let path = format!("/api/webhooks/twilio/{key}/sms");
            let refused = heard(twilio.call(&path, SMS, &twilio.sign(&path, SMS))).await;
            assert_eq!(refused.status, 404, "{refused:?}");
        }
        let number = twilio.channel["key"].as_str().unwrap();
        let as_chat = twilio.http.get(&format!("/api/webchat/{number}")).await;
        assert_eq!(as_chat.refusal(), (404, "NOT_FOUND"), "a number is no web chat");
        twilio.agent.delete(&format!("/api/channels/{}", twilio.channel["id"].as_str().unwrap())).await;
        assert_eq!(twilio.sends("sms", SMS).await.status, 404);
    })
    .await;
}

#[actix_web::test]
async fn what_is_proven_is_taken_however_it_looks() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let with =
            |rest: &[u8]| [format!("AccountSid={ACCOUNT}&From=%2B12025550123&").as_bytes(), rest].concat();
        for form in [
            with(b"MessageSid=SM1&Body=caf%E9%FF"),
            with(b"MessageSid=SM2&Body=raw \xff bytes"),
            with(b"MessageSid=SM3&Body=&Tomorrow=new&NumMedia=many"),
            with(b"MessageSid=SM4&Body=twice&Body=said"),
            with(b"MessageSid=SM5&Body=%00nul%zz"),
        ] {
            let answer = twilio.sends("sms", &form).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, "<Response/>"), "{form:?}");
        }
        twilio.is_settled().await;
        let talk = twilio.conversations().await.remove(0);
        let said: Vec<_> =
            twilio.thread(&talk).await.into_iter().map(|message| message["body"].clone()).collect();
        assert_eq!(said, ["nul%zz", "twice", "", "raw \u{fffd} bytes", "caf\u{fffd}\u{fffd}"]);
        let nameless = with(b"Body=no+name");
        for _ in 0..2 {
            assert_eq!(twilio.sends("sms", &nameless).await.status, 200);
        }
        let receipts = eventually("what nobody can read is given up", async || {
            let receipts = twilio.agent.get("/api/webhook-receipts?status=dead&provider=twilio").await;
            (receipts.ids().len() == 1).then_some(receipts)
        })
        .await;
        assert_eq!(receipts.body["data"][0]["error"], "it has no MessageSid");
    })
    .await;
}

#[actix_web::test]
async fn what_is_too_large_or_breaks_off_is_refused() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let path = twilio.path("sms");
        let body = vec![b'x'; 10 * 1_048_576];
        // The hub answers and hangs up before all of it is there: the one who sends may see either.
        if let Ok(answer) = twilio.call(&path, &body, "AAAA").send().await {
            assert_eq!(answer.status().as_u16(), 413);
        }
        let large = format!("AccountSid={ACCOUNT}&MessageSid=SM1&Body={}", "x".repeat(1_048_576));
        let answer = twilio.call(&path, large.as_bytes(), &twilio.sign(&path, large.as_bytes())).send().await;
        assert!(answer.is_err() || answer.unwrap().status().as_u16() == 413);
        let most = &large[..1_048_576];
        assert_eq!(twilio.sends("sms", most.as_bytes()).await.status, 200);
        assert_eq!(twilio.receipts().await.len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn who_fails_too_often_waits_and_who_proves_himself_never_does() {
    let house =
        House::with(&[("LIMITS__FAILURES_PER_MINUTE", "2"), ("LIMITS__ADDRESS_REQUESTS_PER_S", "1")]).await;
    let tenant = house.tenant().await;
    let twilio = Carrier::of(&house, &tenant).await;
    let path = twilio.path("sms");
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(heard(twilio.call(&path, SMS, "AAAA")).await.status);
    }
    assert_eq!(answers, [403, 403, 429]);
    for number in 0..10 {
        assert_eq!(twilio.texts(&format!("SM{number}"), "72727", "x").await.status, 200);
    }
    house.close().await;
}

#[actix_web::test]
async fn a_number_says_where_twilio_is_to_call() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let told = twilio.channel["webhook_urls"]["sms"].as_str().unwrap();
        assert_eq!(told, format!("http://hub.test{}#rc=5&rp=all", twilio.path("sms")));
        let id = twilio.channel["id"].as_str().unwrap();
        let read = twilio.agent.get(&format!("/api/channels/{id}")).await;
        assert_eq!(read.body["webhook_urls"], twilio.channel["webhook_urls"]);
    })
    .await;
}

#[actix_web::test]
async fn a_webhook_may_be_signed_with_the_other_token_or_a_key_of_its_own() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let config = json!({
            "account_sid": ACCOUNT, "auth_token": "new", "secondary_auth_token": "old",
            "webhook_key_id": "k1", "webhook_key_secret": "shared",
        });
        twilio.keep(&tenant, config).await;
        let form = |sid: &str| format!("AccountSid={ACCOUNT}&MessageSid={sid}&From=%2B12025550123&Body=hi");
        let path = twilio.path("sms");
        let with_token = async |sid: &str, token: &str| {
            let signature = sign::<Hmac<sha1::Sha1>>(token, &path, form(sid).as_bytes());
            heard(twilio.call(&path, form(sid).as_bytes(), &signature)).await.status
        };
        let with_key = async |sid: &str, secret: &str, settings: &str| {
            let signature = sign::<Hmac<sha2::Sha256>>(secret, &path, form(sid).as_bytes());
            let call = twilio.call(&path, form(sid).as_bytes(), &signature);
            heard(call.header("X-Twilio-Webhooks-Signature-Settings", settings)).await.status
        };
        assert_eq!((with_token("SM1", "new").await, with_token("SM2", "old").await), (200, 200));
        assert_eq!(with_token("SM3", "older").await, 403);
        assert_eq!(with_key("SM4", "shared", "key=k1,algorithm=HMAC_SHA256").await, 200);
        for (secret, settings) in [
            ("other", "key=k1,algorithm=HMAC_SHA256"),
            ("shared", "key=k2,algorithm=HMAC_SHA256"),
            ("shared", "key=k1,algorithm=HMAC_SHA512"),
            ("new", "key=k1,algorithm=HMAC_SHA256"),
        ] {
            assert_eq!(with_key("SM5", secret, settings).await, 403, "{secret} {settings}");
        }
        twilio.is_settled().await;
        assert_eq!(twilio.thread(&twilio.conversations().await[0]).await.len(), 3);
    })
    .await;
}
