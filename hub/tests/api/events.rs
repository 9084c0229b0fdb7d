//! `/api/events`.

use entities::{BoardId, user::Role};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{asking::Asking, house::over_both};

fn types(answer: &Value) -> Vec<&str> {
    answer["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn the_log_is_read_in_order_from_where_one_was() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let conversation = tenant.conversation().await;
        let seq = tenant.say(conversation.id, "x").await;
        let all = ask.get("/api/events").await.body;
        assert_eq!(types(&all), ["channel.created", "conversation.created", "message.created"]);
        assert_eq!((&all["last_seq"], &all["more"]), (&json!(seq), &json!(false)));
        assert_eq!(all["data"][2]["data"]["message"]["seq"], seq);
        let first = ask.get("/api/events?limit=1").await.body;
        assert_eq!((&first["last_seq"], &first["more"]), (&json!(1), &json!(true)));
        let epoch = first["epoch"].as_str().unwrap();
        let rest = ask.get(&format!("/api/events?since=1&epoch={epoch}")).await.body;
        assert_eq!(types(&rest).len(), 2);
        let typed = ask.get("/api/events?type=message.created").await.body;
        assert_eq!((types(&typed), &typed["last_seq"]), (vec!["message.created"], &json!(seq)));
        let topic = format!("/api/events?topic=conversation:{}", conversation.id);
        assert_eq!(types(&ask.get(&topic).await.body).len(), 2);
    })
    .await;
}

#[actix_web::test]
async fn a_place_that_is_not_in_the_log_is_trimmed() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        for query in ["since=99", "since=1&epoch=another"] {
            assert_eq!(ask.get(&format!("/api/events?{query}")).await.refusal(), (410, "TRIMMED"), "{query}");
        }
        assert_eq!(ask.get("/api/events?since=-1").await.refusal(), (422, "INVALID"));
        assert_eq!(ask.get("/api/events?topic=queue:0").await.refusal(), (422, "INVALID"));
    })
    .await;
}

#[actix_web::test]
async fn everybody_reads_what_he_may_see() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let boards = [1, 2].map(|board| BoardId::from_uuid(Uuid::from_u128(board)));
        tenant.conversation_on(Some(boards[0])).await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![boards[1]])).await));
        assert!(types(&agent.get("/api/events").await.body).is_empty());
        assert_eq!(agent.get("/api/events?topic=console").await.refusal(), (404, "NOT_FOUND"));
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(types(&stranger.get("/api/events").await.body), ["channel.created"]);
        assert_eq!(Asking::nobody(house).get("/api/events").await.refusal(), (401, "UNAUTHENTICATED"));
    })
    .await;
}
