//! What is said about writing to an address stands in one order, however many say it at once.

use actors::consent::{Block, ConsentError, Consents, RecordConsent, Verdict, store};
use entities::{
    Address, AddressKind,
    consent::{ConsentSource, ConsentState},
};
use futures::future::join_all;

use super::{House, arrive, asked};

#[actix::test]
async fn entries_that_race_stand_one_behind_the_other_and_the_last_one_decides() {
    for house in House::both().await {
        let node = house.node().await;
        let (_, people, ann) = arrive(&node).await;
        let (consents, tenant) = (Consents::new(node.ports.clone()), people.tenant);
        let asked = asked(&people);
        let say = async |state| {
            let (phone, class, note) = (None, None, Some("said so".to_owned()));
            let record = RecordConsent { contact_id: ann.id, phone, state, class, note };
            consents.record(tenant, &asked, &record).await
        };
        let states =
            [ConsentState::Granted, ConsentState::Revoked, ConsentState::Granted, ConsentState::Revoked];
        let entered = join_all(states.map(say)).await;
        assert!(entered.iter().all(Result::is_ok), "{entered:?}");
        let keys = node.ports.store().keys(tenant).await.unwrap();
        let index = Address::of_kind(AddressKind::Phone, &ann.phones[0]).unwrap().blind_index(&keys).unwrap();
        let address = (AddressKind::Phone, index);
        let newest = store::newest(node.ports.store(), tenant, address).await.unwrap().unwrap();
        assert_eq!((newest.number, newest.source), (4, ConsentSource::Agent));
        let listed = store::page(node.ports.store(), tenant, vec![address], (None, 10)).await.unwrap();
        assert_eq!(
            (listed.len(), listed[0].id),
            (4, newest.id),
            "the order of the list is that of the ledger"
        );
        let expected = match newest.state {
            ConsentState::Revoked => Verdict::Refused(Block::OptedOut),
            ConsentState::Granted | ConsentState::Reinstated => Verdict::Allowed,
        };
        assert_eq!(consents.may_send(tenant, index, None).await.unwrap(), expected);
        node.close().await;
    }
}

#[actix::test]
async fn nobody_records_anything_about_another_tenants_contact() {
    for house in House::both().await {
        let node = house.node().await;
        let (_, _, ann) = arrive(&node).await;
        let (_, others, _) = arrive(&node).await;
        let consents = Consents::new(node.ports.clone());
        let (phone, class, note) = (None, None, None);
        let record = RecordConsent { contact_id: ann.id, phone, state: ConsentState::Revoked, class, note };
        let refused = consents.record(others.tenant, &asked(&others), &record).await;
        assert_eq!(refused, Err(ConsentError::NotFound));
        node.close().await;
    }
}
