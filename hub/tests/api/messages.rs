//! Messages of a conversation.

use entities::user::Role;
use serde_json::{Value, json};

use super::{asking::Asking, house::over_both};

fn bodies(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_thread_is_read_from_both_ends() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/conversations/{}/messages", tenant.conversation().await.id);
        let mut seqs = Vec::new();
        for body in ["1", "2", "3"] {
            let said = ask.post(&path, json!({"body": body})).await;
            assert_eq!((said.status, &said.body["status"]), (201, &json!("sent")), "{said:?}");
            seqs.push(said.body["seq"].as_i64().unwrap());
        }
        let newest = ask.get(&format!("{path}?limit=2")).await;
        assert_eq!(
            (bodies(&newest.body), &newest.body["next_cursor"]),
            (vec!["3", "2"], &json!(seqs[1].to_string()))
        );
        let rest = ask.get(&format!("{path}?before={}", seqs[1])).await;
        assert_eq!((bodies(&rest.body), &rest.body["next_cursor"]), (vec!["1"], &json!(null)));
        let after = ask.get(&format!("{path}?after={}", seqs[0])).await;
        assert_eq!(bodies(&after.body), ["3", "2"]);
        assert_eq!(ask.get(&format!("{path}?after=1&before=2")).await.refusal(), (422, "INVALID"));
    })
    .await;
}

#[actix_web::test]
async fn a_message_is_said_once_under_one_client_id() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/conversations/{}/messages", tenant.conversation().await.id);
        let said = ask.post(&path, json!({"body": "x", "client_id": "c1"})).await;
        let again = ask.post(&path, json!({"body": "x", "client_id": "c1"})).await;
        assert_eq!((again.status, &again.body), (201, &said.body));
        let other = ask.post(&path, json!({"body": "y", "client_id": "c1"})).await;
        assert_eq!(other.refusal(), (409, "IDEMPOTENCY_MISMATCH"));
        assert_eq!(bodies(&ask.get(&path).await.body), ["x"]);
    })
    .await;
}

#[actix_web::test]
async fn only_its_author_changes_a_message_and_managers_delete_it() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        let colleague = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        let stranger = Asking::with(house, others.owners_token());
        let thread = format!("/api/conversations/{}/messages", tenant.conversation().await.id);
        let path = format!("/api/messages/{}", agent.post(&thread, json!({"body": "x"})).await.id());
        let edited = agent.patch_if(&path, 1, json!({"body": "y"})).await;
        assert_eq!((edited.status, &edited.body["body"], &edited.body["rev"]), (200, &json!("y"), &json!(2)));
        assert_eq!(agent.patch_if(&path, 1, json!({"body": "z"})).await.refusal(), (412, "REV_MISMATCH"));
        assert_eq!(colleague.patch(&path, json!({"body": "z"})).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(colleague.delete(&path).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(stranger.patch(&path, json!({"body": "z"})).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.delete(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(manager.delete(&path).await.status, 204);
        assert!(bodies(&agent.get(&thread).await.body).is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_visitor_sees_his_own_thread_in_its_reduced_shape() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (own, other) = (tenant.conversation().await, tenant.conversation().await);
        let agent = Asking::with(house, tenant.owners_token());
        let visitor = Asking::with(house, tenant.visitor(&own));
        let path = format!("/api/conversations/{}", own.id);
        let thread = format!("{path}/messages");
        agent.post(&thread, json!({"body": "a note", "private": true})).await;
        let said = visitor.post(&thread, json!({"body": "hello"})).await;
        assert_eq!((said.status, &said.body["direction"]), (201, &json!("inbound")));
        agent.post(&thread, json!({"body": "hi"})).await;
        let read = visitor.get(&thread).await.body;
        assert_eq!(bodies(&read), ["hi", "hello"]);
        for message in read["data"].as_array().unwrap() {
            assert!(message.get("private").is_none() && message["author"].get("id").is_none(), "{message}");
        }
        let mut shape: Vec<_> = visitor.get(&path).await.body.as_object().unwrap().keys().cloned().collect();
        shape.sort();
        assert_eq!(shape, ["created_at", "id", "last_message", "rev", "status"]);
        let note = visitor.post(&thread, json!({"body": "x", "private": true})).await;
        assert_eq!(note.refusal(), (403, "FORBIDDEN"));
        let foreign = format!("/api/conversations/{}", other.id);
        assert_eq!(visitor.get(&foreign).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(visitor.get(&format!("{foreign}/messages")).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(visitor.get("/api/conversations").await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(visitor.get("/api/contacts").await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}
