//! A provider that calls on one node, and an agent who is on the other.

use serde_json::json;

use super::{
    carrier::Carrier,
    lines::{Exchange, Line, THEIRS, event, id_of, own_leg, sid},
    two_nodes::on_two_nodes,
};

#[actix_web::test]
async fn a_call_that_comes_to_one_node_rings_and_is_taken_on_the_other() {
    let exchange = Exchange::start().await;
    on_two_nodes(&exchange.settings(), async |one, other| {
        let tenant = one.tenant().await;
        let agent = other.listener(&tenant.owners_token(), &["calls"]).await;
        let carrier = Carrier::of(one, &tenant).await;
        let mut line = Line { carrier, agent, caller: sid(&tenant.id.to_string()) };
        line.rings(THEIRS).await;
        let offered = event(&mut line, "call.offered").await;
        let id = id_of(&offered["data"]["call"]);
        assert_eq!(offered["data"]["how"], "ring", "somebody is here, on whatever node");
        let taken = line.agent.call("call.answer", json!({"call_id": id})).await;
        let leg = own_leg(&taken["call"]);
        assert_eq!(exchange.dialled(&line.caller, 1).await.len(), 1);
        line.comes((&id, &leg), "in-progress", 8).await;
        let going = event(&mut line, "call.in_progress").await;
        assert_eq!(going["data"]["call"]["agent_id"], tenant.owner.to_string());
        line.caller_comes("completed", 38).await;
        let ended = event(&mut line, "call.ended").await;
        assert_eq!(ended["data"]["call"]["duration_s"], 30);
        assert_eq!(exchange.dialled(&line.caller, 1).await.len(), 1, "one node calls him, once");
    })
    .await;
}
