//! `/api/templates`, and what is said with them through both doors.

use entities::{BoardId, user::Role};
use serde_json::{Value, json};

use super::{asking::Asking, house::over_both};

fn greeting() -> Value {
    json!({"name": "Greeting", "shortcut": "hi", "body": "Hi {{contact.name}}, {{ agent.name }} here: {{day}}?"})
}

#[actix_web::test]
async fn a_template_is_made_changed_and_taken_away_and_the_inbox_hears_of_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let mut new = greeting();
        new["client_id"] = json!("t-1");
        let made = ask.post("/api/templates", new.clone()).await;
        assert_eq!((made.status, &made.body["body"]), (201, &greeting()["body"]));
        assert_eq!(ask.post("/api/templates", new).await.body, made.body);
        for (wrong, field) in [
            (json!({"name": " ", "body": "x"}), "name"),
            (json!({"name": "x", "body": "{{a b}}"}), "body"),
            (json!({"name": "x", "body": "x", "shortcut": "a b"}), "shortcut"),
            (json!({"name": "x", "body": "x", "class": "loud"}), "class"),
            (json!({"name": "x", "body": "x", "channel_types": ["pigeon"]}), "channel_types[0]"),
            (json!({"name": "x", "body": "x", "board_id": made.id()}), "board_id"),
            (json!({"name": "x"}), "body"),
        ] {
            let refused = ask.post("/api/templates", wrong).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
        let path = format!("/api/templates/{}", made.id());
        let changed =
            ask.patch_if(&path, 1, json!({"shortcut": null, "class": "marketing", "body": "Hello"})).await;
        assert_eq!((changed.body.get("shortcut"), &changed.body["class"]), (None, &json!("marketing")));
        assert_eq!(ask.patch_if(&path, 1, json!({"name": "Late"})).await.refusal(), (412, "REV_MISMATCH"));
        assert_eq!(ask.get(&path).await.body, changed.body);
        assert_eq!(ask.get("/api/templates").await.body["data"], json!([changed.body]));
        assert_eq!(ask.delete(&path).await.status, 204);
        assert_eq!(ask.get(&path).await.refusal(), (404, "NOT_FOUND"));
        assert!(ask.get("/api/templates").await.ids().is_empty());
        let told = ask.get("/api/events?since=1&topic=inbox").await.body;
        let types: Vec<_> = told["data"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
        assert_eq!(types, ["template.created", "template.updated", "template.deleted"]);
        assert_eq!(told["data"][0]["data"]["template"], made.body);
    })
    .await;
}

#[actix_web::test]
async fn agents_use_what_their_boards_have_and_managers_make_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (sales, shop) = (tenant.board("Sales").await, tenant.board("Shop").await);
        let owner = Asking::with(house, tenant.owners_token());
        let of = async |board: Option<BoardId>| {
            owner.post("/api/templates", json!({"name": "x", "body": "x", "board_id": board})).await.id()
        };
        let (everybodys, ours, theirs) = (of(None).await, of(Some(sales)).await, of(Some(shop)).await);
        let token = tenant.token(tenant.user(Role::Agent, Some(vec![sales])).await);
        let agent = Asking::with(house, token.clone());
        assert_eq!(agent.get("/api/templates").await.ids(), [ours.clone(), everybodys.clone()]);
        assert_eq!(agent.get(&format!("/api/templates/{theirs}")).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(agent.post("/api/templates", greeting()).await.refusal(), (403, "FORBIDDEN"));
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, Some(vec![sales])).await));
        let mut new = greeting();
        new["board_id"] = json!(sales);
        assert_eq!(manager.post("/api/templates", new.clone()).await.status, 201);
        new["board_id"] = json!(shop);
        assert_eq!(manager.post("/api/templates", new).await.field(), "board_id");
        let mut listener = house.listener(&token, &["inbox"]).await;
        owner.patch(&format!("/api/templates/{ours}"), json!({"board_id": shop})).await;
        let lost = listener.event().await;
        assert_eq!(
            (&lost["type"], &lost["data"]),
            (&json!("template.updated"), &json!({"template": {"id": ours}}))
        );
        let used = owner.delete(&format!("/api/boards/{shop}")).await;
        assert_eq!(used.body["details"]["used_by"], json!(["templates"]));
    })
    .await;
}

#[actix_web::test]
async fn what_a_template_says_is_filled_in_by_the_hub() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let owner = Asking::with(house, tenant.owners_token());
        let mut new = greeting();
        new["class"] = json!("transactional");
        let id = owner.post("/api/templates", new).await.id();
        let agent = tenant.token(tenant.user(Role::Agent, None).await);
        let mut client = house.client(&agent).await;
        // What a variable holds is not read again.
        let filling = json!({"id": id, "variables": {"day": "{{contact.name}}"}});
        let send = json!({"conversation_id": conversation.id, "template": filling, "client_id": "m-1"});
        let sent = client.call("message.send", send.clone()).await;
        assert_eq!(sent["message"]["body"], "Hi Visitor, Grace here: {{contact.name}}?");
        assert_eq!(sent["message"]["class"], "transactional");
        let thread = format!("/api/conversations/{}/messages", conversation.id);
        let with = |template: Value| json!({"template": template});
        let said =
            owner.post(&thread, with(json!({"id": id, "variables": {"day": "today", "agent.name": "Bo"}})));
        assert_eq!(said.await.body["body"], "Hi Visitor, Bo here: today?");
        let missing = owner.post(&thread, with(json!({"id": id}))).await;
        assert_eq!((missing.refusal(), missing.field()), ((422, "INVALID"), "template.variables.day"));
        let unknown = owner.post(&thread, with(json!({"id": conversation.id}))).await;
        assert_eq!((unknown.refusal(), unknown.field()), ((422, "INVALID"), "template.id"));
        let long = with(json!({"id": id, "variables": {"day": "x".repeat(10_000)}}));
        assert_eq!(owner.post(&thread, long).await.field(), "template.variables");
        let both = json!({"body": "x", "template": {"id": id, "variables": {"day": "x"}}});
        assert_eq!(owner.post(&thread, both).await.field(), "template");
        let texts_only = json!({"channel_types": ["twilio"]});
        owner.patch(&format!("/api/templates/{id}"), texts_only).await;
        let elsewhere =
            json!({"conversation_id": conversation.id, "template": {"id": id, "variables": {"day": "x"}}});
        let (code, details) = client.refusal("message.send", elsewhere).await;
        assert_eq!((code.as_str(), &details["fields"][0]["field"]), ("INVALID", &json!("template.id")));
        owner.delete(&format!("/api/templates/{id}")).await;
        assert_eq!(client.call("message.send", send).await, sent, "a repeat is answered as before");
        let visitor = Asking::with(house, tenant.visitor(&conversation));
        let refused = visitor.post(&thread, with(json!({"id": id, "variables": {"day": "x"}}))).await;
        assert_eq!(refused.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}
