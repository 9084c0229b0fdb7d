//! `/api/search`.

use entities::user::Role;
use serde_json::json;

use super::{
    asking::{Answer, Asking},
    house::over_both,
};

fn bodies(answer: &Answer) -> Vec<String> {
    let found = answer.body["data"].as_array().unwrap_or_else(|| panic!("no list: {answer:?}"));
    found.iter().map(|found| found["message"]["body"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn messages_are_found_newest_first_with_their_conversation() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let (one, two) = (tenant.conversation().await, tenant.conversation().await);
        tenant.say(one.id, "The parcel is late").await;
        tenant.say(two.id, "Which PARCEL?").await;
        tenant.say(two.id, "Never mind").await;
        let found = ask.get("/api/search?q=parcel").await;
        assert_eq!(bodies(&found), ["Which PARCEL?", "The parcel is late"]);
        assert_eq!(found.body["data"][0]["conversation"]["id"], json!(two.id), "{found:?}");
        assert_eq!(found.body["data"][0]["conversation"]["contact"]["id"], json!(two.contact.id));
        assert_eq!(found.body["next_cursor"], json!(null));
        assert_eq!(bodies(&ask.get("/api/search?q=late%20parc").await), ["The parcel is late"]);
        assert_eq!(bodies(&ask.get("/api/search?q=par%20late&match=words").await), [""; 0]);
        let first = ask.get("/api/search?q=parcel&limit=1").await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let second = ask.get(&format!("/api/search?q=parcel&limit=1&cursor={cursor}")).await;
        assert_eq!(bodies(&second), ["The parcel is late"]);
        assert_eq!(bodies(&ask.get("/api/search?q=parcel&sort=rank&limit=1").await), ["Which PARCEL?"]);
    })
    .await;
}

#[actix_web::test]
async fn an_edit_and_a_deletion_are_followed_at_once() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/conversations/{}/messages", tenant.conversation().await.id);
        let said = ask.post(&path, json!({"body": "apples", "private": true})).await;
        let message = format!("/api/messages/{}", said.id());
        assert_eq!(bodies(&ask.get("/api/search?q=apples").await), ["apples"]);
        assert_eq!(ask.patch(&message, json!({"body": "pears"})).await.status, 200);
        assert_eq!(bodies(&ask.get("/api/search?q=apples").await), [""; 0]);
        assert_eq!(bodies(&ask.get("/api/search?q=pears").await), ["pears"]);
        assert_eq!(ask.delete(&message).await.status, 204);
        assert_eq!(bodies(&ask.get("/api/search?q=pears").await), [""; 0]);
    })
    .await;
}

#[actix_web::test]
async fn boards_and_tenants_narrow_what_is_found() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let boards = [tenant.board("North").await, tenant.board("South").await];
        let (hidden, open) = (tenant.conversation_on(Some(boards[0])).await, tenant.conversation().await);
        tenant.say(hidden.id, "hello there").await;
        tenant.say(open.id, "hello here").await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![boards[1]])).await));
        assert_eq!(bodies(&agent.get("/api/search?q=hello").await), ["hello here"]);
        // A move takes the messages along.
        tenant.move_to(hidden.id, boards[1]).await;
        assert_eq!(bodies(&agent.get("/api/search?q=hello").await), ["hello here", "hello there"]);
        tenant.move_to(hidden.id, boards[0]).await;
        assert_eq!(bodies(&agent.get("/api/search?q=hello&sort=rank").await), ["hello here"]);
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(bodies(&stranger.get("/api/search?q=hello").await), [""; 0]);
        assert_eq!(
            Asking::nobody(house).get("/api/search?q=hello").await.refusal(),
            (401, "UNAUTHENTICATED")
        );
    })
    .await;
}

#[actix_web::test]
async fn what_cannot_be_searched_for_is_named() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let long = format!("q={}", "a".repeat(201));
        for (query, field) in [
            ("", "q"),
            ("q=", "q"),
            ("q=%22%20*", "q"),
            (long.as_str(), "q"),
            ("q=1+2+3+4+5+6+7+8+9+10+11", "q"),
            ("q=a&limit=0", "limit"),
            ("q=a&cursor=x", "cursor"),
            ("q=a&sort=rank&cursor=1", "cursor"),
            ("q=a&sort=best", "sort"),
            ("q=a&p=1", "p"),
        ] {
            let refused = ask.get(&format!("/api/search?{query}")).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{query}");
        }
        for query in [
            "q=a%27b%22%20OR%20(c%20%26%20%3A*%20%5C%20NEAR%2F2",
            "q=%00a",
            "q=a&cursor=-9",
            "q=a&cursor=9223372036854775807",
        ] {
            assert_eq!(ask.get(&format!("/api/search?{query}")).await.status, 200, "{query}");
        }
    })
    .await;
}

#[actix_web::test]
async fn where_no_message_has_the_words_those_that_are_like_them_will_do() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let boards = [tenant.board("North").await, tenant.board("South").await];
        let (hidden, open) = (tenant.conversation_on(Some(boards[0])).await, tenant.conversation().await);
        tenant.say(hidden.id, "The parcel is in the north").await;
        tenant.say(open.id, "Where are my parcels?").await;
        tenant.say(open.id, "Der Haustürschlüssel fehlt").await;
        let ask = Asking::with(house, tenant.owners_token());
        let found = ask.get("/api/search?q=parcl").await;
        assert_eq!(bodies(&found), ["Where are my parcels?", "The parcel is in the north"]);
        assert_eq!(found.body["match"], json!("similar"));
        assert_eq!(bodies(&ask.get("/api/search?q=Schl%C3%BCssel").await), ["Der Haustürschlüssel fehlt"]);
        let found = ask.get("/api/search?q=norht%20parcel&sort=rank").await;
        assert_eq!(bodies(&found), ["The parcel is in the north"]);
        // What has the words itself needs no likeness, and who wants none gets none.
        let found = ask.get("/api/search?q=parcel").await;
        assert_eq!(found.body["match"], json!("words"));
        assert_eq!(bodies(&found).len(), 2, "the last word is only begun");
        assert_eq!(bodies(&ask.get("/api/search?q=parcl&match=words").await), [""; 0]);
        // Pages of the one and of the other.
        let first = ask.get("/api/search?q=parcl&limit=1").await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let second = ask.get(&format!("/api/search?q=parcl&match=similar&limit=1&cursor={cursor}")).await;
        assert_eq!(bodies(&second), ["The parcel is in the north"]);
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![boards[1]])).await));
        assert_eq!(bodies(&agent.get("/api/search?q=parcl").await), ["Where are my parcels?"]);
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(bodies(&stranger.get("/api/search?q=parcl").await), [""; 0]);
        let refused = ask.get("/api/search?q=parcl&match=some").await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "match"));
    })
    .await;
}
