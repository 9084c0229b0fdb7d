//! The first and the last word of a transaction: the logs of its tenants.

use std::collections::BTreeMap;

use entities::{EventId, LogIncarnation, TenantId, event, log, scope::TenantScope};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{LockType, OnConflict},
};
use uuid::Uuid;

/// The last seq of each tenant of a batch, locked until the transaction ends.
pub(super) type Heads = BTreeMap<TenantId, i64>;

/// Begins the log of a tenant that is being made.
pub(super) async fn begin_log(db: &DatabaseTransaction, tenant: TenantId) -> Result<(), DbErr> {
    let incarnation = LogIncarnation::from_uuid(Uuid::now_v7());
    let row = log::Model { tenant_id: tenant, last_seq: 0, trimmed_seq: 0, incarnation };
    log::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map(|_| ())
}

/// Locks the logs of `tenants`, which are sorted: the same order everywhere, so nobody waits in a circle.
/// A tenant that has no log is missing in the answer.
pub(super) async fn lock(db: &DatabaseTransaction, tenants: &[TenantId]) -> Result<Heads, DbErr> {
    let ids = tenants.iter().copied();
    let mut query = log::Entity::heads_across_tenants(ids);
    if db.get_database_backend() == DbBackend::Postgres {
        // On SQLite the transaction began as the only writer.
        query = query.order_by_asc(log::Column::TenantId).lock(LockType::NoKeyUpdate);
    }
    let rows = query.all(db).await?;
    Ok(rows.into_iter().map(|row| (row.tenant_id, row.last_seq)).collect())
}

/// Counts up the logs to `heads`: one statement for all tenants.
pub(super) async fn advance(db: &DatabaseTransaction, heads: &Heads) -> Result<(), DbErr> {
    if heads.is_empty() {
        return Ok(());
    }
    let backend = db.get_database_backend();
    let place = |row: usize| match backend {
        DbBackend::Postgres => format!("(${}, ${})", row * 2 + 1, row * 2 + 2),
        _ => "(?, ?)".to_owned(),
    };
    let places: Vec<String> = (0..heads.len()).map(place).collect();
    let sql = format!(
        "WITH v(tenant, seq) AS (VALUES {}) UPDATE logs SET last_seq = v.seq FROM v WHERE logs.tenant_id = v.tenant",
        places.join(", ")
    );
    let values = heads.iter().flat_map(|(tenant, seq)| [tenant.as_uuid().into(), (*seq).into()]);
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(|_| ())
}

/// Whether event `id` is in the log of `tenant` above `seq`: how a lost COMMIT is told from one that never was.
pub(super) async fn recorded(
    db: &DatabaseTransaction,
    tenant: TenantId,
    above: i64,
    id: EventId,
) -> Result<bool, DbErr> {
    let log = event::Entity::of(tenant).filter(event::Column::Seq.gt(above));
    let found = log.filter(event::Column::Id.eq(id)).one(db).await?;
    Ok(found.is_some())
}
