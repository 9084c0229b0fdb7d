//! Where a contact is reached, and which of its numbers is meant.

use entities::{AddressKind, ContactId, TenantId, sealed::BlindIndex};

use crate::store::{Store, StoreError};

use super::{state::Known, store};

/// A number of a contact.
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    /// E.164.
    pub value: String,
    pub index: BlindIndex,
}

/// The number that `reached_at` stands for while it is one of the contact's, or else its first; `None` when it has none, or is
/// gone.
///
/// # Errors
/// [`StoreError`].
pub async fn number(
    store: &Store,
    tenant: TenantId,
    contact: ContactId,
    reached_at: Option<BlindIndex>,
) -> Result<Option<Number>, StoreError> {
    Ok(store::load(store, tenant, contact).await?.and_then(|known| meant(&known, reached_at)))
}

/// Everything a contact is reached at, as it is found; `None` when there is no such contact.
///
/// # Errors
/// [`StoreError`].
pub async fn addresses(
    store: &Store,
    tenant: TenantId,
    contact: ContactId,
) -> Result<Option<Vec<(AddressKind, BlindIndex)>>, StoreError> {
    let known = store::load(store, tenant, contact).await?;
    Ok(known.map(|known| {
        let rows = known.identities.iter().filter_map(|identity| identity.stored.as_ref());
        rows.map(|row| (row.kind, row.blind_index)).collect()
    }))
}

fn meant(known: &Known, reached_at: Option<BlindIndex>) -> Option<Number> {
    let mut numbers: Vec<Number> = numbers(known).collect();
    let at = numbers.iter().position(|number| Some(number.index) == reached_at).unwrap_or_default();
    (at < numbers.len()).then(|| numbers.swap_remove(at))
}

/// Its own ones first.
fn numbers(known: &Known) -> impl Iterator<Item = Number> {
    let phones = known.identities.iter().filter(|identity| identity.address.kind() == AddressKind::Phone);
    phones.filter_map(|identity| {
        let index = identity.stored.as_ref()?.blind_index;
        Some(Number { value: identity.address.value().to_owned(), index })
    })
}
