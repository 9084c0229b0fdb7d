//! `/api/settings`.

use entities::user::Role;
use serde_json::{Value, json};

use super::{asking::Asking, house::over_both};

const PATH: &str = "/api/settings";

#[actix_web::test]
async fn an_admin_changes_the_settings_and_the_console_hears_of_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let owner = Asking::with(house, tenant.owners_token());
        let before = owner.get(PATH).await;
        assert_eq!((before.status, &before.body["name"]), (200, &json!("Acme")));
        assert_eq!((before.header("etag"), &before.body["allowed_origins"]), ("\"1\"", &json!([])));
        let mut console = house.client(&tenant.owners_token()).await;
        console.call("subscribe", json!({"topics": ["console"]})).await;
        let admin = Asking::with(house, tenant.token(tenant.user(Role::Admin, None).await));
        let wanted = json!({"name": " Clinic ", "default_country": "gb", "time_zone": "Europe/London",
            "locale": "en-GB", "allowed_origins": ["https://crm.example"]});
        let after = admin.patch_if(PATH, 1, wanted).await;
        assert_eq!(after.status, 200, "{after:?}");
        assert_eq!((&after.body["name"], &after.body["default_country"]), (&json!("Clinic"), &json!("GB")));
        assert_eq!((after.header("etag"), &after.body["rev"]), ("\"2\"", &json!(2)));
        assert_eq!(owner.get(PATH).await.body, after.body);
        let told = console.event().await;
        assert_eq!((&told["type"], &told["topic"]), (&json!("settings.updated"), &json!("console")));
        assert_eq!(told["data"]["settings"], after.body);
        let late = owner.patch_if(PATH, 1, json!({"name": "Late"})).await;
        assert_eq!((late.refusal(), &late.body["details"]["rev"]), ((412, "REV_MISMATCH"), &json!(2)));
        let cleared = owner.patch(PATH, json!({"default_country": null, "time_zone": null})).await.body;
        assert_eq!((&cleared["time_zone"], &cleared["locale"]), (&Value::Null, &json!("en-GB")));
        let entry = owner.get("/api/audit").await.body["data"][0].take();
        assert_eq!(
            (&entry["action"], &entry["target"]["kind"]),
            (&json!("settings.update"), &json!("tenant"))
        );
        assert_eq!(entry["details"]["changed"], json!(["default_country", "time_zone"]));
    })
    .await;
}

#[actix_web::test]
async fn what_cannot_be_set_is_refused_by_its_name() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let owner = Asking::with(house, tenant.owners_token());
        for (field, value) in [
            ("name", json!("")),
            ("name", json!(7)),
            ("default_country", json!("XX")),
            ("time_zone", json!("half past nine")),
            ("locale", json!("en_GB")),
            ("allowed_origins", json!(["https://crm.example/path"])),
            ("colour", json!("red")),
        ] {
            let answer = owner.patch(PATH, json!({ field: value })).await;
            assert_eq!((answer.refusal(), answer.field()), ((422, "INVALID"), field), "{answer:?}");
        }
        assert_eq!(owner.get(PATH).await.body["rev"], 1, "nothing was changed");
    })
    .await;
}

#[actix_web::test]
async fn national_numbers_are_read_with_the_country_from_then_on() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let owner = Asking::with(house, tenant.owners_token());
        let number = json!({"name": "Bob", "phone": "020 7946 0018"});
        assert_eq!(owner.post("/api/contacts", number.clone()).await.refusal(), (422, "INVALID"));
        owner.patch(PATH, json!({"default_country": "GB"})).await;
        assert_eq!(owner.post("/api/contacts", number).await.body["phones"], json!(["+442079460018"]));
    })
    .await;
}

#[actix_web::test]
async fn settings_are_the_tenants_own_and_for_admins_to_change() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        assert_eq!(manager.get(PATH).await.status, 200);
        assert_eq!(manager.patch(PATH, json!({"name": "X"})).await.refusal(), (403, "FORBIDDEN"));
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.patch(PATH, json!({"name": "Others"})).await.status, 200);
        assert_eq!(manager.get(PATH).await.body["name"], "Acme");
    })
    .await;
}
