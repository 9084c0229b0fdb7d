//! One contact takes another over, with all that is its own, and gives it back.

use actors::{
    contact::{
        Contact, ContactError, Contacts, CreateContact, Profile, Reach, RemoveContact, UpdateContact,
        find::{self, Filter, Question},
        store,
    },
    conversation::{self, ContactRef},
    event::log,
    testing::{House, Node, People, eventually},
};
use entities::{Address, ContactId, ConversationId, Stretch, conversation::ConversationStatus};

use super::{ann, arrive, asked, changing};

fn as_annie() -> CreateContact {
    let reach = Reach {
        phone: Some("+49 151 23456789".to_owned()),
        email: Some("annie@example.com".to_owned()),
        ..Reach::default()
    };
    let profile = Profile { name: Some("Annie".to_owned()), ..Profile::default() };
    CreateContact { reach, profile, ..ann() }
}

/// Ann, Annie, and the room they are in.
async fn two(node: &Node) -> (Contacts, People, Contact, Contact) {
    let (contacts, people, ann) = arrive(node).await;
    let annie = contacts.create(people.tenant, &asked(&people), &as_annie()).await.unwrap();
    (contacts, people, ann, annie)
}

fn named(contact: &Contact) -> ContactRef {
    ContactRef { id: contact.id, name: contact.name.clone() }
}

async fn holder(node: &Node, people: &People, email: &str) -> Option<ContactId> {
    let email = Address::email(email).unwrap();
    store::by_address(node.ports.store(), people.tenant, &email).await.unwrap()
}

async fn found(node: &Node, people: &People, typed: &str) -> Vec<ContactId> {
    let filter = Filter { question: Some(Question::read(typed).unwrap()), ..Filter::default() };
    let (page, _) = find::page(node.ports.store(), people.tenant, filter, (None, 10)).await.unwrap();
    page.iter().map(|contact| contact.id).collect()
}

async fn with(node: &Node, people: &People, id: ConversationId) -> conversation::Conversation {
    conversation::store::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap()
}

#[actix::test]
async fn who_is_merged_is_reached_and_found_as_the_other_and_comes_back_as_it_was() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, ann, annie) = two(&node).await;
        let store = node.ports.store();
        let merged = contacts.merge(people.tenant, &asked(&people), (ann.id, annie.id)).await.unwrap();
        assert_eq!((merged.id, merged.rev, &merged.name[..]), (ann.id, 2, "Ann"));
        assert_eq!(merged.phones, ["+14155552671", "+4915123456789"]);
        assert_eq!(merged.emails, ["ann@example.com", "annie@example.com"]);
        for id in [ann.id, annie.id] {
            assert_eq!(store::get(store, people.tenant, id).await.unwrap().as_ref(), Some(&merged));
        }
        assert_eq!(holder(&node, &people, "annie@example.com").await, Some(ann.id));
        assert_eq!(found(&node, &people, "6789").await, [ann.id]);
        assert_eq!(found(&node, &people, "annie").await, []);
        let taken = contacts.create(people.tenant, &asked(&people), &as_annie()).await;
        assert_eq!(taken, Err(ContactError::AddressTaken { field: "phone", contact_id: ann.id }));
        // What is said of the merged one's addresses holds when it comes back.
        let reach = Reach { emails: Some(vec!["ann@example.com".to_owned()]), ..Reach::default() };
        contacts.update(people.tenant, &asked(&people), &changing(annie.id, reach, None)).await.unwrap();
        let back = contacts.unmerge(people.tenant, &asked(&people), annie.id).await.unwrap();
        assert_eq!((back.id, &back.name), (annie.id, &annie.name));
        assert_eq!((&back.phones, &back.emails[..]), (&annie.phones, &[][..]));
        assert_eq!(store::get(store, people.tenant, annie.id).await.unwrap().as_ref(), Some(&back));
        let left = store::get(store, people.tenant, ann.id).await.unwrap().unwrap();
        assert_eq!((left.phones, left.emails), (ann.phones, ann.emails));
        assert_eq!(found(&node, &people, "6789").await, [annie.id]);
        assert_eq!(found(&node, &people, "annie").await, [annie.id]);
        node.close().await;
    }
}

#[actix::test]
async fn conversations_go_along_and_come_back_and_both_are_told() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, ann, annie) = two(&node).await;
        let of_ann = people.open(&node, named(&ann)).await.conversation.id;
        let of_annie = people.open(&node, named(&annie)).await.conversation.id;
        contacts.merge(people.tenant, &asked(&people), (ann.id, annie.id)).await.unwrap();
        eventually("the conversation is with Ann", async || {
            (with(&node, &people, of_annie).await.contact.id == ann.id).then_some(())
        })
        .await;
        let moved = with(&node, &people, of_annie).await;
        assert_eq!((moved.met_as, moved.status), (Some(annie.id), ConversationStatus::Resolved));
        assert_eq!(with(&node, &people, of_ann).await.status, ConversationStatus::Open);
        let names = async |id| {
            let whose = [id];
            let told = log::of_contacts(node.ports.store(), people.tenant, &whose, Stretch::Last, 9);
            told.await.unwrap().iter().map(|event| event.head.kind.name().to_owned()).collect::<Vec<_>>()
        };
        assert!(names(annie.id).await.contains(&"contact.merged".to_owned()));
        let of_ann = names(ann.id).await;
        assert!(of_ann.contains(&"contact.merged".to_owned()), "{of_ann:?}");
        assert!(of_ann.contains(&"conversation.merged".to_owned()), "{of_ann:?}");
        contacts.unmerge(people.tenant, &asked(&people), annie.id).await.unwrap();
        eventually("the conversation is with Annie again", async || {
            (with(&node, &people, of_annie).await.contact == named(&annie)).then_some(())
        })
        .await;
        assert_eq!(with(&node, &people, of_annie).await.met_as, None);
        node.close().await;
    }
}

#[actix::test]
async fn a_new_name_reaches_the_conversations() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, ann) = arrive(&node).await;
        let id = people.open(&node, named(&ann)).await.conversation.id;
        let profile = Profile { name: Some("Ann Berg".to_owned()), ..Profile::default() };
        let update = UpdateContact { profile, ..changing(ann.id, Reach::default(), None) };
        contacts.update(people.tenant, &asked(&people), &update).await.unwrap();
        eventually("the conversation is with Ann Berg", async || {
            (with(&node, &people, id).await.contact.name == "Ann Berg").then_some(())
        })
        .await;
        node.close().await;
    }
}

#[actix::test]
async fn what_would_make_no_sense_is_refused_and_what_is_so_already_stays() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, ann, annie) = two(&node).await;
        let (tenant, asked) = (people.tenant, asked(&people));
        let third = contacts.create(tenant, &asked, &CreateContact::default()).await.unwrap();
        let is_invalid = |result: Result<Contact, ContactError>| matches!(result, Err(ContactError::Invalid(wrong)) if wrong[0].field == "duplicate_id");
        assert!(is_invalid(contacts.merge(tenant, &asked, (ann.id, ann.id)).await));
        let strangers = People::arrive(&node).await;
        let theirs = contacts.create(strangers.tenant, &asked, &CreateContact::default()).await.unwrap();
        assert!(is_invalid(contacts.merge(tenant, &asked, (ann.id, theirs.id)).await));
        assert_eq!(contacts.merge(tenant, &asked, (theirs.id, ann.id)).await, Err(ContactError::NotFound));
        assert_eq!(contacts.unmerge(tenant, &asked, annie.id).await, Err(ContactError::NotMerged));
        let merged = contacts.merge(tenant, &asked, (ann.id, annie.id)).await.unwrap();
        assert_eq!(contacts.merge(tenant, &asked, (ann.id, annie.id)).await.unwrap().rev, merged.rev);
        let elsewhere = Err(ContactError::MergedInto { contact_id: ann.id });
        assert_eq!(contacts.merge(tenant, &asked, (third.id, annie.id)).await, elsewhere);
        let remove = RemoveContact { id: annie.id, rev: None };
        assert_eq!(contacts.remove(tenant, &asked, remove).await, elsewhere);
        // Whoever takes over takes over everybody.
        let all = contacts.merge(tenant, &asked, (third.id, ann.id)).await.unwrap();
        assert_eq!((all.id, all.phones.len(), &all.name[..]), (third.id, 2, "Ann"));
        assert_eq!(store::get(node.ports.store(), tenant, annie.id).await.unwrap().unwrap().id, third.id);
        let back = contacts.unmerge(tenant, &asked, annie.id).await.unwrap();
        assert_eq!(back.emails, ["annie@example.com"]);
        contacts.remove(tenant, &asked, RemoveContact { id: third.id, rev: None }).await.unwrap();
        let back = contacts.unmerge(tenant, &asked, ann.id).await.unwrap();
        assert_eq!(back.emails, Vec::<String>::new(), "they went with the one that was removed");
        node.close().await;
    }
}
