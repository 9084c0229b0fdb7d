//! The past of a topic, page by page.

use serde_json::{Value, json};

use super::house::{House, over_both};

fn seqs(page: &Value) -> Vec<i64> {
    page["events"].as_array().unwrap().iter().map(|event| event["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn pages_go_back_and_forth_without_a_gap() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (conversation, other) = (tenant.conversation().await, tenant.conversation().await);
        let mut said = Vec::new();
        for index in 0..7 {
            said.push(tenant.say(conversation.id, &index.to_string()).await);
            tenant.say(other.id, "elsewhere").await;
        }
        let mut client = house.client(&tenant.owners_token()).await;
        let topic = format!("conversation:{}", conversation.id);
        let last = client.call("history", json!({"topic": topic, "limit": 3})).await;
        assert_eq!((seqs(&last), &last["more"]), (said[4..].to_vec(), &json!(true)));
        assert_eq!(last["oldest_seq"], 1);
        let before = client.call("history", json!({"topic": topic, "limit": 3, "before": said[4]})).await;
        assert_eq!((seqs(&before), &before["more"]), (said[1..4].to_vec(), &json!(true)));
        let first = client.call("history", json!({"topic": topic, "limit": 3, "before": said[1]})).await;
        assert_eq!((seqs(&first).len(), &first["more"]), (2, &json!(false)), "it began, and somebody spoke");
        let after = client.call("history", json!({"topic": topic, "limit": 2, "after": said[2]})).await;
        assert_eq!((seqs(&after), &after["more"]), (said[3..5].to_vec(), &json!(true)));
        let end = client.call("history", json!({"topic": topic, "after": said[4]})).await;
        assert_eq!((seqs(&end), &end["more"]), (said[5..].to_vec(), &json!(false)));
        let message = &end["events"][0]["data"]["message"];
        assert_eq!((&message["body"], &message["seq"]), (&json!("5"), &json!(said[5])));
        let inbox = client.call("history", json!({"topic": "inbox", "limit": 200})).await;
        assert_eq!(seqs(&inbox).len(), 16);
    })
    .await;
}

#[tokio::test]
async fn a_page_of_long_messages_is_shorter_and_says_so() {
    let house = House::with(&[("LIMITS__BURST", "1000")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let body = "a".repeat(10_000);
    let mut said = Vec::new();
    for _ in 0..150 {
        said.push(tenant.say(conversation, &body).await);
    }
    let mut client = house.client(&tenant.owners_token()).await;
    let (mut read, mut after) = (Vec::new(), said[0] - 1);
    loop {
        let page = client.call("history", json!({"topic": "inbox", "after": after, "limit": 200})).await;
        let seqs = seqs(&page);
        assert!(!seqs.is_empty() && seqs.len() < 150);
        after = *seqs.last().unwrap();
        read.extend(seqs);
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(read, said);
    house.close().await;
}

#[tokio::test]
async fn history_looks_one_way_and_at_most_two_hundred_events_far() {
    let house = House::open().await;
    let mut client = house.client(&house.tenant().await.owners_token()).await;
    for wrong in
        [json!({"limit": 201}), json!({"limit": 0}), json!({"before": 5, "after": 1}), json!({"before": -1})]
    {
        let mut params = wrong;
        params["topic"] = json!("inbox");
        assert_eq!(client.refusal("history", params.clone()).await.0, "INVALID", "{params}");
    }
    house.close().await;
}
