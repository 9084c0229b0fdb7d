//! `/api/channels`.

use entities::user::Role;
use serde_json::json;

use super::{asking::Asking, house::over_both};

#[actix_web::test]
async fn a_web_chat_shows_its_secret_once() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let settings = json!({"greeting": "Hi", "allowed_origins": ["https://shop.example"]});
        let made =
            ask.post("/api/channels", json!({"type": "webchat", "name": "Shop", "settings": settings})).await;
        assert_eq!((made.status, &made.body["settings"]), (201, &settings), "{made:?}");
        assert!(made.body["key"].is_string() && made.body["secret"].is_string());
        assert_eq!(made.body["webhook_urls"], json!({}));
        let path = format!("/api/channels/{}", made.id());
        let read = ask.get(&path).await;
        assert_eq!((read.status, &read.body["secret"]), (200, &json!(null)));
        let changed = ask.patch_if(&path, 1, json!({"name": "Front", "new_secret": true})).await;
        assert_eq!((&changed.body["name"], &changed.body["rev"]), (&json!("Front"), &json!(2)));
        assert_ne!(changed.body["secret"], made.body["secret"]);
        assert_eq!(ask.get("/api/channels").await.ids().len(), 2, "with the one the tenant began with");
        assert_eq!(ask.delete(&path).await.status, 204);
        assert_eq!(ask.get(&path).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn a_number_is_one_channel_and_has_no_secret() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let number = json!({"type": "twilio", "name": "Line", "address": "+14155552671"});
        let made = ask.post("/api/channels", number.clone()).await;
        assert_eq!((made.status, &made.body["secret"]), (201, &json!(null)));
        assert_eq!(ask.post("/api/channels", number).await.refusal(), (409, "CONFLICT"));
        let bad =
            ask.post("/api/channels", json!({"type": "twilio", "name": "Line", "address": "0123"})).await;
        assert_eq!((bad.refusal(), bad.field()), ((422, "INVALID"), "address"));
        let fax = ask.post("/api/channels", json!({"type": "fax", "name": "Line"})).await;
        assert_eq!((fax.refusal(), fax.field()), ((422, "INVALID"), "type"));
    })
    .await;
}

#[actix_web::test]
async fn channels_are_for_admins_of_the_tenant() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let path = format!("/api/channels/{}", tenant.webchat);
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.patch(&path, json!({"name": "X"})).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.delete(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.get("/api/channels").await.ids(), [others.webchat.to_string()]);
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        assert_eq!(agent.get(&path).await.status, 200);
        assert_eq!(agent.patch(&path, json!({"name": "X"})).await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}
