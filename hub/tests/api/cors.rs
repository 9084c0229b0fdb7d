//! Pages of others, and what they may ask.

use reqwest::Method;
use serde_json::json;

use super::{
    asking::{Answer, Asking},
    house::{House, ORIGIN, over_both},
};

const CRM: &str = "https://crm.example";
const DESK: &str = "https://desk.example";
const EVIL: &str = "https://evil.example";

/// What a browser lets the page see.
fn is_read_by(answer: &Answer, page: &str) -> bool {
    answer.header("access-control-allow-origin") == page && answer.header("vary").contains("Origin")
}

#[actix_web::test]
async fn a_tenants_page_asks_for_the_tenant_and_another_page_is_refused() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (owner, stranger) =
            (Asking::with(house, tenant.owners_token()), Asking::with(house, others.owners_token()));
        assert_eq!(owner.asked_on(CRM, Method::GET, "/api/me").await.refusal(), (403, "FORBIDDEN"));
        owner.patch("/api/settings", json!({"allowed_origins": [CRM]})).await;
        let asked = owner.asked_on(CRM, Method::GET, "/api/me").await;
        assert!(asked.status == 200 && is_read_by(&asked, CRM), "{asked:?}");
        let exposed = asked.header("access-control-expose-headers");
        assert!(exposed.contains("ETag") && exposed.contains("X-Request-Id"), "{exposed}");
        for asking in [&owner, &stranger] {
            let evil = asking.asked_on(EVIL, Method::GET, "/api/me").await;
            assert!(evil.refusal() == (403, "FORBIDDEN") && is_read_by(&evil, EVIL), "{evil:?}");
        }
        assert_eq!(stranger.asked_on(CRM, Method::GET, "/api/me").await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(owner.asked_on(ORIGIN, Method::GET, "/api/me").await.status, 200);
        let programs = owner.get("/api/me").await;
        assert_eq!((programs.status, programs.header("access-control-allow-origin")), (200, ""));
        let token = tenant.owners_token();
        let authorization = format!("Bearer {token}");
        let from = |origin| [("authorization", authorization.as_str()), ("origin", origin)];
        assert!(house.knock(&from(CRM)).await.is_ok(), "the other door judges the same way");
        assert_eq!(house.refused(&from(EVIL)).await.0, 403);
    })
    .await;
}

#[actix_web::test]
async fn every_page_may_ask_what_it_may_ask() {
    let house = House::open().await;
    let nobody = Asking::nobody(&house);
    for path in ["/api/me", "/api/channels/7", "/api/auth/login", "/api/nothing"] {
        let asked = nobody.asked_on(EVIL, Method::OPTIONS, path).await;
        assert!(asked.status == 204 && is_read_by(&asked, EVIL), "{path}: {asked:?}");
        for name in ["Authorization", "Content-Type", "If-Match", "Idempotency-Key"] {
            assert!(asked.header("access-control-allow-headers").contains(name), "{name}");
        }
        for verb in ["GET", "POST", "PATCH", "DELETE"] {
            assert!(asked.header("access-control-allow-methods").contains(verb), "{verb}");
        }
        assert_eq!(asked.header("access-control-allow-credentials"), "");
    }
    house.close().await;
}

#[actix_web::test]
async fn a_page_of_the_settings_signs_people_in_and_one_of_a_tenant_learns_that_its_token_is_over() {
    let house = House::with(&[("HTTP__ALLOWED_ORIGINS", DESK)]).await;
    let tenant = house.tenant().await;
    let owner = Asking::with(&house, tenant.owners_token());
    owner.patch("/api/settings", json!({"allowed_origins": [CRM]})).await;
    let nobody = Asking::nobody(&house);
    let login = |page| nobody.asked_on(page, Method::POST, "/api/auth/login");
    assert_eq!(login(DESK).await.refusal(), (422, "INVALID"), "its body is judged");
    assert_eq!(login(CRM).await.refusal(), (403, "FORBIDDEN"), "nobody knows the tenant yet");
    assert_eq!(owner.asked_on(DESK, Method::GET, "/api/me").await.status, 200);
    let late = Asking::with(&house, tenant.expired_token());
    let told = late.asked_on(CRM, Method::GET, "/api/me").await;
    assert!(told.refusal() == (401, "TOKEN_EXPIRED") && is_read_by(&told, CRM), "{told:?}");
    house.close().await;
}
