//! Who reads messages is recorded, whichever way they are read; and the record is found by each of its filters.

use std::collections::BTreeSet;

use entities::user::Role;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    files_of_messages::open,
    house::{House, over_both},
    tenant::Tenant,
};

/// Who did what to what. A set: a test that runs into the next hour leaves an entry more.
async fn recorded(officer: &Asking, query: &str) -> BTreeSet<(String, String, String)> {
    let page = officer.get(&format!("/api/audit?limit=200{query}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let entries = page.body["data"].as_array().unwrap().iter();
    let said = entries.filter(|entry| entry["action"].as_str().unwrap().ends_with(".read"));
    said.map(|entry| (text(&entry["actor"]["id"]), text(&entry["action"]), text(&entry["target"]["id"])))
        .collect()
}

fn expected<const N: usize>(entries: [(&str, &str, &str); N]) -> BTreeSet<(String, String, String)> {
    entries.map(|(who, what, which)| (who.to_owned(), what.to_owned(), which.to_owned())).into()
}

async fn agent(house: &House, tenant: &Tenant) -> (String, Asking) {
    let id = tenant.user(Role::Agent, None).await;
    (id.to_string(), Asking::with(house, tenant.token(id)))
}

#[actix_web::test]
async fn who_reads_messages_is_recorded_on_every_way_to_them() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let officer = Asking::with(house, tenant.owners_token());
        let (talk, file) = (tenant.conversation().await, officer.upload("offer.txt", b"an offer").await.id());
        let path = format!("/api/conversations/{}/messages", talk.id);
        officer.post(&path, json!({"body": "hello", "attachments": [file]})).await;
        assert_eq!(recorded(&officer, "").await, expected([]), "who writes has not read yet");
        let (id, contact) = (talk.id.to_string(), talk.contact.id.to_string());
        let (reader, ada) = agent(house, &tenant).await;
        let (opener, ben) = agent(house, &tenant).await;
        for _ in 0..3 {
            assert_eq!(ada.get(&path).await.status, 200);
            assert_eq!(open(&ben, &file).await, 302);
        }
        let messages = "messages.read";
        let read = expected([(&reader, messages, &id), (&opener, messages, &id)]);
        assert_eq!(recorded(&officer, "").await, read);
        let (searcher, eve) = agent(house, &tenant).await;
        assert_eq!(eve.get("/api/search?q=hello").await.status, 200);
        assert_eq!(eve.get(&format!("/api/contacts/{contact}/timeline")).await.status, 200);
        assert_eq!(eve.get("/api/events").await.status, 200);
        assert_eq!(eve.get("/api/events?topic=presence").await.status, 200);
        let (own, query) = (tenant.id.to_string(), format!("&actor_id={searcher}"));
        let looked = [
            (&*searcher, "search.read", &*own),
            (&searcher, "events.read", &contact),
            (&searcher, "events.read", &own),
        ];
        assert_eq!(recorded(&officer, &query).await, expected(looked));
        let entry = officer.get(&format!("/api/audit?actor_id={reader}")).await.body["data"][0].take();
        assert_eq!(entry["contact_id"], contact);
        assert_eq!(entry["ip"], "127.0.0.1");
        assert!(entry["request_id"].is_string() && entry["details"] == json!({}), "{entry}");
    })
    .await;
}

#[actix_web::test]
async fn what_a_socket_reads_is_recorded_with_the_request_of_its_upgrade() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let officer = Asking::with(house, tenant.owners_token());
        let (heard, asked) = (tenant.conversation().await, tenant.conversation().await);
        let seq = tenant.say(asked.id, "hello").await;
        let board = tenant.board("Sales").await;
        let id = tenant.user(Role::Agent, None).await;
        let bearer = format!("Bearer {}", tenant.token(id));
        let headers = [("authorization", bearer.as_str()), ("x-request-id", "upgrade-1")];
        let (mut socket, _) = house.knock(&headers).await.unwrap();
        let (heard, asked) = (heard.id.to_string(), asked.id.to_string());
        let topics = json!([format!("conversation:{heard}"), "inbox", "presence", format!("board:{board}")]);
        socket.frame().await;
        socket.call("subscribe", json!({ "topics": topics })).await;
        for _ in 0..2 {
            let topic = format!("conversation:{asked}");
            socket.call("history", json!({"topic": topic, "before": seq + 1, "limit": 10})).await;
        }
        let (who, own, board) = (id.to_string(), tenant.id.to_string(), board.to_string());
        let read = [
            (&*who, "messages.read", &*heard),
            (&who, "messages.read", &asked),
            (&who, "events.read", &own),
            (&who, "events.read", &board),
        ];
        assert_eq!(recorded(&officer, "").await, expected(read));
        let page = officer.get(&format!("/api/audit?actor_id={who}")).await.body;
        let upgrades = page["data"].as_array().unwrap().iter().map(|entry| &entry["request_id"]);
        assert!(upgrades.clone().all(|id| id == "upgrade-1"), "{page}");
    })
    .await;
}

#[actix_web::test]
async fn nothing_is_recorded_of_who_is_refused_and_of_visitors() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let officer = Asking::with(house, tenant.owners_token());
        let talk = tenant.conversation().await;
        let path = format!("/api/conversations/{}/messages", talk.id);
        let (_, stranger) = agent(house, &others).await;
        assert_eq!(stranger.get(&path).await.status, 404);
        assert_eq!(Asking::with(house, tenant.visitor(&talk)).get(&path).await.status, 200);
        let mut socket = house.client(&tenant.visitor(&talk)).await;
        socket.call("subscribe", json!({"topics": [format!("conversation:{}", talk.id)]})).await;
        assert_eq!(recorded(&officer, "").await, expected([]));
        let elsewhere = Asking::with(house, others.owners_token());
        assert_eq!(recorded(&elsewhere, "").await, expected([]));
    })
    .await;
}

#[actix_web::test]
async fn the_record_is_found_by_what_was_done_to_what_and_about_whom() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let officer = Asking::with(house, tenant.owners_token());
        let (one, other) = (tenant.conversation().await, tenant.conversation().await);
        let (reader, ada) = agent(house, &tenant).await;
        for talk in [&one, &other] {
            ada.get(&format!("/api/conversations/{}/messages", talk.id)).await;
        }
        ada.get(&format!("/api/contacts/{}/timeline", one.contact.id)).await;
        ada.get("/api/search?q=hello").await;
        let (talk, contact, own) = (one.id.to_string(), one.contact.id.to_string(), tenant.id.to_string());
        let found = recorded(&officer, "&action=search.read").await;
        assert_eq!(found, expected([(&reader, "search.read", &own)]));
        let found = recorded(&officer, &format!("&target_id={talk}")).await;
        assert_eq!(found, expected([(&reader, "messages.read", &talk)]));
        let found = recorded(&officer, &format!("&contact_id={contact}")).await;
        let about = [(&*reader, "messages.read", &*talk), (&reader, "events.read", &contact)];
        assert_eq!(found, expected(about));
        let found = recorded(&officer, &format!("&contact_id={contact}&action=events.read")).await;
        assert_eq!(found, expected([(&reader, "events.read", &contact)]));
        assert_eq!(recorded(&officer, "&action=nothing.read").await, expected([]));
        let bad = officer.get("/api/audit?target_id=x").await;
        assert_eq!((bad.refusal(), bad.field()), ((422, "INVALID"), "target_id"));
    })
    .await;
}
