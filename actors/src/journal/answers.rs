//! Answers that were given before, for requests that come again.

use entities::{Digest, TenantId, idempotency_key, scope::TenantScope, sealed::SealError};

use crate::store::{Store, StoreError};

use super::Fence;

/// A stored answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Of the request that got it.
    pub request: Digest,
    /// JSON, without its seq.
    pub body: String,
    pub seq: Option<i64>,
}

/// The answer stored under the key of `fence`, whatever request it belongs to.
///
/// # Errors
/// [`StoreError`].
pub async fn answered(
    store: &Store,
    tenant: TenantId,
    fence: &Fence,
) -> Result<Option<Answered>, StoreError> {
    let (principal, key) = (fence.principal.to_string(), fence.key.clone());
    let asked = (principal.clone(), key.clone());
    let row = store.read(tenant, move |db| async move {
        idempotency_key::Entity::by_id(tenant, (tenant, asked.0, asked.1)).one(&*db).await
    });
    let Some(row) = row.await? else { return Ok(None) };
    let keys = store.keys(tenant).await?;
    let body = keys.open(row.key_id, &idempotency_key::aad(tenant, &principal, &key), &row.answer)?;
    let body = String::from_utf8(body).map_err(|_| SealError::Broken)?;
    Ok(Some(Answered { request: row.request_hash, body, seq: row.seq }))
}
