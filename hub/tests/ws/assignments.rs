//! What is given to somebody and taken from him reaches him wherever he is: live, after a cut, and in history.

use entities::{BoardId, UserId, conversation::Assignee, user::Role};
use serde_json::{Value, json};

use super::{client::Client, house::over_both};

fn seqs(events: &[Value]) -> Vec<i64> {
    let told = |event: &Value| {
        assert_eq!(event["type"], "conversation.assigned", "{event}");
        event["seq"].as_i64().unwrap()
    };
    events.iter().map(told).collect()
}

/// Gives a conversation to somebody, on this board when it is said.
async fn assign(
    owner: &mut Client,
    conversation: entities::ConversationId,
    to: Assignee,
    board: Option<BoardId>,
) -> i64 {
    let assignee_id = match to {
        Assignee::User(user) => Some(user),
        Assignee::Nobody => None,
    };
    let params = json!({"conversation_id": conversation, "assignee_id": assignee_id, "board_id": board});
    owner.call("conversation.assign", params).await["seq"].as_i64().unwrap()
}

/// A page of what concerned the user.
async fn past(client: &mut Client, user: UserId, mut part: Value) -> (Vec<i64>, bool) {
    part["topic"] = json!(format!("user:{user}"));
    let page = client.call("history", part).await;
    (seqs(page["events"].as_array().unwrap()), page["more"].as_bool().unwrap())
}

#[tokio::test]
async fn who_is_given_a_conversation_and_who_loses_it_hear_of_it_once_each() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let (first, second) = (tenant.user(Role::Agent, None).await, tenant.user(Role::Agent, None).await);
        let welcome = house.welcomed(&tenant.token(first)).await.1;
        let mut one = house.listener(&tenant.token(first), &[]).await;
        let topics = ["inbox", &format!("conversation:{conversation}")];
        let mut two = house.listener(&tenant.token(second), &topics).await;
        let mut owner = house.listener(&tenant.owners_token(), &[]).await;
        let mut given = Vec::new();
        for to in [Assignee::User(first), Assignee::User(second), Assignee::Nobody] {
            given.push(assign(&mut owner, conversation, to, None).await);
        }
        assert_eq!(seqs(&one.all("event").await), given[..2], "what he got, and what he lost");
        assert_eq!(seqs(&two.all("event").await), given, "each once, on however many topics");
        assert_eq!(seqs(&owner.all("event").await), [0_i64; 0], "it is not his");
        assert_eq!(past(&mut one, first, json!({})).await, (given[..2].to_vec(), false));
        assert_eq!(past(&mut two, second, json!({})).await, (given[1..].to_vec(), false));
        assert_eq!(past(&mut one, first, json!({"limit": 1})).await, (vec![given[1]], true));
        let before = json!({"limit": 1, "before": given[1]});
        assert_eq!(past(&mut one, first, before).await.0, [given[0]]);
        assert_eq!(past(&mut two, second, json!({"after": given[1]})).await, (vec![given[2]], false));
        let mut back = house.client(&tenant.token(first)).await;
        let since = json!({"topics": [], "since": welcome["seq"], "epoch": welcome["epoch"]});
        let answer = back.call("subscribe", since).await;
        assert_eq!((&answer["recovered"], &answer["replayed"]), (&json!(true), &json!(2)));
        assert_eq!(seqs(&back.all("event").await), given[..2]);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_see_where_it_went_is_not_told() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (own, theirs) = (tenant.board("Own").await, tenant.board("Theirs").await);
        let conversation = tenant.conversation_on(Some(own)).await.id;
        let agent = tenant.user(Role::Agent, Some(vec![own])).await;
        let mut one = house.listener(&tenant.token(agent), &[]).await;
        let mut owner = house.client(&tenant.owners_token()).await;
        let got = assign(&mut owner, conversation, Assignee::User(agent), None).await;
        assign(&mut owner, conversation, Assignee::Nobody, Some(theirs)).await;
        assert_eq!(seqs(&one.all("event").await), [got]);
        assert_eq!(past(&mut one, agent, json!({})).await, (vec![got], false));
        let other = house.tenant().await;
        let mut stranger = house.client(&other.owners_token()).await;
        let refused = stranger.refusal("history", json!({"topic": format!("user:{agent}")})).await;
        assert_eq!(refused.0, "NOT_FOUND");
    })
    .await;
}
