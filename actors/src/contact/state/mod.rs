//! What the room of the contacts decides. Pure.

mod merge;
mod profile;

pub(super) use merge::{Merge, Unmerge, decide_merge, decide_unmerge};
pub(crate) use profile::{is_locale, is_time_zone};

use entities::{
    Address, AddressKind, ContactId, IdentityId, Json, Principal, TenantId, Timestamp, contact,
    contact_identity,
};

use crate::{clock::IdSource, event::EventType};

use super::{ContactError, Handle, Profile, Taken, Wrong, shape::Contact, typed::Parsed};

/// The most addresses of one contact.
const ADDRESSES: usize = 20;

/// A contact with its addresses, opened.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) row: contact::Model,
    pub(super) identities: Vec<Identity>,
}

/// One address of a contact, and its row once it has one.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) id: IdentityId,
    pub(super) address: Address,
    pub(super) stored: Option<contact_identity::Model>,
}

/// Everything a decision may use besides state and command.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) tenant: TenantId,
    pub(super) by: Principal,
    pub(super) now: Timestamp,
    pub(super) ids: &'a dyn IdSource,
    /// Who has the addresses the command names.
    pub(super) holders: &'a [(Address, ContactId)],
}

/// What is to be written, and what the world will be told.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) kind: EventType,
    /// Its addresses in their order.
    pub(super) after: Known,
    pub(super) gone: Vec<contact_identity::Model>,
}

impl Known {
    /// The contact as agents see it.
    pub(super) fn shape(&self) -> Contact {
        let of = |kind| {
            let values = self.identities.iter().filter(move |identity| identity.address.kind() == kind);
            values.map(|identity| identity.address.value().to_owned()).collect()
        };
        let handle = |identity: &Identity| {
            let kind = identity.address.label()?.to_owned();
            Some(Handle { kind, value: identity.address.value().to_owned() })
        };
        let row = self.row.clone();
        Contact {
            id: row.id,
            name: row.name,
            phones: of(AddressKind::Phone),
            emails: of(AddressKind::Email),
            handles: self.identities.iter().filter_map(handle).collect(),
            temperature: row.temperature,
            stage: row.stage,
            lead_score: row.lead_score,
            time_zone: row.time_zone,
            locale: row.locale,
            tags: row.tags.0,
            attributes: row.attributes.0,
            blocked: row.blocked,
            activity_at: row.activity_at,
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}

/// Decides to make a contact.
pub(super) fn decide_create(
    profile: &Profile,
    parsed: Parsed,
    taken: Taken,
    given: Given<'_>,
) -> Result<Decision, ContactError> {
    let row = blank(ContactId::from_uuid(given.ids.draw()), given);
    let before = Known { row, identities: Vec::new() };
    change(before, profile, parsed, (taken, EventType::ContactCreated), given)
}

/// Decides to change a contact.
pub(super) fn decide_update(
    before: Option<Known>,
    rev: Option<i64>,
    (profile, parsed, taken): (&Profile, Parsed, Taken),
    given: Given<'_>,
) -> Result<Decision, ContactError> {
    let mut before = seen(before, rev)?;
    before.row.rev += 1;
    change(before, profile, parsed, (taken, EventType::ContactUpdated), given)
}

/// Decides to remove a contact.
pub(super) fn decide_remove(
    before: Option<Known>,
    rev: Option<i64>,
    given: Given<'_>,
) -> Result<Decision, ContactError> {
    let Known { mut row, identities } = seen(before, rev)?;
    if let Some(contact_id) = row.merged_into {
        return Err(ContactError::MergedInto { contact_id });
    }
    row.rev += 1;
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
    row.deleted_at = Some(given.now);
    let gone = identities.into_iter().filter_map(|identity| identity.stored).collect();
    let after = Known { row, identities: Vec::new() };
    Ok(Decision { kind: EventType::ContactDeleted, after, gone })
}

fn seen(before: Option<Known>, rev: Option<i64>) -> Result<Known, ContactError> {
    let before = before.filter(|known| known.row.deleted_at.is_none()).ok_or(ContactError::NotFound)?;
    match rev {
        Some(seen) if seen != before.row.rev => Err(ContactError::RevMismatch { rev: before.row.rev }),
        _ => Ok(before),
    }
}

fn change(
    before: Known,
    profile: &Profile,
    parsed: Parsed,
    (taken, kind): (Taken, EventType),
    given: Given<'_>,
) -> Result<Decision, ContactError> {
    let Known { mut row, identities } = before;
    let mut wrong = Vec::new();
    profile::apply(profile, &mut row, &mut wrong);
    let wanted = without_taken(wanted(&identities, parsed), (row.id, taken), given)?;
    if wanted.len() > ADDRESSES {
        wrong.push(Wrong {
            field: "phones".to_owned(),
            reason: format!("make more than {ADDRESSES} addresses"),
        });
    }
    if !wrong.is_empty() {
        return Err(ContactError::Invalid(wrong));
    }
    row.updated_at = given.now;
    row.updated_by = Some(given.by);
    let (identities, gone) = matched(identities, wanted, given);
    Ok(Decision { kind, after: Known { row, identities }, gone })
}

/// The addresses the contact is to have, in their order, none twice.
fn wanted(had: &[Identity], parsed: Parsed) -> Vec<Address> {
    let Parsed { main_phone, phones, main_email, emails, handles, heard } = parsed;
    let have =
        |kind: AddressKind| had.iter().map(|it| &it.address).filter(move |it| it.kind() == kind).cloned();
    let of = |kind, main: Option<Address>, list: Option<Vec<Address>>| {
        // A new main one takes the place of the old; a list stands for itself.
        let rest = list.unwrap_or_else(|| have(kind).skip(usize::from(main.is_some())).collect());
        main.into_iter().chain(rest).collect::<Vec<_>>()
    };
    let spoken_of = [AddressKind::Phone, AddressKind::Email, AddressKind::Handle];
    let others = had.iter().map(|it| &it.address).filter(|it| !spoken_of.contains(&it.kind())).cloned();
    let all = of(AddressKind::Phone, main_phone, phones)
        .into_iter()
        .chain(of(AddressKind::Email, main_email, emails))
        .chain(handles.unwrap_or_else(|| have(AddressKind::Handle).collect()))
        .chain(others)
        .chain(heard);
    let mut once = Vec::new();
    for address in all {
        if !once.contains(&address) {
            once.push(address);
        }
    }
    once
}

fn without_taken(
    mut wanted: Vec<Address>,
    (own, taken): (ContactId, Taken),
    given: Given<'_>,
) -> Result<Vec<Address>, ContactError> {
    let held = |address: &Address| {
        let held = given.holders.iter().find(|(held, by)| held == address && *by != own);
        held.map(|(_, by)| *by)
    };
    match taken {
        Taken::LeaveOut => wanted.retain(|address| held(address).is_none()),
        Taken::Refuse => {
            let refused = wanted.iter().find_map(|address| Some((address, held(address)?)));
            if let Some((address, contact_id)) = refused {
                let field = match address.kind() {
                    AddressKind::Email => "email",
                    AddressKind::Phone => "phone",
                    _ => "handles",
                };
                return Err(ContactError::AddressTaken { field, contact_id });
            }
        }
    }
    Ok(wanted)
}

/// Those that stay keep their rows.
fn matched(
    mut had: Vec<Identity>,
    wanted: Vec<Address>,
    given: Given<'_>,
) -> (Vec<Identity>, Vec<contact_identity::Model>) {
    let mut keep = |address: Address| match had.iter().position(|identity| identity.address == address) {
        Some(index) => had.swap_remove(index),
        None => Identity { id: IdentityId::from_uuid(given.ids.draw()), address, stored: None },
    };
    let identities = wanted.into_iter().map(&mut keep).collect();
    (identities, had.into_iter().filter_map(|identity| identity.stored).collect())
}

fn blank(id: ContactId, given: Given<'_>) -> contact::Model {
    contact::Model {
        id,
        tenant_id: given.tenant,
        name: profile::UNKNOWN.to_owned(),
        temperature: None,
        stage: None,
        lead_score: None,
        time_zone: None,
        locale: None,
        tags: Json(Vec::new()),
        attributes: Json(serde_json::Map::new()),
        blocked: false,
        merged_into: None,
        activity_at: given.now,
        rev: 1,
        created_at: given.now,
        updated_at: given.now,
        created_by: Some(given.by),
        updated_by: Some(given.by),
        deleted_at: None,
    }
}

#[cfg(test)]
mod tests;
