//! What goes wrong when it is told to.

use serde_json::{Value, json};

use crate::caller::{Caller, THEIRS};
use crate::hook::Hook;

#[tokio::test]
async fn a_cut_request_was_accepted_all_the_same() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--faults", "cut=1"]).await;
    let form = [("To", THEIRS), ("From", "+12025550100"), ("Body", "Hi"), ("StatusCallback", &hook.url("/"))];
    let sent = caller.send(reqwest::Method::POST, "Messages.json", &form).await;
    assert!(sent.is_err(), "{sent:?}");
    let mut told = hook.statuses(3).await;
    told.sort();
    assert_eq!(told, ["delivered", "sending", "sent"]);
    let accepted = caller.accepted().await;
    assert_eq!(accepted.len(), 1, "{accepted:?}");
    assert_eq!((&accepted[0]["cut"], &accepted[0]["body"]), (&json!(true), &json!("Hi")));
    let (_, found) = caller.get("Messages.json?To=%2B12025550123").await;
    assert_eq!(found["messages"][0]["sid"], accepted[0]["sid"]);
}

#[tokio::test]
async fn an_answer_with_429_or_503_means_that_nothing_was_accepted() {
    for (faults, status, code) in [("status_429=1", 429, 20429), ("status_5xx=1", 503, 20503)] {
        let caller = Caller::start(&["--faults", faults]).await;
        let (answered, body) = caller.text("Hi", &[]).await;
        assert_eq!((answered, &body["code"]), (status, &json!(code)));
        assert!(caller.accepted().await.is_empty());
    }
}

#[tokio::test]
async fn a_doubled_callback_comes_twice() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--faults", "duplicate=1"]).await;
    caller.text("Hi", &[("StatusCallback", &hook.url("/"))]).await;
    let mut told = hook.statuses(6).await;
    told.sort();
    assert_eq!(told, ["delivered", "delivered", "sending", "sending", "sent", "sent"]);
}

#[tokio::test]
async fn reordered_callbacks_come_in_another_order() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--faults", "reorder=1", "--step", "100ms"]).await;
    caller.text("Hi", &[("StatusCallback", &hook.url("/"))]).await;
    assert_eq!(hook.statuses(3).await, ["delivered", "sending", "sent"]);
}

#[tokio::test]
async fn what_is_lost_is_not_told_but_is_in_the_list() {
    let hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--faults", "lose=1", "--webhook", &hook.url("/sms")]).await;
    let (_, told) = caller.arrive(&json!({ "from": THEIRS, "body": "Hello?" })).await;
    assert_eq!(told["deliveries"], json!([]));
    caller.text("Hi", &[("StatusCallback", &hook.url("/"))]).await;
    let report = serde_json::to_value(caller.simulator.stop().await).unwrap();
    assert!(hook.is_quiet());
    assert_eq!(times(&report, "inbound webhooks lost"), 1);
    assert_eq!(times(&report, "status callbacks lost"), 3);
}

#[tokio::test]
async fn the_report_says_what_was_accepted_and_refused() {
    let caller = Caller::start(&["--faults", "undelivered=1"]).await;
    for _ in 0..3 {
        caller.text("Hi", &[]).await;
    }
    caller.text("", &[]).await;
    let sid = caller.accepted().await[2]["sid"].as_str().unwrap().to_owned();
    caller.until(&sid, "undelivered").await;
    let report = serde_json::to_value(caller.simulator.stop().await).unwrap();
    assert_eq!(report["tables"][0]["rows"], json!([{ "status": "undelivered", "messages": 3 }]));
    assert_eq!((times(&report, "messages accepted"), times(&report, "requests refused with 21619")), (3, 1));
}

pub(crate) fn times(report: &Value, what: &str) -> u64 {
    let rows = report["tables"][2]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["what"] == what).map_or(0, |row| row["times"].as_u64().unwrap())
}
