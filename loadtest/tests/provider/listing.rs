//! Lists of messages, asked as after an answer that was lost.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use loadtest::measure::now_micros;
use serde_json::Value;

use crate::caller::{Caller, OURS, THEIRS};

fn bodies(list: &Value) -> Vec<&str> {
    list["messages"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn messages_are_found_by_number_and_time() {
    let caller = Caller::start(&[]).await;
    caller.text("one", &[]).await;
    caller.post("Messages.json", &[("To", "+12025550124"), ("From", OURS), ("Body", "other")]).await;
    caller.text("two", &[]).await;
    let (_, all) = caller.get("Messages.json").await;
    assert_eq!(bodies(&all), ["two", "other", "one"]);
    let to = format!("To=%2B{}&From=%2B{}", &THEIRS[1..], &OURS[1..]);
    let (_, found) = caller.get(&format!("Messages.json?{to}")).await;
    assert_eq!(bodies(&found), ["two", "one"]);
    let now = Timestamp::from_microsecond(now_micros()).unwrap();
    let today = now.to_zoned(TimeZone::UTC).date();
    for (filter, many) in [
        (format!("DateSent={today}"), 2),
        (format!("DateSent%3E={}", today.yesterday().unwrap()), 2),
        (format!("DateSent>={}", today.tomorrow().unwrap()), 0),
        (format!("DateSent<={}", today.yesterday().unwrap()), 0),
        ("DateSent%3E=2020-01-01T00%3A00%3A00Z".to_owned(), 2),
    ] {
        let (_, found) = caller.get(&format!("Messages.json?{to}&{filter}")).await;
        assert_eq!(bodies(&found).len(), many, "{filter}");
    }
}

#[tokio::test]
async fn pages_show_everything_once_while_more_comes() {
    let caller = Caller::start(&[]).await;
    for number in 0..5 {
        caller.text(&format!("text {number}"), &[]).await;
    }
    let (mut next, mut seen) = ("Messages.json?PageSize=2&From=%2B12025550100".to_owned(), Vec::new());
    for page in 0..10 {
        let (_, list) = caller.get(&next).await;
        assert_eq!((list["page"].as_u64(), list["page_size"].as_u64()), (Some(page), Some(2)));
        seen.extend(bodies(&list).into_iter().map(str::to_owned));
        caller.text("in between", &[]).await;
        match list["next_page_uri"].as_str() {
            Some(uri) => next = uri.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["text 4", "text 3", "text 2", "text 1", "text 0"]);
}

#[tokio::test]
async fn no_two_messages_have_one_sid() {
    let (one, another) = (Caller::start(&[]).await, Caller::start(&[]).await);
    let mut sids = BTreeSet::new();
    for caller in [&one, &another] {
        for _ in 0..3 {
            let sid = caller.text("Hi", &[]).await.1["sid"].as_str().unwrap().to_owned();
            assert_eq!(sid.len(), 34);
            sids.insert(sid);
        }
    }
    assert_eq!(sids.len(), 6);
}
