//! Staying in: refresh tokens, and what ends them.

use serde_json::{Value, json};

use super::house::{House, over_both};

const REFRESH: &str = "/api/auth/refresh";

async fn refreshed(house: &House, token: &str) -> String {
    let answer = house.knock(REFRESH, json!({ "refresh_token": token })).await.with(200);
    house.get(answer["access_token"].as_str().unwrap(), "/api/me").await.with(200);
    answer["refresh_token"].as_str().unwrap().to_owned()
}

async fn ended(house: &House, token: &str) {
    let answer = house.knock(REFRESH, json!({ "refresh_token": token })).await;
    answer.refused(401, "UNAUTHENTICATED");
}

#[actix::test]
async fn a_refresh_token_is_replaced_each_time() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let first = house.person(&tenant, "grace@example.com", "agent").await.refresh;
        let second = refreshed(house, &first).await;
        let third = refreshed(house, &second).await;
        assert!(first != second && second != third);
    })
    .await;
}

#[actix::test]
async fn two_tabs_that_refresh_at_once_get_the_same_successor() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let first = house.person(&tenant, "grace@example.com", "agent").await.refresh;
        let tabs = futures::future::join_all((0..4).map(|_| refreshed(house, &first))).await;
        assert!(tabs.iter().all(|token| *token == tabs[0]), "four tabs, one successor");
        refreshed(house, &tabs[0]).await;
    })
    .await;
}

#[actix::test]
async fn an_old_token_ends_all_its_successors_and_no_other_sign_in() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let login = json!({"email": grace.email, "password": super::people::PASSWORD});
        let elsewhere = house.knock("/api/auth/login", login).await.with(200)["refresh_token"].clone();
        let second = refreshed(house, &grace.refresh).await;
        let third = refreshed(house, &second).await;
        ended(house, &grace.refresh).await;
        ended(house, &third).await;
        refreshed(house, elsewhere.as_str().unwrap()).await;
    })
    .await;
}

#[actix::test]
async fn what_is_no_refresh_token_is_told_to_sign_in() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        for token in ["", "x", &grace.access, &grace.refresh[1..], &"A".repeat(100_000)] {
            ended(house, token).await;
        }
        refreshed(house, &grace.refresh).await;
    })
    .await;
}

#[actix::test]
async fn who_signs_out_is_out_and_only_there() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let login = json!({"email": grace.email, "password": super::people::PASSWORD});
        let elsewhere = house.knock("/api/auth/login", login).await.with(200)["refresh_token"].clone();
        let out = json!({ "refresh_token": grace.refresh });
        assert_eq!(house.knock("/api/auth/logout", out.clone()).await.with(204), Value::Null);
        ended(house, &grace.refresh).await;
        house.knock("/api/auth/logout", out).await.with(204);
        refreshed(house, elsewhere.as_str().unwrap()).await;
    })
    .await;
}

#[actix::test]
async fn who_is_disabled_or_removed_is_out_everywhere_at_once() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let alan = house.person(&tenant, "alan@example.com", "agent").await;
        let path = format!("/api/users/{}", grace.id);
        house.patch(&tenant.owners_token, &path, json!({"status": "disabled"})).await.with(200);
        house.delete(&tenant.owners_token, &format!("/api/users/{}", alan.id)).await.with(204);
        for person in [&grace, &alan] {
            house.get(&person.access, "/api/me").await.refused(403, "NOT_A_MEMBER");
            ended(house, &person.refresh).await;
        }
        house.patch(&tenant.owners_token, &path, json!({"status": "active"})).await.with(200);
        ended(house, &grace.refresh).await;
    })
    .await;
}

#[actix::test]
async fn a_new_password_ends_the_other_sign_ins() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let grace = house.person(&tenant, "grace@example.com", "agent").await;
        let login = json!({"email": grace.email, "password": super::people::PASSWORD});
        let here = house.knock("/api/auth/login", login).await.with(200);
        let change = json!({"current": super::people::PASSWORD, "password": "a new password"});
        let token = here["access_token"].as_str().unwrap();
        let changed = house.post(token, "/api/auth/password", change).await;
        assert!((200..300).contains(&changed.status), "{}", changed.body);
        ended(house, &grace.refresh).await;
    })
    .await;
}
