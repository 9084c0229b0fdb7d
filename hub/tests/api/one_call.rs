//! A user is on one call at a time, whatever he does at once.

use actors::testing::eventually;
use futures::future::join;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking},
    house::over_both,
    lines::{Exchange, Line, THEIRS, event, id_of, sid, talking},
};

/// What was done, and what was refused because of it.
fn one_of(answers: (Answer, Answer), done: u16) -> Answer {
    let (one, other) = answers;
    let (done, refused) = if one.status == done { (one, other) } else { (other, one) };
    assert_eq!(refused.refusal(), (409, "CONFLICT"), "{done:?}");
    done
}

#[actix_web::test]
async fn of_two_calls_that_are_placed_at_once_one_is() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let place = |to: &str| json!({"to": to, "channel_id": line.carrier.channel["id"]});
        let ask = |to: &str| line.ask().post("/api/calls/initiate", place(to));
        let placed = one_of(join(ask(THEIRS), ask("+12025550124")).await, 201);
        assert_eq!(line.calls("live=true").await.len(), 1);
        assert_eq!(ask(THEIRS).await.refusal(), (409, "CONFLICT"));
        assert_eq!(line.does(&placed.id(), "hang_up", json!({})).await.status, 200);
        let own = super::lines::own_leg(&placed.body);
        line.comes((&placed.id(), &own), "canceled", 9).await;
        line.call(&placed.id(), |call| call["ended_at"].is_string()).await;
        assert_eq!(ask(THEIRS).await.status, 201, "it is over");
    })
    .await;
}

#[actix_web::test]
async fn of_two_calls_that_are_taken_at_once_one_is() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.rings(THEIRS).await;
        line.rings_as(&sid(&uuid::Uuid::now_v7().to_string()), "+12025550124").await;
        let ids: Vec<String> = line.calls("live=true").await.iter().map(id_of).collect();
        let both = join(line.does(&ids[0], "answer", json!({})), line.does(&ids[1], "answer", json!({})));
        let taken = one_of(both.await, 200);
        assert_eq!(taken.body["pending"][0]["control"], "answer");
        let other = if taken.body["id"] == json!(ids[0]) { &ids[1] } else { &ids[0] };
        assert_eq!(line.call(other, |_| true).await["agent_id"], Value::Null);
        let refused = line.agent.refusal("call.answer", json!({"call_id": other})).await;
        assert_eq!(refused.0, "CONFLICT");
    })
    .await;
}

#[actix_web::test]
async fn who_handed_a_call_on_takes_another() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        let (id, _) = talking(&mut line, &exchange).await;
        let colleague = tenant.user(entities::user::Role::Agent, None).await;
        let to = json!({"kind": "blind", "to": {"user_id": colleague}});
        let handing = line.does(&id, "transfer", to).await;
        let legs = handing.body["legs"].as_array().unwrap();
        let next = legs.iter().find(|leg| leg["party"]["user_id"] == json!(colleague)).unwrap();
        line.comes((&id, next["id"].as_str().unwrap()), "in-progress", 14).await;
        event(&mut line, "call.transferred").await;
        let place = json!({"to": "+12025550124", "channel_id": line.carrier.channel["id"]});
        assert_eq!(line.ask().post("/api/calls/initiate", place).await.status, 201);
    })
    .await;
}

#[actix_web::test]
async fn a_key_calls_for_users_who_may_see_the_number() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let line = Line::of(house, &tenant).await;
        let made = line.ask().post("/api/api-keys", json!({"name": "Shop", "scopes": ["calls:write"]})).await;
        let key = Asking::with(house, made.body["secret"].as_str().unwrap().to_owned());
        let looker = tenant.user(entities::user::Role::ReadOnly, None).await;
        for user in [json!(uuid::Uuid::now_v7()), json!(looker)] {
            let place = json!({"to": THEIRS, "channel_id": line.carrier.channel["id"], "user_id": user});
            let refused = key.post("/api/calls/initiate", place).await;
            assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "user_id"));
        }
        let agent = tenant.user(entities::user::Role::Agent, None).await;
        let place = json!({"to": THEIRS, "channel_id": line.carrier.channel["id"], "user_id": agent});
        let placed = key.post("/api/calls/initiate", place).await;
        assert_eq!((placed.status, &placed.body["agent_id"]), (201, &json!(agent)));
        eventually("the agent is called", async || {
            let asked = exchange.dialled(&placed.id(), 1).await;
            asked[0].param("To").starts_with("client:user_").then_some(())
        })
        .await;
    })
    .await;
}
