//! How often somebody may knock, and what counts.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    client::Answer,
    house::House,
    people::{PASSWORD, Tenant},
};

const LOGIN: &str = "/api/auth/login";

async fn login(house: &House, address: &str, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    house.ask_from(address, Method::POST, LOGIN).json(&body).send().await
}

/// Asks so often at once that a slow machine refills nothing that matters; how many were refused, all in the same form.
async fn refused_of_ten(house: &House, address: Option<&str>, token: &str) -> usize {
    let ask = |path| match address {
        Some(address) => house.ask_from(address, Method::GET, path),
        None => house.ask(Method::GET, path),
    };
    let answers = join_all((0..10).map(|_| ask("/api/me").bearer(token).send())).await;
    let refused = answers.into_iter().filter(|answer| answer.status != 200).map(|answer| {
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert!(answer.refused(429, "RATE_LIMITED")["retry_after_ms"].is_u64());
    });
    refused.count()
}

async fn two_people(house: &House, tenant: &Tenant) -> [String; 2] {
    let grace = house.person(tenant, "grace@example.com", "agent").await;
    let alan = house.person(tenant, "alan@example.com", "agent").await;
    [grace.access, alan.access]
}

#[actix::test]
async fn a_wrong_password_counts_against_the_address_and_a_right_one_does_not() {
    let house = House::with(&[("LIMITS__SIGN_INS_PER_MINUTE", "2")]).await;
    let tenant = house.tenant().await;
    house.person(&tenant, "grace@example.com", "agent").await;
    let address = "198.51.100.1";
    for _ in 0..5 {
        login(&house, address, "grace@example.com", PASSWORD).await.with(200);
    }
    for email in ["grace@example.com", "nobody@example.com"] {
        login(&house, address, email, "a wrong one").await.refused(401, "UNAUTHENTICATED");
    }
    let limited = login(&house, address, "grace@example.com", PASSWORD).await;
    assert!(limited.header("retry-after").parse::<u64>().unwrap() >= 1);
    limited.refused(429, "RATE_LIMITED");
    login(&house, "198.51.100.2", "grace@example.com", PASSWORD).await.with(200);
    house.close().await;
}

#[actix::test]
async fn nobody_guesses_one_password_from_many_addresses() {
    let house = House::with(&[("LIMITS__PASSWORDS_PER_MINUTE", "2")]).await;
    let tenant = house.tenant().await;
    house.person(&tenant, "grace@example.com", "agent").await;
    house.person(&tenant, "alan@example.com", "agent").await;
    for email in ["grace@example.com", "nobody@example.com"] {
        for address in ["198.51.100.1", "198.51.100.2"] {
            login(&house, address, email, "a wrong one").await.refused(401, "UNAUTHENTICATED");
        }
        // Known or not, it is the same; and so are other ways to write it.
        let email = format!(" {} ", email.to_uppercase());
        login(&house, "198.51.100.3", &email, PASSWORD).await.refused(429, "RATE_LIMITED");
    }
    login(&house, "198.51.100.1", "alan@example.com", PASSWORD).await.with(200);
    house.close().await;
}

#[actix::test]
async fn codes_and_refresh_tokens_that_are_wrong_count_too() {
    let house =
        House::with(&[("LIMITS__SIGN_INS_PER_MINUTE", "2"), ("LIMITS__FAILURES_PER_MINUTE", "3")]).await;
    let tries = async |path: &str, body: Value| {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            let asking = house.ask_from("198.51.100.1", Method::POST, path).json(&body);
            statuses.push(asking.send().await.status);
        }
        statuses
    };
    assert_eq!(tries("/api/auth/exchange", json!({"code": "x"})).await, [410, 410, 429, 429]);
    assert_eq!(tries("/api/auth/refresh", json!({"refresh_token": "x"})).await, [401, 401, 401, 429]);
    house.close().await;
}

#[actix::test]
async fn one_user_who_asks_too_much_is_held_back_without_the_others() {
    let house = House::with(&[("LIMITS__REQUESTS_PER_S", "1"), ("LIMITS__BURST", "3")]).await;
    let tenant = house.tenant().await;
    let [grace, alan] = two_people(&house, &tenant).await;
    let refused = refused_of_ten(&house, None, &grace).await;
    assert!((1..=7).contains(&refused), "{refused}");
    house.get(&alan, "/api/me").await.with(200);
    house.close().await;
}

#[actix::test]
async fn a_tenant_that_asks_too_much_is_held_back_without_the_others() {
    let house = House::with(&[("LIMITS__TENANT_REQUESTS_PER_S", "1")]).await;
    let (tenant, other) = (house.tenant().await, house.tenant().await);
    let refused = refused_of_ten(&house, None, &tenant.owners_token).await;
    assert!((1..=8).contains(&refused), "{refused}");
    house.get(&other.owners_token, "/api/me").await.with(200);
    house.close().await;
}

#[actix::test]
async fn an_address_that_asks_too_much_is_held_back_without_the_others() {
    let house = House::with(&[("LIMITS__ADDRESS_REQUESTS_PER_S", "1")]).await;
    let tenant = house.tenant().await;
    let refused = refused_of_ten(&house, Some("198.51.100.1"), &tenant.owners_token).await;
    assert!((1..=8).contains(&refused), "{refused}");
    // The network of one address is one caller, and probes are answered all the same.
    let refused = refused_of_ten(&house, Some("2001:db8::1"), &tenant.owners_token).await;
    assert!((1..=8).contains(&refused), "{refused}");
    house.ask_from("198.51.100.1", Method::GET, "/health").send().await.with(200);
    house.get(&tenant.owners_token, "/api/me").await.with(200);
    house.close().await;
}

#[actix::test]
async fn wrong_tokens_of_an_address_do_not_hurt_its_good_ones() {
    let house = House::with(&[("LIMITS__FAILURES_PER_MINUTE", "2")]).await;
    let tenant = house.tenant().await;
    let me =
        async |token: &str| house.ask_from("198.51.100.1", Method::GET, "/api/me").bearer(token).send().await;
    for _ in 0..2 {
        me("wrong").await.refused(401, "UNAUTHENTICATED");
    }
    me("wrong").await.refused(429, "RATE_LIMITED");
    me(&tenant.owners_token).await.with(200);
    house.close().await;
}
