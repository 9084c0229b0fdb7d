//! `/api/audit`.

use entities::user::Role;
use serde_json::{Value, json};

use super::{asking::Asking, house::over_both};

fn actions(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn what_changes_somebodys_power_is_recorded_with_who_did_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let owner = Asking::with(house, tenant.owners_token());
        let admin = tenant.user(Role::Admin, None).await;
        let colleague = Asking::with(house, tenant.token(admin));
        let board = owner.post("/api/boards", json!({"name": "Sales"})).await.id();
        colleague.patch(&format!("/api/channels/{}", tenant.webchat), json!({"board_id": board})).await;
        let agent = tenant.user(Role::Agent, None).await;
        owner.patch(&format!("/api/users/{agent}"), json!({"role": "manager"})).await;
        let wanted = json!({"name": "Shop", "scopes": ["events:read"]});
        let key = colleague.post("/api/api-keys", wanted).await;
        colleague.delete(&format!("/api/api-keys/{}", key.id())).await;
        let all = owner.get("/api/audit").await.body;
        let done = ["key.revoke", "key.create", "user.update", "channel.update", "board.create"];
        assert_eq!(actions(&all), done);
        assert_eq!(all["data"][0]["actor"], json!({"kind": "user", "id": admin}));
        assert_eq!(all["data"][0]["target"], json!({"kind": "key", "id": key.id()}));
        assert_eq!(all["data"][2]["details"]["role"], "manager");
        let own = owner.get(&format!("/api/audit?actor_id={}", tenant.owner)).await.body;
        assert_eq!(actions(&own), ["user.update", "board.create"]);
        let second = all["data"][1]["at"].as_str().unwrap();
        let since = owner.get(&format!("/api/audit?from={second}")).await.body;
        assert!(actions(&since).len() >= 2 && !actions(&since).contains(&"board.create"), "{since}");
        let until = owner.get("/api/audit?to=2001-01-01T00:00:00.000Z").await.body;
        assert_eq!(actions(&until), [""; 0]);
        let first = owner.get("/api/audit?limit=2").await.body;
        let cursor = first["next_cursor"].as_str().unwrap();
        let next = owner.get(&format!("/api/audit?limit=2&cursor={cursor}")).await.body;
        assert_eq!(actions(&next), done[2..4]);
        assert!(!all.to_string().contains("sk_"), "no secret is recorded");
    })
    .await;
}

#[actix_web::test]
async fn the_record_is_for_admins_of_the_tenant() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        tenant.board("Sales").await;
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        assert_eq!(manager.get("/api/audit").await.refusal(), (403, "FORBIDDEN"));
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get("/api/audit").await.ids(), [""; 0]);
        assert_eq!(stranger.get(&format!("/api/audit?actor_id={}", tenant.owner)).await.ids(), [""; 0]);
        let bad = stranger.get("/api/audit?from=yesterday").await;
        assert_eq!((bad.refusal(), bad.field()), ((422, "INVALID"), "from"));
    })
    .await;
}
