//! Channels as callers meet them, over SQLite and PostgreSQL.

use actors::{
    asked::Asked,
    channel::{ChannelError, Channels, CreateChannel, RemoveChannel, UpdateChannel, store},
    testing::{House, Node, People},
};
use entities::{ChannelId, Principal, channel::ChannelType};
use serde_json::{Map, json};

fn asked(people: &People) -> Asked {
    Asked::by(Principal::User(people.owner))
}

fn chat() -> CreateChannel {
    let name = "Shop".to_owned();
    let kind = ChannelType::Webchat;
    CreateChannel { kind, name, address: None, board_id: None, settings: Map::new(), then: None }
}

fn changing(id: ChannelId) -> UpdateChannel {
    UpdateChannel { id, name: None, board_id: None, settings: None, new_secret: false, rev: None }
}

async fn arrive(node: &Node) -> (Channels, People) {
    (Channels::new(node.ports.clone()), People::arrive(node).await)
}

#[actix::test]
async fn a_web_chat_is_found_by_its_public_key_and_keeps_its_secret() {
    for house in House::both().await {
        let node = house.node().await;
        let (channels, people) = arrive(&node).await;
        let kept = channels.create(people.tenant, &asked(&people), &chat()).await.unwrap();
        let (store, id) = (node.ports.store(), kept.channel.id);
        let key = kept.channel.key.clone().unwrap();
        let (tenant, found) = store::by_public_key_across_tenants(store, &key).await.unwrap().unwrap();
        assert_eq!((tenant, found.id), (people.tenant, id));
        assert_eq!(store::secret(store, people.tenant, id).await.unwrap(), kept.secret);
        // The founding told of the first web chat before.
        let told = node.recorder.up_to(people.tenant, 2).await.pop().unwrap();
        assert_eq!(told.head.kind.name(), "channel.created");
        assert!(!told.data.contains(&kept.secret.unwrap()), "events tell no secrets");
        node.close().await;
    }
}

#[actix::test]
async fn a_new_secret_takes_the_place_of_the_old() {
    for house in House::both().await {
        let node = house.node().await;
        let (channels, people) = arrive(&node).await;
        let kept = channels.create(people.tenant, &asked(&people), &chat()).await.unwrap();
        let settings = json!({"greeting": "Hi"}).as_object().cloned();
        let update = UpdateChannel { settings, new_secret: true, ..changing(kept.channel.id) };
        let changed = channels.update(people.tenant, &asked(&people), &update).await.unwrap();
        assert_ne!(changed.secret, kept.secret);
        let secret = store::secret(node.ports.store(), people.tenant, kept.channel.id).await.unwrap();
        assert_eq!(secret, changed.secret);
        assert_eq!(changed.channel.settings["greeting"], "Hi");
        node.close().await;
    }
}

#[actix::test]
async fn a_removed_channel_is_gone_and_its_address_free() {
    for house in House::both().await {
        let node = house.node().await;
        let (channels, people) = arrive(&node).await;
        let number =
            CreateChannel { kind: ChannelType::Twilio, address: Some("+14155552671".to_owned()), ..chat() };
        let kept = channels.create(people.tenant, &asked(&people), &number).await.unwrap();
        let again = channels.create(people.tenant, &asked(&people), &number).await;
        assert_eq!(again, Err(ChannelError::AddressTaken));
        let remove = RemoveChannel { id: kept.channel.id, rev: Some(1) };
        channels.remove(people.tenant, &asked(&people), remove).await.unwrap();
        assert_eq!(store::get(node.ports.store(), people.tenant, remove.id).await.unwrap(), None);
        channels.create(people.tenant, &asked(&people), &number).await.unwrap();
        node.close().await;
    }
}

#[actix::test]
async fn another_tenant_has_its_own_channels() {
    for house in House::both().await {
        let node = house.node().await;
        let (channels, people) = arrive(&node).await;
        let others = People::arrive(&node).await;
        let (store, id) = (node.ports.store(), people.founded.webchat);
        assert_eq!(store::get(store, others.tenant, id).await.unwrap(), None);
        assert_eq!(store::secret(store, others.tenant, id).await.unwrap(), None);
        let page = store::page(store, others.tenant, None, 10).await.unwrap();
        assert_eq!(page.iter().map(|channel| channel.id).collect::<Vec<_>>(), [others.founded.webchat]);
        let update = channels.update(others.tenant, &asked(&others), &changing(id)).await;
        assert_eq!(update, Err(ChannelError::NotFound));
        let remove = RemoveChannel { id, rev: None };
        let removed = channels.remove(others.tenant, &asked(&others), remove).await;
        assert_eq!(removed, Err(ChannelError::NotFound));
        node.close().await;
    }
}
