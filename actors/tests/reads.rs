//! The record of reading: one entry an hour, whoever is asked and however often.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use std::time::Duration;

use actors::{
    asked::Asked,
    audit::{Read, Reads, Trail},
    testing::{House, Node, People},
};
use entities::{ContactId, Principal, TenantId, UserId, audit_entry, scope::TenantScope};
use futures::future::join_all;
use uuid::Uuid;

async fn entries(node: &Node, tenant: TenantId) -> Vec<audit_entry::Model> {
    let found = node
        .ports
        .store()
        .read(tenant, move |db| async move { audit_entry::Entity::of(tenant).all(&*db).await });
    found.await.unwrap()
}

fn reader(number: u128, request: &str) -> Asked {
    let trail = Trail { ip: "203.0.113.9".parse().unwrap(), request_id: request.into() };
    Asked::by(Principal::User(UserId::from_uuid(Uuid::from_u128(number)))).along(Some(trail))
}

#[actix::test]
async fn two_nodes_that_are_read_at_once_leave_one_entry() {
    for house in House::both().await {
        let (one, two) = (house.node().await, house.node().await);
        let people = People::arrive(&one).await;
        let contact = people.contact(&one.ports).await;
        let conversation = people.open(&one, contact.clone()).await.conversation.id;
        let reads = [Reads::new(one.ports.clone()), Reads::new(two.ports.clone())];
        let (asked, read) = (reader(7, "r-1"), [Read::Messages(conversation)]);
        let noted = join_all((0..40).map(|turn| reads[turn % 2].note(people.tenant, &asked, &read)));
        assert!(noted.await.iter().all(Result::is_ok));
        let entries = entries(&one, people.tenant).await;
        assert_eq!(entries.len(), 1, "{entries:?}");
        let entry = &entries[0];
        assert_eq!((entry.action.as_str(), entry.target_kind.as_str()), ("messages.read", "conversation"));
        assert_eq!((entry.target_id, entry.contact_id), (Some(conversation.as_uuid()), Some(contact.id)));
        assert_eq!((entry.ip.as_deref(), entry.request_id.as_deref()), (Some("203.0.113.9"), Some("r-1")));
        one.close().await;
        two.close().await;
    }
}

#[actix::test]
async fn each_hour_reader_and_place_has_its_own_entry() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (here, there) = (people.conversation(&node).await, people.conversation(&node).await);
        let reads = Reads::new(node.ports.clone());
        let tenant = people.tenant;
        let both = [Read::Messages(here), Read::Messages(there), Read::Messages(here), Read::Inbox];
        reads.note(tenant, &reader(7, "a"), &both).await.unwrap();
        reads.note(tenant, &reader(7, "b"), &[Read::Search, Read::Log, Read::Inbox]).await.unwrap();
        assert_eq!(entries(&node, tenant).await.len(), 5);
        reads.note(tenant, &reader(8, "c"), &both[..1]).await.unwrap();
        node.clock.advance(Duration::from_secs(3_600));
        reads.note(tenant, &reader(7, "d"), &both[..1]).await.unwrap();
        reads.note(tenant, &reader(7, "e"), &both[..1]).await.unwrap();
        assert_eq!(entries(&node, tenant).await.len(), 7);
        let visitor = Asked::by(Principal::Contact(ContactId::from_uuid(Uuid::from_u128(9))));
        reads.note(tenant, &visitor, &both).await.unwrap();
        assert_eq!(entries(&node, tenant).await.len(), 7, "who reads what is his leaves nothing");
        node.close().await;
    }
}

#[actix::test]
async fn a_hub_that_began_anew_finds_what_stands_already() {
    for house in House::both().await {
        let node = house.node().await;
        let people = People::arrive(&node).await;
        let (asked, reads) =
            (reader(7, "a"), [Read::Messages(people.conversation(&node).await), Read::Search]);
        Reads::new(node.ports.clone()).note(people.tenant, &asked, &reads[..1]).await.unwrap();
        Reads::new(node.ports.clone()).note(people.tenant, &asked, &reads).await.unwrap();
        assert_eq!(entries(&node, people.tenant).await.len(), 2);
        node.close().await;
    }
}
