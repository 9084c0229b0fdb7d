//! Who gets in, and how those who do not are told.

use std::collections::BTreeSet;

use entities::{Json, user::Role};
use serde_json::{Value, json};

use super::house::{House, ORIGIN, over_both};

const PROTOCOL: &str = "sec-websocket-protocol";

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn offer(token: &str) -> String {
    format!("switchboard.v1, bearer.{token}")
}

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_user_is_welcomed_with_exactly_the_promised_members() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (_client, welcome) = house.welcomed(&tenant.owners_token()).await;
        let promised = [
            "boards",
            "epoch",
            "expires_at",
            "heartbeat_s",
            "node",
            "role",
            "seq",
            "session_id",
            "tenant_id",
            "user_id",
        ];
        assert_eq!(members(&welcome), BTreeSet::from(promised));
        assert_eq!(welcome["tenant_id"], tenant.id.to_string());
        assert_eq!(welcome["user_id"], tenant.owner.to_string());
        // The token says agent; the database decides.
        assert_eq!((&welcome["role"], &welcome["boards"]), (&json!("owner"), &json!(null)));
        assert_eq!((&welcome["seq"], &welcome["heartbeat_s"]), (&json!(1), &json!(25)));
    })
    .await;
}

#[tokio::test]
async fn a_visitor_is_welcomed_with_his_contact_and_conversation() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let (_client, welcome) = house.welcomed(&tenant.visitor(&conversation)).await;
        assert_eq!(welcome["contact_id"], conversation.contact.id.to_string());
        assert_eq!(welcome["conversation_id"], conversation.id.to_string());
        assert_eq!((&welcome["role"], welcome.get("user_id")), (&json!(null), None));
    })
    .await;
}

#[tokio::test]
async fn the_version_is_answered_when_it_was_offered_and_the_token_never() {
    let house = House::open().await;
    let token = house.tenant().await.owners_token();
    let answered = async |headers: &[(&str, &str)]| {
        let (mut client, response) = house.knock(headers).await.unwrap();
        assert_eq!(client.frame().await["method"], "welcome");
        let lines: Vec<_> = response.headers().get_all(PROTOCOL).iter().cloned().collect();
        lines
    };
    assert_eq!(answered(&[(PROTOCOL, &offer(&token))]).await, ["switchboard.v1"]);
    assert_eq!(
        answered(&[("authorization", &bearer(&token)), (PROTOCOL, "switchboard.v1")]).await,
        ["switchboard.v1"]
    );
    assert!(answered(&[("authorization", &bearer(&token))]).await.is_empty());
    house.close().await;
}

#[tokio::test]
async fn the_first_request_can_bring_the_token_and_is_answered_before_the_welcome() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let (mut client, _) = house.knock(&[(PROTOCOL, "switchboard.v1")]).await.unwrap();
    let (code, _) = client.refusal("ping", json!({})).await;
    assert_eq!(code, "UNAUTHENTICATED");
    let id = client.ask("authenticate", json!({"token": tenant.owners_token()})).await;
    let (answer, welcome) = (client.frame().await, client.frame().await);
    assert_eq!(answer["id"], id);
    assert_eq!(answer["result"]["expires_at"], welcome["params"]["expires_at"]);
    assert_eq!(welcome["method"], "welcome");
    house.close().await;
}

#[tokio::test]
async fn who_does_not_say_who_he_is_in_time_is_closed_with_4002() {
    let house = House::with(&[("REALTIME__AUTHENTICATE_WITHIN_S", "1")]).await;
    let (client, _) = house.knock(&[]).await.unwrap();
    assert_eq!(client.closed().await, (4002, "no_authentication".to_owned()));
    house.close().await;
}

#[tokio::test]
async fn a_bad_header_is_refused_before_the_upgrade() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let refused = async |header: &str| {
        let (status, body) = house.refused(&[("authorization", header)]).await;
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    };
    let unauthenticated = (401, "UNAUTHENTICATED".to_owned());
    for header in ["Basic dXNlcg==", "Bearer", "Bearer nonsense", "Bearer a.b.c"] {
        assert_eq!(refused(header).await, unauthenticated, "{header}");
    }
    let forged = tenant.owners_token() + "x";
    assert_eq!(refused(&bearer(&forged)).await, unauthenticated);
    assert_eq!(refused(&bearer(&tenant.expired_token())).await, (401, "TOKEN_EXPIRED".to_owned()));
    house.close().await;
}

#[tokio::test]
async fn a_bad_token_in_the_subprotocol_is_upgraded_and_told_by_the_close_code() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let disabled = tenant.user(Role::Agent, None).await;
    tenant.change_user(disabled, |user| user.status = entities::user::UserStatus::Disabled).await;
    for (token, code) in
        [("nonsense".to_owned(), 4500), (tenant.expired_token(), 4501), (tenant.token(disabled), 4502)]
    {
        let (client, response) = house.knock(&[(PROTOCOL, &offer(&token))]).await.unwrap();
        assert_eq!(response.headers()[PROTOCOL], "switchboard.v1");
        assert_eq!(client.closed().await.0, code);
    }
    house.close().await;
}

#[tokio::test]
async fn a_bad_token_in_the_first_request_is_answered_and_closed() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    for (token, code, close) in
        [("nonsense".to_owned(), "UNAUTHENTICATED", 4500), (tenant.expired_token(), "TOKEN_EXPIRED", 4501)]
    {
        let (mut client, _) = house.knock(&[]).await.unwrap();
        assert_eq!(client.refusal("authenticate", json!({"token": token})).await.0, code);
        assert_eq!(client.closed().await.0, close);
    }
    house.close().await;
}

#[tokio::test]
async fn a_token_that_names_somebody_of_another_tenant_is_nobody() {
    over_both(&[], async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        // Signed by us, but this user is not a member there.
        let token = tenant.token(other.owner);
        assert_eq!(house.refused(&[("authorization", &bearer(&token))]).await.0, 403);
        let theirs = other.conversation().await;
        let token = tenant.visitor(&theirs);
        assert_eq!(house.refused(&[("authorization", &bearer(&token))]).await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn nobody_of_a_suspended_tenant_comes_in() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        tenant.change(|row| row.status = entities::tenant::TenantStatus::Suspended).await;
        for token in [tenant.owners_token(), tenant.visitor(&conversation)] {
            let (client, _) = house.knock(&[(PROTOCOL, &offer(&token))]).await.unwrap();
            assert_eq!(client.closed().await.0, 4502);
        }
    })
    .await;
}

#[tokio::test]
async fn only_unknown_protocols_are_a_bad_request() {
    let house = House::open().await;
    let token = house.tenant().await.owners_token();
    for offered in ["switchboard.v2", "graphql-ws", &format!("switchboard.v2, bearer.{token}")] {
        let (status, body) = house.refused(&[(PROTOCOL, offered)]).await;
        assert_eq!((status, &body["code"]), (400, &json!("BAD_REQUEST")), "{offered}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_foreign_page_is_refused_and_ours_is_not() {
    let house = House::open().await;
    let token = house.tenant().await.owners_token();
    let (authorization, offered) = (bearer(&token), offer(&token));
    for token in [("authorization", authorization.as_str()), (PROTOCOL, offered.as_str())] {
        for foreign in ["https://evil.example", "null", "https://hub.test"] {
            assert_eq!(house.refused(&[token, ("origin", foreign)]).await.0, 403, "{foreign}");
        }
        assert!(house.knock(&[token, ("origin", ORIGIN)]).await.is_ok());
    }
    let (mut client, _) = house.knock(&[("origin", "https://evil.example")]).await.unwrap();
    assert_eq!(client.refusal("authenticate", json!({"token": token})).await.0, "FORBIDDEN");
    house.close().await;
}

#[tokio::test]
async fn pages_the_tenant_lists_may_connect() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let allowed = Json(json!({"allowed_origins": ["https://shop.example"]}).as_object().unwrap().clone());
        tenant.change(|row| row.settings = allowed).await;
        for token in [tenant.owners_token(), tenant.visitor(&conversation)] {
            let authorization = bearer(&token);
            let from = |origin| [("authorization", authorization.as_str()), ("origin", origin)];
            assert!(house.knock(&from("https://shop.example")).await.is_ok());
            assert_eq!(house.refused(&from("https://evil.example")).await.0, 403);
        }
    })
    .await;
}
