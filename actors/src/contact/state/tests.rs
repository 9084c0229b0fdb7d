//! Whatever is said of a contact in whatever order, its addresses stay one list without doubles, and only they move.

use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

#[derive(Default)]
struct Counted(AtomicU64);

impl IdSource for Counted {
    fn draw(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst)) + 1)
    }
}

fn given<'a>(ids: &'a Counted, holders: &'a [(Address, ContactId)]) -> Given<'a> {
    let tenant = TenantId::from_uuid(Uuid::nil());
    Given { tenant, by: Principal::System, now: Timestamp::from_micros(7), ids, holders }
}

fn email(number: u8) -> Address {
    Address::email(&format!("{number}@example.com")).unwrap()
}

fn phone(number: u8) -> Address {
    Address::of_kind(AddressKind::Phone, &format!("+1415555{:04}", u16::from(number) + 2000)).unwrap()
}

fn parsed() -> impl Strategy<Value = Parsed> {
    let one = |of: fn(u8) -> Address| proptest::option::of((0_u8..4).prop_map(of));
    let many =
        |of: fn(u8) -> Address| proptest::option::of(proptest::collection::vec((0_u8..4).prop_map(of), 0..4));
    (one(phone), many(phone), one(email), many(email)).prop_map(|(main_phone, phones, main_email, emails)| {
        Parsed { main_phone, phones, main_email, emails, ..Parsed::default() }
    })
}

/// As the store would give it back.
fn stored(mut known: Known) -> Known {
    for (position, identity) in known.identities.iter_mut().enumerate() {
        identity.stored.get_or_insert_with(|| contact_identity::Model {
            id: identity.id,
            tenant_id: known.row.tenant_id,
            contact_id: known.row.id,
            kind: identity.address.kind(),
            label: None,
            sealed_value: entities::sealed::Sealed::from_bytes(Vec::new()),
            key_id: entities::sealed::DataKeyId::FIRST,
            blind_index: test_index(),
            position: i64::try_from(position).unwrap(),
            created_at: Timestamp::from_micros(0),
            deleted_at: None,
        });
    }
    known
}

fn test_index() -> entities::sealed::BlindIndex {
    let master = entities::sealed::MasterKey::parse(&"0a".repeat(32)).unwrap();
    let tenant = TenantId::from_uuid(Uuid::nil());
    let first = entities::sealed::DataKeyId::FIRST;
    let wrapped_key = master.new_data_key(tenant, first).unwrap();
    let row = entities::tenant_key::Model {
        tenant_id: tenant,
        key_id: first,
        wrapped_key,
        created_at: Timestamp::from_micros(0),
        retired_at: None,
    };
    entities::sealed::DataKeys::unwrap_all(&master, tenant, &[row])
        .unwrap()
        .blind_index(AddressKind::Email, b"x")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_change_counts_one_rev_and_no_address_stands_twice(changes in proptest::collection::vec(parsed(), 1..8)) {
        let ids = Counted::default();
        let given = given(&ids, &[]);
        let profile = Profile::default();
        let mut known = stored(decide_create(&profile, Parsed::default(), Taken::Refuse, given).unwrap().after);
        for change in changes {
            let before = known.clone();
            let decision =
                decide_update(Some(known), None, (&profile, change.clone(), Taken::Refuse), given).unwrap();
            known = stored(decision.after.clone());
            prop_assert_eq!(known.row.rev, before.row.rev + 1);
            for (index, identity) in known.identities.iter().enumerate() {
                prop_assert!(known.identities[..index].iter().all(|other| other.address != identity.address));
                let had = before.identities.iter().find(|other| other.address == identity.address);
                prop_assert!(had.is_none_or(|had| had.id == identity.id), "what stays keeps its row");
            }
            let lost = before.identities.iter().filter(|had| known.identities.iter().all(|it| it.id != had.id));
            prop_assert_eq!(lost.count(), decision.gone.len());
            if let Some(main) = change.main_email {
                prop_assert_eq!(&known.shape().emails[0], main.value());
            }
        }
    }

    #[test]
    fn what_another_contact_has_is_refused_to_agents_and_left_out_for_strangers(number in 0_u8..4) {
        let ids = Counted::default();
        let other = ContactId::from_uuid(Uuid::from_u128(99));
        let holders = [(email(number), other)];
        let given = given(&ids, &holders);
        let wish = || Parsed { main_email: Some(email(number)), main_phone: Some(phone(1)), ..Parsed::default() };
        let refused = decide_create(&Profile::default(), wish(), Taken::Refuse, given).unwrap_err();
        prop_assert_eq!(refused, ContactError::AddressTaken { field: "email", contact_id: other });
        let made = decide_create(&Profile::default(), wish(), Taken::LeaveOut, given).unwrap().after.shape();
        prop_assert!(made.emails.is_empty() && made.phones.len() == 1);
    }
}

#[test]
fn a_contact_somebody_else_changed_is_not_changed_blindly() {
    let ids = Counted::default();
    let given = given(&ids, &[]);
    let known = decide_create(&Profile::default(), Parsed::default(), Taken::Refuse, given).unwrap().after;
    let refused = decide_remove(Some(known), Some(7), given).unwrap_err();
    assert_eq!(refused, ContactError::RevMismatch { rev: 1 });
}

#[test]
fn a_removed_contact_has_no_addresses_and_does_not_exist() {
    let ids = Counted::default();
    let given = given(&ids, &[]);
    let wish = Parsed { main_email: Some(email(1)), ..Parsed::default() };
    let known = stored(decide_create(&Profile::default(), wish, Taken::Refuse, given).unwrap().after);
    let removed = decide_remove(Some(known), None, given).unwrap();
    assert_eq!((removed.gone.len(), removed.after.identities.len()), (1, 0));
    assert_eq!(decide_remove(Some(removed.after), None, given).unwrap_err(), ContactError::NotFound);
}
