//! Whose token opens which door.

use std::time::Duration;

use entities::UserId;
use hub::{
    auth::{Bearer, Tokens},
    keys::Key,
};
use reqwest::Method;

use super::house::{House, over_both};
use super::people::{Tenant, claims};

/// Every route of this noun that asks who somebody is; `{id}` is the owner's.
const ROUTES: [(Method, &str); 7] = [
    (Method::GET, "/api/me"),
    (Method::GET, "/api/users"),
    (Method::POST, "/api/users"),
    (Method::GET, "/api/users/{id}"),
    (Method::PATCH, "/api/users/{id}"),
    (Method::DELETE, "/api/users/{id}"),
    (Method::POST, "/api/auth/password"),
];

/// Every route refuses what `authorization` says, with this status and code.
async fn all_refuse(house: &House, tenant: &Tenant, authorization: Option<&str>, refusal: (u16, &str)) {
    for (method, path) in ROUTES {
        let path = path.replace("{id}", &tenant.owner.to_string());
        let asking = house.ask(method.clone(), &path).text("application/json", "{}");
        let asking = match authorization {
            Some(value) => asking.header("authorization", value),
            None => asking,
        };
        let answer = asking.send().await;
        assert_eq!(!answer.header("www-authenticate").is_empty(), refusal.0 == 401, "{method} {path}");
        answer.refused(refusal.0, refusal.1);
    }
}

#[actix::test]
async fn who_brings_no_token_of_ours_is_told_to_sign_in() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let foreign = Tokens::new(&Key::generate().unwrap());
        let boasting = Bearer::User(claims(tenant.id, tenant.owner));
        let (id, now) = (house.hub.ports.draw(), house.hub.ports.now());
        let foreign = foreign.mint(boasting, id, now, Duration::from_secs(60)).unwrap();
        let cut = &tenant.owners_token[1..];
        let wrong = [
            "",
            "Bearer",
            "Bearer x",
            "Basic b3duZXI6eA==",
            &format!("Bearer {foreign}"),
            &format!("Bearer {cut}"),
        ];
        all_refuse(house, &tenant, None, (401, "UNAUTHENTICATED")).await;
        for authorization in wrong {
            all_refuse(house, &tenant, Some(authorization), (401, "UNAUTHENTICATED")).await;
        }
    })
    .await;
}

#[actix::test]
async fn a_token_that_ended_is_told_apart_from_one_that_is_wrong() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let boasting = Bearer::User(claims(tenant.id, tenant.owner));
        let issued = house.hub.ports.now().minus(Duration::from_secs(120));
        let tokens = &house.hub.tokens;
        let ended = tokens.mint(boasting, house.hub.ports.draw(), issued, Duration::from_secs(60)).unwrap();
        all_refuse(house, &tenant, Some(&format!("Bearer {ended}")), (401, "TOKEN_EXPIRED")).await;
    })
    .await;
}

#[actix::test]
async fn a_user_of_one_tenant_is_nobody_in_another() {
    over_both(async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        let strangers = [
            house.token(tenant.id, other.owner),
            house.token(tenant.id, UserId::from_uuid(house.hub.ports.draw())),
        ];
        for token in strangers {
            all_refuse(house, &tenant, Some(&format!("Bearer {token}")), (403, "NOT_A_MEMBER")).await;
        }
    })
    .await;
}

#[actix::test]
async fn a_visitors_token_never_passes_for_a_users() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let visitor = format!("Bearer {}", house.strange_visitor(&tenant));
        all_refuse(house, &tenant, Some(&visitor), (401, "UNAUTHENTICATED")).await;
    })
    .await;
}

#[actix::test]
async fn a_token_in_the_url_is_not_looked_at() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    for name in ["token", "access_token", "authorization"] {
        let path = format!("/api/me?{name}={}", tenant.owners_token);
        let answer = house.ask(Method::GET, &path).send().await;
        answer.refused(401, "UNAUTHENTICATED");
    }
    house.close().await;
}

#[actix::test]
async fn the_database_decides_what_a_token_only_claims() {
    over_both(async |house| {
        let tenant = house.tenant().await;
        let agent = house.person(&tenant, "grace@example.com", "agent").await;
        let boasting = house.mint(Bearer::User(claims(tenant.id, agent.id.parse().unwrap())));
        assert_eq!(house.get(&boasting, "/api/me").await.with(200)["user"]["role"], "agent");
        let owner = format!("/api/users/{}", tenant.owner);
        house.delete(&boasting, &owner).await.refused(403, "FORBIDDEN");
    })
    .await;
}
