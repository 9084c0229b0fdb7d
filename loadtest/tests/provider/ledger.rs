//! What an audit is told: what the account has, and how much of it whoever sent it knows.

use std::collections::BTreeSet;

use loadtest::provider::twilio::HandsetText;

use crate::caller::{ACCOUNT, Caller, OURS, THEIRS};
use crate::hook::Hook;

#[tokio::test]
async fn only_callbacks_that_were_taken_count_as_told() {
    let hook = Hook::listen(&[500, 200]).await;
    let caller = Caller::start(&["--step", "100ms"]).await;
    caller.text("Hi", &[("StatusCallback", &hook.url("/"))]).await;
    assert!(!caller.simulator.is_quiet());
    caller.until_quiet().await;
    let accepted = caller.simulator.accepted();
    let sent = accepted[0].sent.as_ref().unwrap();
    assert_eq!((caller.simulator.count(), accepted[0].status), (1, "delivered"));
    assert_eq!((sent.told.as_slice(), sent.cut), (["sent", "delivered"].as_slice(), false));
}

#[tokio::test]
async fn a_message_nobody_is_told_of_comes_to_its_end_before_it_is_quiet() {
    let hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--faults", "lose=1,undelivered=1", "--step", "50ms"]).await;
    caller.text("Hi", &[("StatusCallback", &hook.url("/"))]).await;
    caller.until_quiet().await;
    let accepted = caller.simulator.accepted();
    assert_eq!(accepted[0].status, "undelivered");
    assert!(accepted[0].error_code.is_some() && accepted[0].sent.as_ref().unwrap().told.is_empty());
    assert!(hook.is_quiet());
}

#[tokio::test]
async fn a_number_can_be_given_its_webhook_later() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    assert!(caller.simulator.arrive(THEIRS, OURS, "Hi").await.is_err());
    assert!(caller.simulator.tell_texts_to("https://hub.example.com/sms").is_err(), "it is elsewhere");
    caller.simulator.tell_texts_to(&hook.url("/sms#rc=5")).unwrap();
    let deliveries = caller.simulator.arrive(THEIRS, OURS, "Hello").await.unwrap();
    assert!(deliveries.len() == 1 && deliveries[0].is_taken());
    assert_eq!(hook.next().await.field("Body"), "Hello");
}

#[tokio::test]
async fn who_posts_webhooks_himself_says_the_same_as_the_provider() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&["--webhook", &hook.url("/sms"), "--step", "20ms"]).await;
    caller.simulator.arrive(THEIRS, OURS, "Hi").await.unwrap();
    let text = HandsetText {
        sid: "SM1".to_owned(),
        account: ACCOUNT.to_owned(),
        from: THEIRS.to_owned(),
        to: OURS.to_owned(),
        body: "Hi".to_owned(),
    };
    assert_eq!(names(&hook.next().await.form), names(&text.webhook()));
    caller.text("Hello", &[("StatusCallback", &hook.url("/status"))]).await;
    let accepted = caller.simulator.accepted();
    for form in accepted[1].status_webhooks(ACCOUNT) {
        assert_eq!(names(&hook.next().await.form), names(&form));
    }
}

fn names(form: &[(String, String)]) -> BTreeSet<&str> {
    form.iter().map(|(name, _)| name.as_str()).collect()
}
