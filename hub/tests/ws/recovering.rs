//! From the past to the present: no gap, no double, whatever happens meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use entities::ConversationId;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    client::Client,
    house::{House, over_both},
    tenant::Tenant,
};

const SENDERS: usize = 4;
const MESSAGES: usize = 60;

/// Resumes from `welcome` and returns the session with the answer.
async fn resume(house: &House, tenant: &Tenant, since: &Value) -> (Client, Value) {
    let (mut client, welcome) = house.welcomed(&tenant.owners_token()).await;
    let topics = json!({"topics": ["inbox"], "since": since, "epoch": welcome["epoch"]});
    let answer = client.call("subscribe", topics).await;
    (client, answer)
}

fn seqs(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["seq"].as_i64().unwrap()).collect()
}

async fn send_many(tenant: Tenant, conversation: ConversationId) -> Vec<i64> {
    let mut seqs = Vec::new();
    for index in 0..MESSAGES {
        seqs.push(tenant.say(conversation, &index.to_string()).await);
    }
    seqs
}

#[tokio::test]
async fn whoever_joins_while_others_write_hears_everything_once_and_in_order() {
    over_both(&[("LIMITS__SESSIONS_PER_USER", "100")], async |house| {
        let tenant = house.tenant().await;
        let (_, welcome) = house.welcomed(&tenant.owners_token()).await;
        let writing = Arc::new(AtomicBool::new(true));
        let senders = join_all((0..SENDERS).map(async |_| {
            let conversation = tenant.conversation().await.id;
            tokio::spawn(send_many(tenant.clone(), conversation)).await.unwrap()
        }));
        let written = async {
            let seqs = senders.await.concat();
            writing.store(false, Ordering::Release);
            seqs
        };
        let joining = async {
            let mut joined = Vec::new();
            while writing.load(Ordering::Acquire) {
                joined.push(resume(house, &tenant, &welcome["seq"]).await);
            }
            joined
        };
        let (mut written, mut joined) = tokio::join!(written, joining);
        joined.push(resume(house, &tenant, &welcome["seq"]).await);
        written.sort_unstable();
        assert!(joined.len() > 2, "somebody joined in between");
        for (mut client, answer) in joined {
            assert_eq!(answer["recovered"], true);
            let heard = client.all("event").await;
            let all = seqs(&heard);
            let begun = heard.iter().filter(|event| event["type"] == "conversation.created").count();
            assert_eq!(begun, SENDERS);
            let said: Vec<i64> =
                all.iter().copied().filter(|seq| written.binary_search(seq).is_ok()).collect();
            assert_eq!(said, written, "each once");
            assert!(all.is_sorted_by(|one, next| one < next), "{all:?}");
            let cursor = answer["seq"].as_i64().unwrap();
            let before = all.iter().filter(|seq| **seq <= cursor).count();
            assert_eq!(answer["replayed"], before, "what the answer covers came before it");
        }
    })
    .await;
}

#[tokio::test]
async fn the_answer_stands_between_the_past_and_the_present() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let (mut client, welcome) = house.welcomed(&tenant.owners_token()).await;
        let past = [tenant.say(conversation, "one").await, tenant.say(conversation, "two").await];
        let topics = json!({"topics": ["inbox"], "since": welcome["seq"], "epoch": welcome["epoch"]});
        let id = client.ask("subscribe", topics).await;
        let frames = [client.frame().await, client.frame().await, client.frame().await];
        assert_eq!(frames.each_ref().map(|frame| frame["params"]["seq"].as_i64())[..2], past.map(Some));
        assert_eq!(frames[2]["id"], id);
        assert_eq!(frames[2]["result"], json!({"seq": past[1], "recovered": true, "replayed": 2}));
        let now = tenant.say(conversation, "three").await;
        assert_eq!(client.event().await["seq"], now);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_recovered_is_said_and_nothing_is_replayed() {
    over_both(&[("REALTIME__REPLAY_LIMIT", "5")], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        for index in 0..6 {
            tenant.say(conversation, &index.to_string()).await;
        }
        let (_, welcome) = house.welcomed(&tenant.owners_token()).await;
        let (head, epoch) = (welcome["seq"].as_i64().unwrap(), &welcome["epoch"]);
        let asked = [
            (json!({"since": head, "epoch": epoch}), true),
            (json!({"since": head - 5, "epoch": epoch}), true),
            (json!({"since": head - 6, "epoch": epoch}), false),
            (json!({"since": head + 1, "epoch": epoch}), false),
            (json!({"since": i64::MAX, "epoch": epoch}), false),
            (json!({"since": head, "epoch": "another"}), false),
            (json!({"since": head}), false),
        ];
        for (mut params, recovered) in asked {
            let mut client = house.client(&tenant.owners_token()).await;
            params["topics"] = json!(["inbox"]);
            let answer = client.call("subscribe", params.clone()).await;
            assert_eq!(answer["recovered"], recovered, "{params}");
            assert_eq!(answer["seq"], head, "{params}");
            let replayed = client.all("event").await;
            assert_eq!(answer["replayed"], replayed.len(), "{params}");
            assert!(recovered || replayed.is_empty(), "{params}");
        }
    })
    .await;
}

#[tokio::test]
async fn another_role_makes_another_epoch() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let user = tenant.user(entities::user::Role::Agent, None).await;
    let (_, before) = house.welcomed(&tenant.token(user)).await;
    tenant.change_user(user, |row| row.role = entities::user::Role::Manager).await;
    let (mut client, after) = house.welcomed(&tenant.token(user)).await;
    assert_ne!(before["epoch"], after["epoch"]);
    let topics = json!({"topics": ["inbox"], "since": before["seq"], "epoch": before["epoch"]});
    assert_eq!(client.call("subscribe", topics).await["recovered"], false);
    house.close().await;
}

#[tokio::test]
async fn other_boards_make_another_epoch_and_another_name_does_not() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let (one, other) = (tenant.board("One").await, tenant.board("Other").await);
    let user = tenant.user(entities::user::Role::Agent, Some(vec![one])).await;
    let (_, before) = house.welcomed(&tenant.token(user)).await;
    tenant.change_user(user, |row| row.name = "Grace Hopper".to_owned()).await;
    let (_, renamed) = house.welcomed(&tenant.token(user)).await;
    assert_eq!(before["epoch"], renamed["epoch"]);
    for boards in [Some(vec![one, other]), None, Some(vec![other])] {
        tenant.change_user(user, |row| row.boards = boards.map(entities::Json)).await;
        let (mut client, after) = house.welcomed(&tenant.token(user)).await;
        assert_ne!(before["epoch"], after["epoch"]);
        let topics = json!({"topics": ["inbox"], "since": before["seq"], "epoch": before["epoch"]});
        assert_eq!(client.call("subscribe", topics).await["recovered"], false);
    }
    house.close().await;
}

#[tokio::test]
async fn megabytes_are_replayed_and_heard_live_by_who_reads() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let (mut live, welcome) = house.welcomed(&tenant.owners_token()).await;
    live.call("subscribe", json!({"topics": ["inbox"]})).await;
    let body = "a".repeat(10_000);
    let writing = join_all((0..30).map(async |_| {
        let conversation = tenant.conversation().await.id;
        join_all((0..5).map(|_| tenant.say(conversation, &body))).await
    }));
    let reading = async {
        let mut said = Vec::new();
        while said.len() < 150 {
            let event = live.event().await;
            said.extend((event["type"] == "message.created").then(|| event["seq"].as_i64().unwrap()));
        }
        said
    };
    let (written, heard) = tokio::join!(writing, reading);
    let mut written = written.concat();
    written.sort_unstable();
    assert_eq!(heard, written);
    let (mut late, answer) = resume(&house, &tenant, &welcome["seq"]).await;
    assert_eq!(answer["recovered"], true);
    let replayed = late.all("event").await;
    let said: Vec<Value> = replayed.into_iter().filter(|event| event["type"] == "message.created").collect();
    assert_eq!(seqs(&said), written);
    house.close().await;
}

#[tokio::test]
async fn a_client_resumes_after_the_hub_was_restarted() {
    let mut house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let (mut client, welcome) = house.welcomed(&tenant.owners_token()).await;
    client.call("subscribe", json!({"topics": ["inbox"]})).await;
    let heard = tenant.say(conversation, "before").await;
    assert_eq!(client.event().await["seq"], heard);
    let missed = tenant.say(conversation, "missed").await;
    let token = tenant.owners_token();
    drop(tenant);
    house = house.restart().await;
    let (mut client, again) = house.welcomed(&token).await;
    assert_eq!(again["epoch"], welcome["epoch"]);
    assert_ne!(again["node"], welcome["node"]);
    let topics = json!({"topics": ["inbox"], "since": heard, "epoch": welcome["epoch"]});
    let answer = client.call("subscribe", topics).await;
    assert_eq!(answer, json!({"seq": missed, "recovered": true, "replayed": 1}));
    assert_eq!(client.event().await["data"]["message"]["body"], "missed");
    let params = json!({"conversation_id": conversation, "body": "after"});
    let sent = client.call("message.send", params).await;
    assert_eq!(client.event().await["seq"], sent["seq"]);
    house.close().await;
}
