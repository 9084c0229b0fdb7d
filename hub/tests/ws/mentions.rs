//! Mentions over the socket: who hears of them, and who does not.

use entities::user::Role;
use serde_json::{Value, json};

use super::house::over_both;

#[tokio::test]
async fn who_is_mentioned_hears_of_it_live_and_later_and_nobody_else_does() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let visit = tenant.conversation().await;
        let agent = tenant.user(Role::Agent, None).await;
        let mut called = house.listener(&tenant.token(agent), &[]).await;
        let mut visitor =
            house.listener(&tenant.visitor(&visit), &[&format!("conversation:{}", visit.id)]).await;
        let mut author = house.client(&tenant.owners_token()).await;
        author.call("subscribe", json!({"topics": []})).await;
        let note = json!({"conversation_id": visit.id, "body": "look", "private": true, "mentions": [agent]});
        let sent = author.call("message.send", note).await;
        assert_eq!(sent["message"]["mentions"], json!([agent]));
        let told = called.event().await;
        assert_eq!(
            (&told["type"], &told["topic"]),
            (&json!("user.mentioned"), &json!(format!("user:{agent}")))
        );
        assert_eq!(told["data"]["message"], sent["message"]);
        assert_eq!(told["data"]["conversation"]["id"], json!(visit.id));
        let past = called.call("history", json!({"topic": format!("user:{agent}")})).await;
        assert_eq!(past["events"], json!([told]));
        assert_eq!(author.all("event").await, Vec::<Value>::new());
        assert_eq!(visitor.all("event").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn nobody_is_called_to_what_he_may_not_see_or_what_is_said_aloud() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (theirs, own) = (tenant.board("Theirs").await, tenant.board("Own").await);
        let visit = tenant.conversation_on(Some(theirs)).await;
        let elsewhere = tenant.user(Role::Agent, Some(vec![own])).await;
        let mut author = house.client(&tenant.owners_token()).await;
        for (private, user, field) in [
            (true, elsewhere, "mentions[0]"),
            (true, others.owner, "mentions[0]"),
            (false, tenant.owner, "mentions"),
        ] {
            let send =
                json!({"conversation_id": visit.id, "body": "look", "private": private, "mentions": [user]});
            let (code, details) = author.refusal("message.send", send).await;
            assert_eq!((code.as_str(), &details["fields"][0]["field"]), ("INVALID", &json!(field)));
        }
    })
    .await;
}
