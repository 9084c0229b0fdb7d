//! Who may not ask, and what may not be asked.

use loadtest::provider::twilio::Simulator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::{ACCOUNT, Caller, OURS, THEIRS, settings};

/// The status and the code of a refusal.
fn code((status, body): (u16, Value)) -> (u16, u64) {
    (status, body["code"].as_u64().unwrap())
}

#[tokio::test]
async fn whoever_does_not_show_the_right_credentials_is_told_nothing() {
    let caller = Caller::start(&[]).await;
    let message = caller.text("Hi", &[]).await.1;
    let path = format!("Messages/{}.json", message["sid"].as_str().unwrap());
    let bare = caller.http.get(format!("{}/2010-04-01/Accounts/{ACCOUNT}.json", caller.simulator.base()));
    assert_eq!(bare.send().await.unwrap().status(), 401);
    let caller = caller.with_login(ACCOUNT, "wrong");
    assert_eq!(code(caller.get(&path).await), (401, 20003));
    assert_eq!(code(caller.get("Messages.json").await), (401, 20003));
    assert_eq!(code(caller.text("Hi", &[]).await), (401, 20003));
    assert_eq!(caller.accepted().await.len(), 1);
}

#[tokio::test]
async fn another_accounts_path_is_refused() {
    let caller = Caller::start(&[]).await;
    let path = format!("/2010-04-01/Accounts/AC{:032}/Messages.json", 2);
    assert_eq!(code(caller.get(&path).await), (401, 20003));
}

#[tokio::test]
async fn a_standard_key_may_send_but_not_see_the_account() {
    let key = ["--api-key", "SK00000000000000000000000000000001:secret"];
    let account = format!("/2010-04-01/Accounts/{ACCOUNT}.json");
    let caller = Caller::start(&key).await;
    let (status, seen) = caller.get(&account).await;
    assert_eq!((status, &seen["sid"], &seen["status"]), (200, &json!(ACCOUNT), &json!("active")));
    let caller = caller.with_key();
    assert_eq!(code(caller.get(&account).await), (401, 20003));
    assert_eq!(caller.text("Hi", &[]).await.0, 201);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let caller = Caller::start(&[]).await;
    let (status, refused) = caller.get("Messages/SM0.json").await;
    assert_eq!(code((status, refused.clone())), (404, 20404));
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/SM0.json");
    assert_eq!(refused["message"], format!("The requested resource {path} was not found"));
    assert_eq!(code(caller.post("Messages/SM0.json", &[("Status", "canceled")]).await), (404, 20404));
    assert_eq!(code(caller.get("Queues.json").await), (404, 20404));
    let put = caller.send(Method::PUT, "Messages.json", &[]).await.unwrap();
    assert_eq!(put.status(), 405);
}

#[tokio::test]
async fn a_refused_message_is_not_accepted() {
    let caller = Caller::start(&[]).await;
    let refused = [
        (vec![("From", OURS), ("Body", "Hi")], 21604),
        (vec![("To", THEIRS), ("Body", "Hi")], 21603),
        (vec![("To", THEIRS), ("From", "+12025550199"), ("Body", "Hi")], 21606),
        (vec![("To", "+1202555012"), ("From", OURS), ("Body", "Hi")], 21211),
        (vec![("To", THEIRS), ("From", OURS)], 21619),
    ];
    for (form, why) in refused {
        assert_eq!(code(caller.post("Messages.json", &form).await), (400, why));
    }
    assert_eq!(code(caller.text(&"a".repeat(1601), &[]).await), (400, 21617));
    assert!(caller.accepted().await.is_empty());
    assert_eq!(caller.text(&"a".repeat(1600), &[]).await.0, 201);
}

#[tokio::test]
async fn more_than_it_may_keep_or_do_at_once_is_refused() {
    let caller = Caller::start(&["--keep", "1"]).await;
    assert_eq!(caller.text("one", &[]).await.0, 201);
    assert_eq!(code(caller.text("two", &[]).await), (400, 21611));
    assert_eq!(caller.accepted().await.len(), 1);
    let busy = Caller::start(&["--at-once", "0"]).await;
    assert_eq!(code(busy.text("Hi", &[]).await), (429, 20429));
}

#[tokio::test]
async fn nothing_listens_to_or_calls_other_machines() {
    let elsewhere = ["--webhook", "http://192.0.2.1/sms"];
    assert!(Simulator::start(&settings(&elsewhere), 7).await.is_err());
    assert!(Simulator::start(&settings(&["--bind", "0.0.0.0:0"]), 7).await.is_err());
    let caller = Caller::start(&[]).await;
    let callback = [("StatusCallback", "http://192.0.2.1/status")];
    assert_eq!(code(caller.text("Hi", &callback).await), (400, 21609));
}
