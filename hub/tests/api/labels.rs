//! `/api/labels`.

use entities::user::Role;
use serde_json::json;

use super::{asking::Asking, house::over_both};

#[actix_web::test]
async fn a_label_is_made_changed_and_taken_away_and_the_inbox_hears_of_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let new = json!({"name": " VIP ", "color": "#FF8800", "client_id": "l-1"});
        let made = ask.post("/api/labels", new.clone()).await;
        assert_eq!(
            (made.status, &made.body["name"], &made.body["color"]),
            (201, &json!("VIP"), &json!("#ff8800"))
        );
        assert_eq!(ask.post("/api/labels", new).await.body, made.body);
        let taken = ask.post("/api/labels", json!({"name": "VIP"})).await;
        assert_eq!((taken.refusal(), &taken.body["details"]["field"]), ((409, "CONFLICT"), &json!("name")));
        for (wrong, field) in [
            (json!({"name": ","}), "name"),
            (json!({"name": "x", "color": "red"}), "color"),
            (json!({"name": "x", "colour": "red"}), "colour"),
        ] {
            let refused = ask.post("/api/labels", wrong).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
        let path = format!("/api/labels/{}", made.id());
        let changed = ask.patch_if(&path, 1, json!({"name": "Gold", "color": null})).await;
        assert_eq!((&changed.body["name"], changed.body.get("color")), (&json!("Gold"), None));
        assert_eq!(ask.patch_if(&path, 1, json!({"name": "Late"})).await.refusal(), (412, "REV_MISMATCH"));
        assert_eq!(ask.get("/api/labels").await.ids(), [made.id()]);
        assert_eq!(ask.delete(&path).await.status, 204);
        assert!(ask.get("/api/labels").await.ids().is_empty());
        let told = ask.get("/api/events?since=1&topic=inbox").await.body;
        let types: Vec<_> = told["data"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
        assert_eq!(types, ["label.created", "label.updated", "label.deleted"]);
        assert_eq!(told["data"][0]["data"]["label"], made.body);
    })
    .await;
}

#[actix_web::test]
async fn agents_use_labels_and_managers_make_them() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        assert_eq!(agent.post("/api/labels", json!({"name": "VIP"})).await.refusal(), (403, "FORBIDDEN"));
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        assert_eq!(manager.post("/api/labels", json!({"name": "VIP"})).await.status, 201);
        assert_eq!(agent.get("/api/labels").await.ids().len(), 1);
    })
    .await;
}
