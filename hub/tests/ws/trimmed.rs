//! A log whose beginning is gone: who was there is told so, and the rest goes on.

use std::sync::Arc;

use actors::{
    founding::{Founding, found},
    ports::Ports,
    testing::{People, TestClock},
};
use serde_json::{Value, json};

use super::{
    client::Client,
    house::{House, over_both},
    tenant::Tenant,
};

/// A tenant whose first four events happened many months ago, and whose fifth happened now. The first four are gone;
/// the contact they were about is not.
async fn with_a_past(house: &House) -> (Tenant, String) {
    let hub = house.hub.clone();
    let ports = Ports { clock: Arc::new(TestClock::default()), ..hub.ports.clone() };
    let founding = Founding {
        name: "Acme".to_owned(),
        owner_email: "owner@example.com".to_owned(),
        webchat_key: ports.draw().simple().to_string(),
        default_country: None,
    };
    let founded = found(&ports, founding).await.unwrap();
    let people = People { tenant: founded.tenant, owner: founded.owner, founded };
    let contact = people.newcomer(&ports);
    ports.journal.commit(people.making(&ports, &contact, 3)).await.unwrap();
    let tenant = Tenant { hub, id: founded.tenant, owner: founded.owner, webchat: founded.webchat };
    tenant.conversation().await;
    tenant.hub.sweeper.sweep().await.unwrap();
    (tenant, format!("contact:{}", contact.id))
}

async fn resume(house: &House, tenant: &Tenant, since: i64) -> (Client, Value) {
    let (mut client, welcome) = house.welcomed(&tenant.owners_token()).await;
    let topics = json!({"topics": ["inbox"], "since": since, "epoch": welcome["epoch"]});
    let answer = client.call("subscribe", topics).await;
    (client, answer)
}

#[tokio::test]
async fn who_was_before_the_trim_begins_anew_and_who_was_behind_it_resumes() {
    over_both(&[("RETENTION__EVENTS_DAYS", "30")], async |house| {
        let (tenant, topic) = with_a_past(house).await;
        for since in [0, 1, 3] {
            let (mut client, answer) = resume(house, &tenant, since).await;
            assert_eq!(answer, json!({"seq": 5, "recovered": false, "replayed": 0}), "since {since}");
            assert!(client.all("event").await.is_empty());
        }
        let (mut client, answer) = resume(house, &tenant, 4).await;
        assert_eq!(answer, json!({"seq": 5, "recovered": true, "replayed": 1}));
        let history = client.call("history", json!({"topic": "inbox", "before": 9})).await;
        assert_eq!((&history["events"][0]["seq"], &history["more"]), (&json!(5), &json!(false)));
        assert_eq!(history["oldest_seq"], 5);
        let gone = client.call("history", json!({"topic": topic, "after": 0})).await;
        assert_eq!(gone, json!({"events": [], "more": false, "oldest_seq": 5}));
    })
    .await;
}

#[tokio::test]
async fn programs_that_read_the_log_are_told_what_is_gone() {
    over_both(&[("RETENTION__EVENTS_DAYS", "30")], async |house| {
        let (tenant, _) = with_a_past(house).await;
        let http = reqwest::Client::new();
        let read = async |since: i64| {
            let url = format!("http://{}/api/events?since={since}", house.address);
            let answer = http.get(url).bearer_auth(tenant.owners_token()).send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        };
        let (status, refusal) = read(3).await;
        assert_eq!((status, &refusal["code"]), (410, &json!("TRIMMED")));
        assert_eq!(
            (&refusal["details"]["trimmed_seq"], &refusal["details"]["last_seq"]),
            (&json!(4), &json!(5))
        );
        let (status, page) = read(4).await;
        assert_eq!((status, &page["data"][0]["type"]), (200, &json!("conversation.created")));
        assert_eq!((&page["last_seq"], &page["more"]), (&json!(5), &json!(false)));
    })
    .await;
}
