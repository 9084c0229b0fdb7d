//! Labels, priority, participants and owner over the socket.

use serde_json::{Value, json};

use super::house::{House, over_both};

#[tokio::test]
async fn each_change_is_answered_with_the_conversation_and_told_to_agents() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let id = tenant.conversation().await.id;
        let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let owner = tenant.owner.to_string();
        let changes = [
            (
                "label",
                json!({"add": ["VIP", "lead"], "remove": ["old"]}),
                ("labels", json!(["VIP", "lead"])),
                "labelled",
            ),
            ("label", json!({"add": ["VIP"], "remove": ["lead"]}), ("labels", json!(["VIP"])), "labelled"),
            (
                "set_priority",
                json!({"priority": "urgent"}),
                ("priority", json!("urgent")),
                "priority_changed",
            ),
            ("participants", json!({"add": [owner]}), ("participants", json!([owner])), "participant_added"),
            ("participants", json!({"remove": [owner]}), ("participants", json!([])), "participant_removed"),
            ("hand_back", json!({}), ("owner", json!("bot")), "owner_changed"),
            ("take_over", json!({}), ("owner", json!("human")), "owner_changed"),
        ];
        for (method, mut params, (member, expected), kind) in changes {
            params["conversation_id"] = json!(id);
            let answer = client.call(&format!("conversation.{method}"), params).await;
            assert_eq!(answer["conversation"][member], expected, "{method}");
            let told = client.event().await;
            assert_eq!(
                (&told["type"], &told["seq"]),
                (&json!(format!("conversation.{kind}")), &answer["seq"])
            );
            assert_eq!(told["data"]["conversation"], answer["conversation"]);
        }
        assert_eq!(
            client.event().await["data"]["conversation"]["assignee_id"],
            owner,
            "who takes over has it"
        );
    })
    .await;
}

#[tokio::test]
async fn a_repeat_changes_nothing_twice_and_bad_members_are_named() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let id = tenant.conversation().await.id;
    let mut client = house.client(&tenant.owners_token()).await;
    let label = json!({"conversation_id": id, "add": ["VIP"], "client_id": "label-1"});
    let first = client.call("conversation.label", label.clone()).await;
    assert_eq!(client.call("conversation.label", label).await, first);
    let other = json!({"conversation_id": id, "add": ["lead"], "client_id": "label-1"});
    assert_eq!(client.refusal("conversation.label", other).await.0, "IDEMPOTENCY_MISMATCH");
    let wrong = [
        ("conversation.label", json!({"add": [","]}), "add"),
        ("conversation.label", json!({"add": ["\u{202e}\u{0}x"]}), "add"),
        ("conversation.label", json!({}), "add"),
        ("conversation.label", json!({"add": vec!["x"; 51]}), "add"),
        ("conversation.set_priority", json!({"priority": "asap"}), "priority"),
        ("conversation.participants", json!({"add": [uuid::Uuid::now_v7()]}), "add"),
        ("conversation.participants", json!({"add": ["7"]}), "add[0]"),
        ("conversation.snooze", json!({"until": "2001-01-01T00:00:00Z"}), "until"),
        ("conversation.snooze", json!({}), "until"),
    ];
    for (method, mut params, field) in wrong {
        params["conversation_id"] = json!(id);
        let (code, details) = client.refusal(method, params).await;
        assert_eq!(
            (code.as_str(), &details["fields"][0]["field"]),
            ("INVALID", &Value::from(field)),
            "{method}"
        );
    }
    house.close().await;
}
