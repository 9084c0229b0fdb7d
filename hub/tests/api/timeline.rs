//! `/api/contacts/{id}/timeline`.

use entities::user::Role;
use serde_json::json;

use super::{
    asking::{Answer, Asking},
    house::over_both,
};

fn types(answer: &Answer) -> Vec<&str> {
    let events = answer.body["data"].as_array().unwrap_or_else(|| panic!("no list: {answer:?}"));
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_timeline_tells_what_happened_with_a_contact_newest_first() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let contact = ask.post("/api/contacts", json!({"name": "Ann"})).await.id();
        let start = json!({"channel_id": tenant.webchat, "contact_id": contact, "body": "Hello"});
        let conversation = ask.post("/api/conversations", start).await.id();
        let resolve = json!({"status": "resolved"});
        ask.patch(&format!("/api/conversations/{conversation}"), resolve).await;
        tenant.say(tenant.conversation().await.id, "somebody else").await;
        let path = format!("/api/contacts/{contact}/timeline");
        let all =
            ["conversation.status_changed", "message.created", "conversation.created", "contact.created"];
        let whole = ask.get(&path).await;
        assert_eq!((types(&whole), &whole.body["next_cursor"]), (all.to_vec(), &json!(null)));
        assert_eq!(whole.body["data"][1]["data"]["message"]["body"], "Hello");
        let first = ask.get(&format!("{path}?limit=3")).await;
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let second = ask.get(&format!("{path}?limit=3&cursor={cursor}")).await;
        assert_eq!((types(&first), types(&second)), (all[..3].to_vec(), all[3..].to_vec()));
        let refused = ask.get(&format!("{path}?cursor=x")).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "cursor"));
    })
    .await;
}

#[actix_web::test]
async fn a_timeline_is_narrowed_by_boards_and_ends_at_the_tenant() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let boards = [tenant.board("North").await, tenant.board("South").await];
        let hidden = tenant.conversation_on(Some(boards[0])).await;
        tenant.say(hidden.id, "hello").await;
        let path = format!("/api/contacts/{}/timeline", hidden.contact.id);
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![boards[1]])).await));
        assert_eq!(types(&agent.get(&path).await), [""; 0]);
        let owner = Asking::with(house, tenant.owners_token());
        assert_eq!(types(&owner.get(&path).await), ["message.created", "conversation.created"]);
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get(&path).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}
