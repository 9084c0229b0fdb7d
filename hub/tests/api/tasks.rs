//! `/api/tasks`.

use entities::{Timestamp, user::Role};
use serde_json::{Value, json};

use super::{asking::Asking, house::over_both};

/// What was told of tasks.
async fn told(ask: &Asking, topic: &str) -> Vec<Value> {
    let told = ask.get(&format!("/api/events?topic={topic}")).await.body["data"].take();
    let of_tasks = |event: &Value| event["type"].as_str().unwrap().starts_with("task.");
    told.as_array().unwrap().iter().filter(|event| of_tasks(event)).cloned().collect()
}

#[actix_web::test]
async fn a_follow_up_is_made_with_a_time_and_a_conversation_and_is_done() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let conversation = tenant.conversation().await;
        let follow_up = json!({"conversation_id": conversation.id, "due_at": "2096-03-02T09:00:00+01:00"});
        let made = ask.post("/api/tasks", follow_up).await;
        let by_owner = json!({"kind": "user", "id": tenant.owner});
        assert_eq!((made.status, &made.body["title"]), (201, &json!("Follow up")));
        assert_eq!(made.body["due_at"], "2096-03-02T08:00:00.000Z");
        assert_eq!(
            (&made.body["contact_id"], &made.body["created_by"]),
            (&json!(conversation.contact.id), &by_owner)
        );
        assert!(made.body.get("done_at").is_none() && made.body.get("assignee_id").is_none());
        let path = format!("/api/tasks/{}", made.id());
        assert_eq!((made.header("location"), made.header("etag")), (path.as_str(), "\"1\""));
        assert_eq!(ask.get(&path).await.body, made.body);
        let given = ask.patch_if(&path, 1, json!({"assignee_id": tenant.owner, "note": "by phone"})).await;
        assert_eq!((given.status, &given.body["note"]), (200, &json!("by phone")));
        let late = ask.patch_if(&path, 1, json!({"done": true})).await;
        assert_eq!((late.refusal(), &late.body["details"]["rev"]), ((412, "REV_MISMATCH"), &json!(2)));
        let done = ask.patch(&path, json!({"done": true, "note": null, "due_at": null})).await;
        assert_eq!((&done.body["done_by"], done.header("etag")), (&by_owner, "\"3\""));
        assert!(done.body.get("note").is_none() && done.body.get("due_at").is_none());
        let events = told(&ask, &format!("conversation:{}", conversation.id)).await;
        let types: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
        assert_eq!(types, ["task.created", "task.updated", "task.updated", "task.done"]);
        assert_eq!(events[3]["data"], json!({"task": done.body}));
        assert_eq!(events[3]["topic"], format!("conversation:{}", conversation.id));
        assert_eq!(told(&ask, &format!("contact:{}", conversation.contact.id)).await.len(), 4);
        assert_eq!(ask.delete(&path).await.status, 204);
        assert_eq!(ask.get(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(told(&ask, "inbox").await[4]["type"], "task.deleted");
    })
    .await;
}

#[actix_web::test]
async fn lists_are_of_those_that_are_open_unless_it_is_said_and_come_in_pages() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let mut ids = Vec::new();
        for (day, assignee) in [(3, None), (1, Some(tenant.owner)), (2, Some(tenant.owner))] {
            let due_at = format!("2096-03-0{day}T09:00:00Z");
            ids.push(ask.post("/api/tasks", json!({"due_at": due_at, "assignee_id": assignee})).await.id());
        }
        let [last, first, second] = ids.try_into().unwrap();
        let page = ask.get("/api/tasks?limit=2").await;
        assert_eq!(page.ids(), [first.clone(), second.clone()]);
        let cursor = page.body["next_cursor"].as_str().unwrap();
        let rest = ask.get(&format!("/api/tasks?limit=2&cursor={cursor}")).await;
        assert_eq!((rest.ids(), &rest.body["next_cursor"]), (vec![last.clone()], &json!(null)));
        assert_eq!(ask.get("/api/tasks?assignee=me").await.ids(), [first.clone(), second.clone()]);
        assert_eq!(ask.get(&format!("/api/tasks?assignee={}", tenant.owner)).await.ids().len(), 2);
        assert_eq!(ask.get("/api/tasks?assignee=none").await.ids(), vec![last.clone()]);
        let soon = ask.get("/api/tasks?due_before=2096-03-02T09:00:00Z").await;
        assert_eq!(soon.ids(), vec![first.clone()]);
        ask.patch(&format!("/api/tasks/{second}"), json!({"done": true})).await;
        assert_eq!(ask.get("/api/tasks").await.ids(), [first, last]);
        assert_eq!(ask.get("/api/tasks?status=done").await.ids(), [second]);
        for (query, field) in [
            ("status=late", "status"),
            ("assignee=bob", "assignee"),
            ("status=done&due_before=2096-03-02T09:00:00Z", "due_before"),
            ("board=1", "board"),
        ] {
            let refused = ask.get(&format!("/api/tasks?{query}")).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{query}");
        }
    })
    .await;
}

#[actix_web::test]
async fn what_a_task_cannot_be_is_refused_by_name_and_a_repeat_makes_no_second_one() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let conversation = tenant.conversation_on(Some(tenant.board("Sales").await)).await;
        let stranger = tenant.contact().await.id;
        for (wrong, field) in [
            (json!({"title": " "}), "title"),
            (json!({"note": "x".repeat(2_001)}), "note"),
            (json!({"due_at": "tomorrow"}), "due_at"),
            (json!({"assignee_id": stranger}), "assignee_id"),
            (json!({"conversation_id": conversation.id, "contact_id": stranger}), "contact_id"),
            (json!({"conversation_id": conversation.id, "board_id": conversation.board_id}), "board_id"),
            (json!({"done": true}), "done"),
        ] {
            let refused = ask.post("/api/tasks", wrong).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field), "{refused:?}");
        }
        let task = json!({"title": "Call", "client_id": "t-1"});
        let (made, again) = (ask.post("/api/tasks", task.clone()).await, ask.post("/api/tasks", task).await);
        assert_eq!((again.status, &again.body), (201, &made.body));
        let other = ask.post("/api/tasks", json!({"title": "Write", "client_id": "t-1"})).await;
        assert_eq!(other.refusal(), (409, "IDEMPOTENCY_MISMATCH"));
        assert_eq!(ask.get("/api/tasks").await.ids(), [made.id()]);
        let refused = ask.patch(&format!("/api/tasks/{}", made.id()), json!({"contact_id": stranger})).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "contact_id"));
    })
    .await;
}

#[actix_web::test]
async fn agents_write_users_read_and_visitors_hear_nothing() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        let reader = Asking::with(house, tenant.token(tenant.user(Role::ReadOnly, None).await));
        let conversation = tenant.conversation().await;
        let visitor = Asking::with(house, tenant.visitor(&conversation));
        let own = format!("conversation:{}", conversation.id);
        let mut chat = house.listener(&tenant.visitor(&conversation), &[&own]).await;
        let made = agent.post("/api/tasks", json!({"conversation_id": conversation.id})).await;
        let path = format!("/api/tasks/{}", made.id());
        assert_eq!((made.status, reader.get(&path).await.body), (201, made.body.clone()));
        assert_eq!(reader.get("/api/tasks").await.ids(), [made.id()]);
        for refused in [
            reader.post("/api/tasks", json!({})).await,
            reader.patch(&path, json!({"done": true})).await,
            reader.delete(&path).await,
            visitor.get("/api/tasks").await,
            visitor.get(&path).await,
        ] {
            assert_eq!(refused.refusal(), (403, "FORBIDDEN"));
        }
        tenant.say(conversation.id, "hello").await;
        let heard = chat.all("event").await;
        assert_eq!(heard.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["message.created"]);
    })
    .await;
}

#[actix_web::test]
async fn a_task_that_is_due_reaches_its_assignee_and_the_inbox_each_once() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let other = tenant.user(Role::Agent, None).await;
        let ask = Asking::with(house, tenant.owners_token());
        let mut assignee = house.listener(&tenant.owners_token(), &[]).await;
        let mut colleague = house.listener(&tenant.token(other), &["inbox"]).await;
        let over = Timestamp::from_micros(1_700_000_000_000_000);
        let task = ask.post("/api/tasks", json!({"due_at": over, "assignee_id": tenant.owner})).await;
        let made = assignee.event().await;
        assert_eq!((&made["type"], &made["data"]["task"]["id"]), (&json!("task.created"), &json!(task.id())));
        let due = assignee.event().await;
        assert_eq!((&due["type"], &due["topic"]), (&json!("task.due"), &json!("inbox")));
        assert_eq!(
            (&due["data"]["task"]["id"], &due["actor"]["kind"]),
            (&json!(task.id()), &json!("system"))
        );
        let own = json!({"topic": format!("user:{}", tenant.owner)});
        assert_eq!(assignee.call("history", own).await["events"], json!([made, due]));
        let types = [colleague.event().await, colleague.event().await];
        assert_eq!(types.map(|event| event["type"].clone()), ["task.created", "task.due"]);
        assert!(assignee.all("event").await.is_empty() && colleague.all("event").await.is_empty());
    })
    .await;
}

#[actix_web::test]
async fn who_gets_a_task_hears_of_it_and_so_does_who_had_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let [one, two] = [tenant.user(Role::Agent, None).await, tenant.user(Role::Agent, None).await];
        let ask = Asking::with(house, tenant.owners_token());
        let mut first = house.listener(&tenant.token(one), &[]).await;
        let mut second = house.listener(&tenant.token(two), &[]).await;
        let task = ask.post("/api/tasks", json!({"title": "Call back", "assignee_id": one})).await;
        let path = format!("/api/tasks/{}", task.id());
        ask.patch(&path, json!({"assignee_id": two})).await;
        ask.patch(&path, json!({"done": true})).await;
        let types = async |heard: &mut crate::client::Client| {
            [heard.event().await, heard.event().await].map(|event| event["type"].clone())
        };
        assert_eq!(types(&mut first).await, ["task.created", "task.updated"]);
        assert_eq!(types(&mut second).await, ["task.updated", "task.done"]);
        assert!(first.all("event").await.is_empty() && second.all("event").await.is_empty());
    })
    .await;
}
