//! Between a contact in memory and its rows, where every address is sealed.

use entities::{
    Address, AddressKind, TenantId, Timestamp, contact, contact_identity,
    lookup::LookupKind,
    sealed::{DataKeys, SealError},
    terms,
};

use crate::journal::{Record, Row};

use super::{
    find,
    state::{Decision, Identity, Known},
    store::Held,
};

/// The rows of a decision. Addresses that go make room before those that come.
pub(super) fn rows(decision: &Decision, keys: &DataKeys, now: Timestamp) -> Result<Vec<Row>, SealError> {
    let Decision { after, gone, .. } = decision;
    let contact = Record::Contact(after.row.clone());
    let mut rows = vec![if after.row.rev == 1 { Row::Insert(contact) } else { Row::Update(contact) }];
    rows.extend(gone.iter().map(|row| {
        let row = contact_identity::Model { deleted_at: Some(now), ..row.clone() };
        Row::Update(Record::ContactIdentity(row))
    }));
    for (position, identity) in (0_i64..).zip(&after.identities) {
        rows.extend(identity_row(identity, &after.row, position, keys)?);
    }
    rows.push(lookups(after, keys));
    Ok(rows)
}

/// The words by which the contact is found: none once it is gone.
fn lookups(known: &Known, keys: &DataKeys) -> Row {
    let id = known.row.id.as_uuid();
    if known.row.deleted_at.is_some() || known.row.merged_into.is_some() {
        return Row::Lookups(id, Vec::new());
    }
    let name = terms::terms(&known.row.name).into_iter().map(|term| term.folded.into_bytes());
    let tags = known.row.tags.iter().map(|tag| tag.clone().into_bytes());
    let tails = known.identities.iter().filter_map(|identity| tail_of(&identity.address));
    let words = (name.map(|word| (LookupKind::ContactName, word)))
        .chain(tags.map(|word| (LookupKind::ContactTag, word)))
        .chain(tails.map(|digits| (LookupKind::PhoneTail, find::tail(digits, keys).word)));
    Row::Lookups(id, words.collect())
}

/// The last four digits of a phone.
fn tail_of(address: &Address) -> Option<&str> {
    let digits = (address.kind() == AddressKind::Phone).then(|| address.value())?;
    digits.get(digits.len().checked_sub(4)?..)
}

/// The row of an address, when it is new or has moved.
fn identity_row(
    identity: &Identity,
    contact: &contact::Model,
    position: i64,
    keys: &DataKeys,
) -> Result<Option<Row>, SealError> {
    if let Some(stored) = &identity.stored {
        let moved = || contact_identity::Model { position, ..stored.clone() };
        return Ok((stored.position != position).then(|| Row::Update(Record::ContactIdentity(moved()))));
    }
    let address = &identity.address;
    // A caller who hides has no address to be found by, and gets no row.
    let Some(blind_index) = address.blind_index(keys) else { return Ok(None) };
    let aad = contact_identity::aad(contact.tenant_id, identity.id);
    let row = contact_identity::Model {
        id: identity.id,
        tenant_id: contact.tenant_id,
        contact_id: contact.id,
        kind: address.kind(),
        label: address.label().map(str::to_owned),
        sealed_value: keys.seal(&aad, address.value().as_bytes())?,
        key_id: keys.current(),
        blind_index,
        position,
        created_at: contact.updated_at,
        deleted_at: None,
    };
    Ok(Some(Row::Insert(Record::ContactIdentity(row))))
}

/// A contact and its addresses, which are among `identities`.
pub(super) fn known(row: contact::Model, identities: &[Held], keys: &DataKeys) -> Result<Known, SealError> {
    let own = identities.iter().filter(|(holder, _)| *holder == row.id);
    let identities =
        own.map(|(_, identity)| open(row.tenant_id, identity, keys)).collect::<Result<_, _>>()?;
    Ok(Known { row, identities })
}

fn open(tenant: TenantId, row: &contact_identity::Model, keys: &DataKeys) -> Result<Identity, SealError> {
    let value = keys.open(row.key_id, &contact_identity::aad(tenant, row.id), &row.sealed_value)?;
    let value = String::from_utf8(value).map_err(|_| SealError::Broken)?;
    let address = match (row.kind, row.label.as_deref()) {
        (AddressKind::Handle, Some(platform)) => Address::handle(platform, &value),
        (kind, _) => Address::of_kind(kind, &value),
    };
    Ok(Identity { id: row.id, address: address.map_err(|_| SealError::Broken)?, stored: Some(row.clone()) })
}
