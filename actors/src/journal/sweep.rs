//! Removing what is over: in small steps, each a short transaction of its own, so that no writer waits for it.

use entities::{
    AttachmentId, JobId, TenantId, Timestamp, attachment, event, job, job_attempt, log, scope::TenantScope,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    QueryFilter, Statement, sea_query::Expr,
};

use super::{Journal, batch};
use crate::store::StoreError;

/// Rows one step removes at most.
pub const STEP: u64 = 1_000;

/// What is removed once its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Answers nobody will ask for again.
    IdempotencyKeys,
    SignIns,
    SignInCodes,
    /// Jobs that were done, and how.
    DoneJobs,
    /// What providers sent, unless it still waits for its effect.
    Receipts,
}

impl Journal {
    /// Removes rows that were over at `before`; answers how many. Fewer than [`STEP`]: there are no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep(&self, over: Over, before: Timestamp) -> Result<u64, StoreError> {
        let sweep = move |writer| async move {
            match over {
                Over::IdempotencyKeys => {
                    expired(&writer, "idempotency_keys", "tenant_id, principal, key", before).await
                }
                Over::SignIns => expired(&writer, "sign_ins", "id", before).await,
                Over::SignInCodes => expired(&writer, "sign_in_codes", "code_hash", before).await,
                Over::DoneJobs => done_jobs(&writer, before).await,
                Over::Receipts => {
                    let waits_not = r#""status" <> 'pending' AND received_at"#;
                    remove_over(&writer, "webhook_receipts", ("id", waits_not, "received_at"), before).await
                }
            }
        };
        self.store.write_aside(sweep).await
    }

    /// Removes the rows of attachments whose bytes are gone; answers how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_attachments(&self, ids: Vec<AttachmentId>) -> Result<u64, StoreError> {
        let gone = attachment::Entity::delete_many().filter(attachment::Column::Id.is_in(ids));
        let forgotten = self.store.write_aside(|writer| async move { gone.exec(&writer).await });
        Ok(forgotten.await?.rows_affected)
    }

    /// Removes the oldest events of a tenant that happened before `before`, and moves the beginning of its log behind them;
    /// answers how many. Fewer than [`STEP`]: there are no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trim(&self, tenant: TenantId, before: Timestamp) -> Result<u64, StoreError> {
        self.store.write_aside(move |writer| async move { trim(&writer, tenant, before).await }).await
    }
}

/// The keys of a table with `expires_at`, and the rows they name.
async fn expired(
    connection: &DatabaseConnection,
    table: &str,
    keys: &str,
    before: Timestamp,
) -> Result<u64, DbErr> {
    remove_over(connection, table, (keys, "expires_at", "expires_at"), before).await
}

/// The keys of a table, what must be below `before`, and the order its index has.
async fn remove_over(
    connection: &DatabaseConnection,
    table: &str,
    (keys, is_over, order): (&str, &str, &str),
    before: Timestamp,
) -> Result<u64, DbErr> {
    let backend = connection.get_database_backend();
    // Who is about to write such a row keeps it.
    let (place, lock) = match backend {
        DbBackend::Postgres => ("$1", "FOR UPDATE SKIP LOCKED"),
        _ => ("?", ""),
    };
    let sql = format!(
        "DELETE FROM {table} WHERE ({keys}) IN (
             SELECT {keys} FROM {table} WHERE {is_over} < {place} ORDER BY {order} LIMIT {STEP} {lock})"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [before.as_micros().into()]);
    Ok(connection.execute_raw(statement).await?.rows_affected())
}

async fn done_jobs(connection: &DatabaseConnection, before: Timestamp) -> Result<u64, DbErr> {
    let db = batch::begin(connection).await?;
    let over = job::Entity::done_across_tenants(before, STEP).all(&db).await?;
    let ids: Vec<JobId> = over.iter().map(|job| job.id).collect();
    let tenants = over.iter().map(|job| job.tenant_id).collect::<std::collections::BTreeSet<_>>();
    job_attempt::Entity::delete_many()
        .filter(job_attempt::Column::TenantId.is_in(tenants))
        .filter(job_attempt::Column::JobId.is_in(ids.iter().copied()))
        .exec(&db)
        .await?;
    let removed = job::Entity::delete_many().filter(job::Column::Id.is_in(ids)).exec(&db).await?;
    db.commit().await?;
    Ok(removed.rows_affected)
}

/// The rows go first and the log's own row last: whoever writes to the log waits for one statement at most.
async fn trim(connection: &DatabaseConnection, tenant: TenantId, before: Timestamp) -> Result<u64, DbErr> {
    let db = batch::begin(connection).await?;
    let Some(end) = end_of_the_old(&db, tenant, before).await? else {
        db.rollback().await?;
        return Ok(0);
    };
    let removed = event::Entity::delete_many()
        .filter(event::Column::TenantId.eq(tenant))
        .filter(event::Column::Seq.lte(end))
        .exec(&db)
        .await?;
    log::Entity::update_many()
        .col_expr(log::Column::TrimmedSeq, Expr::value(end))
        .filter(log::Column::TenantId.eq(tenant))
        .filter(log::Column::TrimmedSeq.lt(end))
        .exec(&db)
        .await?;
    db.commit().await?;
    Ok(removed.rows_affected)
}

/// The last of the oldest events that happened before `before`, one step at most.
async fn end_of_the_old(
    db: &DatabaseTransaction,
    tenant: TenantId,
    before: Timestamp,
) -> Result<Option<i64>, DbErr> {
    let Some(log) = log::Entity::of(tenant).one(db).await? else { return Ok(None) };
    let oldest = event::Entity::beginning(tenant, log.trimmed_seq, STEP).all(db).await?;
    Ok(oldest.into_iter().take_while(|(_, at)| *at < before).last().map(|(seq, _)| seq))
}
