//! The record of reading: an entry at the first read of an hour, and a memory that spares the rest of it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use entities::{AuditId, Principal, TenantId};

use crate::{
    asked::Asked,
    journal::{Commit, CommitError, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{Read, store};

/// Entries this node remembers, about 4 MB; beyond it the memory begins anew, and the store is asked again.
const REMEMBERED: usize = 100_000;

/// Why a read is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    Unwritten(#[from] CommitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The record of what is read, of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Reads {
    ports: Ports,
    /// Entries that stand in the store: an id holds its hour, so none is ever wrong.
    known: Arc<Mutex<HashSet<AuditId>>>,
}

impl Reads {
    /// The room.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, known: Arc::default() }
    }

    /// Sees to it that these reads stand in the record: one entry per reader, what he reads and hour. All but the first of
    /// an hour cost a look into memory. A visitor reads what is his, and leaves none.
    ///
    /// # Errors
    /// [`AuditError`]. What cannot be recorded is not to be shown.
    pub async fn note(&self, tenant: TenantId, asked: &Asked, reads: &[Read]) -> Result<(), AuditError> {
        if matches!(asked.by, Principal::Contact(_)) {
            return Ok(());
        }
        let now = self.ports.now();
        let fresh: Vec<_> = reads.iter().map(|read| (read.entry_id(tenant, asked.by, now), *read)).collect();
        let fresh = self.unknown(fresh);
        if fresh.is_empty() {
            return Ok(());
        }
        let ids: Vec<AuditId> = fresh.iter().map(|(id, _)| *id).collect();
        self.ports
            .until_written(|| async {
                let standing = store::standing(self.ports.store(), tenant, ids.clone()).await?;
                let missing = fresh.iter().filter(|(id, _)| !standing.contains(id)).map(|(_, read)| *read);
                let missing: Vec<Read> = missing.collect();
                if missing.is_empty() {
                    return Ok(());
                }
                let contacts = store::contacts(self.ports.store(), tenant, &missing).await?;
                let entry = |read: &Read| read.entry((tenant, now), asked, contacts.get(read).copied());
                let rows = missing.iter().map(|read| Row::Insert(Record::AuditEntry(entry(read))));
                self.ports.journal.commit(Commit::new(tenant, now, rows.collect(), Vec::new())).await?;
                Ok::<_, Attempt<AuditError>>(())
            })
            .await?;
        self.remember(ids);
        Ok(())
    }

    fn unknown(&self, mut wanted: Vec<(AuditId, Read)>) -> Vec<(AuditId, Read)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.retain(|(id, _)| !known.contains(id));
        wanted.sort_unstable_by_key(|(id, _)| *id);
        wanted.dedup_by_key(|(id, _)| *id);
        wanted
    }

    fn remember(&self, ids: Vec<AuditId>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + ids.len() > REMEMBERED {
            known.clear();
        }
        known.extend(ids);
    }
}

impl From<StoreError> for Attempt<AuditError> {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}
