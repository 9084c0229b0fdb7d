//! `/api/contacts`.

use actors::testing::eventually;
use entities::user::Role;
use serde_json::json;

use super::{asking::Asking, house::over_both};

#[actix_web::test]
async fn a_contact_is_made_read_changed_and_removed() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let new =
            json!({"name": "Ann", "phone": "415 555 2671", "country": "US", "email": "Ann@Example.com"});
        let made = ask.post("/api/contacts", new).await;
        assert_eq!((made.status, &made.body["phones"][0]), (201, &json!("+14155552671")), "{made:?}");
        let path = format!("/api/contacts/{}", made.id());
        assert_eq!((made.header("location"), made.header("etag")), (path.as_str(), "\"1\""));
        assert_eq!(ask.get(&path).await.body, made.body);
        let changed = ask.patch_if(&path, 1, json!({"stage": "booked", "lead_score": 80})).await;
        assert_eq!((changed.status, &changed.body["rev"]), (200, &json!(2)));
        let late = ask.patch_if(&path, 1, json!({"stage": null})).await;
        assert_eq!((late.refusal(), &late.body["details"]["rev"]), ((412, "REV_MISMATCH"), &json!(2)));
        let cleared = ask.patch(&path, json!({"stage": null})).await;
        assert_eq!((&cleared.body["stage"], &cleared.body["lead_score"]), (&json!(null), &json!(80)));
        assert_eq!(ask.delete(&path).await.status, 204);
        assert_eq!(ask.get(&path).await.refusal(), (404, "NOT_FOUND"));
    })
    .await;
}

#[actix_web::test]
async fn what_is_wrong_is_named() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let national = ask.post("/api/contacts", json!({"phone": "415 555 2671"})).await;
        assert_eq!((national.refusal(), national.field()), ((422, "INVALID"), "phone"));
        let unknown = ask.post("/api/contacts", json!({"nmae": "Ann"})).await;
        assert_eq!((unknown.refusal(), unknown.field()), ((422, "INVALID"), "nmae"));
        let first = ask.post("/api/contacts", json!({"email": "ann@example.com"})).await;
        let second = ask.post("/api/contacts", json!({"emails": ["ANN@example.com"]})).await;
        assert_eq!(second.refusal(), (409, "CONFLICT"));
        assert_eq!(second.body["details"]["contact_id"], first.body["id"]);
    })
    .await;
}

#[actix_web::test]
async fn a_list_goes_on_where_its_cursor_says() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let mut made = Vec::new();
        for number in 0..5 {
            made.push(ask.post("/api/contacts", json!({"name": format!("{number}")})).await.id());
        }
        made.reverse();
        let first = ask.get("/api/contacts?limit=3").await;
        assert_eq!(first.ids(), made[..3]);
        let cursor = first.body["next_cursor"].as_str().unwrap();
        let second = ask.get(&format!("/api/contacts?limit=3&cursor={cursor}")).await;
        assert_eq!((second.ids(), &second.body["next_cursor"]), (made[3..].to_vec(), &json!(null)));
        for (query, field) in [
            ("limit=201", "limit"),
            ("limit=0", "limit"),
            ("cursor=x", "cursor"),
            ("q=%3F", "q"),
            ("temperature=mild", "temperature"),
        ] {
            let refused = ask.get(&format!("/api/contacts?{query}")).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), field));
        }
    })
    .await;
}

#[actix_web::test]
async fn a_key_makes_one_contact() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let first = ask.post_with_key("/api/contacts", "k", json!({"name": "Ann"})).await;
        let again = ask.post_with_key("/api/contacts", "k", json!({"name": "Ann"})).await;
        assert_eq!((again.status, &again.body), (201, &first.body));
        let other = ask.post_with_key("/api/contacts", "k", json!({"name": "Bob"})).await;
        assert_eq!(other.refusal(), (409, "IDEMPOTENCY_MISMATCH"));
        let named = ask.post("/api/contacts", json!({"name": "Cy", "client_id": "c"})).await;
        let again = ask.post("/api/contacts", json!({"name": "Cy", "client_id": "c"})).await;
        assert_eq!(again.body, named.body);
        assert_eq!(ask.get("/api/contacts").await.ids().len(), 2);
    })
    .await;
}

#[actix_web::test]
async fn another_tenant_and_a_reader_change_nothing() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let ask = Asking::with(house, tenant.owners_token());
        let path = format!("/api/contacts/{}", ask.post("/api/contacts", json!({"name": "Ann"})).await.id());
        let stranger = Asking::with(house, others.owners_token());
        assert_eq!(stranger.get(&path).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.patch(&path, json!({"name": "Eve"})).await.refusal(), (404, "NOT_FOUND"));
        assert_eq!(stranger.delete(&path).await.refusal(), (404, "NOT_FOUND"));
        assert!(stranger.get("/api/contacts").await.ids().is_empty());
        let reader = Asking::with(house, tenant.token(tenant.user(Role::ReadOnly, None).await));
        assert_eq!(reader.get(&path).await.status, 200);
        assert_eq!(reader.patch(&path, json!({"name": "Eve"})).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(reader.delete(&path).await.refusal(), (403, "FORBIDDEN"));
        assert_eq!(Asking::nobody(house).get(&path).await.refusal(), (401, "UNAUTHENTICATED"));
    })
    .await;
}

#[actix_web::test]
async fn somebody_is_found_by_what_was_typed_and_so_are_his_conversations() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let ann =
            ask.post("/api/contacts", json!({"name": "Ann Berg", "phone": "+1 415 555 2671"})).await.id();
        let ben = ask.post("/api/contacts", json!({"name": "Ben"})).await.id();
        let mut talks = Vec::new();
        for contact in [&ann, &ben] {
            let start = json!({"channel_id": tenant.webchat, "contact_id": contact});
            talks.push(ask.post("/api/conversations", start).await.id());
        }
        for (query, expected) in [
            ("q=ann", vec![ann.clone()]),
            ("q=2671", vec![ann.clone()]),
            ("q=%2B14155552671", vec![ann.clone()]),
            ("q=b", vec![ben.clone(), ann.clone()]),
            ("q=b&tag=VIP", vec![]),
            ("stage=booked", vec![]),
        ] {
            assert_eq!(ask.get(&format!("/api/contacts?{query}")).await.ids(), expected, "{query}");
        }
        ask.patch(&format!("/api/contacts/{ben}"), json!({"tags": ["VIP"], "stage": "booked"})).await;
        for query in ["q=b&tag=VIP", "tag=VIP", "stage=booked", "stage=booked&q=ben"] {
            assert_eq!(ask.get(&format!("/api/contacts?{query}")).await.ids(), [ben.as_str()], "{query}");
        }
        assert_eq!(ask.get("/api/conversations?q=2671").await.ids(), talks[..1]);
        assert!(ask.get("/api/conversations?q=2671&status=resolved").await.ids().is_empty());
        let refused = ask.get("/api/conversations?q=%3F").await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "q"));
    })
    .await;
}

#[actix_web::test]
async fn a_contact_takes_another_over_and_gives_it_back() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let ann = ask.post("/api/contacts", json!({"name": "Ann", "email": "ann@example.com"})).await.id();
        let annie =
            ask.post("/api/contacts", json!({"name": "Annie", "email": "annie@example.com"})).await.id();
        let start = json!({"channel_id": tenant.webchat, "contact_id": annie});
        let talk = ask.post("/api/conversations", start).await.id();
        let task = ask.post("/api/tasks", json!({"title": "Call", "contact_id": annie})).await.id();
        let path = format!("/api/contacts/{ann}/merge");
        let merged = ask.post(&path, json!({"duplicate_id": annie, "client_id": "m-1"})).await;
        assert_eq!((merged.status, merged.header("etag")), (200, "\"2\""), "{merged:?}");
        assert_eq!(merged.body["emails"], json!(["ann@example.com", "annie@example.com"]));
        let again = ask.post(&path, json!({"duplicate_id": annie, "client_id": "m-1"})).await;
        assert_eq!(again.body, merged.body);
        assert_eq!(ask.get("/api/contacts").await.ids(), [ann.as_str()]);
        assert_eq!(ask.get(&format!("/api/contacts/{annie}")).await.body, merged.body);
        let gone = ask.delete(&format!("/api/contacts/{annie}")).await;
        assert_eq!((gone.refusal(), &gone.body["details"]["contact_id"]), ((409, "CONFLICT"), &json!(ann)));
        let itself = ask.post(&path, json!({"duplicate_id": ann})).await;
        assert_eq!((itself.refusal(), itself.field()), ((422, "INVALID"), "duplicate_id"));
        let past = ask.get(&format!("/api/contacts/{ann}/timeline")).await.body;
        let types: Vec<_> = past["data"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
        let merged = types.iter().filter(|kind| *kind == "contact.merged").count();
        assert_eq!((merged, types.last()), (2, Some(&json!("contact.created"))), "{types:?}");
        for id in [&ann, &annie] {
            assert_eq!(ask.get(&format!("/api/tasks?contact_id={id}")).await.ids(), [task.as_str()]);
            eventually("the conversation is with Ann", async || {
                let listed = ask.get(&format!("/api/conversations?contact_id={id}")).await;
                (listed.ids() == [talk.as_str()]).then_some(())
            })
            .await;
        }
        let reader = Asking::with(house, tenant.token(tenant.user(Role::ReadOnly, None).await));
        assert_eq!(reader.post(&path, json!({"duplicate_id": annie})).await.refusal(), (403, "FORBIDDEN"));
        let back = ask.post(&format!("/api/contacts/{annie}/unmerge"), json!({})).await;
        assert_eq!((back.id(), &back.body["emails"]), (annie.clone(), &json!(["annie@example.com"])));
        let twice = ask.post(&format!("/api/contacts/{annie}/unmerge"), json!({})).await;
        assert_eq!(twice.refusal(), (409, "CONFLICT"));
        assert_eq!(ask.get(&format!("/api/contacts/{ann}")).await.body["emails"], json!(["ann@example.com"]));
    })
    .await;
}
