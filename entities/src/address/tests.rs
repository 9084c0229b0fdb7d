//! What addresses promise.

use proptest::prelude::*;

use super::*;

#[test]
fn an_email_address_is_the_same_however_it_is_capitalised() {
    let ann = Address::email(" Ann.Lee@Example.COM ").unwrap();
    assert_eq!(ann.value(), "ann.lee@example.com");
    assert_eq!(ann, Address::email("ann.lee@example.com").unwrap());
    for raw in ["", "ann", "@example.com", "ann@", "a b@example.com", "a@b@c", "ann@.com", &"a".repeat(300)] {
        assert_eq!(Address::email(raw), Err(AddressError(AddressKind::Email)), "{raw}");
    }
}

#[test]
fn what_a_provider_says_becomes_the_kind_it_is() {
    for (raw, kind, value) in [
        ("+14155552671", AddressKind::Phone, "+14155552671"),
        ("72727", AddressKind::ShortCode, "72727"),
        ("ACME Shop", AddressKind::SenderName, "ACME Shop"),
        ("Anonymous", AddressKind::Anonymous, ""),
        ("+266696687", AddressKind::Anonymous, ""),
        ("", AddressKind::Anonymous, ""),
        ("client:ann", AddressKind::Client, "ann"),
        ("sip:Ann@PBX.Example.com;transport=tls", AddressKind::Sip, "sip:Ann@pbx.example.com"),
        ("+123", AddressKind::SenderName, "+123"),
        ("client:", AddressKind::SenderName, "client:"),
        ("14155552671", AddressKind::SenderName, "14155552671"),
    ] {
        let address = Address::from_provider(raw);
        assert_eq!((address.kind(), address.value()), (kind, value), "{raw}");
    }
}

#[test]
fn an_address_from_json_is_checked() {
    let address: Address = serde_json::from_str(r#"{"kind":"email","value":"A@B.c"}"#).unwrap();
    assert_eq!(serde_json::to_string(&address).unwrap(), r#"{"kind":"email","value":"a@b.c"}"#);
    for json in [
        r#"{"kind":"phone","value":"4155552671"}"#,
        r#"{"kind":"short_code","value":"12"}"#,
        r#"{"kind":"sip","value":"ann"}"#,
        r#"{"kind":"handle","value":"ann"}"#,
        r#"{"kind":"pigeon","value":"x"}"#,
    ] {
        assert!(serde_json::from_str::<Address>(json).is_err(), "{json}");
    }
}

#[test]
fn the_same_name_on_two_platforms_is_two_addresses() {
    let ann = Address::handle("Instagram", " ann ").unwrap();
    assert_eq!((ann.label(), ann.value()), (Some("instagram"), "ann"));
    assert_eq!(ann, Address::handle("instagram", "ann").unwrap());
    let elsewhere = Address::handle("messenger", "ann").unwrap();
    assert_ne!(ann.blind_input(), elsewhere.blind_input());
    let json = serde_json::to_string(&ann).unwrap();
    assert_eq!(json, r#"{"kind":"handle","label":"instagram","value":"ann"}"#);
    assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), ann);
    assert!(Address::handle("", "ann").is_err());
}

#[test]
fn an_address_is_not_printed_for_debugging() {
    assert_eq!(format!("{:?}", Address::email("ann@example.com").unwrap()), "Address(email, ..)");
}

proptest! {
    #[test]
    fn nothing_inbound_is_refused_and_what_it_became_is_stable(raw in any::<String>()) {
        let address = Address::from_provider(&raw);
        prop_assert!(address.value().len() <= 254);
        if address.kind() != AddressKind::SenderName {
            prop_assert_eq!(Address::of_kind(address.kind(), address.value()), Ok(address));
        }
    }
}
