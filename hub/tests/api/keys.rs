//! API keys, on both doors.

use std::time::Duration;

use entities::{BoardId, user::Role};
use serde_json::{Value, json};

use super::{asking::Asking, client::Received, house::House, house::over_both, tenant::Tenant};

/// A key with these scopes: its id and its secret.
async fn key(house: &House, tenant: &Tenant, scopes: &[&str], board: Option<BoardId>) -> (String, String) {
    let owner = Asking::with(house, tenant.owners_token());
    let wanted = json!({"name": "Shop", "scopes": scopes, "board_id": board});
    let made = owner.post("/api/api-keys", wanted).await;
    assert_eq!(made.status, 201, "{made:?}");
    (made.id(), made.body["secret"].as_str().unwrap().to_owned())
}

async fn with(house: &House, tenant: &Tenant, scopes: &[&str]) -> Asking {
    Asking::with(house, key(house, tenant, scopes, None).await.1)
}

#[actix_web::test]
async fn a_key_shows_its_secret_once_and_opens_nothing_when_revoked() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let owner = Asking::with(house, tenant.owners_token());
        let wanted =
            json!({"name": " Shop ", "scopes": ["events:read", "conversations:read", "events:read"]});
        let made = owner.post_with_key("/api/api-keys", "k-1", wanted.clone()).await;
        assert_eq!((made.status, &made.body["name"]), (201, &json!("Shop")));
        assert_eq!(made.body["scopes"], json!(["conversations:read", "events:read"]));
        assert_eq!(made.body["created_by"], json!({"kind": "user", "id": tenant.owner}));
        assert_eq!(made.header("location"), format!("/api/api-keys/{}", made.id()));
        let again = owner.post_with_key("/api/api-keys", "k-1", wanted).await;
        assert_ne!(again.id(), made.id(), "no answer is kept that has a secret in it");
        let listed = owner.get("/api/api-keys").await;
        assert_eq!(listed.ids(), [again.id(), made.id()]);
        assert!(!listed.body.to_string().contains("sk_"), "{listed:?}");
        let secret = made.body["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("sk_"));
        let told = owner.get("/api/events?type=key.created").await.body.to_string();
        assert!(told.contains(&made.id()) && !told.contains("sk_"), "{told}");
        let holder = Asking::with(house, secret);
        assert_eq!(holder.get("/api/conversations").await.status, 200);
        let path = format!("/api/api-keys/{}", made.id());
        assert_eq!(owner.delete(&path).await.status, 204);
        assert_eq!(holder.get("/api/conversations").await.refusal(), (401, "UNAUTHENTICATED"));
        assert_eq!(owner.delete(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(owner.get("/api/api-keys").await.ids(), [again.id()]);
    })
    .await;
}

#[actix_web::test]
async fn what_is_wrong_with_a_new_key_is_named() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let owner = Asking::with(house, tenant.owners_token());
        let (own, theirs) = (tenant.board("Own").await, others.board("Theirs").await);
        for (wrong, field) in [
            (json!({"name": "", "scopes": ["admin"]}), "name"),
            (json!({"name": "X", "scopes": []}), "scopes"),
            (json!({"name": "X", "scopes": ["everything"]}), "scopes[0]"),
            (json!({"name": "X", "scopes": ["events:read"], "board_id": theirs}), "board_id"),
            (json!({"name": "X", "scopes": ["admin"], "board_id": own}), "board_id"),
        ] {
            let refused = owner.post("/api/api-keys", wrong.clone()).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{wrong}");
        }
    })
    .await;
}

#[actix_web::test]
async fn keys_are_for_admins_of_the_tenant() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (id, _) = key(house, &tenant, &["events:read"], None).await;
        let path = format!("/api/api-keys/{id}");
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        assert_eq!(manager.get("/api/api-keys").await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(manager.delete(&path).await.refusal(), (403, "FORBIDDEN"));
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get("/api/api-keys").await.ids(), [""; 0]);
        assert_eq!(stranger.delete(&path).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn a_key_may_what_its_scopes_say_and_no_more() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = format!("/api/conversations/{}", tenant.conversation().await.id);
        let messages = format!("{conversation}/messages");
        let reader = with(house, &tenant, &["conversations:read"]).await;
        assert_eq!(reader.get(&messages).await.status, 200);
        let refused = reader.post(&messages, json!({"body": "x"})).await;
        assert_eq!(
            (refused.refusal(), &refused.body["details"]["scope"]),
            ((403, "FORBIDDEN"), &json!("messages:write"))
        );
        for path in ["/api/contacts", "/api/events", "/api/users", "/api/api-keys", "/api/me"] {
            assert_eq!(reader.get(path).await.refusal(), (403, "FORBIDDEN"), "{path}");
        }
        let writer = with(house, &tenant, &["messages:write", "conversations:write"]).await;
        let said = writer.post(&messages, json!({"body": "x"})).await;
        assert_eq!((said.status, &said.body["author"]["kind"]), (201, &json!("key")));
        assert_eq!(
            (&said.body["author"]["name"], &said.body["direction"]),
            (&json!("Shop"), &json!("outbound"))
        );
        assert_eq!(writer.get(&messages).await.refusal(), (403, "FORBIDDEN"));
        let admin = with(house, &tenant, &["admin"]).await;
        assert_eq!(admin.get("/api/users").await.status, 200);
        assert_eq!(admin.post("/api/boards", json!({"name": "Sales"})).await.status, 201);
        assert_eq!(admin.get("/api/me").await.refusal(), (403, "FORBIDDEN"), "a key is nobody");
        let owner = json!({"email": "o@example.com", "name": "O", "role": "owner"});
        assert_eq!(admin.post("/api/users", owner).await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}

#[actix_web::test]
async fn a_key_begins_a_conversation_and_speaks_in_it_only_when_it_may_write_messages() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let contact = tenant.contact().await.id;
        let begin = |body| json!({"channel_id": tenant.webchat, "contact_id": contact, "body": body});
        let mute = with(house, &tenant, &["conversations:write"]).await;
        let refused = mute.post("/api/conversations", begin(json!("hello"))).await;
        assert_eq!(
            (refused.refusal(), &refused.body["details"]["scope"]),
            ((403, "FORBIDDEN"), &json!("messages:write"))
        );
        assert_eq!(mute.post("/api/conversations", begin(json!(null))).await.status, 201);
    })
    .await;
}

#[actix_web::test]
async fn while_a_person_owns_a_conversation_a_key_speaks_only_when_it_may_override() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = format!("/api/conversations/{}", tenant.conversation().await.id);
        let messages = format!("{conversation}/messages");
        let owner = Asking::with(house, tenant.owners_token());
        assert_eq!(owner.patch(&conversation, json!({"owner": "human"})).await.status, 200);
        let bot = with(house, &tenant, &["messages:write"]).await;
        let loud = with(house, &tenant, &["messages:write", "messages:override"]).await;
        assert_eq!(bot.post(&messages, json!({"body": "x"})).await.refusal(), (409, "NOT_OWNER"));
        assert_eq!(
            bot.post(&messages, json!({"body": "x", "private": true})).await.status,
            201,
            "a note is for agents"
        );
        assert_eq!(loud.post(&messages, json!({"body": "x"})).await.status, 201);
        owner.patch(&conversation, json!({"owner": "bot"})).await;
        assert_eq!(bot.post(&messages, json!({"body": "x"})).await.status, 201);
        assert_eq!(owner.get(&conversation).await.body["owner"], "bot", "a key takes nothing over");
    })
    .await;
}

#[actix_web::test]
async fn a_key_of_a_board_sees_that_board_and_what_stands_on_none() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (own, foreign) = (tenant.board("Own").await, tenant.board("Foreign").await);
        let here = tenant.conversation_on(Some(own)).await.id;
        let there = tenant.conversation_on(Some(foreign)).await.id;
        let scopes = ["conversations:read", "events:read"];
        let (_, secret) = key(house, &tenant, &scopes, Some(own)).await;
        let holder = Asking::with(house, secret.clone());
        assert_eq!(holder.get("/api/conversations").await.ids(), [here.to_string()]);
        assert_eq!(holder.get(&format!("/api/conversations/{there}")).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(holder.get("/api/boards").await.ids(), [own.to_string()]);
        let told = holder.get("/api/events").await.body.to_string();
        assert!(told.contains(&here.to_string()) && !told.contains(&there.to_string()), "{told}");
        let (mut client, welcome) = house.welcomed(&secret).await;
        assert_eq!(welcome["boards"], json!([own]));
        let theirs = json!({"topics": [format!("conversation:{there}")]});
        assert_eq!(client.refusal("subscribe", theirs).await.0, "NOT_FOUND");
        let owner = Asking::with(house, tenant.owners_token());
        let refused = owner.delete(&format!("/api/boards/{own}")).await;
        assert_eq!(refused.body["details"]["used_by"], json!(["conversations", "keys"]));
    })
    .await;
}

#[actix_web::test]
async fn a_key_comes_in_by_socket_and_is_told_so() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let (id, secret) = key(house, &tenant, &["events:read", "messages:write"], None).await;
        let (mut client, welcome) = house.welcomed(&secret).await;
        assert_eq!((&welcome["key_id"], &welcome["expires_at"]), (&json!(id), &Value::Null));
        assert_eq!((&welcome["role"], &welcome["boards"]), (&Value::Null, &Value::Null));
        client.call("subscribe", json!({"topics": ["inbox"]})).await;
        let said = client.call("message.send", json!({"conversation_id": conversation, "body": "x"})).await;
        assert_eq!(said["message"]["author"]["kind"], "key");
        let heard = client.event().await;
        assert_eq!(heard["actor"], json!({"kind": "key", "id": id}));
        let assign = json!({"conversation_id": conversation, "assignee_id": null});
        let (code, details) = client.refusal("conversation.assign", assign).await;
        assert_eq!((code.as_str(), &details["scope"]), ("FORBIDDEN", &json!("conversations:write")));
        assert_eq!(client.refusal("subscribe", json!({"topics": ["console"]})).await.0, "NOT_FOUND");
        let (_, mute) = key(house, &tenant, &["messages:write"], None).await;
        let mut deaf = house.client(&mute).await;
        assert_eq!(deaf.refusal("subscribe", json!({"topics": ["inbox"]})).await.0, "FORBIDDEN");
        assert_eq!(deaf.refusal("history", json!({"topic": "inbox"})).await.0, "FORBIDDEN");
        deaf.call("ping", json!({})).await;
    })
    .await;
}

#[actix_web::test]
async fn the_sockets_of_a_revoked_key_close_at_once_and_no_others() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (id, secret) = key(house, &tenant, &["events:read"], None).await;
        let (_, other) = key(house, &tenant, &["events:read"], None).await;
        let (client, mut bystander) = (house.client(&secret).await, house.client(&other).await);
        let owner = Asking::with(house, tenant.owners_token());
        assert_eq!(owner.delete(&format!("/api/api-keys/{id}")).await.status, 204);
        assert_eq!(client.closed().await, (4502, "revoked".to_owned()));
        bystander.call("ping", json!({})).await;
        let refused = house.refused(&[("authorization", &format!("Bearer {secret}"))]).await;
        assert_eq!((refused.0, &refused.1["code"]), (401, &json!("UNAUTHENTICATED")));
        let offer = format!("switchboard.v1, bearer.{secret}");
        let (mut late, _) = house.knock(&[("sec-websocket-protocol", &offer)]).await.unwrap();
        assert!(matches!(late.receive().await, Received::Closed(4500, _)));
    })
    .await;
}

#[actix_web::test]
async fn the_use_of_a_key_is_noted() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let owner = Asking::with(house, tenant.owners_token());
        let holder = with(house, &tenant, &["conversations:read"]).await;
        assert_eq!(owner.get("/api/api-keys").await.body["data"][0]["last_used_at"], Value::Null);
        holder.get("/api/conversations").await;
        for _ in 0..400 {
            if owner.get("/api/api-keys").await.body["data"][0]["last_used_at"].is_string() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("nobody noted it");
    })
    .await;
}
