//! Contacts as callers meet them, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod consent;
mod finding;
mod merging;

use actors::{
    asked::Asked,
    contact::{
        Contact, ContactError, Contacts, CreateContact, Profile, Reach, RemoveContact, Taken, UpdateContact,
        find::{self, Filter},
        store,
    },
    event::log,
    journal::{Fence, Lasting},
    testing::{House, Node, People},
};
use entities::{Address, ContactId, Digest, Principal, contact_identity, scope::TenantScope};

fn asked(people: &People) -> Asked {
    Asked::by(Principal::User(people.owner))
}

fn ann() -> CreateContact {
    let reach = Reach {
        phone: Some("+1 415 555 2671".to_owned()),
        email: Some("Ann@Example.com".to_owned()),
        ..Reach::default()
    };
    let profile = Profile { name: Some("Ann".to_owned()), ..Profile::default() };
    CreateContact { reach, profile, taken: Taken::Refuse }
}

fn changing(id: ContactId, reach: Reach, rev: Option<i64>) -> UpdateContact {
    UpdateContact { id, reach, profile: Profile::default(), taken: Taken::Refuse, rev }
}

/// As it is written for others: instants have milliseconds there, and more in memory.
fn on_the_wire(contact: &impl serde::Serialize) -> String {
    serde_json::to_string(contact).unwrap()
}

async fn arrive(node: &Node) -> (Contacts, People, Contact) {
    let (contacts, people) = (Contacts::new(node.ports.clone()), People::arrive(node).await);
    let contact = contacts.create(people.tenant, &asked(&people), &ann()).await.unwrap();
    (contacts, people, contact)
}

#[actix::test]
async fn a_contact_is_told_as_it_is_stored_and_found_by_each_of_its_addresses() {
    for house in House::both().await {
        let node = house.node().await;
        let (_, people, contact) = arrive(&node).await;
        assert_eq!((&contact.phones[0][..], &contact.emails[0][..]), ("+14155552671", "ann@example.com"));
        let stored = store::get(node.ports.store(), people.tenant, contact.id).await.unwrap();
        assert_eq!(stored.as_ref(), Some(&contact));
        // The founding told of the web chat first.
        let told = node.recorder.up_to(people.tenant, 2).await.pop().unwrap();
        assert_eq!((told.head.kind.name(), told.head.contact_id), ("contact.created", Some(contact.id)));
        assert_eq!(on_the_wire(&told.parse().unwrap().contact.unwrap()), on_the_wire(&contact));
        let email = Address::email("ANN@example.com").unwrap();
        let found = store::by_address(node.ports.store(), people.tenant, &email).await.unwrap();
        assert_eq!(found, Some(contact.id));
        node.close().await;
    }
}

#[actix::test]
async fn an_address_is_one_contacts_until_that_one_goes() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, contact) = arrive(&node).await;
        let again = contacts.create(people.tenant, &asked(&people), &ann()).await;
        assert_eq!(again, Err(ContactError::AddressTaken { field: "phone", contact_id: contact.id }));
        let remove = RemoveContact { id: contact.id, rev: Some(contact.rev) };
        contacts.remove(people.tenant, &asked(&people), remove).await.unwrap();
        let other = contacts.create(people.tenant, &asked(&people), &ann()).await.unwrap();
        assert_ne!(other.id, contact.id);
        let page =
            find::page(node.ports.store(), people.tenant, Filter::default(), (None, 10)).await.unwrap().0;
        assert_eq!(page.iter().map(|it| it.id).collect::<Vec<_>>(), [other.id]);
        node.close().await;
    }
}

#[actix::test]
async fn of_two_who_make_the_same_contact_at_once_one_is_told_of_the_other() {
    for house in House::both().await {
        let (node, other) = (house.node().await, house.node().await);
        let people = People::arrive(&node).await;
        let (here, there) = (Contacts::new(node.ports.clone()), Contacts::new(other.ports.clone()));
        let (asked, email) = (asked(&people), Address::email("ann@example.com").unwrap());
        let one = here.find_or_create(people.tenant, &asked, &email, Profile::default());
        let two = there.find_or_create(people.tenant, &asked, &email, Profile::default());
        let (one, two) = futures::join!(one, two);
        assert_eq!(one.unwrap(), two.unwrap());
        node.close().await;
        other.close().await;
    }
}

#[actix::test]
async fn a_change_replaces_what_it_speaks_of_and_nothing_else() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, contact) = arrive(&node).await;
        let reach = Reach {
            emails: Some(vec!["b@example.com".into(), "ann@example.com".into()]),
            ..Reach::default()
        };
        let update = changing(contact.id, reach, Some(1));
        let changed = contacts.update(people.tenant, &asked(&people), &update).await.unwrap();
        assert_eq!(changed.emails, ["b@example.com", "ann@example.com"]);
        assert_eq!((changed.rev, &changed.phones, &changed.name), (2, &contact.phones, &contact.name));
        let stored = store::get(node.ports.store(), people.tenant, contact.id).await.unwrap();
        assert_eq!(stored.as_ref(), Some(&changed));
        let late = contacts.update(people.tenant, &asked(&people), &update).await;
        assert_eq!(late, Err(ContactError::RevMismatch { rev: 2 }));
        node.close().await;
    }
}

async fn end_of_log(node: &Node, people: &People) -> i64 {
    log::extent(node.ports.store(), people.tenant).await.unwrap().unwrap().last_seq
}

#[actix::test]
async fn a_repeat_is_answered_and_makes_nothing() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people) = (Contacts::new(node.ports.clone()), People::arrive(&node).await);
        let principal = Principal::User(people.owner);
        let fence = |request: &[u8]| {
            let request = Digest::of(request);
            Some(Fence { principal, key: "k".to_owned(), request, lasting: Lasting::Day })
        };
        let first = Asked { fence: fence(b"1"), ..asked(&people) };
        let contact = contacts.create(people.tenant, &first, &ann()).await.unwrap();
        let written = end_of_log(&node, &people).await;
        let repeated = contacts.create(people.tenant, &first, &ann()).await.unwrap();
        assert_eq!(on_the_wire(&repeated), on_the_wire(&contact));
        assert_eq!(end_of_log(&node, &people).await, written);
        let other = Asked { fence: fence(b"2"), ..asked(&people) };
        let refused = contacts.create(people.tenant, &other, &ann()).await;
        assert_eq!(refused, Err(ContactError::IdempotencyMismatch));
        node.close().await;
    }
}

#[actix::test]
async fn another_tenant_has_its_own_contacts() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, contact) = arrive(&node).await;
        let others = People::arrive(&node).await;
        let (store, asked) = (node.ports.store(), asked(&others));
        assert_eq!(store::get(store, others.tenant, contact.id).await.unwrap(), None);
        assert!(find::page(store, others.tenant, Filter::default(), (None, 10)).await.unwrap().0.is_empty());
        let update = changing(contact.id, Reach::default(), None);
        assert_eq!(contacts.update(others.tenant, &asked, &update).await, Err(ContactError::NotFound));
        let remove = RemoveContact { id: contact.id, rev: None };
        assert_eq!(contacts.remove(others.tenant, &asked, remove).await, Err(ContactError::NotFound));
        // The same address is theirs to use.
        assert!(contacts.create(others.tenant, &asked, &ann()).await.is_ok());
        assert_ne!(people.tenant, others.tenant);
        node.close().await;
    }
}

#[actix::test]
async fn an_address_is_not_readable_at_rest() {
    for house in House::both().await {
        let node = house.node().await;
        let (_, people, _) = arrive(&node).await;
        let tenant = people.tenant;
        let rows = node
            .ports
            .store()
            .read(tenant, move |db| async move { contact_identity::Entity::of(tenant).all(&*db).await });
        let rows = rows.await.unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            let text = String::from_utf8_lossy(row.sealed_value.as_bytes()).into_owned();
            assert!(!text.contains("example") && !text.contains("415555"));
        }
        node.close().await;
    }
}
