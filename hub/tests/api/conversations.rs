//! `/api/conversations`.

use std::time::Duration;

use entities::{BoardId, user::Role};
use serde_json::json;
use uuid::Uuid;

use super::{asking::Asking, house::over_both};

#[actix_web::test]
async fn a_conversation_is_started_once_and_goes_on() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let contact = tenant.contact().await;
        let start = json!({"channel_id": tenant.webchat, "contact_id": contact.id, "body": "Hello"});
        let made = ask.post("/api/conversations", start.clone()).await;
        assert_eq!((made.status, &made.body["message"]["body"]), (201, &json!("Hello")), "{made:?}");
        let path = format!("/api/conversations/{}", made.id());
        assert_eq!(made.header("location"), path);
        let again = ask.post("/api/conversations", start).await;
        assert_eq!((again.status, again.id()), (200, made.id()));
        let read = ask.get(&path).await;
        assert_eq!((&read.body["last_message"]["body"], read.header("etag")), (&json!("Hello"), "\"2\""));
    })
    .await;
}

#[actix_web::test]
async fn a_repeated_start_is_answered_as_the_first_and_says_nothing_twice() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let contact = tenant.contact().await;
        let start = json!({
            "channel_id": tenant.webchat, "contact_id": contact.id, "body": "Hello", "client_id": "c",
        });
        let first = ask.post("/api/conversations", start.clone()).await;
        let again = ask.post("/api/conversations", start).await;
        assert_eq!((first.status, again.status), (201, 201));
        assert_eq!(again.body, first.body);
        let thread = ask.get(&format!("/api/conversations/{}/messages", first.id())).await;
        assert_eq!(thread.ids().len(), 1);
        let other = json!({"channel_id": tenant.webchat, "contact_id": contact.id, "client_id": "c"});
        let other = ask.post("/api/conversations", other).await;
        assert_eq!(other.refusal(), (409, "IDEMPOTENCY_MISMATCH"));
    })
    .await;
}

#[actix_web::test]
async fn with_whom_and_where_must_be_known() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let ask = Asking::with(house, tenant.owners_token());
        let (mine, theirs) = (tenant.contact().await, others.contact().await);
        let start = |channel, contact| json!({"channel_id": channel, "contact_id": contact});
        let foreign = ask.post("/api/conversations", start(tenant.webchat, theirs.id)).await;
        assert_eq!(foreign.refusal(), (404, "NOT_FOUND"));
        let foreign = ask.post("/api/conversations", start(others.webchat, mine.id)).await;
        assert_eq!(foreign.refusal(), (404, "NOT_FOUND"));
        let called =
            ask.post("/api/conversations", json!({"channel_id": tenant.webchat, "to": "a@b.example"})).await;
        assert_eq!((called.refusal(), called.field()), ((422, "INVALID"), "to"));
        let line = json!({"type": "twilio", "name": "Line", "address": "+14155552671"});
        let line = ask.post("/api/channels", line).await.id();
        let text = json!({"channel_id": line, "to": "+14155550000", "body": "Hi"});
        let text = ask.post("/api/conversations", text).await;
        assert_eq!(
            (text.refusal(), &text.body["error"]),
            ((400, "NOT_CONNECTED"), &json!("Twilio not configured"))
        );
        let opened = ask.post("/api/conversations", json!({"channel_id": line, "to": "+14155552672"})).await;
        let same = ask.post("/api/conversations", json!({"channel_id": line, "to": "+1 415 555 2672"})).await;
        assert_eq!((opened.status, same.status, opened.id()), (201, 200, same.id()));
    })
    .await;
}

#[actix_web::test]
async fn a_list_is_narrowed_by_what_is_asked() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let (one, two) = (tenant.conversation().await, tenant.conversation().await);
        let path = format!("/api/conversations/{}", one.id);
        let assigned = ask.patch(&path, json!({"assignee_id": tenant.owner, "status": "pending"})).await;
        assert_eq!((assigned.status, &assigned.body["status"]), (200, &json!("pending")), "{assigned:?}");
        for (query, expected) in [
            ("assignee=me".to_owned(), one.id),
            ("assignee=none".to_owned(), two.id),
            (format!("assignee={}", tenant.owner), one.id),
            ("status=pending".to_owned(), one.id),
            (format!("contact_id={}", two.contact.id), two.id),
            (format!("channel_id={}&status=open", tenant.webchat), two.id),
        ] {
            let found = ask.get(&format!("/api/conversations?{query}")).await.ids();
            assert_eq!(found, [expected.to_string()], "{query}");
        }
        let counts = ask.get("/api/conversations/counts").await.body;
        assert_eq!(
            (&counts["open"], &counts["pending"], &counts["resolved"]),
            (&json!(1), &json!(1), &json!(0))
        );
        let nobody = ask.patch(&path, json!({"assignee_id": null})).await;
        assert_eq!(nobody.body.get("assignee_id"), None);
    })
    .await;
}

#[actix_web::test]
async fn a_change_of_a_rev_that_is_gone_is_refused() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/conversations/{}", tenant.conversation().await.id);
        assert_eq!(ask.patch_if(&path, 1, json!({"status": "resolved"})).await.status, 200);
        assert_eq!(ask.patch_if(&path, 1, json!({"status": "open"})).await.refusal(), (412, "REV_MISMATCH"));
        let snoozed = ask.patch(&path, json!({"status": "snoozed"})).await;
        assert_eq!((snoozed.refusal(), snoozed.field()), ((422, "INVALID"), "status"));
    })
    .await;
}

#[actix_web::test]
async fn what_stands_on_another_board_or_tenant_does_not_exist() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let boards = [1, 2].map(|board| BoardId::from_uuid(Uuid::from_u128(board)));
        let hidden = tenant.conversation_on(Some(boards[0])).await;
        let open = tenant.conversation().await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, Some(vec![boards[1]])).await));
        assert_eq!(agent.get("/api/conversations").await.ids(), [open.id.to_string()]);
        assert_eq!(agent.get("/api/conversations/counts").await.body["open"], 1);
        let path = format!("/api/conversations/{}", hidden.id);
        for asking in [agent, Asking::with(house, others.owners_token())] {
            assert_eq!(asking.get(&path).await.refusal(), (404, "NOT_FOUND"));
            assert_eq!(asking.patch(&path, json!({"status": "open"})).await.refusal(), (404, "NOT_FOUND"));
            assert_eq!(asking.get(&format!("{path}/messages")).await.refusal(), (404, "NOT_FOUND"));
            let said = asking.post(&format!("{path}/messages"), json!({"body": "x"})).await;
            assert_eq!(said.refusal(), (404, "NOT_FOUND"));
        }
    })
    .await;
}

#[actix_web::test]
async fn a_patch_changes_everything_it_names_at_once_or_nothing() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/conversations/{}", tenant.conversation().await.id);
        let change = json!({"status": "pending", "assignee_id": tenant.owner, "priority": "high", "labels": ["VIP"],
            "participants": [tenant.owner], "owner": "human"});
        let changed = ask.patch_if(&path, 1, change.clone()).await;
        assert_eq!((changed.status, &changed.body["rev"]), (200, &json!(2)), "{changed:?}");
        for (member, value) in change.as_object().unwrap() {
            assert_eq!(&changed.body[member], value, "{member}");
        }
        assert_eq!(ask.get("/api/conversations?label=VIP&owner=human").await.ids().len(), 1);
        let stranger = json!({"status": "resolved", "labels": [], "participants": [Uuid::now_v7()]});
        let refused = ask.patch(&path, stranger).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "participants"));
        assert_eq!(ask.get(&path).await.body, changed.body);
        let nothing = ask.patch_if(&path, 2, json!({})).await;
        assert_eq!((nothing.status, &nothing.body["rev"]), (200, &json!(2)));
        assert_eq!(ask.patch_if(&path, 1, json!({})).await.refusal(), (412, "REV_MISMATCH"));
    })
    .await;
}

#[actix_web::test]
async fn a_conversation_is_snoozed_and_woken_over_rest() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/conversations/{}", tenant.conversation().await.id);
        let until = tenant.hub.ports.now().plus(Duration::from_secs(3600)).to_string();
        let snoozed = ask.patch(&path, json!({"snoozed_until": until})).await.body;
        assert_eq!((&snoozed["status"], &snoozed["snoozed_until"]), (&json!("snoozed"), &json!(until)));
        assert_eq!(ask.get("/api/conversations/counts").await.body["snoozed"], 1);
        let woken = ask.patch(&path, json!({"snoozed_until": null})).await.body;
        assert_eq!((&woken["status"], woken.get("snoozed_until")), (&json!("open"), None));
        for (change, status) in [
            (json!({"snoozed_until": "2001-01-01T00:00:00Z"}), (422, "INVALID")),
            (json!({"snoozed_until": until, "status": "open"}), (422, "INVALID")),
        ] {
            let refused = ask.patch(&path, change).await;
            assert_eq!((refused.refusal(), refused.field()), (status, "snoozed_until"));
        }
        ask.patch(&path, json!({"status": "resolved"})).await;
        let resolved = ask.patch(&path, json!({"snoozed_until": until})).await;
        assert_eq!(resolved.refusal(), (409, "CONFLICT"));
    })
    .await;
}

#[actix_web::test]
async fn what_is_unread_is_each_readers_own() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let quiet = tenant.conversation().await;
        let visitor = Asking::with(house, tenant.visitor(&conversation));
        let path = format!("/api/conversations/{}", conversation.id);
        let messages = format!("{path}/messages");
        let first = visitor.post(&messages, json!({"body": "one"})).await.body["id"].clone();
        visitor.post(&messages, json!({"body": "two"})).await;
        let owner = Asking::with(house, tenant.owners_token());
        owner.post(&messages, json!({"body": "ours", "private": true})).await;
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        let read = agent.post(&format!("{path}/read"), json!({"message_id": first})).await;
        let horizon = json!({"conversation_id": conversation.id, "read_message_id": first, "unread": 1});
        assert_eq!((read.status, &read.body), (200, &horizon));
        for (asking, unread, mark) in [(&agent, 1, first.clone()), (&owner, 2, json!(null))] {
            let found = asking.get(&path).await.body;
            assert_eq!((&found["unread"], &found["read_message_id"]), (&json!(unread), &mark));
            let listed = asking.get("/api/conversations?unread=true").await;
            assert_eq!(listed.ids(), [conversation.id.to_string()]);
            assert_eq!(listed.body["data"][0]["unread"], unread);
            assert_eq!(asking.get("/api/conversations/counts").await.body["unread"], 1);
        }
        let all = agent.get("/api/conversations").await;
        assert_eq!(all.ids().len(), 2);
        let of_quiet =
            all.body["data"].as_array().unwrap().iter().find(|it| it["id"] == json!(quiet.id)).unwrap();
        assert_eq!(of_quiet["unread"], 0);
        let resolved = agent.patch(&path, json!({"status": "resolved"})).await;
        assert_eq!((&resolved.body["unread"], &resolved.body["read_message_id"]), (&json!(1), &first));
        assert_eq!(owner.get("/api/conversations?unread=true").await.ids(), Vec::<String>::new());
        assert_eq!(owner.get("/api/conversations/counts").await.body["unread"], 0);
    })
    .await;
}
