//! `/api/webhook-receipts`.

use actors::testing::eventually;
use entities::user::Role;
use serde_json::json;

use super::{
    asking::Asking,
    carrier::{ACCOUNT, Carrier},
    house::over_both,
};

/// A webhook that is proven and says nothing.
fn nameless() -> String {
    format!("AccountSid={ACCOUNT}&Body=x")
}

#[actix_web::test]
async fn receipts_are_listed_by_status_and_provider_page_by_page() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        for number in 0..3 {
            twilio.texts(&format!("SM{number}"), "72727", "x").await;
        }
        twilio.is_settled().await;
        let manager = Asking::with(house, tenant.token(tenant.user(Role::Manager, None).await));
        let all = manager.get("/api/webhook-receipts").await.ids();
        let first = manager.get("/api/webhook-receipts?limit=2&provider=twilio&status=applied").await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let second = manager.get(&format!("/api/webhook-receipts?limit=2&cursor={cursor}")).await;
        assert_eq!([first.ids(), second.ids()].concat(), all);
        assert!(manager.get("/api/webhook-receipts?provider=other").await.ids().is_empty());
        for (query, field) in [("status=lost", "status"), ("kind=sms", "kind")] {
            let refused = manager.get(&format!("/api/webhook-receipts?{query}")).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
    })
    .await;
}

#[actix_web::test]
async fn a_replay_is_for_what_had_no_effect_and_stands_in_the_record() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        twilio.sends("sms", nameless().as_bytes()).await;
        let dead = async || twilio.agent.get("/api/webhook-receipts?status=dead").await.ids().pop();
        let id = eventually("given up", dead).await;
        let path = format!("/api/webhook-receipts/{id}/replay");
        let replayed = twilio.agent.post_with_key(&path, "again", json!({})).await;
        assert_eq!((replayed.status, &replayed.body["status"]), (200, &json!("pending")), "{replayed:?}");
        assert_eq!(twilio.agent.post_with_key(&path, "again", json!({})).await.body, replayed.body);
        assert_eq!(eventually("given up again", dead).await, id);
        let record = twilio.agent.get("/api/audit?action=receipt.replay").await;
        assert_eq!(record.body["data"].as_array().unwrap().len(), 1);
        twilio.texts("SM1", "72727", "x").await;
        twilio.is_settled().await;
        let applied = twilio.agent.get("/api/webhook-receipts?status=applied").await.ids().remove(0);
        let refused = twilio.agent.post(&format!("/api/webhook-receipts/{applied}/replay"), json!({})).await;
        assert_eq!(
            (refused.refusal(), &refused.body["details"]["status"]),
            ((409, "CONFLICT"), &json!("applied"))
        );
    })
    .await;
}

#[actix_web::test]
async fn receipts_are_for_managers_who_see_the_channel() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let twilio = Carrier::of(house, &tenant).await;
        twilio.sends("sms", nameless().as_bytes()).await;
        let id = twilio.receipts().await[0]["id"].as_str().unwrap().to_owned();
        let replay = format!("/api/webhook-receipts/{id}/replay");
        let (theirs, own) = (tenant.board("Theirs").await, tenant.board("Own").await);
        let channel = format!("/api/channels/{}", twilio.channel["id"].as_str().unwrap());
        twilio.agent.patch(&channel, json!({"board_id": theirs})).await;
        let colleague = tenant.token(tenant.user(Role::Manager, Some(vec![own])).await);
        for token in [others.owners_token(), colleague] {
            let stranger = Asking::with(house, token);
            assert!(stranger.get("/api/webhook-receipts").await.ids().is_empty());
            assert_eq!(stranger.post(&replay, json!({})).await.refusal(), (404, "NOT_FOUND"));
        }
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        assert_eq!(agent.get("/api/webhook-receipts").await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(agent.post(&replay, json!({})).await.refusal(), (403, "FORBIDDEN"));
    })
    .await;
}
