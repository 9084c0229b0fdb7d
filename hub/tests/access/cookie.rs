//! Our own pages: the refresh token in a cookie that no script reads and no other site can use.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::Answer;
use super::house::ORIGIN;
use super::house::{House, over_both};
use super::people::{PASSWORD, code};

/// `name=value` of the cookie an answer sets.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

async fn post(house: &House, path: &str, body: Value, (origin, cookie): (Option<&str>, &str)) -> Answer {
    let asking = house.ask(Method::POST, path).json(&body).header("cookie", cookie);
    match origin {
        Some(origin) => asking.header("origin", origin).send().await,
        None => asking.send().await,
    }
}

async fn sign_in(house: &House) -> Answer {
    let tenant = house.tenant().await;
    let grace = house.person(&tenant, "grace@example.com", "agent").await;
    let body = json!({"email": grace.email, "password": PASSWORD, "cookie": true});
    post(house, "/api/auth/login", body, (Some(ORIGIN), "")).await
}

#[actix::test]
async fn our_page_takes_no_invitation_without_a_password() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let invited = house.invite(&tenant, "grace@example.com", "agent").await;
    let exchange = |body: serde_json::Value| {
        house.ask(Method::POST, "/api/auth/exchange").header("origin", ORIGIN).json(&body).send()
    };
    let code = code(&invited);
    assert_eq!(exchange(json!({"code": code, "cookie": true})).await.invalid(), "password");
    exchange(json!({"code": code, "cookie": true, "password": PASSWORD})).await.with(200);
    house.close().await;
}

#[actix::test]
async fn a_page_gets_its_refresh_token_where_no_script_reads_it() {
    over_both(async |house| {
        let answer = sign_in(house).await;
        let set = answer.header("set-cookie").to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/api/auth", "Max-Age=", "Secure"] {
            assert!(set.contains(part), "{part} in {set}");
        }
        let body = answer.with(200);
        assert!(body.get("refresh_token").is_none_or(Value::is_null), "{body}");
        assert!(body["access_token"].is_string());
    })
    .await;
}

#[actix::test]
async fn the_cookie_is_rotated_and_ends_with_the_sign_out() {
    over_both(async |house| {
        let first = cookie(&sign_in(house).await);
        let refresh = json!({"cookie": true});
        let answer = post(house, "/api/auth/refresh", refresh.clone(), (Some(ORIGIN), &first)).await;
        let second = cookie(&answer);
        assert_ne!(first, second);
        let body = answer.with(200);
        assert!(body.get("refresh_token").is_none_or(Value::is_null), "{body}");
        let out = post(house, "/api/auth/logout", refresh.clone(), (Some(ORIGIN), &second)).await;
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        out.with(204);
        let after = post(house, "/api/auth/refresh", refresh, (Some(ORIGIN), &second)).await;
        after.refused(401, "UNAUTHENTICATED");
    })
    .await;
}

#[actix::test]
async fn another_sites_page_gets_nothing_with_the_cookie() {
    over_both(async |house| {
        let cookie = cookie(&sign_in(house).await);
        for origin in [None, Some("https://evil.example"), Some("null"), Some("https://hub.test")] {
            for path in ["/api/auth/refresh", "/api/auth/logout"] {
                let answer = post(house, path, json!({"cookie": true}), (origin, &cookie)).await;
                answer.refused(403, "FORBIDDEN");
            }
        }
        let ours = post(house, "/api/auth/refresh", json!({"cookie": true}), (Some(ORIGIN), &cookie)).await;
        ours.with(200);
    })
    .await;
}

#[actix::test]
async fn a_page_without_the_cookie_is_told_to_sign_in() {
    let house = House::open().await;
    let answer = post(&house, "/api/auth/refresh", json!({"cookie": true}), (Some(ORIGIN), "")).await;
    answer.refused(401, "UNAUTHENTICATED");
    house.close().await;
}
