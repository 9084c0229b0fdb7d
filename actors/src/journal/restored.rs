//! What a store goes through that was restored. It is as of a time that is over, and what went on after that time nobody
//! remembers: clients hold cursors of another log, and what was owed may have been done.

use entities::{LogIncarnation, Timestamp, job, job::JobStatus, job_attempt, log, sign_in, sign_in_code};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter,
    Statement,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

/// Why nobody knows the end of an attempt that this house never made.
const WHY: &str = "the store was restored: it may have been done since the backup";
/// Those that are not over.
const OWED: [JobStatus; 4] = [JobStatus::Scheduled, JobStatus::Blocked, JobStatus::Ready, JobStatus::Running];

/// A store that was restored.
#[derive(Clone, Copy, Debug)]
pub struct Restored {
    /// What happened later is not in it. Rather too early than too late.
    pub as_of: Timestamp,
    pub now: Timestamp,
    /// When what is in doubt is asked about: not before what was done last shows at whoever did it.
    pub asked_at: Timestamp,
    /// Never given to a log before.
    pub incarnation: LogIncarnation,
}

/// How much was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Logs that go on as others.
    pub logs: u64,
    /// Jobs that may have been done already.
    pub jobs: u64,
    /// Sign-ins that are over.
    pub sign_ins: u64,
}

/// Makes the store one that goes on from where it was: its logs are others from now on, what was owed and due is in doubt
/// ([`Due::in_doubt_since`](crate::jobs::Due)), and who was signed in signs in again, because what was signed out or used up
/// since then would be good once more. Nobody else may use the store meanwhile.
///
/// # Errors
/// [`DbErr`]; then the transaction must not be committed.
pub async fn begin_anew(db: &DatabaseTransaction, restored: &Restored) -> Result<Renewed, DbErr> {
    let logs = log::Entity::update_many()
        .col_expr(log::Column::Incarnation, Expr::value(restored.incarnation))
        .exec(db)
        .await?;
    let jobs = into_doubt(db, restored).await?;
    let sign_ins = sign_in::Entity::update_many()
        .col_expr(sign_in::Column::RevokedAt, Expr::value(restored.now))
        .col_expr(sign_in::Column::Rev, Expr::col(sign_in::Column::Rev).add(1))
        .filter(sign_in::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    sign_in_code::Entity::update_many()
        .col_expr(sign_in_code::Column::UsedAt, Expr::value(restored.now))
        .col_expr(sign_in_code::Column::Rev, Expr::col(sign_in_code::Column::Rev).add(1))
        .filter(sign_in_code::Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(Renewed { logs: logs.rows_affected, jobs, sign_ins: sign_ins.rows_affected })
}

/// Gives every job that was due an attempt nobody knows the end of, as if a node had died over it.
async fn into_doubt(db: &DatabaseTransaction, restored: &Restored) -> Result<u64, DbErr> {
    job_attempt::Entity::update_many()
        .col_expr(job_attempt::Column::Outcome, Expr::value(job_attempt::AttemptOutcome::Unknown))
        .col_expr(job_attempt::Column::EndedAt, Expr::value(restored.now))
        .col_expr(job_attempt::Column::Error, Expr::value(WHY))
        .filter(job_attempt::Column::Outcome.is_null())
        .exec(db)
        .await?;
    attempts(db, restored).await?;
    let running = Expr::col(job::Column::Status).eq(JobStatus::Running);
    let status = Expr::case(running, JobStatus::Ready).finally(Expr::col(job::Column::Status));
    let doubted = job::Entity::update_many()
        .col_expr(job::Column::Status, status.into())
        .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
        .col_expr(job::Column::RunAt, Expr::value(restored.asked_at))
        .col_expr(job::Column::LeaseUntil, Expr::value(None::<Timestamp>))
        .col_expr(job::Column::LastError, Expr::value(WHY))
        .col_expr(job::Column::UpdatedAt, Expr::value(restored.now))
        .col_expr(job::Column::Rev, Expr::col(job::Column::Rev).add(1))
        .filter(was_due(restored.now))
        .exec(db)
        .await?;
    Ok(doubted.rows_affected)
}

/// What nobody can have begun yet is not in doubt.
fn was_due(now: Timestamp) -> Condition {
    Condition::any()
        .add(job::Column::Status.eq(JobStatus::Running))
        .add(Condition::all().add(job::Column::Status.is_in(OWED)).add(job::Column::RunAt.lte(now)))
}

async fn attempts(db: &DatabaseTransaction, restored: &Restored) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let place = |number: usize| match backend {
        DbBackend::Postgres => format!("${number}"),
        _ => "?".to_owned(),
    };
    let owed = OWED.map(|status| format!("'{status}'")).join(", ");
    let sql = format!(
        "INSERT INTO job_attempts
             (tenant_id, job_id, number, node_id, created_at, ended_at, outcome, error, contact_id)
         SELECT tenant_id, id, attempts + 1, {}, {}, {}, 'unknown', {}, contact_id
         FROM jobs WHERE status = 'running' OR (status IN ({owed}) AND run_at <= {})",
        place(1),
        place(2),
        place(3),
        place(4),
        place(5),
    );
    let now = restored.now.as_micros();
    let values = [Uuid::nil().into(), restored.as_of.as_micros().into(), now.into(), WHY.into(), now.into()];
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.map(drop)
}
