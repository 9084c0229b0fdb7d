//! What people set, and see, of service levels.

use serde_json::json;

use super::{asking::Asking, house::over_both};

#[actix_web::test]
async fn a_board_limits_how_long_a_contact_waits_and_the_tenant_where_no_board_does() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let set = ask.patch("/api/settings", json!({"sla": {"first_answer_s": 3600}})).await;
        assert_eq!((set.status, &set.body["sla"]), (200, &json!({"first_answer_s": 3600})));
        let fast = json!({"name": "Fast", "settings": {"sla": {"first_answer_s": 60}}});
        let fast = ask.post("/api/boards", fast).await;
        assert_eq!(fast.body["settings"], json!({"sla": {"first_answer_s": 60}}));
        let free = ask.post("/api/boards", json!({"name": "Free", "settings": {"sla": {}}})).await;
        for (board, seconds) in [(None, Some(3600)), (Some(fast.id()), Some(60)), (Some(free.id()), None)] {
            let board = board.map(|id| id.parse().unwrap());
            let conversation = tenant.conversation_on(board).await;
            let path = format!("/api/conversations/{}", conversation.id);
            let visitor = Asking::with(house, tenant.visitor(&conversation));
            visitor.post(&format!("{path}/messages"), json!({"body": "hello?"})).await;
            let sla = &ask.get(&path).await.body["sla"];
            let time = |member: &str| sla[member].as_str().unwrap().parse::<entities::Timestamp>().unwrap();
            match seconds {
                Some(seconds) => {
                    assert_eq!((&sla["kind"], &sla["breached"]), (&json!("first_answer"), &json!(false)));
                    assert_eq!(time("due_at").since(time("since")).as_secs(), seconds);
                }
                None => assert_eq!(sla, &json!(null)),
            }
            assert_eq!(visitor.get(&path).await.body["sla"], json!(null), "a visitor hears nothing of it");
        }
    })
    .await;
}

#[actix_web::test]
async fn limits_that_mean_nothing_are_refused_by_name() {
    over_both(&[], async |house| {
        let ask = Asking::with(house, house.tenant().await.owners_token());
        let wrong = json!({"sla": {"next_answer_s": 59}});
        let refused = ask.patch("/api/settings", wrong.clone()).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "sla.next_answer_s"));
        let refused = ask.post("/api/boards", json!({"name": "Slow", "settings": wrong})).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "settings.sla.next_answer_s"));
        assert_eq!(ask.get("/api/conversations?sla=breached").await.ids(), [""; 0]);
        let refused = ask.get("/api/conversations?sla=late").await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "sla"));
    })
    .await;
}
