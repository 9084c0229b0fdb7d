//! Messages to handsets: accepted, told of, delivered, called back.

use jiff::Timestamp;
use loadtest::measure::now_micros;
use serde_json::json;

use crate::caller::{Caller, OURS, SERVICE, THEIRS};
use crate::hook::Hook;

#[tokio::test]
async fn a_message_is_queued_and_its_way_is_told_in_signed_callbacks() {
    let mut hook = Hook::listen(&[204]).await;
    let caller = Caller::start(&["--step", "100ms"]).await;
    let callback = hook.url("/status?message=7&x=a%20b");
    let (status, message) = caller.text("Hello", &[("StatusCallback", &callback)]).await;
    assert_eq!(
        (status, &message["status"], &message["direction"]),
        (201, &json!("queued"), &json!("outbound-api"))
    );
    for told in ["sending", "sent", "delivered"] {
        let heard = hook.next().await;
        assert_eq!((heard.field("MessageStatus"), heard.field("SmsStatus")), (told, told));
        assert_eq!(heard.field("MessageSid"), message["sid"]);
        assert_eq!((heard.field("From"), heard.field("To")), (OURS, THEIRS));
        assert_eq!(heard.target, "/status?message=7&x=a%20b");
        assert!(hook.has_signed(&heard));
    }
    let (_, fetched) = caller.get(&format!("Messages/{}.json", message["sid"].as_str().unwrap())).await;
    assert_eq!((&fetched["status"], &fetched["body"]), (&json!("delivered"), &json!("Hello")));
}

#[tokio::test]
async fn a_scheduled_message_can_be_called_back_and_one_that_left_can_not() {
    let caller = Caller::start(&["--messaging-service", SERVICE]).await;
    let soon = Timestamp::from_microsecond(now_micros() + 3_600_000_000).unwrap().to_string();
    let form = [
        ("To", THEIRS),
        ("MessagingServiceSid", SERVICE),
        ("Body", "Later"),
        ("ScheduleType", "fixed"),
        ("SendAt", soon.as_str()),
    ];
    let (_, scheduled) = caller.post("Messages.json", &form).await;
    assert_eq!(scheduled["status"], "scheduled");
    let path = format!("Messages/{}.json", scheduled["sid"].as_str().unwrap());
    let (status, canceled) = caller.post(&path, &[("Status", "canceled")]).await;
    assert_eq!((status, &canceled["status"]), (200, &json!("canceled")));
    let (_, left) = caller.text("Now", &[]).await;
    let path = format!("Messages/{}.json", left["sid"].as_str().unwrap());
    let (_, refused) = caller.post(&path, &[("Status", "canceled")]).await;
    assert_eq!(refused["code"], 30409);
}

#[tokio::test]
async fn the_numbers_of_the_account_are_listed() {
    let caller = Caller::start(&["--number", "+12025550101"]).await;
    let (_, all) = caller.get("IncomingPhoneNumbers.json").await;
    let numbers: Vec<_> =
        all["incoming_phone_numbers"].as_array().unwrap().iter().map(|it| &it["phone_number"]).collect();
    assert_eq!(numbers, [OURS, "+12025550101"]);
    let (_, one) = caller.get("IncomingPhoneNumbers.json?PhoneNumber=%2B12025550101").await;
    assert_eq!(one["incoming_phone_numbers"].as_array().unwrap().len(), 1);
}
