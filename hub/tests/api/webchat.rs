//! `/api/webchat`.

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    house::{House, ORIGIN, over_both},
    tenant::Tenant,
};

const SHOP: &str = "https://shop.example";

/// A web chat of the tenant that may stand in the shop.
async fn shop(house: &House, tenant: &Tenant) -> Value {
    let ask = Asking::with(house, tenant.owners_token());
    let settings = json!({"greeting": "Hi", "allowed_origins": [SHOP]});
    ask.post("/api/channels", json!({"type": "webchat", "name": "Shop", "settings": settings})).await.body
}

fn path(chat: &Value) -> String {
    format!("/api/webchat/{}", chat["key"].as_str().unwrap())
}

fn hash(chat: &Value, email: &str) -> String {
    let secret = chat["secret"].as_str().unwrap().as_bytes();
    let mut mac = <Hmac<sha2::Sha256> as KeyInit>::new_from_slice(secret).unwrap();
    mac.update(email.as_bytes());
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}

#[actix_web::test]
async fn a_visitor_comes_in_talks_and_comes_back() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let chat = shop(house, &tenant).await;
        let nobody = Asking::nobody(house);
        let shown = nobody.get(&path(&chat)).await;
        assert_eq!((shown.status, &shown.body["greeting"]), (200, &json!("Hi")), "{shown:?}");
        assert!(shown.body.get("allowed_origins").is_none() && shown.body.get("secret").is_none());
        let sessions = format!("{}/sessions", path(&chat));
        let first =
            nobody.post(&sessions, json!({"name": "Ann", "page_url": "https://shop.example/a"})).await;
        assert_eq!((first.status, &first.body["resumed"]), (201, &json!(false)), "{first:?}");
        let token = first.body["token"].as_str().unwrap().to_owned();
        let visitor = Asking::with(house, token.clone());
        let conversation = first.body["conversation_id"].as_str().unwrap();
        let thread = format!("/api/conversations/{conversation}/messages");
        assert_eq!(visitor.post(&thread, json!({"body": "hello"})).await.status, 201);
        let again = nobody.post(&sessions, json!({"visitor_token": token})).await;
        assert_eq!(
            (&again.body["resumed"], &again.body["conversation_id"]),
            (&json!(true), &json!(conversation))
        );
        let me = visitor.patch("/api/webchat/me", json!({"name": "Ann B", "email": "ann@example.com"})).await;
        assert_eq!((me.status, &me.body["name"]), (200, &json!("Ann B")), "{me:?}");
        assert!(me.body.get("attributes").is_none());
        let agent = Asking::with(house, tenant.owners_token());
        let contact =
            agent.get(&format!("/api/contacts/{}", first.body["contact_id"].as_str().unwrap())).await;
        assert_eq!(contact.body["emails"], json!(["ann@example.com"]));
    })
    .await;
}

#[actix_web::test]
async fn an_address_counts_when_it_is_proven() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let chat = shop(house, &tenant).await;
        let (nobody, sessions) = (Asking::nobody(house), format!("{}/sessions", path(&chat)));
        let email = "ann@example.com";
        let proven = json!({"email": email, "user_hash": hash(&chat, email)});
        let typed = nobody.post(&sessions, json!({"email": email})).await;
        let ann = nobody.post(&sessions, proven.clone()).await;
        assert_ne!(ann.body["contact_id"], typed.body["contact_id"]);
        let again = nobody.post(&sessions, proven).await;
        assert_eq!(
            (&again.body["contact_id"], &again.body["resumed"]),
            (&ann.body["contact_id"], &json!(true))
        );
        let forged = json!({"email": "bob@example.com", "user_hash": hash(&chat, email)});
        let forged = nobody.post(&sessions, forged).await;
        assert_eq!((forged.refusal(), forged.field()), ((422, "INVALID"), "user_hash"));
    })
    .await;
}

#[actix_web::test]
async fn only_listed_pages_may_ask_and_read() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let chat = shop(house, &tenant).await;
        let nobody = Asking::nobody(house);
        let allowed = "access-control-allow-origin";
        for (origin, status) in [(SHOP, 200), (ORIGIN, 200), ("https://evil.example", 403)] {
            let shown = nobody.asked_on(origin, Method::GET, &path(&chat)).await;
            assert_eq!((shown.status, shown.header(allowed)), (status, origin));
        }
        let sessions = format!("{}/sessions", path(&chat));
        let evil = nobody.asked_on("https://evil.example", Method::POST, &sessions).await;
        assert_eq!(evil.refusal(), (403, "FORBIDDEN"));
        let entered = nobody.asked_on(SHOP, Method::POST, &sessions).await;
        assert_eq!(entered.status, 201);
        let visitor = Asking::with(house, entered.body["token"].as_str().unwrap().to_owned());
        let thread =
            format!("/api/conversations/{}/messages", entered.body["conversation_id"].as_str().unwrap());
        let read = visitor.asked_on(SHOP, Method::GET, &thread).await;
        assert_eq!((read.status, read.header(allowed)), (200, SHOP));
        let refused = visitor.asked_on(SHOP, Method::POST, &thread).await;
        assert_eq!((refused.status, refused.header(allowed)), (422, SHOP), "a refusal can be read too");
        for path in [&sessions, &thread, "/api/webchat/me"] {
            let asked = nobody.asked_on(SHOP, Method::OPTIONS, path).await;
            assert_eq!((asked.status, asked.header(allowed)), (204, SHOP), "{path}");
            assert!(asked.header("access-control-allow-headers").contains("Authorization"));
        }
    })
    .await;
}

#[actix_web::test]
async fn a_chat_that_is_gone_and_a_token_of_another_let_nobody_resume() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (chat, theirs) = (shop(house, &tenant).await, shop(house, &others).await);
        let nobody = Asking::nobody(house);
        assert_eq!(nobody.get("/api/webchat/nothing").await.refusal(), (404, "NOT_FOUND"));
        let first = nobody.post(&format!("{}/sessions", path(&theirs)), json!({})).await;
        let with_theirs = json!({"visitor_token": first.body["token"]});
        let here = nobody.post(&format!("{}/sessions", path(&chat)), with_theirs).await;
        assert_eq!((here.status, &here.body["resumed"]), (201, &json!(false)));
        assert_ne!(here.body["contact_id"], first.body["contact_id"]);
        let stranger = Asking::with(house, here.body["token"].as_str().unwrap().to_owned());
        let foreign = format!("/api/conversations/{}", first.body["conversation_id"].as_str().unwrap());
        assert_eq!(stranger.get(&foreign).await.refusal(), (404, "NOT_FOUND"));
        let owner = Asking::with(house, tenant.owners_token());
        assert_eq!(owner.patch("/api/webchat/me", json!({})).await.refusal(), (403, "FORBIDDEN"));
        owner.delete(&format!("/api/channels/{}", chat["id"].as_str().unwrap())).await;
        let gone = nobody.post(&format!("{}/sessions", path(&chat)), json!({})).await;
        assert_eq!(gone.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn one_address_opens_only_so_many_sessions_in_a_minute() {
    let house = House::with(&[("LIMITS__VISITS_PER_MINUTE", "2")]).await;
    let tenant = house.tenant().await;
    let chat = shop(&house, &tenant).await;
    let (nobody, sessions) = (Asking::nobody(&house), format!("{}/sessions", path(&chat)));
    for _ in 0..2 {
        assert_eq!(nobody.post(&sessions, json!({})).await.status, 201);
    }
    let refused = nobody.post(&sessions, json!({})).await;
    assert_eq!((refused.status, &refused.body["code"]), (429, &json!("RATE_LIMITED")), "{refused:?}");
    assert!(refused.headers.contains_key("retry-after"));
    house.close().await;
}
