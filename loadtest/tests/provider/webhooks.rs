//! Webhooks that are not taken, and what the URL's fragment says about it.

use serde_json::json;
use tokio::net::TcpListener;

use crate::caller::{Caller, THEIRS};
use crate::hook::Hook;

#[tokio::test]
async fn a_refused_webhook_is_repeated_when_the_fragment_says_so() {
    let mut hook = Hook::listen(&[503, 404, 200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms?x=1#rc=5&rp=all")]).await;
    let (_, told) = caller.arrive(&json!({ "from": THEIRS, "body": "Hi" })).await;
    assert_eq!(
        (&told["deliveries"][0]["attempts"], &told["deliveries"][0]["status"]),
        (&json!(3), &json!(200))
    );
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let heard = hook.next().await;
        assert_eq!(heard.target, "/sms?x=1");
        assert!(hook.has_signed(&heard));
        tokens.push(heard.headers["i-twilio-idempotency-token"].clone());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn without_a_fragment_a_refused_webhook_is_not_repeated() {
    let hook = Hook::listen(&[503, 200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms")]).await;
    let (_, told) = caller.arrive(&json!({ "from": THEIRS, "body": "Hi" })).await;
    assert_eq!(
        (&told["deliveries"][0]["attempts"], &told["deliveries"][0]["status"]),
        (&json!(1), &json!(503))
    );
}

#[tokio::test]
async fn nobody_there_is_tried_once_more() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let caller = Caller::start(&["--webhook", &format!("http://{gone}/sms")]).await;
    let (_, told) = caller.arrive(&json!({ "from": THEIRS, "body": "Hi" })).await;
    assert_eq!(
        (&told["deliveries"][0]["attempts"], &told["deliveries"][0]["status"]),
        (&json!(2), &json!(null))
    );
}
