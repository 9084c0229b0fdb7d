//! What sealing promises.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::address::AddressKind;
use crate::{Timestamp, tenant_key};

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

fn row(master: &MasterKey, tenant_id: TenantId, number: i64) -> tenant_key::Model {
    let key_id = DataKeyId::from_number(number);
    let wrapped_key = master.new_data_key(tenant_id, key_id).unwrap();
    tenant_key::Model {
        tenant_id,
        key_id,
        wrapped_key,
        created_at: Timestamp::from_micros(0),
        retired_at: None,
    }
}

fn keys(master: &MasterKey, tenant: TenantId) -> DataKeys {
    DataKeys::unwrap_all(master, tenant, &[row(master, tenant, 1)]).unwrap()
}

#[test]
fn a_value_opens_only_where_it_was_sealed() {
    let master = MasterKey::generate().unwrap();
    let keys = keys(&master, tenant(1));
    let here = aad("events.data", tenant(1), &[b"row"]);
    let sealed = keys.seal(&here, b"hello").unwrap();
    assert_eq!(keys.open(keys.current(), &here, &sealed).unwrap(), b"hello");
    for elsewhere in [
        aad("events.data", tenant(2), &[b"row"]),
        aad("events.data", tenant(1), &[b"other"]),
        aad("messages.body", tenant(1), &[b"row"]),
    ] {
        assert_eq!(keys.open(keys.current(), &elsewhere, &sealed), Err(SealError::Broken));
    }
}

#[test]
fn another_tenant_or_master_key_can_not_unwrap_a_data_key() {
    let (master, other) = (MasterKey::generate().unwrap(), MasterKey::generate().unwrap());
    let rows = [row(&master, tenant(1), 1)];
    assert!(DataKeys::unwrap_all(&master, tenant(1), &rows).is_ok());
    assert_eq!(DataKeys::unwrap_all(&master, tenant(2), &rows).unwrap_err(), SealError::Broken);
    assert_eq!(DataKeys::unwrap_all(&other, tenant(1), &rows).unwrap_err(), SealError::Broken);
}

#[test]
fn after_rotation_old_values_open_and_are_found_and_new_ones_use_the_new_key() {
    let master = MasterKey::generate().unwrap();
    let mut rows = vec![row(&master, tenant(1), 1)];
    let before = DataKeys::unwrap_all(&master, tenant(1), &rows).unwrap();
    let sealed = before.seal(b"", b"old").unwrap();

    rows[0].retired_at = Some(Timestamp::from_micros(1));
    rows.push(row(&master, tenant(1), 2));
    let after = DataKeys::unwrap_all(&master, tenant(1), &rows).unwrap();
    assert_eq!(after.current(), DataKeyId::from_number(2));
    assert_eq!(after.open(before.current(), b"", &sealed).unwrap(), b"old");
    assert_eq!(after.open(after.current(), b"", &sealed), Err(SealError::Broken));
    let find = |keys: &DataKeys| keys.blind_index(AddressKind::Email, b"a@b.c");
    assert_eq!(find(&before), find(&after));
}

#[test]
fn a_blind_index_tells_tenants_kinds_and_values_apart() {
    let master = MasterKey::generate().unwrap();
    let (one, two) = (keys(&master, tenant(1)), keys(&master, tenant(2)));
    let index = one.blind_index(AddressKind::Handle, b"anna");
    assert_ne!(index, two.blind_index(AddressKind::Handle, b"anna"));
    assert_ne!(index, one.blind_index(AddressKind::Client, b"anna"));
    assert_ne!(index, one.blind_index(AddressKind::Handle, b"anne"));
}

#[test]
fn without_a_key_in_use_nothing_is_sealed() {
    let master = MasterKey::generate().unwrap();
    assert_eq!(DataKeys::unwrap_all(&master, tenant(1), &[]).unwrap_err(), SealError::NoKey);
    let keys = keys(&master, tenant(1));
    let missing = DataKeyId::from_number(9);
    let sealed = keys.seal(b"", b"x").unwrap();
    assert_eq!(keys.open(missing, b"", &sealed), Err(SealError::UnknownKey(missing)));
}

#[test]
fn a_master_key_is_read_in_hexadecimal_and_base64() {
    let key = MasterKey::generate().unwrap();
    let hex = key.reveal();
    let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap();
    for text in [
        format!(" {}\n", *hex),
        hex.to_uppercase(),
        data_encoding::BASE64.encode(&bytes),
        data_encoding::BASE64URL_NOPAD.encode(&bytes),
    ] {
        assert_eq!(MasterKey::parse(&text).unwrap().reveal(), hex);
    }
    for text in ["", "abc", &hex[2..], &format!("{}00", *hex), &hex.replace(|_| true, "g")] {
        assert!(matches!(MasterKey::parse(text), Err(MasterKeyError::NotAKey)));
    }
}

#[test]
fn a_master_key_is_read_from_its_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let key = MasterKey::generate().unwrap();
    std::fs::write(file.path(), format!("{}\n", *key.reveal())).unwrap();
    assert_eq!(MasterKey::read(file.path()).unwrap().reveal(), key.reveal());
    assert!(matches!(MasterKey::read(&file.path().join("none")), Err(MasterKeyError::Io(_))));
}

#[test]
fn nothing_secret_is_printed() {
    let master = MasterKey::generate().unwrap();
    let keys = keys(&master, tenant(1));
    let sealed = keys.seal(b"", b"secret").unwrap();
    assert_eq!(format!("{master:?} {sealed:?}"), "MasterKey(..) Sealed(..)");
    let printed = format!("{keys:?} {:?}", row(&master, tenant(1), 2));
    assert!(printed.contains("1 keys") && printed.contains("WrappedKey(..)"));
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens_and_no_changed_byte_goes_unseen(
        plain in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let master = MasterKey::generate().unwrap();
        let keys = keys(&master, tenant(1));
        let sealed = keys.seal(b"aad", &plain).unwrap();
        prop_assert_eq!(keys.open(keys.current(), b"aad", &sealed).unwrap(), plain);

        let mut bytes = sealed.as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let changed = Sealed::from_bytes(bytes.clone());
        prop_assert_eq!(keys.open(keys.current(), b"aad", &changed), Err(SealError::Broken));
        bytes.truncate(at);
        prop_assert_eq!(keys.open(keys.current(), b"aad", &Sealed::from_bytes(bytes)), Err(SealError::Broken));
    }
}
