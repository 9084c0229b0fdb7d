//! Contacts are found by what somebody types, and lists narrowed by what is known of them.

use actors::{
    contact::{
        Contacts, CreateContact, Profile, Reach, RemoveContact, Taken, UpdateContact,
        find::{self, Filter, Question},
    },
    testing::{House, Node, People},
};
use entities::{ContactId, contact};

use super::{arrive, asked, changing};

async fn found(node: &Node, people: &People, typed: &str) -> Vec<ContactId> {
    let filter = Filter { question: Some(Question::read(typed).unwrap()), ..Filter::default() };
    let (page, _) = find::page(node.ports.store(), people.tenant, filter, (None, 10)).await.unwrap();
    page.iter().map(|contact| contact.id).collect()
}

fn called(name: &str, phone: &str) -> CreateContact {
    let reach = Reach { phone: Some(phone.to_owned()), ..Reach::default() };
    let profile = Profile { name: Some(name.to_owned()), ..Profile::default() };
    CreateContact { reach, profile, taken: Taken::Refuse }
}

#[actix::test]
async fn a_contact_is_found_by_words_of_its_name_its_addresses_and_the_last_four_digits() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people, ann) = arrive(&node).await;
        let create = called("Zoë Annable-Müller", "+49 151 23452671");
        let zoe = contacts.create(people.tenant, &asked(&people), &create).await.unwrap();
        for (typed, expected) in [
            ("ann", vec![zoe.id, ann.id]),
            ("anna", vec![zoe.id]),
            ("muller ZOE", vec![zoe.id]),
            ("zo muller", vec![]),
            ("2671", vec![zoe.id, ann.id]),
            ("671", vec![]),
            ("(415) 555-2671", vec![]),
            ("+1 (415) 555-2671", vec![ann.id]),
            (" ANN@example.com", vec![ann.id]),
            ("example", vec![]),
        ] {
            assert_eq!(found(&node, &people, typed).await, expected, "{typed}");
        }
        let others = People::arrive(&node).await;
        assert!(found(&node, &others, "2671").await.is_empty());
        // What it was called and had before finds it no more.
        let reach = Reach { phones: Some(Vec::new()), ..Reach::default() };
        let profile = Profile { name: Some("Zoë Berg".to_owned()), ..Profile::default() };
        let update = UpdateContact { profile, ..changing(zoe.id, reach, None) };
        contacts.update(people.tenant, &asked(&people), &update).await.unwrap();
        assert_eq!(found(&node, &people, "berg").await, [zoe.id]);
        assert_eq!(found(&node, &people, "2671").await, [ann.id]);
        assert!(found(&node, &people, "annable").await.is_empty());
        contacts
            .remove(people.tenant, &asked(&people), RemoveContact { id: ann.id, rev: None })
            .await
            .unwrap();
        assert!(found(&node, &people, "2671").await.is_empty());
        node.close().await;
    }
}

#[actix::test]
async fn lists_of_contacts_are_narrowed_by_tag_stage_and_temperature_and_go_on_where_they_ended() {
    for house in House::both().await {
        let node = house.node().await;
        let (contacts, people) = (Contacts::new(node.ports.clone()), People::arrive(&node).await);
        let mut made = Vec::new();
        for number in 0..5 {
            let create = called("Ann", &format!("+1415555200{number}"));
            let contact = contacts.create(people.tenant, &asked(&people), &create).await.unwrap();
            let profile = Profile {
                tags: Some(vec!["VIP".to_owned()]),
                stage: Some((number > 2).then(|| "booked".to_owned())),
                temperature: Some((number > 3).then_some(contact::Temperature::Hot)),
                ..Profile::default()
            };
            let update = UpdateContact { profile, ..changing(contact.id, Reach::default(), None) };
            contacts.update(people.tenant, &asked(&people), &update).await.unwrap();
            made.insert(0, contact.id);
        }
        let page = async |filter: &Filter, below| {
            let store = node.ports.store();
            let (page, next) = find::page(store, people.tenant, filter.clone(), (below, 2)).await.unwrap();
            (page.iter().map(|contact| contact.id).collect::<Vec<_>>(), next)
        };
        let vip = Filter { tag: Some("VIP".to_owned()), ..Filter::default() };
        let question = Some(Question::read("an").unwrap());
        for filter in [vip.clone(), Filter { question, ..vip.clone() }] {
            let (first, next) = page(&filter, None).await;
            let (second, last) = page(&filter, next).await;
            let (third, none) = page(&filter, last).await;
            assert_eq!([first, second, third].concat(), made);
            assert_eq!(none, None);
        }
        let booked = contact::Filter { stage: Some("booked".to_owned()), ..contact::Filter::default() };
        assert_eq!(page(&Filter { known: booked, ..vip.clone() }, None).await.0, made[..2]);
        let temperature = Some(contact::Temperature::Hot);
        let hot = contact::Filter { temperature, ..contact::Filter::default() };
        assert_eq!(page(&Filter { known: hot, ..Filter::default() }, None).await.0, made[..1]);
        assert!(page(&Filter { tag: Some("vip".to_owned()), ..vip }, None).await.0.is_empty());
        node.close().await;
    }
}
