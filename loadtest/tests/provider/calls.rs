//! Calls over the API: made, told of, ended, redirected, listed and refused.

use loadtest::provider::twilio::{Answers, Person};
use serde_json::{Value, json};

use crate::caller::{Caller, OURS, THEIRS};
use crate::hook::Hook;

const ALL_EVENTS: [(&str, &str); 4] = [
    ("StatusCallbackEvent", "initiated"),
    ("StatusCallbackEvent", "ringing"),
    ("StatusCallbackEvent", "answered"),
    ("StatusCallbackEvent", "completed"),
];
/// Rings or talks for longer than any test.
const LONG: [&str; 2] = ["--step", "20ms"];
const WAITS: (&str, &str) = ("Twiml", "<Response><Pause length=\"10000\"/></Response>");

fn behaves(answers: Answers) -> Person {
    Person { answers, ..Person::default() }
}

fn code((status, body): (u16, Value)) -> (u16, u64) {
    (status, body["code"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn a_call_is_queued_and_its_way_is_told_in_signed_callbacks() {
    let mut hook = Hook::with_documents(&[("/voice", "<Say>Hello</Say>")]).await;
    let caller = Caller::start(&[]).await;
    let (url, told) = (hook.url("/voice?flow=7"), hook.url("/status"));
    let form = [&ALL_EVENTS[..], &[("Url", url.as_str()), ("StatusCallback", told.as_str())]].concat();
    let (status, call) = caller.dial(&form).await;
    assert_eq!(
        (status, &call["status"], &call["direction"]),
        (201, &json!("queued"), &json!("outbound-api"))
    );
    let mut heard = Vec::new();
    while heard.len() < 5 {
        heard.push(hook.next().await);
    }
    assert!(heard.iter().all(|it| hook.has_signed(it) && it.field("CallSid") == call["sid"]));
    let (document, mut told): (Vec<_>, Vec<_>) = heard.into_iter().partition(|it| it.path() == "/voice");
    assert_eq!(
        (document[0].target.as_str(), document[0].field("CallStatus")),
        ("/voice?flow=7", "in-progress")
    );
    told.sort_by_key(|it| it.field("SequenceNumber").to_owned());
    let statuses: Vec<&str> = told.iter().map(|it| it.field("CallStatus")).collect();
    assert_eq!(statuses, ["initiated", "ringing", "in-progress", "completed"]);
    assert_eq!(told.iter().map(|it| it.field("SequenceNumber")).collect::<Vec<_>>(), ["0", "1", "2", "3"]);
    assert_eq!((told[3].field("CallDuration"), told[3].field("Duration")), ("0", "1"));
    assert!(told[3].field("Timestamp").ends_with(" +0000") && !told[0].has("CallDuration"));
}

#[tokio::test]
async fn nobody_says_otherwise_so_only_the_end_is_told() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    caller.dialled(&[("Twiml", "<Response/>"), ("StatusCallback", &hook.url("/status"))]).await;
    let end = hook.next().await;
    assert_eq!((end.field("CallStatus"), end.field("SequenceNumber")), ("completed", "3"));
    caller.until_quiet().await;
    assert!(hook.is_quiet());
}

#[tokio::test]
async fn a_call_ends_as_who_is_called_behaves() {
    let mut hook = Hook::listen(&[200]).await;
    let caller = Caller::start(&[]).await;
    let ends = [
        (Answers::Busy, "busy", "2", Some("486")),
        (Answers::Never, "no-answer", "2", None),
        (Answers::After(21), "no-answer", "2", None),
        (Answers::Fails, "failed", "1", Some("404")),
    ];
    for (answers, status, sequence, sip) in ends {
        caller.simulator.behave(Some(THEIRS), behaves(answers));
        let callback = hook.url("/status");
        let sid = caller
            .dialled(&[("Twiml", "<Response/>"), ("Timeout", "20"), ("StatusCallback", &callback)])
            .await;
        let end = hook.next().await;
        assert_eq!((end.field("CallStatus"), end.field("SequenceNumber")), (status, sequence));
        assert_eq!((end.field("CallDuration"), end.field("Duration")), ("0", "0"));
        assert_eq!(end.has("SipResponseCode").then(|| end.field("SipResponseCode")), sip);
        assert_eq!(end.has("ErrorCode"), status == "failed");
        let call = caller.until_call(&sid, status).await;
        assert_eq!((&call["start_time"], &call["duration"]), (&Value::Null, &json!("0")));
    }
}

#[tokio::test]
async fn what_rings_is_called_back_and_what_was_answered_is_hung_up() {
    let caller = Caller::start(&LONG).await;
    caller.simulator.behave(None, behaves(Answers::Never));
    let ringing = caller.dialled(&[WAITS, ("Timeout", "600")]).await;
    caller.until_call(&ringing, "ringing").await;
    let path = format!("Calls/{ringing}.json");
    assert_eq!(
        code(caller.post(&path, &[("Url", "http://127.0.0.1:9/")]).await),
        (400, 21220),
        "nobody is there"
    );
    assert_eq!(caller.post(&path, &[("Status", "canceled")]).await.1["status"], "canceled");
    caller.simulator.behave(None, behaves(Answers::After(0)));
    let talking = caller.dialled(&[WAITS]).await;
    caller.until_call(&talking, "in-progress").await;
    let path = format!("Calls/{talking}.json");
    assert_eq!(code(caller.post(&path, &[("Status", "canceled")]).await), (400, 21220));
    assert_eq!(code(caller.post(&path, &[("Status", "busy")]).await), (400, 20422));
    assert_eq!(caller.post(&path, &[("Status", "completed")]).await.1["status"], "completed");
    assert_eq!(code(caller.post(&path, &[("Status", "completed")]).await), (400, 21220));
    caller.until_quiet().await;
}

#[tokio::test]
async fn a_call_that_was_ended_while_it_rang_was_canceled() {
    let caller = Caller::start(&LONG).await;
    caller.simulator.behave(None, behaves(Answers::Never));
    let sid = caller.dialled(&[WAITS, ("Timeout", "600")]).await;
    let ended = caller.post(&format!("Calls/{sid}.json"), &[("Status", "completed")]).await;
    assert_eq!((ended.0, &ended.1["status"]), (200, &json!("canceled")));
}

#[tokio::test]
async fn a_redirected_call_drops_what_it_does_and_follows_something_else() {
    let mut hook = Hook::with_documents(&[("/next", "<Pause length=\"10000\"/>")]).await;
    let caller = Caller::start(&LONG).await;
    let sid = caller.dialled(&[WAITS]).await;
    caller.until_call(&sid, "in-progress").await;
    let path = format!("Calls/{sid}.json");
    assert_eq!(caller.post(&path, &[("Url", &hook.url("/next"))]).await.1["status"], "in-progress");
    assert_eq!(hook.next().await.field("CallSid"), sid);
    caller.post(&path, &[("Twiml", "<Response><Hangup/></Response>")]).await;
    caller.until_call(&sid, "completed").await;
}

#[tokio::test]
async fn a_call_lasts_no_longer_than_it_may() {
    let caller = Caller::start(&[]).await;
    let sid = caller.dialled(&[WAITS, ("TimeLimit", "5")]).await;
    caller.until_call(&sid, "completed").await;
}

#[tokio::test]
async fn calls_are_found_by_number_status_and_time() {
    let caller = Caller::start(&[]).await;
    let first = caller.dialled(&[("Twiml", "<Response/>")]).await;
    caller.until_call(&first, "completed").await;
    let to_client = [("To", "client:ada"), ("From", OURS), ("Twiml", "<Response/>")];
    caller.post("Calls.json", &to_client).await;
    caller.simulator.behave(None, behaves(Answers::Busy));
    let busy = caller.dialled(&[("Twiml", "<Response/>")]).await;
    caller.until_call(&busy, "busy").await;
    let number = format!("To=%2B{}", &THEIRS[1..]);
    for (query, many) in [
        (number.clone(), 2),
        (format!("{number}&Status=busy"), 1),
        ("To=client%3Aada".to_owned(), 1),
        (format!("{number}&StartTime%3E=2020-01-01T00%3A00%3A00Z"), 2),
        (format!("{number}&StartTime<=2020-01-01"), 0),
        ("PageSize=2".to_owned(), 2),
    ] {
        let (_, list) = caller.get(&format!("Calls.json?{query}")).await;
        assert_eq!(list["calls"].as_array().unwrap().len(), many, "{query}");
    }
    let (_, page) = caller.get("Calls.json?PageSize=2").await;
    assert_eq!(page["calls"][0]["sid"], busy, "the newest comes first");
    let (_, rest) = caller.get(page["next_page_uri"].as_str().unwrap()).await;
    assert_eq!((&rest["calls"][0]["sid"], &rest["next_page_uri"]), (&json!(first), &Value::Null));
}

#[tokio::test]
async fn what_twilio_refuses_is_no_call() {
    let caller = Caller::start(&["--keep", "1"]).await;
    let refused = [("To", THEIRS), ("From", "+12025550199"), ("Twiml", "<Response/>")];
    assert_eq!(code(caller.post("Calls.json", &refused).await), (400, 21210));
    assert_eq!(code(caller.dial(&[]).await), (400, 21205));
    assert_eq!(code(caller.get("Calls/CA0.json").await), (404, 20404));
    assert_eq!(code(caller.post("Calls/CA0.json", &[("Status", "completed")]).await), (404, 20404));
    assert!(caller.simulator.calls().is_empty());
    caller.dialled(&[("Twiml", "<Response/>")]).await;
    assert_eq!(code(caller.dial(&[("Twiml", "<Response/>")]).await), (429, 20429), "it keeps no more");
}

#[tokio::test]
async fn a_cut_request_was_accepted_all_the_same() {
    let caller = Caller::start(&["--faults", "cut=1"]).await;
    let form = [("To", THEIRS), ("From", OURS), ("Twiml", "<Response/>")];
    assert!(caller.send(reqwest::Method::POST, "Calls.json", &form).await.is_err());
    caller.until_quiet().await;
    let calls = caller.simulator.calls();
    assert!(calls.len() == 1 && calls[0].cut && calls[0].status == "completed");
}

#[tokio::test]
async fn what_a_call_costs_is_known_a_while_after_its_end() {
    let caller = Caller::start(&["--step", "100ms"]).await;
    let sid = caller.dialled(&[("Twiml", "<Response/>")]).await;
    let ended = caller.until_call(&sid, "completed").await;
    assert_eq!((&ended["price"], &ended["price_unit"]), (&Value::Null, &json!("USD")));
    let path = format!("Calls/{sid}.json");
    let mut call = caller.get(&path).await.1;
    while call["price"].is_null() {
        call = caller.get(&path).await.1;
    }
    assert_eq!(call["price"], "-0.01400");
}
