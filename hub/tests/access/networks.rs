//! Where owners and admins come from.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    client::Answer,
    house::{House, over_both},
    people::{PASSWORD, Tenant, code},
    sessions::closed_after,
};

const SETTINGS: &str = "/api/settings";
/// Requests of these tests come from here, unless they say where.
const INSIDE: &str = "203.0.113.0/24";
const OUTSIDE: &str = "198.51.100.7";

async fn allow(house: &House, tenant: &Tenant, networks: &[&str]) -> Value {
    house.patch(&tenant.owners_token, SETTINGS, json!({ "ip_allow_list": networks })).await.with(200)
}

async fn from_outside(house: &House, token: &str, path: &str) -> Answer {
    house.ask_from(OUTSIDE, Method::GET, path).bearer(token).send().await
}

async fn knock_from_outside(house: &House, path: &str, body: &Value) -> Answer {
    house.ask_from(OUTSIDE, Method::POST, path).json(body).send().await
}

#[actix::test]
async fn admins_come_from_the_networks_of_the_list_and_others_from_anywhere() {
    over_both(async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let ada = house.person(&tenant, "ada@example.com", "admin").await;
        let shown = allow(house, &tenant, &[INSIDE]).await;
        assert_eq!(shown["ip_allow_list"], json!([INSIDE]));
        for token in [&tenant.owners_token, &ada.access] {
            from_outside(house, token, "/api/me").await.refused(403, "FORBIDDEN");
            house.get(token, "/api/me").await.with(200);
        }
        from_outside(house, &grace.access, "/api/me").await.with(200);
        from_outside(house, &others.owners_token, "/api/me").await.with(200);
        let seen = house.get(&grace.access, SETTINGS).await.with(200);
        assert_eq!(seen["ip_allow_list"], Value::Null, "for the eyes of admins");
        allow(house, &tenant, &[]).await;
        from_outside(house, &tenant.owners_token, "/api/me").await.with(200);
    })
    .await;
}

#[actix::test]
async fn keys_with_an_admins_power_come_from_there_too() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        allow(house, &tenant, &[INSIDE]).await;
        let mut secrets = Vec::new();
        for scope in ["admin", "contacts:read"] {
            let wanted = json!({"name": "Shop", "scopes": [scope]});
            let made = house.post(&tenant.owners_token, "/api/api-keys", wanted).await.with(201);
            secrets.push(made["secret"].as_str().unwrap().to_owned());
        }
        from_outside(house, &secrets[0], "/api/contacts").await.refused(403, "FORBIDDEN");
        house.get(&secrets[0], "/api/contacts").await.with(200);
        from_outside(house, &secrets[1], "/api/contacts").await.with(200);
    })
    .await;
}

#[actix::test]
async fn nobody_signs_in_as_an_admin_from_elsewhere_and_nothing_is_used_up_by_the_attempt() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let ada = house.person(&tenant, "ada@example.com", "admin").await;
        let invited = house.invite(&tenant, "grace@example.com", "admin").await;
        allow(house, &tenant, &[INSIDE]).await;
        let attempts = [
            ("/api/auth/login", json!({"email": ada.email, "password": PASSWORD})),
            ("/api/auth/exchange", json!({"code": code(&invited), "password": PASSWORD})),
            ("/api/auth/refresh", json!({"refresh_token": ada.refresh})),
        ];
        for (path, body) in &attempts {
            knock_from_outside(house, path, body).await.refused(403, "FORBIDDEN");
        }
        for (path, body) in attempts {
            house.knock(path, body).await.with(200);
        }
        let wrong = json!({"email": ada.email, "password": "a wrong password"});
        knock_from_outside(house, "/api/auth/login", &wrong).await.refused(401, "UNAUTHENTICATED");
    })
    .await;
}

#[actix::test]
async fn nobody_locks_himself_out() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let list = json!({ "ip_allow_list": [INSIDE] });
        let asked = house.ask_from(OUTSIDE, Method::PATCH, SETTINGS).bearer(&tenant.owners_token);
        assert_eq!(asked.json(&list).send().await.invalid(), "ip_allow_list");
        from_outside(house, &tenant.owners_token, "/api/me").await.with(200);
        for wrong in [json!(["here"]), json!(["10.0.0.0/33"]), json!("10.0.0.0/8"), json!(null)] {
            let answer = house.patch(&tenant.owners_token, SETTINGS, json!({ "ip_allow_list": wrong })).await;
            assert_eq!(answer.invalid(), "ip_allow_list", "{wrong}");
        }
    })
    .await;
}

/// The sockets of these tests come from this machine.
#[actix::test]
async fn an_admins_session_from_elsewhere_ends_with_the_change_and_does_not_begin_again() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let act = allow(house, &tenant, &[INSIDE]);
        assert_eq!(closed_after(house, &tenant.owners_token, act).await, 4502);
        from_outside(house, &tenant.owners_token, "/ws").await.refused(403, "FORBIDDEN");
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let path = format!("/api/users/{}", grace.id);
        let act = async {
            // Of two changes only the second concerns an agent.
            allow(house, &tenant, &[INSIDE, "192.0.2.1"]).await;
            house.patch(&tenant.owners_token, &path, json!({"role": "manager"})).await.with(200)
        };
        assert_eq!(closed_after(house, &grace.access, act).await, 4009);
    })
    .await;
}
