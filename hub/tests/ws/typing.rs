//! Who types: told to those who are there, kept by nobody.

use serde_json::{Value, json};

use super::house::House;

#[tokio::test]
async fn typing_is_told_to_others_once_and_ends_when_it_is_said() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let mut visitor = house.listener(&tenant.visitor(&conversation), &[&topic]).await;
    let mut agent = house.listener(&tenant.owners_token(), &[&topic]).await;
    for listener in [&mut visitor, &mut agent] {
        assert_eq!(listener.next("signal").await["type"], "presence.snapshot");
    }
    let here = json!({"conversation_id": conversation.id});
    // Sent together, they are carried out in their order.
    for method in ["typing.start", "typing.start", "typing.stop", "typing.start", "typing.stop"] {
        agent.notify(method, here.clone()).await;
    }
    let author = json!({"kind": "user", "name": "owner"});
    for kind in ["typing.started", "typing.stopped", "typing.started", "typing.stopped"] {
        let signal = visitor.next("signal").await;
        assert_eq!(signal, json!({"topic": topic, "type": kind, "data": {"author": author}}));
    }
    visitor.notify("typing.start", here).await;
    let heard = agent.next("signal").await;
    assert_eq!(heard["data"]["author"]["id"], conversation.contact.id.to_string());
    assert_eq!(agent.all("signal").await, Vec::<Value>::new(), "nobody hears himself");
    assert_eq!(visitor.all("signal").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn typing_ends_by_itself() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let mut visitor = house.listener(&tenant.visitor(&conversation), &[&topic]).await;
    let mut agent = house.client(&tenant.owners_token()).await;
    agent.notify("typing.start", json!({"conversation_id": conversation.id})).await;
    for kind in ["presence.snapshot", "typing.started", "typing.stopped"] {
        assert_eq!(visitor.next("signal").await["type"], kind);
    }
    house.close().await;
}

#[tokio::test]
async fn typing_is_heard_by_who_listens_to_the_conversation_and_is_no_event() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let mut inbox = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let mut agent = house.client(&tenant.owners_token()).await;
    let before = inbox.call("ping", json!({})).await["seq"].take();
    // As a request it is answered, which shows that it was carried out.
    assert_eq!(agent.call("typing.start", json!({"conversation_id": conversation.id})).await, json!({}));
    assert_eq!(inbox.call("ping", json!({})).await["seq"], before);
    assert_eq!(inbox.all("event").await, Vec::<Value>::new());
    assert_eq!(inbox.all("signal").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn typing_ends_with_the_message_and_with_the_session_it_came_from() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let here = json!({"conversation_id": conversation.id});
    let mut visitor = house.listener(&tenant.visitor(&conversation), &[&topic]).await;
    assert_eq!(visitor.next("signal").await["type"], "presence.snapshot");
    let (mut one, mut other) =
        (house.client(&tenant.owners_token()).await, house.client(&tenant.owners_token()).await);
    for tab in [&mut one, &mut other] {
        tab.call("typing.start", here.clone()).await;
    }
    one.call("message.send", json!({"conversation_id": conversation.id, "body": "there"})).await;
    for kind in ["typing.started", "typing.stopped"] {
        assert_eq!(visitor.next("signal").await["type"], kind);
    }
    for tab in [&mut one, &mut other] {
        tab.call("typing.start", here.clone()).await;
    }
    assert_eq!(visitor.next("signal").await["type"], "typing.started");
    one.call("typing.stop", here.clone()).await;
    assert_eq!(visitor.all("signal").await, Vec::<Value>::new(), "he types on in the other tab");
    drop(other);
    assert_eq!(visitor.next("signal").await["type"], "typing.stopped");
    house.close().await;
}
