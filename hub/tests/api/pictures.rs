//! Texts out with files: Twilio fetches them from us by links that end.

use actors::testing::eventually;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking},
    carrier::Carrier,
    fake_twilio::{FakeTwilio, Reply},
    house::{House, ORIGIN, over_both},
};

const PICTURE: &[u8] = b"GIF89a\x02\x00\x03\x00\x00\x00\x00;";

async fn taking() -> FakeTwilio {
    FakeTwilio::start(|asked| match asked.verb.as_str() {
        "POST" => Reply::Json(201, json!({"sid": "MM1", "status": "queued", "error_code": null})),
        _ => Reply::Json(200, json!({"messages": [], "calls": []})),
    })
    .await
}

/// A text that brings these files, into a conversation that its recipient began.
async fn send(twilio: &Carrier, body: &str, files: &[String]) -> Answer {
    twilio.texts("SM1", "%2B12025550123", "hello").await;
    twilio.is_settled().await;
    let talk = twilio.conversations().await.remove(0);
    let thread = format!("/api/conversations/{}/messages", talk["id"].as_str().unwrap());
    twilio.agent.post(&thread, json!({"body": body, "attachments": files})).await
}

fn refused(answer: &Answer) -> (u16, &str, Value) {
    (answer.status, answer.field(), answer.body["details"]["fields"][0]["reason"].clone())
}

#[actix_web::test]
async fn a_text_goes_out_with_links_to_its_files_for_twilio_alone_to_follow() {
    let fake = taking().await;
    over_both(&fake.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let mark = format!("look {}", tenant.id);
        let files = [
            twilio.agent.upload("a.gif", PICTURE).await.id(),
            twilio.agent.upload("b.gif", PICTURE).await.id(),
        ];
        let sent = send(&twilio, &mark, &files).await;
        assert_eq!((sent.status, &sent.body["status"]), (201, &json!("queued")), "{sent:?}");
        let asked = eventually("the text is sent", async || {
            fake.asked().into_iter().find(|asked| asked.param("Body") == mark)
        })
        .await;
        let links: Vec<_> =
            asked.params.iter().filter(|(name, _)| name == "MediaUrl").map(|(_, url)| url).collect();
        assert_eq!(links.len(), 2);
        for link in links {
            let path = link.strip_prefix(ORIGIN).unwrap();
            let fetched = Asking::nobody(house).request(reqwest::Method::GET, path).send().await.unwrap();
            assert_eq!(fetched.headers()["content-type"], "image/gif");
            assert_eq!(fetched.bytes().await.unwrap(), PICTURE);
        }
    })
    .await;
}

#[actix_web::test]
async fn a_picture_may_go_without_words() {
    let fake = taking().await;
    let house = House::with(&fake.settings(&[])).await;
    let twilio = Carrier::of(&house, &house.tenant().await).await;
    let file = twilio.agent.upload("a.gif", PICTURE).await.id();
    assert_eq!(send(&twilio, "", &[file]).await.status, 201);
    let asked =
        eventually("it is sent", async || fake.asked().into_iter().find(|asked| asked.verb == "POST")).await;
    assert!(asked.params.iter().all(|(name, _)| name != "Body") && !asked.param("MediaUrl").is_empty());
    house.close().await;
}

#[actix_web::test]
async fn what_twilio_does_not_take_is_refused_before_it_is_said() {
    let fake = taking().await;
    over_both(&fake.settings(&[]), async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let picture = twilio.agent.upload("a.gif", PICTURE).await.id();
        let text = twilio.agent.upload("a.txt", b"hello").await.id();
        let answer = send(&twilio, "x", &[picture, text]).await;
        let reason = json!("is of a type that does not go with texts");
        assert_eq!(refused(&answer), (422, "attachments[1]", reason));
        let document =
            twilio.agent.upload("a.pdf", &[&b"%PDF-1.7"[..], &vec![0; 500_000]].concat()).await.id();
        let answer = send(&twilio, "x", &[document]).await;
        assert_eq!(refused(&answer), (422, "attachments[0]", json!("is larger than 500 KB")));
        let half = [PICTURE, &vec![0; 2_500_000]].concat();
        let halves =
            [twilio.agent.upload("1.gif", &half).await.id(), twilio.agent.upload("2.gif", &half).await.id()];
        let answer = send(&twilio, "x", &halves).await;
        assert_eq!(refused(&answer), (422, "attachments", json!("are more than 5 MB in all")));
        assert_eq!(send(&twilio, "x", &halves[..1]).await.status, 201);
    })
    .await;
}

#[actix_web::test]
async fn files_are_not_sent_from_where_twilio_cannot_fetch_them_nor_before_they_were_looked_at() {
    let fake = taking().await;
    let (here, scan) = (("HTTP__PUBLIC_URL", ORIGIN), ("ATTACHMENTS__SCAN_COMMAND", "/bin/sh, -c, exit 2"));
    let away = [
        ("HTTP__PUBLIC_URL", "http://127.0.0.1:8080"),
        ("PROVIDERS__TWILIO__BASE_URL", "https://twilio.invalid"),
    ];
    let waiting = [here, ("PROVIDERS__TWILIO__BASE_URL", fake.url.as_str()), scan];
    for (settings, field, reason) in [
        (
            &away[..],
            "attachments",
            "cannot be sent: http.public_url is no address Twilio could fetch them from",
        ),
        (&waiting[..], "attachments[0]", "waits to be looked at: send it when it is ready"),
    ] {
        let house = House::with(settings).await;
        let tenant = house.tenant().await;
        let twilio = Carrier::of(&house, &tenant).await;
        let file = twilio.agent.upload("a.gif", PICTURE).await.id();
        let start = json!({"channel_id": twilio.channel["id"], "to": "+12025550123", "body": "x", "attachments": [file]});
        let answer = twilio.agent.post("/api/conversations", start).await;
        assert_eq!(refused(&answer), (422, field, json!(reason)));
        assert!(twilio.agent.get("/api/contacts").await.ids().is_empty(), "nobody is made for it");
        drop((tenant, twilio));
        house.close().await;
    }
    assert!(fake.asked().iter().all(|asked| asked.verb != "POST"));
}
