//! What the store knows of the record.

use std::collections::{HashMap, HashSet};

use entities::{
    AuditId, ContactId, ConversationId, TenantId, audit_entry, audit_entry::Filter, conversation,
    scope::Place,
};

use sea_orm::QuerySelect;

use crate::store::{Store, StoreError};

use super::{AuditEntry, Read};

/// Entries, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        audit_entry::Entity::page(tenant, filter, below, limit).all(&*db).await
    });
    Ok(rows.await?.into_iter().map(AuditEntry::from).collect())
}

/// Those of these entries that stand already.
pub(super) async fn standing(
    store: &Store,
    tenant: TenantId,
    ids: Vec<AuditId>,
) -> Result<HashSet<AuditId>, StoreError> {
    let standing = store.read(tenant, move |db| async move {
        let ids = audit_entry::Entity::these(tenant, ids).select_only().column(audit_entry::Column::Id);
        ids.into_tuple::<AuditId>().all(&*db).await
    });
    Ok(standing.await?.into_iter().collect())
}

/// Whose messages are read, where they are one contact's.
pub(super) async fn contacts(
    store: &Store,
    tenant: TenantId,
    reads: &[Read],
) -> Result<HashMap<Read, ContactId>, StoreError> {
    let mut contacts = HashMap::new();
    let mut conversations = Vec::new();
    for read in reads {
        match read {
            Read::Messages(id) => conversations.push(*id),
            Read::Contact(id) => drop(contacts.insert(*read, *id)),
            Read::Board(_) | Read::Inbox | Read::Log | Read::Search | Read::Credential(..) => {}
        }
    }
    if conversations.is_empty() {
        return Ok(contacts);
    }
    let found = store.read(tenant, move |db| async move {
        let rows = conversation::Entity::these(tenant, conversations, None).select_only();
        let rows = rows.columns([conversation::Column::Id, conversation::Column::ContactId]);
        rows.into_tuple::<(ConversationId, ContactId)>().all(&*db).await
    });
    contacts.extend(found.await?.into_iter().map(|(id, contact)| (Read::Messages(id), contact)));
    Ok(contacts)
}
