//! The document of the routes keeps pace with what they answer.

use serde_json::{Value, json};

use super::{asking::Asking, house::House};

/// Every member of `answer` is described, and every member that is required is there.
fn assert_described(document: &Value, schema: &str, answer: &Value) {
    let described = &document["components"]["schemas"][schema];
    let members = described["properties"].as_object().unwrap();
    for member in answer.as_object().unwrap().keys() {
        assert!(members.contains_key(member), "{schema}.{member} is not described");
    }
    for required in described["required"].as_array().unwrap() {
        assert!(answer.get(required.as_str().unwrap()).is_some(), "{schema} has no {required}");
    }
}

#[actix_web::test]
async fn nouns_are_described_as_they_are_answered() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let ask = Asking::with(&house, tenant.owners_token());
    let document = ask.get("/api/openapi.json").await.body;
    let contact = json!({"name": "Ann", "handles": [{"kind": "x", "value": "ann"}], "time_zone": "UTC"});
    assert_described(&document, "Contact", &ask.post("/api/contacts", contact).await.body);
    let channel = ask.get(&format!("/api/channels/{}", tenant.webchat)).await.body;
    assert_described(&document, "Channel", &channel);
    let conversation = tenant.conversation().await;
    let path = format!("/api/conversations/{}", conversation.id);
    let message = ask.post(&format!("{path}/messages"), json!({"body": "x", "client_id": "c"})).await.body;
    assert_described(&document, "Message", &message);
    assert_described(&document, "Conversation", &ask.get(&path).await.body);
    house.close().await;
}
