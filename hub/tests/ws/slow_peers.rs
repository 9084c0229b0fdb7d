//! Peers that do not read cost nobody else anything.

use serde_json::json;

use super::{house::House, raw::TEXT};

#[tokio::test]
async fn who_never_reads_gets_a_clean_prefix_and_4008_while_others_hear_everything() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut reader = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let mut sleeper = house.raw(&tenant.owners_token()).await;
    sleeper.text().await;
    let subscribe =
        json!({"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": {"topics": ["inbox"]}});
    sleeper.frame(TEXT, subscribe.to_string().as_bytes()).await;
    let from = sleeper.text().await["result"]["seq"].as_i64().unwrap();
    // The long ones fill the sockets' buffers, the short ones the 256 places of the session's mailbox.
    let long = "🦀".repeat(10_000);
    let mut told = Vec::new();
    while told.len() < 450 {
        let body = if told.len() < 130 { &long } else { "short" };
        told.push(tenant.say(conversation, body).await);
        assert_eq!(reader.event().await["seq"], *told.last().unwrap());
    }
    let (texts, code) = sleeper.rest().await;
    assert_eq!(code, 4008);
    let prefix: Vec<i64> = texts.iter().map(|text| text["params"]["seq"].as_i64().unwrap()).collect();
    assert!(prefix.len() < told.len(), "it missed something");
    assert_eq!(prefix[..], told[..prefix.len()], "without a hole");
    assert!(prefix.first().is_some_and(|first| *first == from + 1));
    // And it resumes where it was.
    let (mut again, welcome) = house.welcomed(&tenant.owners_token()).await;
    let resume = json!({"topics": ["inbox"], "since": prefix.last(), "epoch": welcome["epoch"]});
    let answer = again.call("subscribe", resume).await;
    assert_eq!(answer["replayed"], told.len() - prefix.len());
    house.close().await;
}
