//! What is said later, through both doors.

use std::time::Duration;

use entities::user::Role;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    house::{House, over_both},
};

const HOUR: Duration = Duration::from_secs(3_600);

/// An hour from now.
fn in_an_hour(house: &House) -> String {
    house.hub.ports.now().plus(HOUR).to_string()
}

fn path(message: &Value) -> String {
    format!("/api/messages/{}", message["id"].as_str().unwrap())
}

#[actix_web::test]
async fn what_is_scheduled_is_told_to_agents_moved_said_and_canceled() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let thread = format!("/api/conversations/{}/messages", conversation.id);
        let waiting = format!("{thread}?status=scheduled");
        let owner = Asking::with(house, tenant.owners_token());
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut agent = house.client(&tenant.token(tenant.user(Role::Agent, None).await)).await;
        let at = in_an_hour(house);
        let send = json!({"conversation_id": conversation.id, "body": "see you", "scheduled_at": at,
            "client_id": "s-1"});
        let answer = agent.call("message.send", send.clone()).await;
        let message = &answer["message"];
        assert_eq!((&message["status"], message.get("seq")), (&json!("scheduled"), None));
        let told = listener.event().await;
        assert_eq!((&told["type"], &told["seq"]), (&json!("message.scheduled"), &answer["seq"]));
        assert_eq!(told["data"]["message"], *message);
        assert_eq!(told["data"]["conversation"]["next_scheduled_at"], message["scheduled_at"]);
        assert_eq!(agent.call("message.send", send).await, answer, "a repeat is answered as before");
        assert!(owner.get(&thread).await.ids().is_empty());
        assert_eq!(owner.get(&waiting).await.body["data"], json!([message]));
        // A manager moves what others wrote, and leaves their words alone.
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        let changed = json!({"body": "never", "scheduled_at": at});
        assert_eq!(manager.patch(&path(message), changed).await.refusal(), (403, "FORBIDDEN"));
        let edit = json!({"message_id": message["id"], "body": "until then", "rev": 1});
        agent.call("message.edit", edit).await;
        assert_eq!(listener.event().await["type"], "message.edited");
        let soon = house.hub.ports.now().plus(Duration::from_millis(500)).to_string();
        let moved = manager.patch_if(&path(message), 2, json!({"scheduled_at": soon})).await;
        assert_eq!((moved.status, &moved.body["rev"]), (200, &json!(3)));
        assert_eq!(listener.event().await["type"], "message.rescheduled");
        let said = listener.event().await;
        assert_eq!((&said["type"], &said["client_id"]), (&json!("message.created"), &json!("s-1")));
        let (there, seq) = (&said["data"]["message"], &said["seq"]);
        assert_eq!(
            (&there["id"], &there["body"], &there["seq"]),
            (&message["id"], &json!("until then"), seq)
        );
        assert_eq!(said["data"]["conversation"]["next_scheduled_at"], Value::Null);
        assert_eq!(owner.get(&thread).await.body["data"], json!([there]));
        let (code, _) = agent.refusal("message.cancel", json!({"message_id": message["id"]})).await;
        assert_eq!(code, "CONFLICT");
    })
    .await;
}

#[actix_web::test]
async fn who_wrote_it_and_managers_take_it_back() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let thread = format!("/api/conversations/{}/messages", conversation.id);
        let author = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        let later = || json!({"body": "see you", "scheduled_at": in_an_hour(house)});
        let first = author.post(&thread, later()).await;
        assert_eq!((first.status, &first.body["status"]), (201, &json!("scheduled")));
        let other = tenant.token(tenant.user(Role::Agent, None).await);
        let mut colleague = house.client(&other).await;
        let about = |id: &Value| json!({"message_id": id});
        assert_eq!(colleague.refusal("message.cancel", about(&first.body["id"])).await.0, "FORBIDDEN");
        let again = json!({"message_id": first.body["id"], "scheduled_at": in_an_hour(house)});
        assert_eq!(colleague.refusal("message.reschedule", again).await.0, "FORBIDDEN");
        assert_eq!(author.delete(&path(&first.body)).await.status, 204);
        let second = author.post(&thread, later()).await;
        let mut owner = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let id = owner.ask("message.cancel", about(&second.body["id"])).await;
        assert_eq!(owner.event().await["type"], "message.canceled");
        let canceled = owner.answer(id).await.unwrap();
        assert_eq!(canceled["message"]["status"], "canceled");
        assert_eq!(owner.refusal("message.cancel", about(&second.body["id"])).await.0, "NOT_FOUND");
        assert!(author.get(&format!("{thread}?status=scheduled")).await.ids().is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_visitor_neither_schedules_nor_hears_of_it_before_it_is_said() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let thread = format!("/api/conversations/{}/messages", conversation.id);
        let (owner, token) = (Asking::with(house, tenant.owners_token()), tenant.visitor(&conversation));
        let visitor = Asking::with(house, token.clone());
        let topic = format!("conversation:{}", conversation.id);
        let mut listener = house.listener(&token, &[&topic]).await;
        let file = owner.upload("a.txt", b"for later").await.id();
        let body = json!({"body": "secret", "attachments": [file], "scheduled_at": in_an_hour(house)});
        let message = owner.post(&thread, body).await;
        owner.patch(&path(&message.body), json!({"body": "still secret"})).await;
        let file = format!("/api/attachments/{file}");
        assert_eq!(visitor.get(&file).await.refusal(), (404, "NOT_FOUND"));
        assert!(visitor.get(&thread).await.ids().is_empty());
        assert_eq!(visitor.get(&format!("{thread}?status=scheduled")).await.refusal(), (403, "FORBIDDEN"));
        let own = json!({"body": "x", "scheduled_at": in_an_hour(house)});
        assert_eq!(visitor.post(&thread, own).await.refusal(), (403, "FORBIDDEN"));
        assert!(listener.all("event").await.is_empty());
        let soon = house.hub.ports.now().plus(Duration::from_millis(200)).to_string();
        owner.patch(&path(&message.body), json!({"scheduled_at": soon})).await;
        let said = listener.event().await;
        assert_eq!(
            (&said["type"], &said["data"]["message"]["body"]),
            (&json!("message.created"), &json!("still secret"))
        );
        let shown = visitor.get(&thread).await.body["data"][0].take();
        assert_eq!(shown["attachments"][0]["name"], "a.txt");
    })
    .await;
}

#[actix_web::test]
async fn a_scheduled_message_that_is_none_is_refused_by_name() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let thread = format!("/api/conversations/{}/messages", conversation.id);
        let owner = Asking::with(house, tenant.owners_token());
        for (wrong, field) in [
            (json!({"body": "x", "scheduled_at": "2020-01-01T00:00:00Z"}), "scheduled_at"),
            (json!({"body": "x", "scheduled_at": "tomorrow"}), "scheduled_at"),
            (json!({"body": "x", "private": true, "scheduled_at": in_an_hour(house)}), "scheduled_at"),
            (json!({"body": "", "scheduled_at": in_an_hour(house)}), "body"),
        ] {
            let refused = owner.post(&thread, wrong).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
        let said = owner.post(&thread, json!({"body": "now"})).await;
        let moved = owner.patch(&path(&said.body), json!({"scheduled_at": in_an_hour(house)})).await;
        assert_eq!(moved.refusal(), (409, "CONFLICT"));
        assert_eq!(owner.patch(&path(&said.body), json!({})).await.field(), "body");
        for wrong in ["status=failed", "status=scheduled&before=7"] {
            assert_eq!(owner.get(&format!("{thread}?{wrong}")).await.field(), "status");
        }
    })
    .await;
}
