//! Read marks: what is unread, and who is told.

use entities::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::house::over_both;

#[tokio::test]
async fn a_mark_moves_forward_only_and_is_told_to_its_user_alone() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let visit = tenant.conversation().await;
        let mut visitor = house.client(&tenant.visitor(&visit)).await;
        let mut messages = Vec::new();
        for body in ["one", "two", "three"] {
            let sent = visitor.call("message.send", json!({"conversation_id": visit.id, "body": body})).await;
            messages.push(sent["message"]["id"].clone());
        }
        let agent = tenant.user(Role::ReadOnly, None).await;
        let mut here = house.listener(&tenant.token(agent), &[]).await;
        let mut there = house.listener(&tenant.token(agent), &[]).await;
        let mut colleague = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let read = |message: &Value| json!({"conversation_id": visit.id, "message_id": message});
        for (message, unread) in [(0, 2), (1, 1)] {
            let answer = here.call("conversation.read", read(&messages[message])).await;
            assert_eq!(answer["unread"], unread);
            let told = there.event().await;
            assert_eq!((&told["type"], &told["seq"]), (&json!("conversation.read"), &answer["seq"]));
            let data =
                json!({"conversation_id": visit.id, "read_message_id": messages[message], "unread": unread});
            assert_eq!(told["data"], data);
        }
        let back = here.call("conversation.read", read(&messages[0])).await;
        assert_eq!((&back["unread"], &back["seq"]), (&json!(1), &json!(0)), "a mark never moves back");
        assert_eq!(colleague.all("event").await, Vec::<Value>::new());
        assert_eq!(there.all("event").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn what_a_visitor_has_read_is_shown_on_our_messages_once() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let visit = tenant.conversation().await;
        let mut agent = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut messages = Vec::new();
        for (body, private) in [("one", false), ("a note", true), ("two", false), ("three", false)] {
            let say = json!({"conversation_id": visit.id, "body": body, "private": private});
            messages.push(agent.call("message.send", say).await["message"]["id"].clone());
        }
        agent.all("event").await;
        let mut visitor = house.client(&tenant.visitor(&visit)).await;
        let read = json!({"conversation_id": visit.id, "message_id": messages[2]});
        assert_eq!(visitor.call("conversation.read", read.clone()).await["unread"], 1);
        let told = agent.all("event").await;
        let shown: Vec<_> = told
            .iter()
            .map(|it| (&it["type"], &it["data"]["message"]["body"], &it["data"]["message"]["status"]))
            .collect();
        let status = json!("message.status_changed");
        let (read_word, one, two) = (json!("read"), json!("one"), json!("two"));
        assert_eq!(shown, [(&status, &one, &read_word), (&status, &two, &read_word)]);
        let again = visitor.call("conversation.read", read).await;
        assert_eq!((&again["unread"], &again["seq"]), (&json!(1), &json!(0)));
        assert_eq!(agent.all("event").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn what_a_visitors_socket_took_is_delivered_together_and_never_undoes_his_reading() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let visit = tenant.conversation().await;
        let mut agent = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut messages = Vec::new();
        for body in ["one", "two", "three"] {
            let say = json!({"conversation_id": visit.id, "body": body});
            messages.push(agent.call("message.send", say).await["message"]["id"].clone());
            agent.event().await;
        }
        let topic = format!("conversation:{}", visit.id);
        let from_the_start = json!({"topics": [topic], "since": 0, "epoch": null});
        let (mut visitor, welcome) = house.welcomed(&tenant.visitor(&visit)).await;
        let read = json!({"conversation_id": visit.id, "message_id": messages[0]});
        visitor.call("conversation.read", read).await;
        assert_eq!(agent.event().await["data"]["message"]["status"], "read");
        let mut resumed = from_the_start;
        resumed["epoch"] = welcome["epoch"].clone();
        visitor.call("subscribe", resumed).await;
        let told = [agent.event().await, agent.event().await];
        for (told, body) in told.iter().zip(["two", "three"]) {
            let message = &told["data"]["message"];
            assert_eq!((&message["body"], &message["status"]), (&json!(body), &json!("delivered")));
        }
        assert_eq!(
            told[0]["data"]["conversation"]["rev"], told[1]["data"]["conversation"]["rev"],
            "one commit"
        );
        let read = json!({"conversation_id": visit.id, "message_id": messages[2]});
        visitor.call("conversation.read", read).await;
        let read = [agent.event().await, agent.event().await];
        assert!(read.iter().all(|told| told["data"]["message"]["status"] == "read"), "{read:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_reads_what_is_not_there_for_him() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let (visit, other) = (tenant.conversation().await, tenant.conversation().await);
        let mut agent = house.client(&tenant.owners_token()).await;
        let say = json!({"conversation_id": visit.id, "body": "one"});
        let message = agent.call("message.send", say).await["message"]["id"].clone();
        let read = |conversation: Uuid, message: &Value| json!({"conversation_id": conversation, "message_id": message});
        let mut stranger = house.client(&others.owners_token()).await;
        let mut visitor = house.client(&tenant.visitor(&other)).await;
        let own = visit.id.as_uuid();
        for client in [&mut stranger, &mut visitor] {
            assert_eq!(client.refusal("conversation.read", read(own, &message)).await.0, "NOT_FOUND");
        }
        let elsewhere = read(other.id.as_uuid(), &message);
        assert_eq!(agent.refusal("conversation.read", elsewhere.clone()).await.0, "NOT_FOUND");
        assert_eq!(visitor.refusal("conversation.read", elsewhere).await.0, "NOT_FOUND");
        let unknown = read(own, &json!(Uuid::now_v7()));
        assert_eq!(agent.refusal("conversation.read", unknown).await.0, "NOT_FOUND");
    })
    .await;
}
