//! How long a session lives: heartbeats, tokens that end, users who lose access, hubs that go away.

use std::time::{Duration, Instant};

use actors::tenant::CloseCode;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    house::{House, over_both},
    raw::TEXT,
};

const SHORT: Duration = Duration::from_secs(3);

#[tokio::test]
async fn a_token_that_ends_is_announced_and_closes_the_session() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let (mut client, welcome) = house.welcomed(&tenant.token_for(tenant.owner, SHORT)).await;
    let expiring = client.next("session.expiring").await;
    assert_eq!(expiring, json!({"expires_at": welcome["expires_at"]}));
    assert_eq!(client.closed().await, (4501, "token_expired".to_owned()));
    house.close().await;
}

#[tokio::test]
async fn a_new_token_of_the_same_user_prolongs_the_session() {
    let house = House::with(&[("REALTIME__HEARTBEAT_S", "2")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let (mut client, welcome) = house.welcomed(&tenant.token_for(tenant.owner, SHORT)).await;
    client.call("subscribe", json!({"topics": ["inbox"]})).await;
    client.next("session.expiring").await;
    let answer = client.call("authenticate", json!({"token": tenant.owners_token()})).await;
    assert!(answer["expires_at"].as_str() > welcome["expires_at"].as_str());
    // Two heartbeats later the first token would have ended.
    client.next("heartbeat").await;
    client.next("heartbeat").await;
    tenant.say(conversation, "still here").await;
    client.event().await;
    assert_eq!(client.all("session.expiring").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn a_token_of_another_user_ends_the_session() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let other = tenant.user(entities::user::Role::Owner, None).await;
    let visitor = tenant.visitor(&tenant.conversation().await);
    for token in [tenant.token(other), house.tenant().await.owners_token(), visitor, "nonsense".into()] {
        let mut client = house.client(&tenant.owners_token()).await;
        client.ask("authenticate", json!({"token": token})).await;
        assert_eq!(client.closed().await, (4500, "unauthorised".to_owned()));
    }
    house.close().await;
}

#[tokio::test]
async fn a_session_hears_a_heartbeat_with_its_cursor_after_silence() {
    let house = House::with(&[("REALTIME__HEARTBEAT_S", "2")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.client(&tenant.owners_token()).await;
    assert_eq!(client.next("heartbeat").await["seq"], 0, "nothing was listened to");
    client.call("subscribe", json!({"topics": ["calls"]})).await;
    let (seq, mut heartbeat) = tokio::join!(tenant.say(conversation, "unheard"), client.next("heartbeat"));
    while heartbeat["seq"] != seq {
        heartbeat = client.next("heartbeat").await;
    }
    assert!(heartbeat["at"].is_string());
    house.close().await;
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_gone() {
    let house = House::with(&[("REALTIME__HEARTBEAT_S", "1")]).await;
    let mut raw = house.raw(&house.tenant().await.owners_token()).await;
    let (texts, code) = raw.rest().await;
    assert_eq!(code, 4001);
    assert_eq!(texts[0]["method"], "welcome");
    assert!(texts[1..].iter().all(|text| text["method"] == "heartbeat"), "{texts:?}");
    house.close().await;
}

#[tokio::test]
async fn who_only_listens_to_a_line_that_is_never_silent_stays() {
    let house = House::with(&[("REALTIME__HEARTBEAT_S", "1")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.client(&tenant.owners_token()).await;
    client.call("subscribe", json!({"topics": [format!("conversation:{conversation}")]})).await;
    // Twice the silence that would be too long.
    let began = std::time::Instant::now();
    while began.elapsed() < std::time::Duration::from_secs(4) {
        let seq = tenant.say(conversation, "listen").await;
        assert_eq!(client.event().await["seq"], seq);
    }
    house.close().await;
}

#[tokio::test]
async fn any_frame_of_the_client_is_a_sign_of_life() {
    let house = House::with(&[("REALTIME__HEARTBEAT_S", "2")]).await;
    let mut raw = house.raw(&house.tenant().await.owners_token()).await;
    let mut heartbeats = 0;
    // Twice the silence that would be too long; pings of the hub are left unanswered.
    while heartbeats < 3 {
        if raw.text().await["method"] == "heartbeat" {
            heartbeats += 1;
            raw.frame(TEXT, br#"{"jsonrpc":"2.0","method":"ping"}"#).await;
        }
    }
    house.close().await;
}

#[tokio::test]
async fn a_user_who_loses_access_is_closed_and_others_stay() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let user = tenant.user(entities::user::Role::Agent, None).await;
        let sessions = [house.client(&tenant.token(user)).await, house.client(&tenant.token(user)).await];
        let mut owner = house.client(&tenant.owners_token()).await;
        tenant.change_user(user, |row| row.status = entities::user::UserStatus::Disabled).await;
        house.hub.tenants.close_user(tenant.id, user, CloseCode::Revoked);
        for session in sessions {
            assert_eq!(session.closed().await, (4502, "revoked".to_owned()));
        }
        owner.call("ping", json!({})).await;
        let header = format!("Bearer {}", tenant.token(user));
        assert_eq!(house.refused(&[("authorization", &header)]).await.0, 403);
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_leaves_sends_everybody_away_and_lets_nobody_in() {
    let house = House::with(&[("REALTIME__DRAIN_S", "2")]).await;
    let tenant = house.tenant().await;
    let mut known = Vec::new();
    for _ in 0..8 {
        known.push(house.client(&tenant.owners_token()).await);
    }
    let (unknown, _) = house.knock(&[]).await.unwrap();
    let began = Instant::now();
    let leaving = async {
        house.hub.leave().await;
        began.elapsed()
    };
    let going = join_all(known.into_iter().map(async |client| {
        assert_eq!(client.closed().await, (4000, "going_away".to_owned()));
        began.elapsed()
    }));
    let refused = async {
        house.hub.departure.begin();
        house.refused(&[]).await.0
    };
    let (all, left, refused) = tokio::join!(leaving, going, refused);
    assert_eq!(refused, 503);
    assert_eq!(unknown.closed().await, (4000, "going_away".to_owned()));
    let (first, last) = (left.iter().min().unwrap(), left.iter().max().unwrap());
    assert!(*last - *first >= Duration::from_millis(500), "they leave one after the other: {left:?}");
    assert!(all >= *first, "{all:?}");
    house.close().await;
}
