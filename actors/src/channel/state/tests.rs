//! Which channels can be made, and that a change is seen or refused.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn given() -> Given {
    Given {
        tenant: TenantId::from_uuid(Uuid::nil()),
        by: Principal::System,
        now: Timestamp::from_micros(7),
        id: ChannelId::from_uuid(Uuid::from_u128(1)),
        public_key: "wc_1".to_owned(),
    }
}

fn create(kind: ChannelType, address: Option<&str>) -> CreateChannel {
    let address = address.map(str::to_owned);
    CreateChannel {
        kind,
        name: "Front".to_owned(),
        address,
        board_id: None,
        settings: Map::new(),
        then: None,
    }
}

fn rename(name: &str, rev: Option<i64>) -> UpdateChannel {
    UpdateChannel {
        id: given().id,
        name: Some(name.to_owned()),
        board_id: None,
        settings: None,
        new_secret: false,
        rev,
    }
}

#[test]
fn every_channel_has_a_public_key_and_all_but_a_web_chat_an_address() {
    let chat = decide_create(&create(ChannelType::Webchat, None), false, &given()).unwrap();
    assert_eq!((chat.public_key.as_deref(), chat.address), (Some("wc_1"), None));
    let number = decide_create(&create(ChannelType::Twilio, Some("+14155552671")), false, &given()).unwrap();
    assert_eq!(
        (number.public_key.as_deref(), number.address.as_deref()),
        (Some("wc_1"), Some("+14155552671"))
    );
    for (kind, address) in [
        (ChannelType::Webchat, Some("+14155552671")),
        (ChannelType::Twilio, None),
        (ChannelType::Twilio, Some("415 555 2671")),
        (ChannelType::Email, Some("+14155552671")),
    ] {
        let refused = decide_create(&create(kind, address), false, &given()).unwrap_err();
        assert!(matches!(refused, ChannelError::Invalid { field, .. } if field == "address"), "{kind}");
    }
}

#[test]
fn an_address_that_is_taken_is_refused() {
    let refused = decide_create(&create(ChannelType::Email, Some("a@example.com")), true, &given());
    assert_eq!(refused, Err(ChannelError::AddressTaken));
}

proptest! {
    #[test]
    fn a_change_counts_one_rev_and_leaves_type_address_and_key(name in "[a-z]{1,100}", revs in 1_i64..9) {
        let mut row = decide_create(&create(ChannelType::Webchat, None), false, &given()).unwrap();
        row.rev = revs;
        let changed = decide_update(Some(row.clone()), &rename(&name, Some(revs)), &given()).unwrap();
        prop_assert_eq!((changed.rev, &changed.name), (revs + 1, &name));
        prop_assert_eq!((changed.channel_type, changed.address, changed.public_key),
            (row.channel_type, row.address.clone(), row.public_key.clone()));
        let late = decide_update(Some(row), &rename(&name, Some(revs + 1)), &given());
        prop_assert_eq!(late, Err(ChannelError::RevMismatch { rev: revs }));
    }
}
