//! `/api/boards`, and what boards narrow.

use entities::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{asking::Asking, house::over_both};

fn types(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_board_is_made_renamed_and_taken_away() {
    over_both(&[], async |house| {
        let ask = Asking::with(house, house.tenant().await.owners_token());
        let made = ask.post("/api/boards", json!({"name": " Sales "})).await;
        assert_eq!(
            (made.status, &made.body["name"], &made.body["settings"]),
            (201, &json!("Sales"), &json!({}))
        );
        let path = format!("/api/boards/{}", made.id());
        assert_eq!(made.header("location"), path);
        assert_eq!(ask.get(&path).await.body, made.body);
        let changed = ask.patch_if(&path, 1, json!({"name": "Shop"})).await;
        assert_eq!((&changed.body["name"], &changed.body["rev"]), (&json!("Shop"), &json!(2)));
        assert_eq!(ask.patch_if(&path, 1, json!({"name": "Late"})).await.refusal(), (412, "REV_MISMATCH"));
        assert_eq!(ask.get("/api/boards").await.ids(), [made.id()]);
        assert_eq!(ask.delete(&path).await.status, 204);
        assert_eq!(ask.get(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(ask.delete(&path).await.refusal(), (404, "NOT_FOUND"));
        let told = ask.get("/api/events?since=1").await.body;
        assert_eq!(types(&told), ["board.created", "board.updated", "board.deleted"]);
        assert_eq!(told["data"][0]["topic"], format!("board:{}", made.id()));
        assert_eq!(told["data"][0]["data"]["board"], made.body);
    })
    .await;
}

#[actix_web::test]
async fn a_name_is_of_one_board_and_free_when_that_is_gone() {
    over_both(&[], async |house| {
        let ask = Asking::with(house, house.tenant().await.owners_token());
        let sales = ask.post("/api/boards", json!({"name": "Sales", "client_id": "b-1"})).await;
        let again = ask.post("/api/boards", json!({"name": "Sales", "client_id": "b-1"})).await;
        assert_eq!((again.status, again.id()), (201, sales.id()), "a repeat makes no second one");
        let taken = ask.post("/api/boards", json!({"name": "Sales"})).await;
        assert_eq!((taken.refusal(), &taken.body["details"]["field"]), ((409, "CONFLICT"), &json!("name")));
        let shop = ask.post("/api/boards", json!({"name": "Shop"})).await;
        let path = format!("/api/boards/{}", shop.id());
        assert_eq!(ask.patch(&path, json!({"name": "Sales"})).await.refusal(), (409, "CONFLICT"));
        assert_eq!(ask.patch(&path, json!({"name": "Shop"})).await.status, 200, "its own name is no other's");
        ask.delete(&format!("/api/boards/{}", sales.id())).await;
        assert_eq!(ask.patch(&path, json!({"name": "Sales"})).await.status, 200);
        let bad = ask.post("/api/boards", json!({"name": ""})).await;
        assert_eq!((bad.refusal(), bad.field()), ((422, "INVALID"), "name"));
        let bad = ask.post("/api/boards", json!({"name": "X", "settings": {"colour": 1}})).await;
        assert_eq!((bad.refusal(), bad.field()), ((422, "INVALID"), "settings.colour"));
    })
    .await;
}

#[actix_web::test]
async fn a_board_that_is_used_stays_and_says_what_uses_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let board = tenant.board("Sales").await;
        let path = format!("/api/boards/{board}");
        let chat = format!("/api/channels/{}", tenant.webchat);
        assert_eq!(ask.patch(&chat, json!({"board_id": board})).await.status, 200);
        tenant.user(Role::Agent, Some(vec![board])).await;
        let conversation = tenant.conversation().await;
        tenant.move_to(conversation.id, board).await;
        let refused = ask.delete(&path).await;
        assert_eq!(refused.refusal(), (409, "CONFLICT"));
        assert_eq!(refused.body["details"]["used_by"], json!(["channels", "conversations", "users"]));
        ask.patch(&chat, json!({"board_id": null})).await;
        let refused = ask.delete(&path).await;
        assert_eq!(refused.body["details"]["used_by"], json!(["conversations", "users"]));
    })
    .await;
}

#[actix_web::test]
async fn nothing_is_put_on_a_board_that_does_not_exist() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let ask = Asking::with(house, tenant.owners_token());
        let conversation = format!("/api/conversations/{}", tenant.conversation().await.id);
        let user = format!("/api/users/{}", tenant.user(Role::Agent, None).await);
        let chat = format!("/api/channels/{}", tenant.webchat);
        for strange in [Uuid::now_v7(), others.board("Theirs").await.as_uuid()] {
            let on = json!({"board_id": strange});
            let member = json!({"boards": [strange]});
            let invited =
                json!({"email": "g@example.com", "name": "G", "role": "agent", "boards": [strange]});
            let channel = json!({"type": "webchat", "name": "Shop", "board_id": strange});
            for (refused, field) in [
                (ask.patch(&chat, on.clone()).await, "board_id"),
                (ask.patch(&conversation, on).await, "board_id"),
                (ask.patch(&user, member).await, "boards"),
                (ask.post("/api/users", invited).await, "boards"),
                (ask.post("/api/channels", channel).await, "board_id"),
            ] {
                assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{refused:?}");
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn a_conversation_is_moved_to_a_board_one_sees() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (own, foreign) = (tenant.board("Own").await, tenant.board("Foreign").await);
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![own])).await));
        let outsider = tenant.user(Role::Agent, Some(vec![foreign])).await;
        let path = format!("/api/conversations/{}", tenant.conversation().await.id);
        let refused = agent.patch(&path, json!({"board_id": foreign})).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "board_id"));
        let refused = agent.patch(&path, json!({"board_id": own, "assignee_id": outsider})).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "assignee_id"));
        let moved = agent.patch(&path, json!({"board_id": own})).await;
        assert_eq!((moved.status, &moved.body["board_id"]), (200, &json!(own)));
        let everywhere = Asking::with(house, tenant.owners_token());
        assert_eq!(everywhere.patch(&path, json!({"board_id": foreign})).await.status, 200);
        assert_eq!(agent.get(&path).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn boards_are_seen_by_their_members_and_written_by_admins_of_the_tenant() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (own, foreign) = (tenant.board("Own").await, tenant.board("Foreign").await);
        let paths = [own, foreign].map(|board| format!("/api/boards/{board}"));
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Manager, Some(vec![own])).await));
        assert_eq!(agent.get("/api/boards").await.ids(), [own.to_string()]);
        assert_eq!(agent.get(&paths[0]).await.status, 200);
        assert_eq!(agent.get(&paths[1]).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(agent.patch(&paths[0], json!({"name": "X"})).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(agent.post("/api/boards", json!({"name": "X"})).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(agent.delete(&paths[0]).await.refusal(), (403, "FORBIDDEN"));
        let told = agent.get("/api/events").await.body;
        assert_eq!(types(&told), ["board.created"], "of his own board alone");
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get("/api/boards").await.ids(), [""; 0]);
        assert_eq!(stranger.get(&paths[0]).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.patch(&paths[0], json!({"name": "X"})).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.delete(&paths[0]).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn a_conversation_that_stands_on_another_board_is_not_opened_by_beginning_one() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (own, foreign) = (tenant.board("Own").await, tenant.board("Foreign").await);
        let conversation = tenant.conversation().await;
        tenant.move_to(conversation.id, foreign).await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![own])).await));
        for body in [json!(null), json!("hello")] {
            let begin =
                json!({"channel_id": tenant.webchat, "contact_id": conversation.contact.id, "body": body});
            assert_eq!(agent.post("/api/conversations", begin).await.refusal(), (404, "NOT_FOUND"));
        }
    })
    .await;
}
