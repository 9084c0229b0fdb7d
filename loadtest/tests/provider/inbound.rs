//! Texts from handsets: told of, obeyed when they say STOP, and their media.

use reqwest::redirect::Policy;
use serde_json::json;

use crate::caller::{ACCOUNT, Caller, OURS, SERVICE, THEIRS, TOKEN};
use crate::hook::Hook;

#[tokio::test]
async fn a_text_that_arrives_is_told_in_a_signed_webhook() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms#rc=5&rp=all")]).await;
    let (status, told) = caller.arrive(&json!({ "from": THEIRS, "body": "Olá & até logo" })).await;
    let heard = hook.next().await;
    assert_eq!((status, heard.field("MessageSid")), (200, told["sid"].as_str().unwrap()));
    assert_eq!((heard.field("From"), heard.field("To")), (THEIRS, OURS));
    assert_eq!((heard.field("Body"), heard.field("SmsStatus")), ("Olá & até logo", "received"));
    assert_eq!(heard.target, "/sms");
    assert!(hook.has_signed(&heard));
    assert_eq!(told["deliveries"], json!([{ "status": 200, "attempts": 1, "body": "<Response/>" }]));
}

#[tokio::test]
async fn whoever_says_stop_is_sent_nothing_until_he_says_start() {
    let hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms")]).await;
    assert_eq!(caller.text("one", &[]).await.0, 201);
    caller.arrive(&json!({ "from": THEIRS, "body": " stop " })).await;
    let (status, refused) = caller.text("two", &[]).await;
    assert_eq!((status, &refused["code"]), (400, &json!(21610)));
    let other = [("To", "+12025550124"), ("From", OURS), ("Body", "for somebody else")];
    assert_eq!(caller.post("Messages.json", &other).await.0, 201);
    caller.arrive(&json!({ "from": THEIRS, "body": "Start" })).await;
    assert_eq!(caller.text("three", &[]).await.0, 201);
}

#[tokio::test]
async fn stop_to_a_number_of_a_service_is_stop_to_the_service() {
    let mut hook = Hook::listen(&[200]).await;
    let numbers =
        ["--number", "+12025550101", "--messaging-service", SERVICE, "--webhook", &hook.url("/sms")];
    let caller = Caller::start(&numbers).await;
    caller.arrive(&json!({ "from": THEIRS, "to": "+12025550101", "body": "STOPALL" })).await;
    let heard = hook.next().await;
    assert_eq!((heard.field("OptOutType"), heard.field("MessagingServiceSid")), ("STOP", SERVICE));
    assert_eq!(caller.text("Hi", &[]).await.1["code"], 21610);
}

#[tokio::test]
async fn media_is_behind_the_credentials_and_a_redirect() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms")]).await;
    let photo = json!([{ "content_type": "image/png", "base64": "iVBORw==" }]);
    caller.arrive(&json!({ "from": THEIRS, "media": photo })).await;
    let heard = hook.next().await;
    assert_eq!((heard.field("NumMedia"), heard.field("MediaContentType0")), ("1", "image/png"));
    assert!(heard.field("MessageSid").starts_with("MM"));
    let url = heard.field("MediaUrl0");
    assert_eq!(caller.http.get(url).send().await.unwrap().status(), 401);
    let stays = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let sent_on = stays.get(url).basic_auth(ACCOUNT, Some(TOKEN)).send().await.unwrap();
    assert_eq!(sent_on.status(), 307);
    let fetched = caller.http.get(url).basic_auth(ACCOUNT, Some(TOKEN)).send().await.unwrap();
    assert_eq!(fetched.headers()["content-type"], "image/png");
    assert_eq!(&fetched.bytes().await.unwrap()[..], b"\x89PNG");
    let described = caller.http.get(format!("{url}.json")).basic_auth(ACCOUNT, Some(TOKEN));
    let described: serde_json::Value = described.send().await.unwrap().json().await.unwrap();
    assert_eq!(described["parent_sid"], heard.field("MessageSid"));
}

#[tokio::test]
async fn a_text_nobody_can_be_told_of_is_refused() {
    let caller = Caller::start(&[]).await;
    assert_eq!(caller.arrive(&json!({ "from": THEIRS })).await.0, 400);
    let hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms")]).await;
    for wrong in
        [json!({}), json!({ "from": THEIRS, "to": "+12025550199" }), json!({ "from": THEIRS, "boddy": "" })]
    {
        assert_eq!(caller.arrive(&wrong).await.0, 400, "{wrong}");
    }
    assert!(caller.accepted().await.is_empty());
}

#[tokio::test]
async fn a_text_whose_webhook_is_lost_is_listed_all_the_same() {
    let hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms"), "--faults", "lose=1"]).await;
    let (_, told) = caller.arrive(&json!({ "from": THEIRS, "body": "lost" })).await;
    assert_eq!(told["deliveries"], json!([]), "nobody is told");
    let asked = format!("Messages.json?To=%2B{}&DateSent%3E=2020-01-01T00%3A00%3A00Z", &OURS[1..]);
    let listed = caller.get(&asked).await.1["messages"][0].take();
    assert_eq!((&listed["sid"], &listed["direction"]), (&told["sid"], &json!("inbound")));
    assert_eq!((&listed["from"], &listed["body"]), (&json!(THEIRS), &json!("lost")));
}
