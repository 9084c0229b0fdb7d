//! The data keys of tenants, opened once and kept.

use std::{collections::HashMap, sync::Arc};

use entities::{
    TenantId, Timestamp,
    scope::TenantScope,
    sealed::{DataKeyId, DataKeys, MasterKey},
    tenant_key,
};
use parking_lot::Mutex;

use super::{Store, StoreError};

/// Tenants whose keys are kept; beyond that all are forgotten and fetched again when needed.
const KEPT: usize = 10_000;

pub(super) struct Keyring {
    master: MasterKey,
    known: Mutex<HashMap<TenantId, Arc<DataKeys>>>,
}

impl Keyring {
    pub(super) fn new(master: MasterKey) -> Self {
        Self { master, known: Mutex::new(HashMap::new()) }
    }

    pub(super) async fn of(&self, tenant: TenantId, store: &Store) -> Result<Arc<DataKeys>, StoreError> {
        if let Some(keys) = self.known.lock().get(&tenant) {
            return Ok(keys.clone());
        }
        let rows =
            store.read(tenant, move |db| async move { tenant_key::Entity::of(tenant).all(&*db).await });
        let rows = rows.await?;
        self.open(tenant, &rows)
    }

    pub(super) fn found(&self, tenant: TenantId, at: Timestamp) -> Result<tenant_key::Model, StoreError> {
        let row = tenant_key::Model {
            tenant_id: tenant,
            key_id: DataKeyId::FIRST,
            wrapped_key: self.master.new_data_key(tenant, DataKeyId::FIRST)?,
            created_at: at,
            retired_at: None,
        };
        self.open(tenant, std::slice::from_ref(&row))?;
        Ok(row)
    }

    fn open(&self, tenant: TenantId, rows: &[tenant_key::Model]) -> Result<Arc<DataKeys>, StoreError> {
        let keys = Arc::new(DataKeys::unwrap_all(&self.master, tenant, rows)?);
        let mut known = self.known.lock();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(tenant, keys.clone());
        Ok(keys)
    }
}
