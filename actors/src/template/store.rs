//! What the store knows of templates.

use entities::{
    BoardId, TemplateId, TenantId,
    scope::{Place, SoftDeleted},
    template,
};

use crate::store::{Store, StoreError};

use super::Template;

/// One template.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: TemplateId) -> Result<Option<Template>, StoreError> {
    Ok(load(store, tenant, id).await?.map(Template::from))
}

/// Templates, newest first, below `below`; only those on `visible` boards and on none, when it says which.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    visible: Option<Vec<BoardId>>,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<Template>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        template::Entity::page(tenant, visible, below, limit).all(&*db).await
    });
    Ok(rows.await?.into_iter().map(Template::from).collect())
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: TemplateId,
) -> Result<Option<template::Model>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { template::Entity::live_by_id(tenant, id).one(&*db).await });
    row.await
}
