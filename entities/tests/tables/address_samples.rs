//! Addresses, and what was said about writing to them, to test with.

use entities::address::AddressKind;
use entities::consent::{ConsentSource, ConsentState};
use entities::message::MessageClass;
use entities::*;
use uuid::Uuid;

use crate::samples::keys;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + micros)
}

pub(crate) fn contact_identity(tenant_id: TenantId) -> Vec<contact_identity::Model> {
    let (_, keys) = keys(tenant_id);
    let address = Address::email(&format!("{}@example.com", Uuid::now_v7())).unwrap();
    let id = IdentityId::from_uuid(Uuid::now_v7());
    let aad = contact_identity::aad(tenant_id, id);
    let full = contact_identity::Model {
        id,
        tenant_id,
        contact_id: ContactId::from_uuid(Uuid::now_v7()),
        kind: AddressKind::Email,
        label: Some("work".to_owned()),
        sealed_value: keys.seal(&aad, address.value().as_bytes()).unwrap(),
        key_id: keys.current(),
        blind_index: address.blind_index(&keys).unwrap(),
        position: 0,
        created_at: at(0),
        deleted_at: Some(at(1)),
    };
    let bare = contact_identity::Model {
        id: IdentityId::from_uuid(Uuid::now_v7()),
        label: None,
        deleted_at: None,
        ..full.clone()
    };
    vec![full, bare]
}

pub(crate) fn consent(tenant_id: TenantId) -> Vec<consent::Model> {
    let (_, keys) = keys(tenant_id);
    let address = Address::handle("whatsapp", "+14155552671").unwrap();
    let id = ConsentId::from_uuid(Uuid::now_v7());
    let full = consent::Model {
        id,
        tenant_id,
        contact_id: Some(ContactId::from_uuid(Uuid::now_v7())),
        kind: AddressKind::Handle,
        label: Some("whatsapp".to_owned()),
        sealed_value: keys.seal(&consent::aad(tenant_id, id), address.value().as_bytes()).unwrap(),
        key_id: keys.current(),
        blind_index: address.blind_index(&keys).unwrap(),
        number: 2,
        state: ConsentState::Granted,
        scope: Json(MessageClass::ALL.to_vec()),
        source: ConsentSource::Agent,
        message_id: Some(MessageId::from_uuid(Uuid::now_v7())),
        note: Some("said so on the telephone: ü 👋".to_owned()),
        at: at(1),
        actor: Principal::User(UserId::from_uuid(Uuid::now_v7())),
    };
    let bare = consent::Model {
        id: ConsentId::from_uuid(Uuid::now_v7()),
        contact_id: None,
        label: None,
        number: 1,
        state: ConsentState::Revoked,
        scope: Json(Vec::new()),
        source: ConsentSource::Provider,
        message_id: None,
        note: None,
        actor: Principal::System,
        ..full.clone()
    };
    vec![full, bare]
}
