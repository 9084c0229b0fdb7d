//! Coming in: invitations, passwords, one-time codes.

use reqwest::Method;
use serde_json::json;

use super::house::{House, over_both};
use super::people::{PASSWORD, code};

const LOGIN: &str = "/api/auth/login";
const EXCHANGE: &str = "/api/auth/exchange";

#[actix::test]
async fn an_invitation_leads_to_a_password_and_the_password_to_a_sign_in() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let invited = house.invite(&tenant, " Grace@Example.com ", "agent").await;
        assert_eq!((&invited["status"], &invited["email"]), (&json!("invited"), &json!("grace@example.com")));
        let body = json!({"email": "grace@example.com", "password": PASSWORD});
        house.knock(LOGIN, body.clone()).await.refused(401, "UNAUTHENTICATED");
        let exchange = json!({"code": code(&invited), "password": PASSWORD});
        let came = house.knock(EXCHANGE, exchange.clone()).await.with(200);
        assert_eq!((&came["user"]["id"], &came["user"]["status"]), (&invited["id"], &json!("active")));
        house.knock(EXCHANGE, exchange).await.refused(410, "EXPIRED");
        let signed_in = house.knock(LOGIN, body).await.with(200);
        assert_eq!((&signed_in["token_type"], &signed_in["expires_in"]), (&json!("Bearer"), &json!(900)));
        let me = house.get(signed_in["access_token"].as_str().unwrap(), "/api/me").await.with(200);
        assert_eq!(me["user"]["id"], invited["id"]);
        assert!(!me.to_string().contains("argon2"), "no hash ever leaves the hub");
    })
    .await;
}

#[actix::test]
async fn a_code_nobody_issued_has_expired() {
    let house = House::open().await;
    for code in ["", "x", &"A".repeat(43), &"A".repeat(10_000)] {
        let answer = house.knock(EXCHANGE, json!({"code": code, "password": PASSWORD})).await;
        answer.refused(410, "EXPIRED");
    }
    house.close().await;
}

#[actix::test]
async fn a_code_is_good_for_one_of_many_who_use_it_at_once() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let invited = house.invite(&tenant, "grace@example.com", "agent").await;
        let body = json!({"code": code(&invited), "password": PASSWORD});
        let answers = futures::future::join_all((0..4).map(|_| house.knock(EXCHANGE, body.clone()))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 3, "{statuses:?}");
    })
    .await;
}

#[actix::test]
async fn a_bad_password_does_not_use_the_invitation_up() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let invited = house.invite(&tenant, "grace@example.com", "agent").await;
        let short = house.knock(EXCHANGE, json!({"code": code(&invited), "password": "short"})).await;
        assert_eq!(short.invalid(), "password");
        let body = json!({"code": code(&invited), "password": PASSWORD});
        house.knock(EXCHANGE, body).await.with(200);
    })
    .await;
}

#[actix::test]
async fn a_disabled_user_does_not_come_back_by_an_old_code() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let invited = house.invite(&tenant, "grace@example.com", "agent").await;
        let path = format!("/api/users/{}", invited["id"].as_str().unwrap());
        house.patch(&tenant.owners_token, &path, json!({"status": "disabled"})).await.with(200);
        let answer = house.knock(EXCHANGE, json!({"code": code(&invited), "password": PASSWORD})).await;
        assert!(answer.status >= 400, "{}", answer.body);
        let user = house.get(&tenant.owners_token, &path).await.with(200);
        assert_eq!(user["status"], "disabled");
    })
    .await;
}

#[actix::test]
async fn nobody_learns_who_has_an_account() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let alan = house.person(&tenant, "alan@example.com", "agent").await;
        let path = format!("/api/users/{}", alan.id);
        house.patch(&tenant.owners_token, &path, json!({"status": "disabled"})).await.with(200);
        let mut texts = Vec::new();
        for (email, password) in
            [("nobody@example.com", PASSWORD), (&grace.email, "a wrong password"), (&alan.email, PASSWORD)]
        {
            let answer = house.knock(LOGIN, json!({"email": email, "password": password})).await;
            texts.push(answer.body["error"].clone());
            assert_eq!(answer.refused(401, "UNAUTHENTICATED"), json!({}));
        }
        assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
    })
    .await;
}

#[actix::test]
async fn who_is_known_in_two_tenants_chooses() {
    over_both(async |house| {
        let (one, other, third) = (house.tenant().await, house.tenant().await, house.tenant().await);
        for tenant in [&one, &other] {
            house.person(tenant, "grace@example.com", "agent").await;
        }
        house.invite(&third, "grace@example.com", "agent").await;
        let body = json!({"email": "GRACE@example.com", "password": PASSWORD});
        let details = house.knock(LOGIN, body).await.refused(409, "CHOOSE_TENANT");
        let mut offered: Vec<_> =
            details["tenants"].as_array().unwrap().iter().map(|tenant| tenant["id"].clone()).collect();
        offered.sort_by_key(ToString::to_string);
        let mut expected = [json!(one.id), json!(other.id)];
        expected.sort_by_key(ToString::to_string);
        assert_eq!(offered, expected);
        assert_eq!(details["tenants"][0]["name"], "Acme");
        let chosen = json!({"email": "grace@example.com", "password": PASSWORD, "tenant_id": other.id});
        let signed_in = house.knock(LOGIN, chosen).await.with(200);
        let token = signed_in["access_token"].as_str().unwrap();
        let path = format!("/api/users/{}", other.owner);
        house.get(token, &path).await.with(200);
        let wrong = json!({"email": "grace@example.com", "password": PASSWORD, "tenant_id": third.id});
        house.knock(LOGIN, wrong).await.refused(401, "UNAUTHENTICATED");
    })
    .await;
}

#[actix::test]
async fn a_new_password_needs_the_old_one_and_takes_its_place() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let change = |current: &str, new: &str| json!({"current": current, "password": new});
        let path = "/api/auth/password";
        let wrong = house.post(&grace.access, path, change("not the old one", "a new password")).await;
        assert!((400..500).contains(&wrong.status), "{}", wrong.body);
        assert_eq!(house.post(&grace.access, path, change(PASSWORD, "short")).await.invalid(), "password");
        let changed = house.post(&grace.access, path, change(PASSWORD, "a new password")).await;
        assert!((200..300).contains(&changed.status), "{}", changed.body);
        let login = |password: &str| json!({"email": grace.email, "password": password});
        house.knock(LOGIN, login(PASSWORD)).await.refused(401, "UNAUTHENTICATED");
        house.knock(LOGIN, login("a new password")).await.with(200);
    })
    .await;
}

#[actix::test]
async fn one_address_may_not_try_for_ever() {
    let house = House::open().await;
    let attempt = async |address: &str| {
        let body = json!({"code": "x"});
        house.ask_from(address, Method::POST, EXCHANGE).json(&body).send().await
    };
    let answers = futures::future::join_all((0..60).map(|_| attempt("198.51.100.1"))).await;
    let (limited, tried): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 429);
    assert!(tried.len() >= 30 && !limited.is_empty(), "{} of 60 were let through", tried.len());
    for answer in limited {
        assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert!(answer.refused(429, "RATE_LIMITED")["retry_after_ms"].is_u64());
    }
    attempt("198.51.100.2").await.refused(410, "EXPIRED");
    house.close().await;
}
