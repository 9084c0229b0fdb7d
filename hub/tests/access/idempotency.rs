//! The same request twice: one effect, one answer.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::{House, over_both};

fn user(email: &str) -> Value {
    json!({"email": email, "name": "Grace", "role": "agent"})
}

async fn post(house: &House, token: &str, key: (&str, &str), body: &Value) -> Answer {
    house.ask(Method::POST, "/api/users").bearer(token).header(key.0, key.1).json(body).send().await
}

async fn count(house: &House, token: &str) -> usize {
    house.get(token, "/api/users").await.with(200)["data"].as_array().unwrap().len()
}

#[actix::test]
async fn a_repeat_is_given_the_same_answer_and_changes_nothing() {
    over_both(async |house| {
        let token = house.tenant().await.owners_token;
        let key = ("idempotency-key", "one");
        let first = post(house, &token, key, &user("grace@example.com")).await;
        let again = post(house, &token, key, &user("grace@example.com")).await;
        assert_eq!(first.header("location"), again.header("location"));
        let (first, again) = (first.with(201), again.with(201));
        assert_eq!(first, again);
        let other_name = post(house, &token, ("x-idempotency-key", "one"), &user("grace@example.com")).await;
        assert_eq!(other_name.with(201)["id"], first["id"]);
        assert_eq!(count(house, &token).await, 2);
    })
    .await;
}

#[actix::test]
async fn many_at_once_under_one_key_have_one_effect() {
    over_both(async |house| {
        let token = house.tenant().await.owners_token;
        let body = user("grace@example.com");
        let asked = (0..6).map(|_| post(house, &token, ("idempotency-key", "one"), &body));
        let answers = futures::future::join_all(asked).await;
        let ids: Vec<Value> = answers.into_iter().map(|answer| answer.with(201)["id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(count(house, &token).await, 2);
    })
    .await;
}

#[actix::test]
async fn another_request_under_the_same_key_is_refused() {
    over_both(async |house| {
        let token = house.tenant().await.owners_token;
        let key = ("idempotency-key", "one");
        post(house, &token, key, &user("grace@example.com")).await.with(201);
        let other = post(house, &token, key, &user("alan@example.com")).await;
        other.refused(409, "IDEMPOTENCY_MISMATCH");
        assert_eq!(count(house, &token).await, 2);
    })
    .await;
}

#[actix::test]
async fn a_key_belongs_to_its_caller() {
    over_both(async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        let admin = house.person(&tenant, "admin@example.com", "admin").await;
        let key = ("idempotency-key", "one");
        for (token, email) in [
            (&tenant.owners_token, "grace@example.com"),
            (&other.owners_token, "alan@example.com"),
            (&admin.access, "edsger@example.com"),
        ] {
            assert_eq!(post(house, token, key, &user(email)).await.with(201)["email"], email);
        }
    })
    .await;
}

#[actix::test]
async fn a_client_id_in_the_body_is_a_key_too() {
    over_both(async |house| {
        let token = house.tenant().await.owners_token;
        let mut body = user("grace@example.com");
        body["client_id"] = json!("c-1");
        let first = house.post(&token, "/api/users", body.clone()).await.with(201);
        assert_eq!(house.post(&token, "/api/users", body.clone()).await.with(201)["id"], first["id"]);
        body["name"] = json!("Alan");
        house.post(&token, "/api/users", body).await.refused(409, "IDEMPOTENCY_MISMATCH");
    })
    .await;
}

#[actix::test]
async fn a_refusal_is_given_again_though_it_would_succeed_now() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let admin = house.person(&tenant, "admin@example.com", "admin").await;
        let (key, path) = (("idempotency-key", "one"), format!("/api/users/{}", admin.id));
        let body = json!({"email": "grace@example.com", "name": "Grace", "role": "admin"});
        let first = post(house, &admin.access, key, &body).await;
        assert_eq!(first.status, 403, "{}", first.body);
        house.patch(&tenant.owners_token, &path, json!({"role": "owner"})).await.with(200);
        let again = post(house, &admin.access, key, &body).await;
        assert_eq!((again.status, &again.body["error"]), (403, &first.body["error"]));
        post(house, &admin.access, ("idempotency-key", "two"), &body).await.with(201);
    })
    .await;
}

#[actix::test]
async fn a_conflict_is_not_remembered() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let (token, key) = (&*tenant.owners_token, ("idempotency-key", "one"));
        let first = house.invite(&tenant, "grace@example.com", "agent").await;
        post(house, token, key, &user("grace@example.com")).await.refused(409, "CONFLICT");
        house.delete(token, &format!("/api/users/{}", first["id"].as_str().unwrap())).await.with(204);
        post(house, token, key, &user("grace@example.com")).await.with(201);
    })
    .await;
}

#[actix::test]
async fn a_key_has_1_to_255_characters() {
    over_both(async |house| {
        let token = house.tenant().await.owners_token;
        for key in ["", &"k".repeat(256)] {
            let answer = post(house, &token, ("idempotency-key", key), &user("grace@example.com")).await;
            answer.refused(422, "INVALID");
        }
        let longest = "k".repeat(255);
        let key = ("idempotency-key", longest.as_str());
        post(house, &token, key, &user("grace@example.com")).await.with(201);
    })
    .await;
}
