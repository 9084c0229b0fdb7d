//! What the record says of who came, who did not, and who left; and how each request is found again.

use actors::testing::eventually;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    house::{House, over_both},
    people::{PASSWORD, Tenant, code},
};

const LOGIN: &str = "/api/auth/login";
const HERE: &str = "203.0.113.77";
const OUTSIDE: &str = "198.51.100.7";

/// What is recorded of a user, the oldest first.
async fn recorded(house: &House, tenant: &Tenant, user: &str) -> Vec<Value> {
    let all = house.get(&tenant.owners_token, "/api/audit").await.with(200);
    let mut entries = all["data"].as_array().unwrap().clone();
    entries.retain(|entry| entry["target"]["id"] == user);
    entries.reverse();
    entries
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

/// A request from an address, under a name of its own.
async fn named(house: &House, (address, id): (&str, &str), path: &str, body: Value) -> super::client::Answer {
    house.ask_from(address, Method::POST, path).header("x-request-id", id).json(&body).send().await
}

#[actix::test]
async fn coming_and_leaving_is_recorded_with_where_it_came_from() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let invited = house.invite(&tenant, "grace@example.com", "agent").await;
        let grace = invited["id"].as_str().unwrap();
        let come = json!({"code": code(&invited), "password": PASSWORD});
        named(house, (HERE, "come-1"), "/api/auth/exchange", come.clone()).await.with(200);
        named(house, (HERE, "come-2"), "/api/auth/exchange", come).await.refused(410, "EXPIRED");
        let password = json!({"email": "grace@example.com", "password": PASSWORD});
        let token = named(house, (HERE, "come-3"), LOGIN, password).await.with(200)["refresh_token"].take();
        let leave = json!({"refresh_token": token});
        let left = named(house, (OUTSIDE, "leave-1"), "/api/auth/logout", leave.clone()).await;
        assert_eq!(left.status, 204);
        assert_eq!(named(house, (OUTSIDE, "leave-2"), "/api/auth/logout", leave).await.status, 204);
        let entries = recorded(house, &tenant, grace).await;
        let expected =
            ["user.create", "user.signed_in", "user.sign_in_refused", "user.signed_in", "user.signed_out"];
        assert_eq!(actions(&entries), expected);
        assert_eq!(entries[0]["actor"]["id"], json!(tenant.owner));
        assert!(entries[0]["ip"].as_str().unwrap().starts_with("203.0.113."), "{}", entries[0]);
        assert_eq!((&entries[1]["ip"], &entries[1]["request_id"]), (&json!(HERE), &json!("come-1")));
        assert_eq!(entries[1]["details"]["with"], "invitation");
        assert_eq!(entries[2]["details"]["reason"], "link");
        assert_eq!(entries[3]["details"]["with"], "password");
        assert_eq!(entries[3]["details"]["sign_in_id"], entries[4]["details"]["sign_in_id"]);
        assert_eq!((&entries[4]["ip"], &entries[4]["request_id"]), (&json!(OUTSIDE), &json!("leave-1")));
        assert_eq!(entries[4]["actor"], json!({"kind": "user", "id": grace}));
    })
    .await;
}

#[actix::test]
async fn who_is_refused_is_recorded_without_what_he_tried() {
    over_both(async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let grace = house.person(&tenant, "grace@example.com", "admin").await;
        let invited = house.invite(&tenant, "ada@example.com", "agent").await;
        for (email, id) in
            [("grace@example.com", "try-1"), ("ada@example.com", "try-2"), ("nobody@example.com", "try-3")]
        {
            let body = json!({"email": email, "password": "a wrong password"});
            named(house, (OUTSIDE, id), LOGIN, body).await.refused(401, "UNAUTHENTICATED");
        }
        house
            .patch(&tenant.owners_token, "/api/settings", json!({"ip_allow_list": ["203.0.113.0/24"]}))
            .await
            .with(200);
        let body = json!({"email": "grace@example.com", "password": PASSWORD});
        named(house, (OUTSIDE, "try-4"), LOGIN, body).await.refused(403, "FORBIDDEN");
        let of_grace = async || {
            let mut entries = recorded(house, &tenant, &grace.id).await;
            entries.retain(|entry| entry["action"] == "user.sign_in_refused");
            entries
        };
        let two = async || Some(of_grace().await).filter(|entries| entries.len() == 2);
        let mut entries = eventually("both refusals are recorded", two).await;
        // They are written beside the answers, so in no order.
        entries.sort_by_key(|entry| entry["request_id"].to_string());
        assert_eq!(entries[0]["actor"], json!({"kind": "system", "id": null}));
        assert_eq!((&entries[0]["ip"], &entries[0]["request_id"]), (&json!(OUTSIDE), &json!("try-1")));
        assert_eq!(entries[0]["details"], json!({"reason": "password"}));
        assert_eq!(entries[1]["details"], json!({"reason": "address"}));
        let ada = invited["id"].as_str().unwrap();
        let refused = async || recorded(house, &tenant, ada).await.get(1).cloned();
        let refused = eventually("the refusal of who is invited is recorded", refused).await;
        assert_eq!(refused["details"], json!({"reason": "not_active"}));
        let all = house.get(&tenant.owners_token, "/api/audit").await.with(200).to_string();
        assert!(!all.contains("wrong password") && !all.contains("nobody@"), "{all}");
        let elsewhere = house.get(&others.owners_token, "/api/audit").await.with(200);
        assert_eq!(elsewhere["data"], json!([]), "another tenant hears nothing of it");
    })
    .await;
}

#[actix::test]
async fn attempts_beyond_the_limit_leave_no_entries() {
    let house = House::with(&[("LIMITS__PASSWORDS_PER_MINUTE", "3")]).await;
    let tenant = house.tenant().await;
    let grace = house.person(&tenant, "grace@example.com", "agent").await;
    let body = json!({"email": "grace@example.com", "password": "a wrong password"});
    let mut refused = 0;
    for _ in 0..12 {
        let answer = house.knock(LOGIN, body.clone()).await;
        refused += usize::from(answer.status == 401);
    }
    assert!((3..12).contains(&refused), "{refused}");
    let of_grace = async || {
        let entries = recorded(&house, &tenant, &grace.id).await;
        let entries = entries.iter().filter(|entry| entry["action"] == "user.sign_in_refused");
        (entries.count() == refused).then_some(())
    };
    eventually("as many refusals are recorded as were judged", of_grace).await;
    house.close().await;
}

#[actix::test]
async fn a_token_that_two_have_is_recorded_when_it_ends_both() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let mut token = json!(grace.refresh);
        for _ in 0..2 {
            let body = json!({"refresh_token": token});
            token = house.knock("/api/auth/refresh", body).await.with(200)["refresh_token"].take();
        }
        let stolen = json!({"refresh_token": grace.refresh});
        named(house, (OUTSIDE, "thief"), "/api/auth/refresh", stolen).await.refused(401, "UNAUTHENTICATED");
        let entries = recorded(house, &tenant, &grace.id).await;
        assert_eq!(actions(&entries), ["user.create", "user.signed_in", "user.sign_in_revoked"]);
        assert_eq!((&entries[2]["ip"], &entries[2]["request_id"]), (&json!(OUTSIDE), &json!("thief")));
    })
    .await;
}
