//! Files that come with texts: told of at once, fetched from Twilio afterwards, and never from anywhere else.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use actors::testing::eventually;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    asking::Asking,
    carrier::{ACCOUNT, Carrier},
    client::Client,
    fake_twilio::{FakeTwilio, Reply},
    files_of_messages::open,
    house::{House, over_both},
};

const PICTURE: &[u8] = b"GIF89a\x02\x00\x03\x00\x00\x00\x00;";

/// Brings a text with files from these addresses, and answers its message.
async fn text(twilio: &Carrier, urls: &[String]) -> Value {
    let encoded = |url: &String| utf8_percent_encode(url, NON_ALPHANUMERIC).to_string();
    let mut form =
        format!("AccountSid={ACCOUNT}&MessageSid=MM1&From=%2B12025550123&To=%2B12025550100&Body=look");
    form.push_str(&format!("&NumMedia={}", urls.len()));
    for (number, url) in urls.iter().enumerate() {
        form.push_str(&format!("&MediaUrl{number}={}&MediaContentType{number}=image%2Fgif", encoded(url)));
    }
    assert_eq!(twilio.sends("sms", form.as_bytes()).await.status, 200);
    twilio.is_settled().await;
    newest(twilio).await
}

async fn newest(twilio: &Carrier) -> Value {
    let talk = twilio.conversations().await.remove(0);
    twilio.thread(&talk).await.remove(0)
}

/// The message, once every file of it is out of its wait.
async fn fetched(twilio: &Carrier) -> Value {
    eventually("every file is here, or never will be", async || {
        let message = newest(twilio).await;
        let files = message["attachments"].as_array().unwrap();
        files.iter().all(|file| file["state"] != "scanning").then_some(message.clone())
    })
    .await
}

async fn scanned(client: &mut Client) -> Value {
    loop {
        let event = client.event().await;
        if event["type"] == "attachment.scanned" {
            return event;
        }
    }
}

#[actix_web::test]
async fn a_file_is_told_of_with_its_text_and_fetched_without_showing_our_password_elsewhere() {
    let store = FakeTwilio::start(|_| Reply::File("binary/octet-stream", PICTURE.to_vec())).await;
    let place = format!("{}/signed?by=twilio", store.url);
    let fake = FakeTwilio::start(move |_| Reply::Elsewhere(place.clone())).await;
    over_both(&fake.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let text = text(&twilio, &[format!("{}/2010-04-01/Accounts/{ACCOUNT}/Media/ME1", fake.url)]).await;
        assert_eq!((&text["body"], &text["attachments"][0]["name"]), (&json!("look"), &json!("file-1.gif")));
        let told = scanned(&mut listener).await;
        let id = text["attachments"][0]["id"].as_str().unwrap().to_owned();
        let file = json!({"id": id, "name": "file-1.gif", "content_type": "image/gif", "size": PICTURE.len(),
            "width": 2, "height": 3, "state": "ready"});
        assert_eq!(told["data"]["attachment"], file);
        assert_eq!(told["data"]["message"]["attachments"], json!([file]));
        assert_eq!(fetched(&twilio).await["attachments"], json!([file]));
        let bytes = twilio.agent.request(reqwest::Method::GET, &format!("/api/attachments/{id}"));
        assert_eq!(bytes.send().await.unwrap().bytes().await.unwrap(), PICTURE);
        let stranger = Asking::with(house, house.tenant().await.owners_token());
        assert_eq!(open(&stranger, &id).await, 404);
    })
    .await;
    assert!(fake.asked().iter().all(|asked| asked.authorization.starts_with("Basic ")));
    assert!(!store.asked().is_empty() && store.asked().iter().all(|asked| asked.authorization.is_empty()));
    assert!(store.asked().iter().all(|asked| asked.param("by") == "twilio"));
}

#[actix_web::test]
async fn what_cannot_be_had_is_blocked_with_a_reason_and_the_text_stays_as_it_is() {
    let other = FakeTwilio::start(|_| Reply::File("image/gif", PICTURE.to_vec())).await;
    let fake = FakeTwilio::start(|asked| match asked.path.as_str() {
        "/over" => Reply::Json(410, json!({})),
        "/large" => Reply::File("image/gif", [PICTURE, &[0; 1_000]].concat()),
        "/page" => Reply::File("image/gif", b"<html><script>alert(1)</script>".to_vec()),
        "/inside" => Reply::Elsewhere("http://169.254.169.254/latest/meta-data".to_owned()),
        "/odd" => Reply::Elsewhere("file:///etc/passwd".to_owned()),
        _ => Reply::Elsewhere("/round".to_owned()),
    })
    .await;
    let settings = fake.settings(&[("ATTACHMENTS__MAX_BYTES", "1000")]);
    let (gone, elsewhere) = (
        "Its sender's provider does not have it any more",
        "Its link leads to a place from which files are not fetched",
    );
    let links = [
        (format!("{}/over", fake.url), gone),
        (format!("{}/large", fake.url), "It is larger than 1000 bytes"),
        (format!("{}/page", fake.url), "It is of a type that is not taken"),
        (format!("{}/inside", fake.url), elsewhere),
        (format!("{}/odd", fake.url), elsewhere),
        (format!("{}/round", fake.url), elsewhere),
        (format!("{}/file", other.url), elsewhere),
        ("http://169.254.169.254/latest".to_owned(), elsewhere),
        (fake.url.replace("//", "//user:password@"), elsewhere),
    ];
    over_both(&settings, async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let urls: Vec<_> = links.iter().map(|(url, _)| url.clone()).collect();
        text(&twilio, &urls).await;
        let message = fetched(&twilio).await;
        assert_eq!((&message["body"], &message["status"]), (&json!("look"), &json!("received")));
        let files = message["attachments"].as_array().unwrap();
        assert_eq!(files.len(), links.len());
        for (file, (url, reason)) in files.iter().zip(&links) {
            assert_eq!((&file["state"], &file["reason"]), (&json!("blocked"), &json!(reason)), "{url}");
        }
        let kept = house.hub.settings.data.attachments().join("arriving");
        assert_eq!(std::fs::read_dir(kept).unwrap().count(), 0, "nothing is left behind");
    })
    .await;
    assert!(other.asked().is_empty(), "nobody else is asked");
}

#[actix_web::test]
async fn what_is_too_slow_or_not_there_yet_is_asked_for_again() {
    // Twilio may tell of a file a moment before it has it.
    let absent = Reply::Json(404, json!({ "code": 20_404, "status": 404 }));
    for broken in [Reply::Half(PICTURE.to_vec()), Reply::Cut, Reply::Json(503, json!({})), absent] {
        let (tries, mut broken) = (AtomicUsize::new(0), Some(broken));
        let fake = FakeTwilio::start(move |_| match tries.fetch_add(1, Ordering::Relaxed) {
            0 => broken.take().unwrap(),
            _ => Reply::File("image/gif", PICTURE.to_vec()),
        })
        .await;
        let settings = fake.settings(&[("ATTACHMENTS__FETCH_TIMEOUT_S", "1")]);
        let house = House::with(&settings).await;
        let twilio = Carrier::of(&house, &house.tenant().await).await;
        let told = text(&twilio, &[format!("{}/ME1", fake.url)]).await;
        assert_eq!(
            (&told["attachments"][0]["state"], &told["attachments"][0]["size"]),
            (&json!("scanning"), &json!(0))
        );
        assert_eq!(fetched(&twilio).await["attachments"][0]["state"], "ready");
        assert_eq!(fake.asked().len(), 2);
        house.close().await;
    }
}

#[actix_web::test]
async fn what_was_not_fetched_when_the_hub_ended_is_fetched_when_it_is_back() {
    let fake = FakeTwilio::start(|_| Reply::File("image/gif", PICTURE.to_vec())).await;
    let house = House::with(&fake.settings(&[])).await;
    let tenant = house.tenant().await;
    let token = tenant.owners_token();
    let twilio = Carrier::of(&house, &tenant).await;
    house.hub.jobs.drain(Duration::from_secs(20)).await;
    let told = text(&twilio, &[format!("{}/ME1", fake.url)]).await;
    assert_eq!(told["attachments"][0]["state"], "scanning");
    drop((tenant, twilio));
    let house = house.restart().await;
    let ask = Asking::with(&house, token);
    let file = told["attachments"][0]["id"].as_str().unwrap();
    eventually("the file", async || (open(&ask, file).await == 302).then_some(())).await;
    house.close().await;
}

#[actix_web::test]
async fn what_was_fetched_is_looked_at_before_it_is_given_out() {
    let fake = FakeTwilio::start(|_| Reply::File("image/gif", PICTURE.to_vec())).await;
    for (scan, state, reason) in [
        ("/bin/sh, -c, exit 0", "ready", json!(null)),
        ("/bin/sh, -c, exit 1", "blocked", json!("It was not found clean")),
    ] {
        let settings = fake.settings(&[("ATTACHMENTS__SCAN_COMMAND", scan)]);
        over_both(&settings, async |house| {
            let tenant = house.tenant().await;
            let twilio = Carrier::of(house, &tenant).await;
            let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
            text(&twilio, &[format!("{}/ME1", fake.url)]).await;
            let told = scanned(&mut listener).await;
            let file = &told["data"]["attachment"];
            assert_eq!((&file["state"], &file["reason"]), (&json!(state), &reason));
            assert_eq!((&file["size"], &file["width"]), (&json!(PICTURE.len()), &json!(2)));
            assert_eq!(fetched(&twilio).await["attachments"][0], *file);
            listener.catch_up().await;
            let more = listener.all("event").await;
            assert!(more.iter().all(|event| event["type"] != "attachment.scanned"), "told once: {more:?}");
        })
        .await;
    }
}
