//! What the store knows of sign-ins and codes.

use entities::{Digest, SignInId, TenantId, UserId, scope::SoftDeleted, sign_in, sign_in_code, user};

use crate::{
    journal::{Record, Row},
    ports::Ports,
    store::StoreError,
};

pub(super) async fn family(ports: &Ports, id: SignInId) -> Result<Option<sign_in::Model>, StoreError> {
    let row = ports.store().read_across_tenants(move |db| async move {
        sign_in::Entity::by_id_across_tenants(id).one(&db).await
    });
    row.await
}

pub(super) async fn code(ports: &Ports, hash: Digest) -> Result<Option<sign_in_code::Model>, StoreError> {
    let row = ports.store().read_across_tenants(move |db| async move {
        sign_in_code::Entity::by_hash_across_tenants(hash).one(&db).await
    });
    row.await
}

pub(super) async fn user(
    ports: &Ports,
    tenant: TenantId,
    id: UserId,
) -> Result<Option<user::Model>, StoreError> {
    let row = ports
        .store()
        .read(tenant, move |db| async move { user::Entity::live_by_id(tenant, id).one(&*db).await });
    row.await
}

/// The rows that end every family of a user, but for one.
pub(crate) async fn ending_all(
    ports: &Ports,
    (tenant, user): (TenantId, UserId),
    but: Option<SignInId>,
) -> Result<Vec<Row>, StoreError> {
    let families = ports
        .store()
        .read(tenant, move |db| async move { sign_in::Entity::of_user(tenant, user).all(&*db).await });
    let now = ports.now();
    let ending = families.await?.into_iter().filter(|row| Some(row.id) != but).map(|row| {
        let rev = row.rev + 1;
        Row::Update(Record::SignIn(sign_in::Model { revoked_at: Some(now), rev, ..row }))
    });
    Ok(ending.collect())
}
